"""Many creations in one request, on the server that is known to take them: Cyrus.

Cyrus makes an item of every card of a POST to the address book, names them itself, and answers with name and version
for each UID. Nothing tells it to make an item only once: a POST whose answer was lost is never sent again before the
server was asked which of its UIDs it has. Why no other server: ADR 0014.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from fieldsync.ports import Item
from fieldsync.sides.caldav import multistatus as dav
from fieldsync.sides.faults import SideError
from fieldsync.sides.outbound import Answer, Outbound

TOGETHER = 100
_MOST_OCTETS = 1 << 20
_AT_ONCE = 2
"""Requests under way: while the server works on one, the next is made."""
_QUERIED = 50
_SERVER = re.compile(r"\bCyrus-HTTP/(?:[3-9]|\d\d)")
_UID = f"{dav.SERVER}uid"
_GETETAG = f"{dav.DAV}getetag"


def may_take_many(sync_token: str) -> bool:
    """True if this is a token of Cyrus: only then is the server asked whether it makes an item of every card."""
    return sync_token.startswith("data:,")


def _takes_many(answer: Answer) -> bool:
    posts = "POST" in re.split(r"[,\s]+", answer.headers.get("Allow", "").upper())
    return posts and _SERVER.search(answer.headers.get("Server", "")) is not None


@dataclass(slots=True)
class _Waiting:
    key: str
    body: bytes
    made: asyncio.Future[Item | None]


@dataclass(slots=True)
class BulkCreations:
    """Collects creations that are asked for at the same time, and sends them together.

    ``find`` gives the items with these UIDs.
    """

    http: Outbound
    url: str
    known: Callable[[str], str]
    find: Callable[[Sequence[str]], Awaitable[dict[str, Item]]]
    _waiting: list[_Waiting] = field(default_factory=list)
    _unsure: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _takes_many: bool | None = None

    async def create(self, key: str, body: bytes) -> Item | None:
        """The item, or None if the server did not take it this way; raises SideError."""
        waiting = _Waiting(key, body, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if len(self._waiting) == 1:
            # Whoever else is about to create something does so before the loop comes round.
            asyncio.get_running_loop().call_soon(self._send)
        return await waiting.made

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _send(self) -> None:
        while self._waiting and len(self._tasks) < _AT_ONCE:
            batch, octets = list[_Waiting](), 0
            while self._waiting and len(batch) < TOGETHER and octets < _MOST_OCTETS:
                batch.append(self._waiting.pop(0))
                octets += len(batch[-1].body)
            task = asyncio.create_task(self._make(batch))
            self._tasks.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._send()

    async def _make(self, batch: list[_Waiting]) -> None:
        keys = [each.key for each in batch]
        try:
            made = await self._made(batch)
        except SideError as error:
            # Whether they were made is not known.
            self._unsure.update(keys)
            for each in batch:
                if not each.made.done():
                    each.made.set_exception(error)
        except asyncio.CancelledError:
            for each in batch:
                each.made.cancel()
            raise
        else:
            self._unsure.difference_update(keys)
            for each in batch:
                if not each.made.done():
                    each.made.set_result(made.get(each.key))

    async def _made(self, batch: Sequence[_Waiting]) -> dict[str, Item]:
        asked_before = [each.key for each in batch if each.key in self._unsure]
        made = await self.find(asked_before) if asked_before else {}
        left = [each for each in batch if each.key not in made]
        if left and await self._is_known_to_take_many():
            made |= await self._post(left)
        return made

    async def _is_known_to_take_many(self) -> bool:
        """Whether this is Cyrus, and the collection announces that it takes a POST; asked once."""
        if self._takes_many is None:
            self._takes_many = _takes_many(await self.http.send("OPTIONS", self.url))
        return self._takes_many

    async def _post(self, batch: Sequence[_Waiting]) -> dict[str, Item]:
        """What was made; nothing if the server did not take it: one card that it does not like spoils them all."""
        cards = b"".join(each.body for each in batch)
        answer = await self.http.send("POST", self.url, cards, {"Content-Type": "text/vcard; charset=utf-8"})
        if answer.status != 207:
            return {}
        bodies = {each.key: each.body for each in batch}
        made: dict[str, Item] = {}
        for response in dav.responses(dav.multistatus(answer)):
            uid, etag = response.text(_UID), response.text(_GETETAG)
            if response.href and etag and uid in bodies:
                quoted = etag if etag.startswith(('"', "W/")) else f'"{etag}"'
                made[uid] = Item(self.known(response.href), dav.version(quoted), bodies[uid])
        return made


def query_by_uid(uids: Sequence[str]) -> bytes:
    """Body of a REPORT for the cards with one of these UIDs."""
    filters = "".join(
        f'<c:prop-filter name="UID"><c:text-match match-type="equals">{escape(uid)}</c:text-match></c:prop-filter>'
        for uid in uids
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><c:addressbook-query xmlns:d="DAV:"'
        ' xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data/></d:prop>'
        f'<c:filter test="anyof">{filters}</c:filter></c:addressbook-query>'
    ).encode()


def in_queries(uids: Sequence[str]) -> list[Sequence[str]]:
    return [uids[start : start + _QUERIED] for start in range(0, len(uids), _QUERIED)]
