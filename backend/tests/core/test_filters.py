"""Definitions of filters: what is valid, how they are stored, what they depend on, what they mean."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fieldsync.core.filters import (
    OPERATORS,
    ColumnType,
    FilterTooLarge,
    Group,
    Joint,
    Operator,
    OperatorNotFit,
    Row,
    UnknownAttribute,
    ValueNotFit,
    as_stored,
    faults,
    from_stored,
    in_words,
    only_mine,
    unreadable,
)
from fieldsync.core.matching import Me, Today, evaluate

COLUMNS = {
    "ownerid": ColumnType.OWNER,
    "statecode": ColumnType.NUMBER,
    "subject": ColumnType.TEXT,
    "start": ColumnType.TIME,
    "birthdate": ColumnType.DATE,
    "allday": ColumnType.FLAG,
    "organizer": ColumnType.PEOPLE,
    "requiredattendees": ColumnType.PEOPLE,
    "optionalattendees": ColumnType.PEOPLE,
    "participants": ColumnType.PARTICIPANTS,
}
ME = Me("me", frozenset({"crew"}), frozenset({"ada@example.com"}))
MINE = Row("ownerid", Operator.IS_ME)
OPEN = Row("statecode", Operator.EQUALS, "0")
BERLIN = ZoneInfo("Europe/Berlin")


def holds(row: Row, today: Today | None = None, **cells: str) -> bool:
    return evaluate(Group(rows=(row,)), COLUMNS, cells, ME, today or Today(date(2026, 3, 1)))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row("salary", Operator.EQUALS, "1"), UnknownAttribute),
        (Row("subject", Operator.GREATER, "1"), OperatorNotFit),
        (Row("ownerid", Operator.EQUALS, "me"), OperatorNotFit),
        (Row("subject", Operator.EQUALS), ValueNotFit),
        (Row("subject", Operator.EQUALS, "x" * 401), ValueNotFit),
        (Row("subject", Operator.CONTAINS, "a\x00b"), ValueNotFit),
        (Row("subject", Operator.CONTAINS, "\ud800"), ValueNotFit),
        (Row("subject", Operator.IS_EMPTY, "x"), ValueNotFit),
        (Row("statecode", Operator.EQUALS, "open"), ValueNotFit),
        (Row("statecode", Operator.EQUALS, "99999999999"), ValueNotFit),
        (Row("start", Operator.ON, "2026-13-01"), ValueNotFit),
        (Row("start", Operator.ON, "0001-01-01"), ValueNotFit),
        (Row("start", Operator.LAST_DAYS, "0"), ValueNotFit),
        (Row("start", Operator.NEXT_DAYS, "ten"), ValueNotFit),
        (Row("allday", Operator.EQUALS, "yes"), ValueNotFit),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_its_place(row: Row, fault: type) -> None:
    found = faults(Group(groups=(Group(rows=(OPEN, row)),)), COLUMNS)

    assert [type(one) for one in found] == [fault]
    assert found[0].path[:4] == ("groups", "0", "rows", "1")


def test_filters_that_are_too_large_or_too_deep_are_refused() -> None:
    deep = Group(rows=(OPEN,))
    for _ in range(4):
        deep = Group(groups=(deep,))

    assert [type(one) for one in faults(Group(rows=(OPEN,) * 51), COLUMNS)] == [FilterTooLarge]
    assert [type(one) for one in faults(deep, COLUMNS)] == [FilterTooLarge]


def test_any_of_nothing_is_refused_and_all_of_nothing_is_every_record() -> None:
    assert [type(one) for one in faults(Group(Joint.ANY), COLUMNS)] == [ValueNotFit]
    assert faults(Group(), COLUMNS) == []
    assert evaluate(Group(), COLUMNS, {}, ME, Today(date(2026, 3, 1)))


def test_every_type_has_operators_and_every_operator_a_type() -> None:
    assert set(OPERATORS) == set(ColumnType)
    assert {one for fitting in OPERATORS.values() for one in fitting} == set(Operator)


def test_a_definition_comes_back_from_how_it_is_stored() -> None:
    one = Group(Joint.ANY, (MINE,), (Group(rows=(OPEN, Row("subject", Operator.CONTAINS, "x"))),))

    assert from_stored(as_stored(one)) == one


def test_a_filter_is_told_in_words() -> None:
    one = Group(rows=(MINE,), groups=(Group(Joint.ANY, (OPEN, Row("start", Operator.LAST_DAYS, "7"))),))

    assert in_words(one, {"ownerid": "Owner"}) == "Owner is me and (statecode is 0 or start is within the last 7 days)"
    assert in_words(Group(), {}) == "every record"


@pytest.mark.parametrize(
    ("definition", "mine"),
    [
        (Group(rows=(MINE, OPEN)), True),
        (Group(rows=(OPEN,)), False),
        (Group(), False),
        (Group(Joint.ANY, (MINE, OPEN)), False),
        (Group(Joint.ANY, (MINE,), (Group(rows=(MINE, OPEN)),)), True),
        (Group(groups=(Group(Joint.ANY, (MINE,)),)), True),
        (Group(rows=(Row("participants", Operator.IS_ME),)), False),
    ],
)
def test_it_is_known_whether_only_ones_own_records_can_match(definition: Group, mine: bool) -> None:
    assert only_mine(definition) is mine


def test_participants_are_three_columns_to_whoever_may_not_read_one() -> None:
    one = Group(rows=(Row("participants", Operator.IS_ME), OPEN))

    assert unreadable(one, {"organizer", "subject"}) == ("organizer",)


@pytest.mark.parametrize(
    ("row", "cell", "expected"),
    [
        (Row("subject", Operator.EQUALS, "straße"), "STRASSE", False),
        (Row("subject", Operator.EQUALS, "Émile"), "éMILE", True),
        (Row("subject", Operator.NOT_EQUALS, "x"), "", True),
        (Row("subject", Operator.CONTAINS, "50%"), "at 50% off", True),
        (Row("subject", Operator.CONTAINS, "50%"), "at 501 off", False),
        (Row("subject", Operator.BEGINS_WITH, "_a"), "xab", False),
        (Row("statecode", Operator.NOT_EQUALS, "1"), "", True),
        (Row("statecode", Operator.LESS, "1"), "", False),
        (Row("allday", Operator.EQUALS, "false"), "", True),
        (Row("birthdate", Operator.BEFORE, "1980-01-01"), "", False),
        (Row("birthdate", Operator.AFTER, "1980-01-01"), "1980-01-01", False),
        (Row("birthdate", Operator.AFTER, "1980-01-01"), "1980-01-02", True),
        (Row("ownerid", Operator.IS_MY_TEAM), "crew", True),
        (Row("ownerid", Operator.IS_ME), "other", False),
        (Row("organizer", Operator.IS_ME), "Ada <ADA@example.com>", True),
        (Row("organizer", Operator.IS_ME), "Bad Ada <bada@example.com>", False),
        (Row("organizer", Operator.IS_ME), "ada@example.com.evil", False),
        (Row("organizer", Operator.IS_ME), "MAILTO:ada@example.com", True),
    ],
    ids=str,
)
def test_a_row_holds_or_does_not(row: Row, cell: str, expected: bool) -> None:
    assert holds(row, **{row.attribute: cell}) is expected


def test_organizer_and_attendees_are_participants() -> None:
    row = Row("participants", Operator.IS_ME)

    assert holds(row, optionalattendees="Bob <bob@example.com>; Ada <ada@example.com>")
    assert not holds(row, requiredattendees="bob@example.com", organizer="Ada")


def test_relative_days_are_those_of_the_zone_and_include_today() -> None:
    late = Today.of(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), BERLIN)  # the 2nd in Berlin
    last, ahead = Row("start", Operator.LAST_DAYS, "1"), Row("start", Operator.NEXT_DAYS, "1")

    assert late.day == date(2026, 3, 2)
    assert not holds(last, late, start="2026-02-28T22:59:59Z")
    assert holds(last, late, start="2026-02-28T23:00:00Z")
    assert holds(last, late, start="2026-03-02T22:59:59Z")
    assert not holds(last, late, start="2026-03-02T23:00:00Z")
    assert holds(ahead, late, start="2026-03-03T22:59:59Z")
    assert not holds(ahead, late, start="2026-03-03T23:00:00Z")
