"""Directions narrowed by rights, and every check behind it."""

import pytest

from fieldsync.core.access import Grant, RecordFacts, SecuredColumn, Standing
from fieldsync.core.effective import (
    Blocked,
    BlockedReason,
    CheckStage,
    FieldRights,
    Refusal,
    effective,
    field_rights,
    flow_checks,
)
from fieldsync.core.privileges import AccessLevel, ColumnRights, Privilege
from fieldsync.core.values import Direction, RecordKind

KIND = RecordKind.CONTACT
BOTH, TO_OUTLOOK, TO_CRM, NONE = Direction.BOTH, Direction.TO_OUTLOOK, Direction.TO_CRM, Direction.NONE


def refusal(reason: BlockedReason) -> Refusal:
    return Refusal(CheckStage.COLUMN, reason, "the rule", "the remedy")


READ, CREATE, UPDATE = (refusal(one) for one in list(BlockedReason)[:3])


@pytest.mark.parametrize(
    ("configured", "rights", "left", "new", "blocked"),
    [
        (BOTH, FieldRights(), BOTH, BOTH, ()),
        (BOTH, FieldRights(read=READ), TO_CRM, TO_CRM, ((TO_OUTLOOK, READ),)),
        (BOTH, FieldRights(update=UPDATE), TO_OUTLOOK, BOTH, ((TO_CRM, UPDATE),)),
        (BOTH, FieldRights(create=CREATE), BOTH, TO_OUTLOOK, ((TO_CRM, CREATE),)),
        (BOTH, FieldRights(READ, CREATE, UPDATE), NONE, NONE, ((TO_OUTLOOK, READ), (TO_CRM, UPDATE), (TO_CRM, CREATE))),
        (TO_OUTLOOK, FieldRights(create=CREATE, update=UPDATE), TO_OUTLOOK, TO_OUTLOOK, ()),
        (TO_CRM, FieldRights(read=READ), TO_CRM, TO_CRM, ()),
        (NONE, FieldRights(READ, CREATE, UPDATE), NONE, NONE, ()),
    ],
)
def test_rights_only_take_away_what_was_configured(configured, rights, left, new, blocked) -> None:
    result = effective(configured, rights)

    assert (result.direction, result.for_new) == (left, new)
    assert result.blocked == tuple(Blocked(*entry) for entry in blocked)


def standing(*privileges: Privilege, secured: dict[str, SecuredColumn] | None = None, **more) -> Standing:
    grant = Grant(AccessLevel.USER, "me", "unit", personal=True, role="Sales")
    return Standing(
        "me",
        grants={(KIND, privilege): (grant,) for privilege in privileges},
        columns={KIND: secured or {}},
        **more,
    )


ALL = (Privilege.READ, Privilege.CREATE, Privilege.WRITE)


def reasons(rights: FieldRights) -> list[tuple[CheckStage, BlockedReason]]:
    return [(one.stage, one.reason) for one in (rights.read, rights.create, rights.update) if one]


def test_a_missing_privilege_comes_before_everything_else() -> None:
    me = standing(Privilege.READ, secured={"jobtitle": SecuredColumn(ColumnRights())})

    found = field_rights(me, KIND, ["jobtitle"])

    assert reasons(found) == [
        (CheckStage.COLUMN, BlockedReason.NO_READ),
        (CheckStage.ROLE, BlockedReason.NO_CREATE),
        (CheckStage.ROLE, BlockedReason.NO_UPDATE),
    ]


def test_a_record_out_of_reach_comes_before_its_columns() -> None:
    secured = {"jobtitle": SecuredColumn(ColumnRights(read=True))}
    record = RecordFacts("r", "somebody", "elsewhere")

    found = field_rights(standing(*ALL, secured=secured), KIND, ["jobtitle"], record)

    assert (CheckStage.RECORD, BlockedReason.NO_READ) in reasons(found)
    assert (CheckStage.RECORD, BlockedReason.NO_UPDATE) in reasons(found)


def test_what_cannot_be_read_cannot_be_changed_either() -> None:
    theirs = RecordFacts("r", "somebody", "unit", {"me": frozenset({Privilege.WRITE})})

    rights = field_rights(standing(*ALL), KIND, ["jobtitle"], theirs)

    assert rights.update is not None
    assert (rights.update.stage, rights.update.reason) == (CheckStage.RECORD, BlockedReason.NO_UPDATE)
    shared = RecordFacts("r", "somebody", "unit", {"me": frozenset({Privilege.READ, Privilege.WRITE})})
    assert field_rights(standing(*ALL), KIND, ["jobtitle"], shared).update is None


@pytest.mark.parametrize(
    ("rights", "mask_keep", "blocked"),
    [
        (ColumnRights(read=True, create=True, update=True), None, []),
        (ColumnRights(read=True, update=True), None, [BlockedReason.NO_CREATE]),
        (ColumnRights(read=True), 4, [BlockedReason.NO_READ, BlockedReason.NO_CREATE, BlockedReason.NO_UPDATE]),
        (ColumnRights(read=True, unmasked=True, create=True, update=True), 4, []),
    ],
)
def test_each_use_of_a_secured_column_wants_its_own_right(rights, mask_keep, blocked) -> None:
    found = field_rights(standing(*ALL, secured={"jobtitle": SecuredColumn(rights, mask_keep)}), KIND, ["jobtitle"])

    assert [reason for _, reason in reasons(found)] == blocked


def test_a_composite_wants_the_right_on_each_of_its_columns() -> None:
    secured = {"address1_city": SecuredColumn(ColumnRights(update=True, create=True))}

    found = field_rights(standing(*ALL, secured=secured), KIND, ["address1_line1", "address1_city"])

    assert [reason for _, reason in reasons(found)] == [BlockedReason.NO_READ]


def test_a_grant_on_one_record_opens_the_column_there_and_nowhere_else() -> None:
    me = standing(
        *ALL,
        secured={"jobtitle": SecuredColumn(ColumnRights())},
        column_grants={KIND: {"jobtitle": {"r": ColumnRights(read=True)}}},
    )

    here = field_rights(me, KIND, ["jobtitle"], RecordFacts("r", "me", "unit"))
    there = field_rights(me, KIND, ["jobtitle"], RecordFacts("s", "me", "unit"))

    assert [reason for _, reason in reasons(here)] == [BlockedReason.NO_CREATE, BlockedReason.NO_UPDATE]
    assert BlockedReason.NO_READ in [reason for _, reason in reasons(there)]


def test_an_administrator_passes_every_check() -> None:
    admin = Standing("admin", administrator=True, columns={KIND: {"jobtitle": SecuredColumn(ColumnRights())}})

    assert field_rights(admin, KIND, ["jobtitle"]) == FieldRights()
    assert all(check.passed for check in flow_checks(admin, KIND, ["jobtitle"], RecordFacts("r", "x", "y")))


def test_every_check_that_fails_has_a_remedy_and_names_its_rule() -> None:
    checks = flow_checks(standing(secured={"jobtitle": SecuredColumn(ColumnRights())}), KIND, ["jobtitle"], None)

    failed = [check for check in checks if not check.passed]
    assert {(check.stage, check.flow) for check in failed} == {
        (CheckStage.ROLE, TO_OUTLOOK), (CheckStage.ROLE, TO_CRM),
        (CheckStage.COLUMN, TO_OUTLOOK), (CheckStage.COLUMN, TO_CRM),
    }  # fmt: skip
    assert all(check.remedy and check.rule for check in failed)
