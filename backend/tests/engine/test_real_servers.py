"""Real cards through a real server and back, untouched where nobody changed them."""

import re
from pathlib import Path

import pytest
import vobject

from engine.pair import CODEC, FIELDS, Pair
from fieldsync.clock import SystemClock
from fieldsync.core.runs import RunState
from fieldsync.core.values import Values
from fieldsync.engine.connect import with_sides
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import new_id
from fieldsync.ports import RemoteSide
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.faults import ItemRefused
from fieldsync.sides.memory import MemorySide
from fieldsync.sides.outbound import Outbound
from fieldsync.sides.vcard.lines import uid_of
from servers import PASSWORD, USER

HERE = Path(__file__).resolve()
CARDS = HERE.parents[1] / "sides" / "cards"
SAMPLES = HERE.parents[4] / "shared" / "samples" / "contacts"


class RealPair(Pair):
    """A pair whose mailbox is on a real server."""

    url: str | None

    def runner(self) -> Runner:
        return Runner(self.database, Bell(), self.box, SystemClock(), with_sides(lambda _: self.open()))

    def open(self) -> RemoteSide:
        """The real server; or one in memory, which takes every card as it is."""
        return DavCollection(Outbound(USER, PASSWORD), self.url) if self.url else MemorySide(self.server)


@pytest.fixture(params=["memory", "radicale", "xandikos"])
def real(request: pytest.FixtureRequest, pair: Pair) -> RealPair:
    found = RealPair(pair.database, pair.principal, pair.mailbox)
    found.other = pair.other
    memory = request.param == "memory"
    found.url = None if memory else request.getfixturevalue(request.param).new_address_book()
    return found


def single_cards(folder: Path) -> list[bytes]:
    """Every card of every file, with a UID where its writer gave none."""
    cards = []
    for path in sorted(folder.glob("*.vcf")):
        if path.name.startswith("broken"):
            continue
        for card in re.findall(rb"BEGIN:VCARD\r?\n.*?END:VCARD", path.read_bytes(), re.DOTALL):
            body = card + b"\r\n"
            if not uid_of(body):
                end = body.index(b"\n", body.index(b"VERSION:")) + 1
                body = body[:end] + f"UID:{new_id()}\r\n".encode() + body[end:]
            cards.append(body)
    return cards


def vobject_writes(body: bytes) -> bool:
    """Both servers write cards with vobject, which cannot do some of version 2.1: they answer 400, or 500."""
    try:
        vobject.readOne(body.decode(), allowQP=True).serialize()
    except Exception:  # noqa: BLE001 - whatever it trips over
        return False
    return True


def as_new_card(body: bytes, uid: str) -> bytes:
    """What an address book would send instead: the same contact as a card of version 3.0."""
    return CODEC.write(None, {n: value for n, value in enumerate(CODEC.read(body)) if any(value)}, uid)


async def round_trip(real: RealPair, folder: Path) -> None:
    side = real.open()
    stored: dict[str, Values] = {}
    for body in single_cards(folder):
        key = new_id()
        try:
            item = await side.create(key, body if real.url is None or vobject_writes(body) else as_new_card(body, key))
        except ItemRefused:
            item = await side.create(key, as_new_card(body, key))
        stored[item.href] = CODEC.read(body)
    assert len(stored) >= 5
    before = {item.href: item for item in await side.fetch(sorted(stored))}

    outcome = await real.sync()
    quiet = await real.sync()

    assert outcome.state is RunState.SUCCEEDED, str(outcome)
    assert outcome.problems == []
    assert outcome.counts["created_in_crm"] == len(stored)
    assert (quiet.writes, quiet.problems) == (0, [])
    after = {item.href: item for item in await side.fetch(sorted(stored))}
    assert after == before, "a card was touched though nobody changed it"

    # Now every record gets a new job title: that line changes, the rest of each card stays.
    for link in real.links():
        real.edit(link["record_id"], jobtitle="Changed in the CRM")
    changed = await real.sync()
    quiet = await real.sync()
    assert (changed.counts["updated_in_outlook"], quiet.writes) == (len(stored), 0)
    title = FIELDS["jobtitle"].position
    for item in await side.fetch(sorted(stored)):
        values, was = CODEC.read(item.body), CODEC.read(before[item.href].body)
        assert values[title] == ("Changed in the CRM",)
        assert [v for n, v in enumerate(values) if n != title] == [v for n, v in enumerate(was) if n != title]
        lines, old = unmapped(item.body), unmapped(before[item.href].body)
        assert lines == old
    await side.close()


def unmapped(body: bytes) -> list[bytes]:
    """The lines of a card that have nothing to do with the title, in any order: servers sort."""
    names = (b"TITLE", b"REV", b"PRODID")
    text = body.replace(b"\r\n ", b"").replace(b"\r\n\t", b"")
    return sorted(line for line in text.splitlines() if line and not line.upper().startswith(names))


async def test_cards_in_the_style_of_real_address_books_survive_the_way_there_and_back(real: RealPair) -> None:
    await round_trip(real, CARDS)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="2026-11-22: the samples are not part of the product")
async def test_every_sample_card_survives_the_way_there_and_back(real: RealPair) -> None:
    await round_trip(real, SAMPLES)
