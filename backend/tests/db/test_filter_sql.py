"""Filters as SQL say what ``core.matching`` says, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from authority import NOON, PERMIT
from fieldsync.core.filters import (
    OPERATORS,
    OWNER,
    RELATIVE,
    WITHOUT_VALUE,
    ColumnType,
    Group,
    Joint,
    Row,
    faults,
)
from fieldsync.core.matching import Me, Today, evaluate
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.filter_sql import column_of, filter_columns, predicate
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.records import from_text
from fieldsync.db.tables import Principal

ME = Me("me", frozenset({"crew"}), frozenset({"ada@example.com", "a%da@example.com"}))
TODAY = Today.of(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
PEOPLE = ("me", "other", "crew")
IN_PLAY = {
    RecordKind.CONTACT: ("ownerid", "statecode", "modifiedon", "fullname", "description", "birthdate"),
    RecordKind.APPOINTMENT: (
        "ownerid", "statecode", "scheduledstart", "isalldayevent", "prioritycode", "subject", "organizer",
        "requiredattendees", "participants",
    ),
}  # fmt: skip
# Letters whose small form both databases and Python agree on, and everything that LIKE takes for something else.
TEXTS = st.text("aAbÄäéÉΔδЖж %_/\\'\"<>;,@.0\n", max_size=6)
ADDRESSES = st.sampled_from(
    ["Ada <ADA@example.com>", "ada@example.com", "bob@example.com; Ada <ada@example.com>", "bada@example.com", "Ada",
     "mailto:ada@example.com,bob@x.y", "a%da@example.com", "axda@example.com", ""]
)  # fmt: skip
FIRST = datetime(2026, 2, 26, tzinfo=UTC)
DAYS = st.dates(date(2026, 2, 25), date(2026, 3, 6)).map(str)
MOMENTS = st.integers(0, 7 * 86_400).map(lambda n: f"{(FIRST + timedelta(seconds=n)).isoformat()[:19]}Z")
NUMBERS = st.integers(-2, 3).map(str)
CELLS: dict[ColumnType, Any] = {
    ColumnType.TEXT: TEXTS,
    ColumnType.NUMBER: NUMBERS,
    ColumnType.FLAG: st.sampled_from(["true", "false"]),
    ColumnType.DATE: DAYS,
    ColumnType.TIME: MOMENTS,
    ColumnType.OWNER: st.sampled_from(PEOPLE),
    ColumnType.PEOPLE: ADDRESSES,
}
NEVER_EMPTY = {"ownerid", "statecode", "createdon", "modifiedon"}


@st.composite
def rows(draw: st.DrawFn, kind: RecordKind) -> Row:
    attribute = draw(st.sampled_from(IN_PLAY[kind]))
    holds = filter_columns(kind)[attribute]
    operator = draw(st.sampled_from(OPERATORS[holds]))
    if operator in WITHOUT_VALUE:
        return Row(attribute, operator)
    if operator in RELATIVE:
        return Row(attribute, operator, str(draw(st.integers(1, 4))))
    values = DAYS if holds is ColumnType.TIME else CELLS[holds]
    return Row(attribute, operator, draw(values.filter(bool)))


def groups(kind: RecordKind) -> st.SearchStrategy[Group]:
    leaf = st.builds(
        Group, st.sampled_from(Joint), st.lists(rows(kind), min_size=1, max_size=3).map(tuple), st.just(())
    )
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            Group,
            st.sampled_from(Joint),
            st.lists(rows(kind), max_size=2).map(tuple),
            st.lists(inner, min_size=1, max_size=2).map(tuple),
        ),
        max_leaves=3,
    )


@st.composite
def cells_of(draw: st.DrawFn, kind: RecordKind) -> dict[str, str]:
    cells = {}
    for name in IN_PLAY[kind]:
        holds = filter_columns(kind)[name]
        if holds is not ColumnType.PARTICIPANTS:
            empty = name not in NEVER_EMPTY and draw(st.integers(0, 3)) == 0
            cells[name] = "" if empty else draw(CELLS[holds])
    return cells


def stored(kind: RecordKind, record_id: str, cells: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": record_id, "version": 1, "created_at": NOON, "modified_at": NOON}
    row |= {column_of(kind, name).name: from_text(column_of(kind, name), text) for name, text in cells.items()}
    return {"statecode": 0, "owner_id": "me"} | row


@pytest.fixture
def peopled(database: Database) -> Database:
    def unit(connection: Connection) -> None:
        for who in PEOPLE:
            connection.execute(
                insert(table_of(Principal)).values(
                    id=who, kind="USER", user_name=who, name=who, role="USER", unit_id="root", is_disabled=False,
                    is_default_team=False, revision=1, created_at=NOON,
                )
            )  # fmt: skip

    database.write_now(PERMIT, unit)
    return database


class Undo(Exception):
    pass


@pytest.mark.parametrize("kind", IN_PLAY)
def test_a_filter_means_the_same_in_sql_and_here(peopled: Database, kind: RecordKind) -> None:
    columns, table = filter_columns(kind), table_of(RECORD_MODELS[kind])

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(
        st.lists(cells_of(kind), min_size=1, max_size=4),
        st.lists(groups(kind), min_size=3, max_size=6),
    )
    def check(held: list[dict[str, str]], definitions: list[Group]) -> None:
        def unit(connection: Connection) -> None:
            connection.execute(insert(table), [stored(kind, f"r{n}", one) for n, one in enumerate(held)])
            for definition in definitions:
                assert faults(definition, columns) == []
                where = predicate(kind, definition, ME, TODAY)
                found = set(connection.scalars(select(table.c.id).where(where)))
                others = set(connection.scalars(select(table.c.id).where(~where)))
                wanted = {f"r{n}" for n, one in enumerate(held) if evaluate(definition, columns, one, ME, TODAY)}
                assert found == wanted, definition
                assert others == {f"r{n}" for n in range(len(held))} - wanted, "the opposite is not the opposite"
            raise Undo

        with pytest.raises(Undo):
            peopled.write_now(PERMIT, unit)

    check()


def test_every_attribute_can_be_asked_for_by_every_operator_of_its_type(peopled: Database) -> None:
    def unit(connection: Connection) -> None:
        for kind in RecordKind:
            table = table_of(RECORD_MODELS[kind])
            for attribute, holds in filter_columns(kind).items():
                for operator in OPERATORS[holds]:
                    value = "" if operator in WITHOUT_VALUE else "3" if operator in RELATIVE else _value(holds)
                    one = Group(rows=(Row(attribute, operator, value),))
                    assert faults(one, filter_columns(kind)) == []
                    connection.execute(select(table.c.id).where(predicate(kind, one, ME, TODAY)))

    peopled.read_now(unit)


def _value(holds: ColumnType) -> str:
    samples = {ColumnType.NUMBER: "1", ColumnType.FLAG: "true", ColumnType.DATE: "2026-03-01"}
    return samples.get(holds, "2026-03-01")


def test_the_owner_is_asked_for_by_its_own_column() -> None:
    assert column_of(RecordKind.TASK, OWNER).name == "owner_id"
