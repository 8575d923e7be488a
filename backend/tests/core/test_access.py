"""Which records a privilege reaches: levels, ownership, teams, shares and the hierarchy."""

import pytest

from fieldsync.core.access import Grant, RecordFacts, SecuredColumn, Standing, Way, mask_of, reach
from fieldsync.core.privileges import AccessLevel, ColumnRights, Privilege
from fieldsync.core.values import RecordKind

KIND = RecordKind.CONTACT
READ, WRITE = Privilege.READ, Privilege.WRITE
MINE = RecordFacts("mine", "me", "north")
TEAMS = RecordFacts("teams", "team", "east")
NEAR = RecordFacts("near", "colleague", "north")
BELOW = RecordFacts("below", "deep", "city")
FAR = RecordFacts("far", "stranger", "south")
SHARED = RecordFacts("shared", "stranger", "south", {"me": frozenset({READ})})
SHARED_WITH_TEAM = RecordFacts("shared to team", "stranger", "south", {"team": frozenset({READ, WRITE})})
RECORDS = (MINE, TEAMS, NEAR, BELOW, FAR, SHARED, SHARED_WITH_TEAM)


def person(*grants: Grant, privilege: Privilege = READ, **more) -> Standing:
    return Standing(
        "me",
        team_ids=frozenset({"team"}),
        grants={(KIND, privilege): grants} if grants else {},
        subtrees={"north": frozenset({"north", "city"})},
        **more,
    )


def mine(level: AccessLevel) -> Grant:
    return Grant(level, "me", "north", personal=True, role="r")


def teams(level: AccessLevel, *, personal: bool) -> Grant:
    return Grant(level, "team", "east", personal=personal, role="r", team="Team")


def reached(standing: Standing, privilege: Privilege = READ) -> set[str]:
    found = reach(standing, KIND, privilege)
    return {record.id for record in RECORDS if found.way(record, privilege)}


@pytest.mark.parametrize(
    ("level", "ids"),
    [
        (AccessLevel.USER, {"mine", "teams", "shared", "shared to team"}),
        (AccessLevel.BUSINESS_UNIT, {"mine", "teams", "near", "shared", "shared to team"}),
        (AccessLevel.PARENT_CHILD, {"mine", "teams", "near", "below", "shared", "shared to team"}),
        (AccessLevel.ORGANIZATION, {record.id for record in RECORDS}),
    ],
)
def test_each_level_includes_the_narrower_ones(level: AccessLevel, ids: set[str]) -> None:
    assert reached(person(mine(level))) == ids


def test_without_the_privilege_neither_ownership_nor_a_share_opens_anything() -> None:
    assert reached(person()) == set()
    assert reached(person(mine(AccessLevel.ORGANIZATION)), WRITE) == set()


def test_a_share_opens_what_it_is_for() -> None:
    assert reached(person(mine(AccessLevel.USER), privilege=WRITE), WRITE) == {"mine", "teams", "shared to team"}


def test_a_team_role_with_direct_inheritance_covers_the_members_own() -> None:
    assert reached(person(teams(AccessLevel.USER, personal=True))) == {"mine", "teams", "shared", "shared to team"}


def test_a_team_role_for_the_team_only_covers_the_teams_records_alone() -> None:
    assert reached(person(teams(AccessLevel.USER, personal=False))) == {"teams", "shared to team"}


def test_rights_of_several_roles_add_up() -> None:
    both = person(mine(AccessLevel.USER), Grant(AccessLevel.BUSINESS_UNIT, "team", "south", personal=False, role="r"))

    assert reached(both) == {"mine", "teams", "far", "shared", "shared to team"}


def test_a_direct_superior_reads_and_writes_and_one_further_up_only_reads() -> None:
    for privilege, ids in ((READ, {"near", "far"}), (WRITE, {"near"}), (Privilege.DELETE, set())):
        boss = person(
            mine(AccessLevel.USER),
            privilege=privilege,
            reports=frozenset({"colleague"}),
            further=frozenset({"stranger"}),
        )
        assert reached(boss, privilege) & {"near", "far"} == ids


def test_a_superior_without_the_privilege_sees_nothing_of_the_reports() -> None:
    assert reached(person(reports=frozenset({"colleague"}))) == set()


def test_an_administrator_reaches_everything() -> None:
    found = reach(Standing("admin", administrator=True), KIND, Privilege.DELETE)

    assert {found.way(record, Privilege.DELETE) for record in RECORDS} == {Way.ORGANIZATION}


def test_a_new_record_may_belong_to_whom_the_level_covers_and_shares_do_not_count() -> None:
    own, unit = (reach(person(mine(level), privilege=Privilege.CREATE), KIND, Privilege.CREATE)
                 for level in (AccessLevel.USER, AccessLevel.BUSINESS_UNIT))  # fmt: skip

    assert (own.shared_with, unit.shared_with) == (frozenset(), frozenset())
    assert own.way(MINE, Privilege.CREATE) is Way.OWNER
    assert own.way(NEAR, Privilege.CREATE) is None
    assert unit.way(NEAR, Privilege.CREATE) is Way.UNIT


def test_a_mask_keeps_withheld_and_masked_apart() -> None:
    standing = Standing(
        "me",
        columns={
            KIND: {
                "closed": SecuredColumn(ColumnRights()),
                "stars": SecuredColumn(ColumnRights(read=True, update=True), mask_keep=4),
                "plain": SecuredColumn(ColumnRights(read=True, unmasked=True, create=True, update=True), mask_keep=4),
                "both": SecuredColumn(ColumnRights(), mask_keep=0),
            }
        },
        column_grants={KIND: {"closed": {"r": ColumnRights(read=True)}}},
    )

    mask = mask_of(standing, KIND)

    assert mask.withheld == {"closed", "both"}
    assert mask.masked == {"stars": 4, "both": 0}
    assert mask.withheld_on("r") == {"both"}
    assert mask.fixed == {"closed", "both"}
    assert mask.unfillable == {"closed", "stars", "both"}
