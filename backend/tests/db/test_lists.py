"""Lists as SQL say what Python says of the same rows: who is in, in which order, and what every window on it shows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from authority import NOON, PERMIT
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.list_query import Condition, Every, ListQuery, Operator, Opposite, Some, Term
from fieldsync.db.repo.record_query import records_of
from fieldsync.db.repo.sort_keys import FIRST_TIME, LEAST, SORTED_BY
from fieldsync.db.repo.windows import Page, Window, count_in, rows_in
from fieldsync.db.tables import Principal

# Letters whose small form both databases and Python agree on, and everything that LIKE takes for something else.
TEXTS = st.text("aAbÄäéÉΔδЖж %_/\\'\"<>;,@.0\n", max_size=6)
FIRST = datetime(2026, 2, 26, tzinfo=UTC)
HELD: dict[str, Any] = {
    "subject": TEXTS,
    "description": TEXTS,
    "fullname": TEXTS,
    "scheduledstart": st.integers(0, 4).map(lambda n: FIRST + timedelta(hours=n, microseconds=n * 111_111)),
    "birthdate": st.integers(0, 4).map(lambda n: date(1970, 1, 1) + timedelta(days=n)),
    "scheduleddurationminutes": st.integers(-2, 2),
    "prioritycode": st.integers(0, 2),
    "isalldayevent": st.booleans(),
}
IN_PLAY = {
    RecordKind.CONTACT: ("fullname", "description", "birthdate"),
    RecordKind.APPOINTMENT: (
        "subject", "description", "scheduledstart", "scheduleddurationminutes", "prioritycode", "isalldayevent",
    ),
}  # fmt: skip
OF_TEXTS = [Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH]
IN_ORDER = [Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST]
USUAL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def conditions(draw: Any, kind: RecordKind) -> Condition:
    name = draw(st.sampled_from(IN_PLAY[kind]))
    held = HELD[name]
    more = OF_TEXTS if held is TEXTS else [] if name == "isalldayevent" else IN_ORDER
    any_of = [Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.NOT_IN, Operator.IS_EMPTY]
    operator = draw(st.sampled_from([*any_of, *more]))
    if operator is Operator.IS_EMPTY:
        return Condition(name, operator, draw(st.booleans()))
    if operator in (Operator.IN, Operator.NOT_IN):
        return Condition(name, operator, tuple(draw(st.lists(held, max_size=3))))
    return Condition(name, operator, draw(held))


def terms(kind: RecordKind) -> st.SearchStrategy[Term]:
    def wider(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        several = st.lists(inner, max_size=3).map(tuple)
        return st.one_of(several.map(Every), several.map(Some), inner.map(Opposite))

    return st.recursive(conditions(kind), wider, max_leaves=6)


def rows_for(kind: RecordKind, size: int = 12) -> st.SearchStrategy[list[dict[str, Any]]]:
    cells = {name: st.one_of(st.none(), HELD[name]) for name in IN_PLAY[kind]}
    return st.lists(st.fixed_dictionaries(cells), max_size=size)


def holds(term: Term, row: dict[str, Any]) -> bool:
    match term:
        case Every(parts=parts):
            return all(holds(part, row) for part in parts)
        case Some(parts=parts):
            return any(holds(part, row) for part in parts)
        case Opposite(part=part):
            return not holds(part, row)
    value, other = row[term.attribute], term.value
    match term.operator:
        case Operator.IS_EMPTY:
            return (value is None) == other
        case Operator.NOT_EQUALS:
            return value != other
        case Operator.NOT_IN:
            return value not in other
    if value is None:
        return False
    match term.operator:
        case Operator.EQUALS:
            return value == other
        case Operator.IN:
            return value in other
        case Operator.CONTAINS:
            return other.lower() in value.lower()
        case Operator.STARTS_WITH:
            return value.lower().startswith(other.lower())
        case Operator.ENDS_WITH:
            return value.lower().endswith(other.lower())
        case Operator.LESS:
            return value < other
        case Operator.AT_MOST:
            return value <= other
        case Operator.GREATER:
            return value > other
        case Operator.AT_LEAST:
            return value >= other
    raise AssertionError(term)


def key(row: dict[str, Any], order: str | None) -> tuple[Any, str]:
    value = None if order is None else row[order]
    if order in ("subject", "description", "fullname"):
        return (value or "").lower()[:SORTED_BY], row["id"]
    least = {"scheduledstart": FIRST_TIME, "birthdate": date.min}
    return (least.get(order or "", LEAST) if value is None else value), row["id"]


@pytest.fixture
def owner(database: Database) -> str:
    values = {"kind": "USER", "name": "Ada", "role": "USER", "unit_id": "root", "created_at": NOON}
    row = {"id": "ada", "is_disabled": False, "is_default_team": False, "revision": 1, **values}
    database.write_now(PERMIT, lambda connection: connection.execute(insert(table_of(Principal)), [row]))
    return "ada"


def store(connection: Connection, kind: RecordKind, owner: str, rows: list[dict[str, Any]], start: int = 0) -> None:
    for n, row in enumerate(rows, start):
        row.setdefault("id", f"{n:03d}")
    usual = {"owner_id": owner, "version": 1, "statecode": 0, "created_at": NOON, "modified_at": NOON}
    if rows:
        connection.execute(insert(table_of(RECORD_MODELS[kind])), [usual | row for row in rows])


def show(connection: Connection, query: ListQuery, window: Window) -> Page:
    kind = RecordKind(query.listing.name)
    return rows_in(connection, select(*table_of(RECORD_MODELS[kind]).columns), query, window)


def ids(page: Page) -> list[str]:
    return [row.id for row in page.rows]


kinds = pytest.mark.parametrize("kind", IN_PLAY)


@kinds
def test_a_filter_finds_what_it_says(database: Database, owner: str, kind: RecordKind) -> None:
    listing, table = records_of(kind), table_of(RECORD_MODELS[kind])

    @USUAL
    @given(rows=rows_for(kind), term=terms(kind))
    def example(rows: list[dict[str, Any]], term: Term) -> None:
        with database.engine.connect() as connection:
            store(connection, kind, owner, rows)
            query = ListQuery(listing, term)
            found = ids(show(connection, query, Window(100)))
            assert found == [row["id"] for row in rows if holds(term, row)]
            assert count_in(connection, select(table.c.id), query) == len(found)
            connection.rollback()

    example()


@kinds
def test_a_window_shows_what_the_specification_says(database: Database, owner: str, kind: RecordKind) -> None:
    """Relay's algorithm over the whole list, with flags that are right and not just allowed."""
    listing = records_of(kind)

    @USUAL
    @given(data=st.data())
    def example(data: st.DataObject) -> None:
        rows = data.draw(rows_for(kind))
        order, down = data.draw(st.sampled_from([None, *IN_PLAY[kind]])), data.draw(st.booleans())
        query = ListQuery(listing, Every(), order, down)
        with database.engine.connect() as connection:
            store(connection, kind, owner, rows)
            everything = show(connection, query, Window(100))
            whole = ids(everything)
            assert whole == [row["id"] for row in sorted(rows, key=lambda row: key(row, order), reverse=down)]
            places = {row.id: query.place_of(query.text_of(row)) for row in everything.rows}
            marks = st.one_of(st.none(), st.sampled_from(whole)) if whole else st.none()
            after, before = data.draw(marks), data.draw(marks)
            gone = data.draw(st.sets(st.sampled_from(whole), max_size=3)) if whole else set()
            table = table_of(RECORD_MODELS[kind])
            if gone:
                connection.execute(delete(table).where(table.c.id.in_(gone)))
            size, backward = data.draw(st.integers(0, 5)), data.draw(st.booleans())
            ends = [None if mark is None else places[mark] for mark in (after, before)]
            page = show(connection, query, Window(size, backward, *ends))
            start = 0 if after is None else whole.index(after) + 1
            end = len(whole) if before is None else whole.index(before)
            left = [one for one in whole[start:end] if one not in gone]
            wanted = left[max(0, len(left) - size) :] if backward else left[:size]
            assert ids(page) == wanted
            earlier = [one for one in whole[:start] if one not in gone] if after is not None else []
            later = [one for one in whole[end:] if one not in gone] if before is not None else []
            cut = len(wanted) < len(left)
            assert page.has_previous == (bool(earlier) or (backward and cut))
            assert page.has_next == (bool(later) or (not backward and cut))
            connection.rollback()

    example()


