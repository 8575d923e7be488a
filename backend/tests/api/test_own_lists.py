"""Lists of which everybody sees a part: tokens, filters and opt-outs, in pages that tell nothing of the rest."""

from typing import Any

from sqlalchemy import event, insert

from api.office import Office
from api.shelves import fill
from fieldsync.core.filters import Group, as_stored
from fieldsync.core.rights import Scope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import opt_outs
from fieldsync.db.sync_tables import SyncFilter


async def ask(office: Office, who: str, name: str, arguments: str, **more: Any) -> Any:
    """A page of a list, each row by its id."""
    asked = f"{{{name}({arguments}){{totalCount edges{{cursor}} nodes{{id}} pageInfo{{hasNextPage endCursor}}}}}}"
    return (await office.data(who, asked, **more))[name]


async def refused(office: Office, who: str, name: str, arguments: str) -> str:
    answer = await office.ask(who, f"{{{name}({arguments}){{totalCount}}}}")
    [error] = answer["errors"]
    assert answer["data"] is None
    return error["extensions"]["code"]


def stored(office: Office, name: str, scope: str, owner: str | None = None, kind: str = "CONTACT") -> None:
    cells = {
        "id": name, "name": name, "scope": scope, "principal_id": owner and office.people[owner], "kind": kind,
        "definition": as_stored(Group()), "changed_at": office.clock.now(),
    }  # fmt: skip
    office.write(lambda connection: connection.execute(insert(table_of(SyncFilter)).values(**cells)))


async def test_filters_of_others_and_templates_show_in_no_page_count_or_order(office: Office) -> None:
    stored(office, "f1", "USER", "sales")
    stored(office, "f2", "USER", "manager")
    stored(office, "f3", "ORGANIZATION", kind="TASK")
    stored(office, "f4", "TEMPLATE")

    async def seen(who: str, arguments: str) -> list[str]:
        found = await ask(office, who, "syncFilters", arguments)
        assert found["totalCount"] == len(found["nodes"])
        ids = [node["id"].removeprefix("syncFilter:") for node in found["nodes"]]
        return [one for one in ids if one in ("f1", "f2", "f3", "f4")]  # beside the templates that come by themselves

    everything = [
        "first: 50", "filter: {not: {and: []}}", "filter: {not: {not: {}}}",
        'filter: {or: [{scope: {in: [USER, ORGANIZATION, TEMPLATE]}}]}',
        'filter: {or: [{name: {startsWith: "f"}}, {scope: {equals: TEMPLATE}}]}',
    ]  # fmt: skip
    for arguments in everything[:1] + everything[2:]:
        assert await seen("sales", arguments) == ["f1", "f3"], arguments
        assert await seen("admin", arguments) == ["f1", "f2", "f3", "f4"], arguments
    assert await seen("sales", everything[1]) == []
    for field in ("CREATED", "NAME", "SCOPE", "IS_ACTIVE", "CHANGED_AT"):
        assert set(await seen("sales", f"orderBy: {{field: {field}}}")) == {"f1", "f3"}
    assert await seen("sales", 'filter: {id: {in: ["syncFilter:f2", "syncFilter:f4"]}}') == []
    mine = f'principalId: "principal:{office.people["sales"]}"'
    assert await seen("sales", f"{mine}, kind: TASK") == ["f3"]
    assert await seen("admin", f"{mine}, orderBy: {{field: NAME, descending: true}}") == ["f3", "f1"]
    assert await seen("admin", f"{mine}, scope: USER") == ["f1"]
    assert await refused(office, "manager", "syncFilters", f"{mine}, first: 0") == "NOT_ALLOWED"


async def test_tokens_are_ones_own_whoever_asks_and_however(office: Office) -> None:
    for name in ("admin", "sales"):
        await office.token(name)
        await office.token(name, Scope.READ)

    for who in ("admin", "sales"):
        for arguments in ("first: 9", 'filter: {name: {contains: " "}}', "orderBy: {field: NAME}"):
            found = await ask(office, who, "tokens", arguments)
            assert (len(found["nodes"]), found["totalCount"]) == (2, 2)
        names = "{tokens(orderBy: {field: SCOPE}){nodes{name}}}"
        shown = (await office.data(who, names))["tokens"]["nodes"]
        assert [one["name"] for one in shown] == [f"{who} admin", f"{who} read"]
    newest = (await office.data("sales", "{tokens{nodes{name}}}"))["tokens"]["nodes"]
    assert [one["name"] for one in newest] == ["sales read", "sales admin"]
    asked = "{tokens(first: 0){totalCount}}"
    answer = await office.ask("sales", asked, scope=Scope.READ)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


