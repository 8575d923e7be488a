"""Lists within objects: members, holders and versions, in pages of their own within every object of a list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, update

from api.desk import Desk
from api.office import Office
from fieldsync.db.columns import table_of
from fieldsync.db.repo import field_profiles, profiles, roles, teams
from fieldsync.db.tables import Principal

PAGE = "totalCount edges{cursor node{name}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}"
LISTS = {
    "role": ("{securityRoles(first: 9){nodes{id it: holders(%s){%s}}}}", "securityRoles"),
    "field profile": ("{fieldProfiles(first: 9){nodes{id it: members(%s){%s}}}}", "fieldProfiles"),
    "team": ("{principals(first: 99, kind: ACCESS_TEAM){nodes{id rights{it: members(%s){%s}}}}}", "principals"),
    "profile": ("{profiles{id it: members(%s){%s}}}", "profiles"),
}
OBJECTS = 4
PEOPLE = ["Ann", "ann", "Bob", "Bob", "Bob"]
"""Names that tie, in capitals and small letters."""


@pytest.fixture
async def shared(office: Office) -> Office:
    """Four teams, roles, field profiles and profiles, each with the same five people."""
    desk = Desk(office)
    people = [raw((await desk.user(f"user{n}", name=name))["id"]) for n, name in enumerate(PEOPLE)]
    profile = 'mutation{it: profileCreate(input: {name: "Profile %s"}){profile{id}}}'
    for n in range(OBJECTS):
        team = raw((await desk.team(f"Team {n}", kind="ACCESS_TEAM"))["id"])
        made = [
            (roles.given, raw((await desk.ask("securityRoleCreate", name=f"Role {n}"))["id"])),
            (field_profiles.given, raw((await desk.ask("fieldProfileCreate", name=f"Opened {n}"))["id"])),
            (profiles.given, raw((await office.data("admin", profile % n))["it"]["profile"]["id"])),
        ]
        office.write(lambda connection, team=team: teams.set_members(connection, team, people))
        for given, one in made:
            office.write(lambda connection, given=given, one=one: given.set_holders(connection, one, people))
    return office


def raw(one: str) -> str:
    """An id as rows carry it."""
    return one.partition(":")[2]


@contextmanager
def counting(office: Office) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(*about: Any) -> None:
        if about[2].lstrip().startswith("SELECT"):
            sent.append(about[2])

    event.listen(office.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.database.engine, "before_cursor_execute", note)


async def pages(office: Office, kind: str, arguments: str = "first: 9", who: str = "admin") -> dict[str, Any]:
    """The list within each object that has five members, by the object."""
    query, root = LISTS[kind]
    found = (await office.data(who, query % (arguments, PAGE)))[root]
    nodes = found if kind == "profile" else found["nodes"]
    lists = {node["id"]: node["rights"]["it"] if kind == "team" else node["it"] for node in nodes}
    return {key: page for key, page in lists.items() if page["totalCount"] == len(PEOPLE)}


def places(page: Any) -> list[str]:
    return [edge["cursor"] for edge in page["edges"]]


@pytest.mark.parametrize("kind", LISTS)
async def test_members_are_paged_both_ways_over_ties_within_each_of_many_objects(shared: Office, kind: str) -> None:
    whole = await pages(shared, kind)
    [one, *others] = whole.values()
    every = places(one)
    forward, backward, after, before = list[str](), list[str](), "", ""
    for left in (3, 1, 0):
        first = await pages(shared, kind, f"first: 2{after}")
        last = await pages(shared, kind, f"last: 2{before}")
        for page in first.values():
            assert page["pageInfo"]["hasNextPage"] == (left > 0)
            assert page["pageInfo"]["hasPreviousPage"] == bool(after)
        for page in last.values():
            assert page["pageInfo"]["hasPreviousPage"] == (left > 0)
        [some, *same] = first.values()
        assert all(places(page) == places(some) for page in same)
        [end, *_] = last.values()
        forward, backward = forward + places(some), places(end) + backward
        after, before = f', after: "{places(some)[-1]}"', f', before: "{places(end)[0]}"'

    assert len(whole) == OBJECTS
    assert [edge["node"]["name"].lower() for edge in one["edges"]] == ["ann", "ann", "bob", "bob", "bob"]
    assert all(places(other) == every for other in others)
    assert forward == backward == every
    assert len(set(every)) == len(PEOPLE)
    assert (one["pageInfo"]["startCursor"], one["pageInfo"]["endCursor"]) == (every[0], every[-1])


@pytest.mark.parametrize("kind", LISTS)
async def test_members_of_many_objects_cost_as_many_statements_as_those_of_one(shared: Office, kind: str) -> None:
    [page, *_] = (await pages(shared, kind)).values()
    middle = page["edges"][2]["cursor"]
    few = LISTS[kind][0].replace("first: 9)", "first: 1)").replace("first: 99", "first: 1")
    for arguments in ("first: 2", f'first: 1, after: "{middle}"', f'last: 9, before: "{middle}"'):
        with counting(shared) as of_many:
            assert len(await pages(shared, kind, arguments)) == OBJECTS
        with counting(shared) as of_one:
            await shared.data("admin", few % (arguments, PAGE))

        assert sum("row_number" in one for one in of_many) == 1, of_many
        assert len(of_many) <= len(of_one), of_many


async def test_a_user_sees_of_holders_oneself_and_ones_teams_in_every_page_and_count(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    everybody = [desk.id_of(name) for name in ("sales", "manager", "admin")] + ["principal:root-team"]
    await desk.ask("fieldProfileUpdate", fieldProfileId=made["id"], memberIds=everybody, expectedRevision=1)
    query = """{viewer{principal{rights{fieldProfiles{members(%s){
      totalCount nodes{name} pageInfo{hasNextPage endCursor}}}}}}}"""

    async def seen(arguments: str) -> Any:
        found = await office.data("sales", query % arguments)
        [profile] = found["viewer"]["principal"]["rights"]["fieldProfiles"]
        return profile["members"]

    first, last = await seen("first: 1"), await seen("last: 1")
    rest = await seen(f'first: 9, after: "{first["pageInfo"]["endCursor"]}"')

    assert [one["totalCount"] for one in (first, last, rest)] == [2, 2, 2]
    assert [[node["name"] for node in one["nodes"]] for one in (first, last, rest)] == [
        ["Organization"], ["Sales"], ["Sales"],
    ]  # fmt: skip
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    hidden = await office.data("sales", "{profiles{members(first: 0){totalCount}}}")
    assert {one["members"] for one in hidden["profiles"]} == {None}


async def test_a_users_own_rights_name_no_members(office: Office) -> None:
    query = "{viewer{principal{rights{members{totalCount nodes{id} pageInfo{hasNextPage}}}}}}"

    found = (await office.data("sales", query))["viewer"]["principal"]["rights"]["members"]

    assert found == {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False}}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [("first: 1001", ["first"]), ("first: 1, last: 1", ["last"]), ('after: "?"', ["after"]), ("last: -1", ["last"])],
)
async def test_a_page_within_an_object_that_cannot_be_is_refused(
    office: Office, arguments: str, path: list[str]
) -> None:
    for asked in ("securityRoles{nodes{holders(%s){totalCount}}}", "profiles{versions(%s){totalCount}}"):
        answer = await office.ask("admin", "{" + asked % arguments + "}")

        assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "path": path}


async def published(office: Office, times: int) -> None:
    """Publish one direction after the other, so that each version says what it changed."""
    change = """mutation($profile: ID!, $changes: [MappingDirectionChange!]!){
      mappingDirectionsSet(input: {profileId: $profile, publish: true, changes: $changes}){errors{code message}}}"""
    for n in range(times):
        ways = ["TO_OUTLOOK", "BOTH"]
        one = {"mappingId": "mapping:default:CONTACT.jobtitle", "direction": ways[n % 2], "expectedRevision": n + 1}
        made = await office.data("admin", change, profile="profile:default", changes=[one])
        assert made["mappingDirectionsSet"]["errors"] == []


async def test_versions_are_paged_newest_first_each_with_what_it_changed(office: Office) -> None:
    await published(office, 4)
    query = """{profiles{versions(%s){totalCount pageInfo{hasNextPage hasPreviousPage endCursor startCursor}
      nodes{number changes{before after}}}}}"""

    async def page(arguments: str) -> Any:
        return (await office.data("sales", query % arguments))["profiles"][0]["versions"]

    whole = (await page("first: 9"))["nodes"]
    first = await page("first: 2")
    rest = await page(f'first: 9, after: "{first["pageInfo"]["endCursor"]}"')
    back = await page(f'last: 1, before: "{rest["pageInfo"]["startCursor"]}"')
    oldest = await page("last: 2")

    assert [one["number"] for one in whole] == [5, 4, 3, 2, 1]
    there, again = {"before": "BOTH", "after": "TO_OUTLOOK"}, {"before": "TO_OUTLOOK", "after": "BOTH"}
    assert [one["changes"] for one in whole] == [[again], [there], [again], [there], []]
    assert first["nodes"] + rest["nodes"] == whole
    assert (back["nodes"], oldest["nodes"]) == (whole[1:2], whole[3:])
    assert {one["totalCount"] for one in (first, rest, back, oldest)} == {5}
    flags = [(one["pageInfo"]["hasPreviousPage"], one["pageInfo"]["hasNextPage"]) for one in (first, rest, back)]
    assert flags == [(False, True), (True, False), (True, True)]


async def test_versions_of_many_profiles_cost_as_many_statements_as_those_of_one(shared: Office) -> None:
    query = "{profiles{versions(first: 2){totalCount nodes{number}}}}"
    with counting(shared) as sent:
        found = (await shared.data("sales", query))["profiles"]

    assert [one["versions"]["totalCount"] for one in found] == [1] * (OBJECTS + 1)
    assert sum("profile_version" in one and "row_number" in one for one in sent) == 1
    assert sum("profile_version" in one and "count(" in one for one in sent) == 1


async def test_a_member_who_is_renamed_meanwhile_is_told_once(shared: Office) -> None:
    [page, *_] = (await pages(shared, "role", "first: 2")).values()
    table = table_of(Principal)
    shared.write(lambda c: c.execute(update(table).where(table.c.user_name == "user0").values(name="Aaa")))

    for rest in (await pages(shared, "role", f'first: 9, after: "{page["pageInfo"]["endCursor"]}"')).values():
        assert [edge["node"]["name"] for edge in rest["edges"]] == ["Bob", "Bob", "Bob"]
        assert rest["pageInfo"]["hasPreviousPage"]