@kinds
@pytest.mark.parametrize("backward", [False, True])
def test_pages_hold_every_row_once_while_rows_come_and_go(
    database: Database, owner: str, kind: RecordKind, backward: bool
) -> None:
    listing, table = records_of(kind), table_of(RECORD_MODELS[kind])

    @USUAL
    @given(data=st.data())
    def example(data: st.DataObject) -> None:
        rows, new = data.draw(rows_for(kind)), data.draw(rows_for(kind, 4))
        order, down = data.draw(st.sampled_from([None, *IN_PLAY[kind]])), data.draw(st.booleans())
        term, size = data.draw(terms(kind)), data.draw(st.integers(1, 3))
        query = ListQuery(listing, term, order, down)
        leaving = [f"{n:03d}" for n in data.draw(st.sets(st.integers(0, len(rows)), max_size=3))]
        with database.engine.connect() as connection:
            store(connection, kind, owner, rows)
            walked: list[str] = []
            place = None
            while True:
                page = show(connection, query, Window(size, backward, *((None, place) if backward else (place, None))))
                walked = [*ids(page), *walked] if backward else [*walked, *ids(page)]
                if new:
                    new[-1]["id"] = f"{len(new) * 7 % 100:03d}x"
                    store(connection, kind, owner, [new.pop()])
                if leaving:
                    connection.execute(delete(table).where(table.c.id == leaving.pop()))
                if not (page.has_previous if backward else page.has_next):
                    break
                place = query.place_of(query.text_of(page.rows[0] if backward else page.rows[-1]))
            assert len(set(walked)) == len(walked)
            stayed = [one for one in ids(show(connection, query, Window(100))) if len(one) == 3]
            assert [one for one in walked if one in stayed] == stayed
            connection.rollback()

    example()


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "9" * 200, '["2026-01-01", "id"]', '["2026-01-01T00:00:00+02:00", "id"]', "[" * 900, '[1, "id"]'],
)
def test_what_is_no_place_in_an_order_is_refused(text: str) -> None:
    listing = records_of(RecordKind.APPOINTMENT)
    query = ListQuery(listing, Every(), "scheduledstart")
    row = type("Row", (), {"id": "id", "sort_key": NOON})()
    mark = query.text_of(row).partition("[")[0]

    assert query.place_of(query.text_of(row)).id == "id"
    with pytest.raises(ValueError):
        query.place_of(mark + text)
    for other in (
        ListQuery(listing, Every(), "scheduledstart", descending=True),
        ListQuery(listing, Every(), "scheduledend"),
        ListQuery(records_of(RecordKind.SERVICE_ACTIVITY), Every(), "scheduledstart"),
        ListQuery(listing),
    ):
        with pytest.raises(ValueError):
            other.place_of(query.text_of(row))
