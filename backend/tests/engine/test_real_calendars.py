"""Calendars that real programs wrote, through the whole engine: in, changed in the CRM, and back out as they were."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from engine.kind_pair import KindPair, codec_of
from engine.pair import PERMIT
from fieldsync.core.values import STORE_OF, RecordKind, Store
from fieldsync.db.repo import incoming_rules
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.faults import SideError
from fieldsync.sides.ical.lines import Calendar
from sides.calendar_files import CALENDARS, samples

OURS = (b"DTSTAMP", b"LAST-MODIFIED", b"SEQUENCE", b"SUMMARY")
"""What a new subject may change: the stamps of the revision."""
KINDS = [kind for kind, store in STORE_OF.items() if store is not Store.ADDRESS_BOOK]


def items_of(body: bytes) -> list[bytes]:
    """The items of an exported calendar as a server keeps them: one for each UID, with all its changed days."""
    try:
        root = Calendar(body).root
    except BrokenItem:
        return [body]
    places = defaultdict[str, list[int]](list)
    for place, component in enumerate(root.components("VEVENT", "VTODO", "VJOURNAL")):
        uid = component.first("UID")
        places[component.text(uid) if uid else f"none-{place}"].append(place)
    bodies: list[bytes] = []
    for mine in places.values():
        alone = Calendar(body)
        for place, component in enumerate(list(alone.root.components("VEVENT", "VTODO", "VJOURNAL"))):
            if place not in mine:
                alone.root.remove(component)
        bodies.append(alone.to_bytes())
    return bodies or [body]


def unfolded(body: bytes) -> list[bytes]:
    text = body.replace(b"\r\n", b"\n").replace(b"\n ", b"").replace(b"\n\t", b"")
    return sorted(line for line in text.split(b"\n") if line and not line.startswith(OURS))


async def came_in(here: KindPair, files: list[Path]) -> dict[str, bytes]:
    """Put every item of these files into the calendar; by its address what the server made of it."""
    side, kept = here.open(Store.CALENDAR), dict[str, bytes]()
    for number, path in enumerate(files):
        for place, body in enumerate(items_of(path.read_bytes())):
            try:
                made = await side.create(f"{number}-{place}", body)
            except SideError:
                continue  # not every server takes a broken file; the one in memory does
            kept[made.href] = made.body
    await side.close()
    return kept


async def round_trip(here: KindPair, files: list[Path]) -> None:
    kept = await came_in(here, files)
    assert kept

    first = await here.sync_twice()

    told = {problem["subject"] for problem in first.problems}
    linked = {row["href"]: row for row in here.links()}
    for href, body in kept.items():
        held = [kind for kind in KINDS if codec_of(kind).holds(body)]
        if href in linked or not held:
            continue
        with pytest.raises((BrokenItem, NotTransferable)):
            codec_of(held[0]).read(body)
        assert href in told, f"nobody was told that {href} cannot be read"

    changed = dict[str, RecordKind]()
    for href, row in linked.items():
        kind = RecordKind(row["kind"])
        # As the server keeps it: some write every body in their own words.
        kept[href] = await here.body(kind, href)
        here.change(kind, row["record_id"], subject=f"New subject of {row['id']}")
        changed[href] = kind
    second = await here.sync_twice()

    failed = {problem["subject"] for problem in second.problems}
    for href, kind in changed.items():
        after = await here.body(kind, href)
        subject = f"New subject of {linked[href]['id']}"
        if subject in failed:
            continue
        assert (await here.read(kind, href))["subject"] == (subject,)
        assert unfolded(after) == unfolded(kept[href]), href
    assert len(changed) > len(failed)


@pytest.fixture
def at_home(pair_on: KindPair) -> KindPair:
    here = pair_on
    here.rule(addresses=["me@example.com"])
    # Private ones take part here, too.
    here.database.write_now(
        PERMIT,
        lambda c: [
            incoming_rules.put(c, replace(incoming_rules.get(c, kind), includes_private=True)) for kind in KINDS
        ],
    )
    return here


async def test_the_calendars_of_real_programs_survive_the_way_there_and_back(at_home: KindPair) -> None:
    await round_trip(at_home, sorted(CALENDARS.glob("*.ics")))


@pytest.mark.skipif(not samples(), reason="2026-11-24: the samples are not part of the product")
async def test_the_sample_calendars_survive_the_way_there_and_back(at_home: KindPair) -> None:
    await round_trip(at_home, samples())