def opted_out(office: Office, mailbox: str, **named: str | None) -> None:
    given = {"record_id": None, "uid": None, "subject": "Secret", "principal_id": None} | named
    office.write(
        lambda connection: opt_outs.add(connection, mailbox, RecordKind.CONTACT, now=office.clock.now(), **given)
    )


async def test_opt_outs_are_paged_both_ways_over_ties_without_a_gap(office: Office) -> None:
    mailbox = office.mailbox("sales")
    for n in range(5):
        opted_out(office, mailbox, uid=f"uid {n}")
    of = f'mailboxId: "mailbox:{mailbox}", orderBy: {{field: SINCE, descending: true}}'

    whole = [node["id"] for node in (await ask(office, "sales", "optOuts", of))["nodes"]]
    forward: list[str] = []
    backward: list[str] = []
    after = before = ""
    for _ in range(3):
        page = await ask(office, "sales", "optOuts", f"{of}, first: 2{after}")
        forward += [node["id"] for node in page["nodes"]]
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
        page = await ask(office, "sales", "optOuts", f"{of}, last: 2{before}")
        backward = [node["id"] for node in page["nodes"]] + backward
        before = f', before: "{page["edges"][0]["cursor"]}"'
        assert page["totalCount"] == 5

    assert len(set(whole)) == 5
    assert forward == backward == whole


async def test_what_an_opt_out_was_called_is_for_administrators_to_ask_for(office: Office) -> None:
    mailbox, hidden = office.mailbox("sales"), office.contact("manager", fullname="Secret")
    opted_out(office, mailbox, record_id=hidden)
    of = f'mailboxId: "mailbox:{mailbox}"'

    for asked in ('filter: {subject: {contains: "S"}}', 'filter: {not: {subject: {isEmpty: true}}}',
                  "orderBy: {field: SUBJECT}"):  # fmt: skip
        assert await refused(office, "sales", "optOuts", f"{of}, {asked}") == "FIELD_WITHHELD"
        assert (await ask(office, "admin", "optOuts", f"{of}, {asked}"))["totalCount"] == 1
        assert await refused(office, "manager", "optOuts", f"{of}, {asked}") == "NOT_FOUND"
    assert (await ask(office, "sales", "optOuts", f"{of}, filter: {{kind: {{equals: CONTACT}}}}"))["totalCount"] == 1


async def test_nobody_counts_the_filters_and_tokens_of_others_by_filtering(office: Office) -> None:
    fill(office, 4, size=6)

    for kind in ("USER", "TEMPLATE"):
        found = await ask(office, "manager", "syncFilters", f"scope: {kind}, orderBy: {{field: CHANGED_AT}}")
        mine = await ask(
            office,
            "manager",
            "syncFilters",
            f'scope: {kind}, filter: {{principalId: {{equals: "principal:{office.people["manager"]}"}}}}',
        )
        assert found["totalCount"] == (mine["totalCount"] if kind == "USER" else 0)
    assert (await ask(office, "manager", "tokens", "filter: {not: {id: {isEmpty: true}}}"))["totalCount"] == 1


async def test_the_names_of_many_opt_outs_are_read_at_once(office: Office) -> None:
    mailbox = office.mailbox("sales")
    for n in range(5):
        opted_out(office, mailbox, record_id=office.contact("sales", fullname=f"Ada {n}"))
    sent: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))

    async def named(first: int) -> tuple[int, list[str]]:
        sent.clear()
        asked = f'{{optOuts(mailboxId: "mailbox:{mailbox}", first: {first}){{nodes{{name}}}}}}'
        found = (await office.data("sales", asked))["optOuts"]["nodes"]
        return len(sent), [one["name"] for one in found]

    await named(1)
    one, many = await named(1), await named(5)

    assert many == (one[0], [f"Ada {n}" for n in range(5)])
