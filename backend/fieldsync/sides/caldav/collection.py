"""One collection on a CardDAV or CalDAV server as ``ports.RemoteSide``.

Cursors are opaque to callers; inside they say how changes are found: ``sync:TOKEN`` (RFC 6578) or,
where the server cannot do that, ``ctag:TAG`` (compare everything whenever the collection's tag moved). Where the
tag is much cheaper to ask for than the list of changes, it is asked for first, and both are kept: ``sync:TOKEN TAG``.
How five servers behave, and why the rules here are as they are: ``reference/dav.md``, sections 2 to 4.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlsplit

from fieldsync.ports import Item, ItemChanges, ItemVersion, Load
from fieldsync.sides.caldav import multistatus as dav
from fieldsync.sides.caldav.bulk import TOGETHER, BulkCreations, in_queries, may_take_many, query_by_uid
from fieldsync.sides.caldav.content import CARDS, Content
from fieldsync.sides.caldav.discovery import Found, describe
from fieldsync.sides.faults import (
    AnswerUnreadable,
    CollectionGone,
    ItemGone,
    ItemLocked,
    ItemRefused,
    ServerFailed,
    SideError,
    SignInRefused,
    VersionMismatch,
)
from fieldsync.sides.outbound import Answer, Outbound, host
from fieldsync.sides.vcard.lines import uid_of

BATCH = 100
"""Items per multiget: answers stay small and no server refused it."""
_ROUNDS = 10_000
_NO_SYNC = {400, 405, 415, 501}
_DEAR_TOKENS = "http://radicale.org/ns/sync/"
"""Radicale's tokens. It keeps a list of its own for them; for its tag it does not, and takes two thirds of the time."""
_GETETAG = f"{dav.DAV}getetag"
_VALID_TOKEN = f"{dav.DAV}valid-sync-token"
_SUPPORTED_REPORT = f"{dav.DAV}supported-report"
_RESTART = "restart"
_UNESCAPED = re.compile(r"[^\x21-\x7e]")


class DavCollection:
    """The collection at ``url``; ``content`` says what it holds."""

    def __init__(self, http: Outbound, url: str, content: Content = CARDS) -> None:
        parts = urlsplit(url)
        self._http = http
        self._content = content
        self._origin = f"{parts.scheme}://{host(url)}"
        self._raw_path = parts.path.rstrip("/") + "/"
        self._path = dav.canonical(self._raw_path)
        self._spelling: dict[str, str] = {}
        self._sent: set[str] = set()
        self.url = self._origin + self._raw_path
        self.load = Load()
        self._bulk = BulkCreations(http, self.url, self._known, self._by_uid)

    @property
    def requests(self) -> int:
        return self._http.requests

    async def close(self) -> None:
        await self._bulk.close()
        await self._http.close()

    async def check(self) -> Found:
        """What the collection calls itself; raises CollectionGone when it is not what it should be."""
        return await describe(self._http, self.url, self._content)

    # Finding changes

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        kind, _, mark = (cursor or "").partition(":")
        if kind == "ctag":
            return await self._changes_by_ctag(mark)
        token, _, tag = mark.partition(" ") if kind == "sync" else ("", "", "")
        tag_now = await self._ctag() if token.startswith(_DEAR_TOKENS) and not moved else ""
        if tag_now and tag_now == tag:
            return ItemChanges(changed=(), removed=(), cursor=cursor or "", complete=False)
        # The tag was read before the list: a change between the two is seen twice, never missed.
        found = await self._changes_by_sync(token, tag_now)
        if found == _RESTART and token:
            found = await self._changes_by_sync("", tag_now)
        if isinstance(found, ItemChanges):
            return found
        return await self._changes_by_ctag("")

    async def _changes_by_sync(self, token: str, tag: str = "") -> ItemChanges | str:
        """The changes; ``restart`` if the token is not known; anything else if the server cannot do this.

        ``tag`` is what the collection's tag was before, if that is known.
        """
        changed: dict[str, str] = {}
        removed: dict[str, None] = {}
        complete = not token
        for _ in range(_ROUNDS):
            answer = await self._to_collection("REPORT", dav.sync_collection(token), depth="0")
            if answer.status != 207:
                return self._why_no_sync(answer)
            root = dav.multistatus(answer)
            more = False
            for response in dav.responses(root):
                href = self._known(response.href)
                if href == self._path:
                    more = more or response.status == 507
                elif response.status in (404, 410):
                    changed.pop(href, None)
                    removed[href] = None
                elif not href.endswith("/") and _GETETAG in response.props:
                    removed.pop(href, None)
                    changed[href] = dav.version(response.text(_GETETAG))
            following = dav.sync_token(root)
            if not following:
                return "no token"
            if self._content is CARDS and may_take_many(following):
                self.load.together = TOGETHER
            if not more:
                return ItemChanges(
                    changed=tuple(ItemVersion(href, version) for href, version in changed.items()),
                    removed=() if complete else tuple(removed),
                    cursor=f"sync:{following} {tag}".rstrip(),
                    complete=complete,
                )
            if following == token:
                break
            token = following
        raise ServerFailed(host(self.url), "the list of changes never ends", 507)

    def _why_no_sync(self, answer: Answer) -> str:
        conditions = dav.preconditions(answer)
        if answer.status == 507 or _VALID_TOKEN in conditions:
            return _RESTART
        if answer.status in _NO_SYNC or _SUPPORTED_REPORT in conditions:
            return "not supported"
        raise self._collection_fault(answer)

    async def _changes_by_ctag(self, known: str) -> ItemChanges:
        tag = await self._ctag()
        if tag and tag == known:
            return ItemChanges(changed=(), removed=(), cursor=f"ctag:{tag}", complete=False)
        # The tag was read before the listing: a change between the two is seen twice, never missed.
        body = dav.propfind("d:getetag", "d:resourcetype")
        answer = await self._to_collection("PROPFIND", body, depth="1")
        if answer.status != 207:
            raise self._collection_fault(answer)
        changed = {
            self._known(response.href): dav.version(response.text(_GETETAG))
            for response in dav.responses(dav.multistatus(answer))
            if _GETETAG in response.props
            and f"{dav.DAV}collection" not in response.kinds()
            and not response.href.endswith("/")
        }
        changed.pop(self._path, None)
        return ItemChanges(
            changed=tuple(ItemVersion(href, version) for href, version in changed.items()),
            removed=(),
            cursor=f"ctag:{tag}",
            complete=True,
        )

    async def _ctag(self) -> str:
        """The collection's tag; nothing if the server has none, and then every round compares everything."""
        answer = await self._to_collection("PROPFIND", dav.propfind("s:getctag"), depth="0")
        if answer.status != 207:
            raise self._collection_fault(answer)
        found = next(dav.responses(dav.multistatus(answer)), None)
        return found.text(f"{dav.SERVER}getctag") if found else ""

    # Items

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        items: list[Item] = []
        for start in range(0, len(hrefs), BATCH):
            items += await self._multiget(hrefs[start : start + BATCH])
        return items

    async def _multiget(self, hrefs: Sequence[str]) -> list[Item]:
        """Many items in one request; where that cannot be read because of one of them, the others all the same."""
        try:
            return await self._in_one(hrefs)
        except AnswerUnreadable:
            # A character that XML cannot hold, a body of many megabytes, or all of them together are too much.
            if len(hrefs) == 1:
                item = await self._get(hrefs[0])
                return [] if item is None else [item]
            half = len(hrefs) // 2
            return [*await self._multiget(hrefs[:half]), *await self._multiget(hrefs[half:])]

    async def _in_one(self, hrefs: Sequence[str]) -> list[Item]:
        body = self._content.multiget(self._spelling.get(href, href) for href in hrefs)
        answer = await self._to_collection("REPORT", body, depth="0")
        if answer.status != 207:
            if answer.status in _NO_SYNC or _SUPPORTED_REPORT in dav.preconditions(answer):
                return [item for href in hrefs if (item := await self._get(href)) is not None]
            raise self._collection_fault(answer)
        asked = set(hrefs)
        return [item for item in self._listed(answer) if item.href in asked]

    def _listed(self, answer: Answer) -> Iterator[Item]:
        for response in dav.responses(dav.multistatus(answer)):
            data = response.props.get(self._content.data)
            if data is not None and data.text:
                # XML turns CRLF into LF; an item's own line end is CRLF.
                text = data.text if "\r" in data.text else data.text.replace("\n", "\r\n")
                yield Item(self._known(response.href), dav.version(response.text(_GETETAG)), text.encode())

    async def _get(self, href: str) -> Item | None:
        answer = await self._to_item("GET", href, headers={"Accept": self._content.media_type})
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise self._item_fault(href, answer)
        return Item(href, dav.version(answer.headers.get("ETag", "")), answer.body)

    def address(self, key: str) -> str:
        return dav.canonical(f"{self._path}{quote(key, safe='')}{self._content.extension}")

    async def made_as(self, keys: Sequence[str]) -> dict[str, Item]:
        """The items that were created with these keys; a server that takes many at once named them itself."""
        by_href = {self.address(key): key for key in keys}
        made = {by_href[item.href]: item for item in await self.fetch(sorted(by_href))}
        missing = [key for key in keys if key not in made]
        if missing and self.load.together > 1:
            made |= await self._by_uid(missing)
        return made

    async def _by_uid(self, uids: Sequence[str]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for some in in_queries(uids):
            answer = await self._to_collection("REPORT", query_by_uid(some), depth="1")
            if answer.status != 207:
                raise self._collection_fault(answer)
            for item in self._listed(answer):
                uid = uid_of(item.body)
                if uid in some:
                    found[uid] = item
        return found

    async def create(self, key: str, body: bytes) -> Item:
        if self.load.together > 1 and _is_uid(key, body):
            made = await self._bulk.create(key, body)
            if made is not None:
                return made
        return await self._create(key, body)

    async def _create(self, key: str, body: bytes) -> Item:
        href = self.address(key)
        if key in self._sent and (known := await self._get(href)) is not None:
            # SOGo pays no heed to If-None-Match; a name that was not sent before is nobody's.
            return self._same(known, body)
        self._sent.add(key)
        answer = await self._put(href, body, {"If-None-Match": "*"})
        if answer.status == 412:
            known = await self._get(href)
            if known is None:
                raise self._item_fault(href, answer)
            return self._same(known, body)
        if answer.status in (404, 409, 410) and not dav.preconditions(answer):
            await self.check()
        return await self._written(href, body, answer)

    def _same(self, known: Item, body: bytes) -> Item:
        if self._content.same(known.body, body):
            return known
        raise VersionMismatch(known.href, "the name is taken by another item")

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        answer = await self._put(href, body, {"If-Match": expect})
        if answer.status == 201 and _is_sogo(expect):
            # It was gone, and SOGo made it anew all the same.
            await self._to_item("DELETE", href)
            raise ItemGone(href)
        if answer.status in (404, 409, 410, 412):
            known = await self._get(href)
            if known is None:
                await self.check()
                raise ItemGone(href)
            # Some servers say 412 for a body they do not like.
            if known.version != expect:
                raise VersionMismatch(href)
        return await self._written(href, body, answer)

    async def delete(self, href: str, expect: str) -> None:
        # SOGo deletes whatever the version: look first, a small race stays.
        if _is_sogo(expect) and not await self._is_at(href, expect):
            return
        answer = await self._to_item("DELETE", href, headers={"If-Match": expect, "Schedule-Reply": "F"})
        if answer.status in (200, 202, 204, 404, 410):
            return
        if answer.status == 412:
            if await self._get(href) is None:
                return
            raise VersionMismatch(href)
        raise self._item_fault(href, answer)

    async def _is_at(self, href: str, expect: str) -> bool:
        """False if the item is gone; raises VersionMismatch if it moved."""
        known = await self._get(href)
        if known is not None and known.version != expect:
            raise VersionMismatch(href)
        return known is not None

    async def _put(self, href: str, body: bytes, headers: dict[str, str]) -> Answer:
        return await self._to_item(
            "PUT", href, body, {"Content-Type": f"{self._content.media_type}; charset=utf-8", **headers}
        )

    async def _written(self, href: str, body: bytes, answer: Answer) -> Item:
        """The item after a PUT; a server that gives no etag has changed it, so it is read at once."""
        if answer.status not in (200, 201, 204):
            raise self._item_fault(href, answer)
        etag = answer.headers.get("ETag", "")
        if etag:
            return Item(href, dav.version(etag), body)
        item = await self._get(href)
        if item is None:
            raise ItemGone(href, "it vanished right after it was written")
        return item

    # Requests

    async def _to_collection(self, method: str, body: bytes, depth: str) -> Answer:
        return await self._http.send(method, self.url, body, {**dav.XML_TYPE, "Depth": depth})

    async def _to_item(
        self, method: str, href: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return await self._http.send(method, self._origin + self._spelling.get(href, href), body, headers)

    def _known(self, raw: str) -> str:
        """The one spelling of an href; the server's own is kept for requests."""
        path = raw if raw.startswith("/") else urlsplit(raw).path
        if _UNESCAPED.search(path):
            # SOGo lists names as they are, and wants them escaped in requests.
            return dav.canonical(quote(path, safe="/%"))
        href = dav.canonical(path)
        if path != href:
            self._spelling[href] = path
        return href

    def _collection_fault(self, answer: Answer) -> SideError:
        match answer.status:
            case 404 | 410:
                return CollectionGone(self.url)
            case 403:
                return SignInRefused(host(self.url), 403, f"no access to this {self._content.called}")
            case status if 300 <= status < 400:
                return ServerFailed(host(self.url), f"the {self._content.called} has moved", status)
            case status:
                return ServerFailed(host(self.url), f"status {status}", status)

    def _item_fault(self, href: str, answer: Answer) -> SideError:
        if answer.status == 423:
            return ItemLocked(href)
        conditions = dav.preconditions(answer)
        told = ", ".join(name.rpartition("}")[2] for name in conditions)
        other = next(iter(conditions.get(self._content.no_uid_conflict, ())), None)
        conflicting = self._known(other) if other else None
        return ItemRefused(href, answer.status, told, conflicting)


def _is_uid(key: str, body: bytes) -> bool:
    """True if the item can be found again by its key, wherever the server puts it."""
    return f"\nUID:{key}\r\n".encode() in body


def _is_sogo(version: str) -> bool:
    """SOGo is known by its etags."""
    return version.startswith('"gcs')
