from typing import Any

import pytest

from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, RunState
from fieldsync.db.repo import mailboxes
from fieldsync.sides.faults import SignInRefused, Unreachable

CONNECT = """mutation($input: MailboxConnectInput!) { mailboxConnect(input: $input) {
  mailbox { id name contactsUrl userName state syncMethod principal { userName } viewerCanSync }
  errors { code message path } } }"""
UPDATE = """mutation($input: MailboxUpdateInput!) { mailboxUpdate(input: $input) {
  mailbox { name contactsUrl syncMethod state onItemDeleted } errors { code path } } }"""
GIVEN = {
    "name": "Sales",
    "contactsUrl": "https://mail.example/sales/contacts",
    "userName": "sales@mail.example",
    "password": "app password",
}


async def connect(office: Office, who: str = "admin", **changes: Any) -> Any:
    return (await office.data(who, CONNECT, input=GIVEN | changes))["mailboxConnect"]


async def test_a_mailbox_is_stored_once_its_server_let_us_in(office: Office) -> None:
    payload = await connect(office, principalId=f"principal:{office.people['sales']}")

    assert payload["errors"] == []
    assert payload["mailbox"]["principal"] == {"userName": "sales"}
    assert payload["mailbox"]["contactsUrl"] == "https://mail.example/sales/contacts/"
    assert payload["mailbox"]["state"] == "READY"
    assert office.check.asked == [("https://mail.example/sales/contacts/", "sales@mail.example", "app password")]


async def test_the_password_is_sealed_in_the_database(office: Office) -> None:
    mailbox_id = (await connect(office))["mailbox"]["id"].removeprefix("mailbox:")

    sealed = office.database.read_now(lambda connection: mailboxes.sealed_password(connection, mailbox_id))

    assert b"app password" not in sealed
    assert office.parts.box.open(sealed) == "app password"


@pytest.mark.parametrize(
    ("refusal", "code", "path"),
    [
        (SignInRefused("https://mail.example", 401), "SERVER_REFUSED_SIGN_IN", ["input", "password"]),
        (Unreachable("https://mail.example"), "SERVER_UNREACHABLE", ["input", "contactsUrl"]),
    ],
)
async def test_a_mailbox_whose_server_refuses_is_not_stored(
    office: Office, refusal: Exception, code: str, path: list[str]
) -> None:
    office.check.refuse = refusal

    payload = await connect(office)

    assert payload["mailbox"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, path)]
    assert (await office.data("admin", "{mailboxes{totalCount}}"))["mailboxes"]["totalCount"] == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://mail.example/",
        "mail.example/book",
        "https://u:p@mail.example/",
        "https://m.example/?x=1",
        " ",
        "https://",
    ],
)
async def test_an_address_that_is_none_is_refused_without_asking_anybody(office: Office, url: str) -> None:
    payload = await connect(office, contactsUrl=url)

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("INVALID_INPUT", ["input", "contactsUrl"])
    ]
    assert office.check.asked == []


async def test_the_same_address_book_is_connected_once(office: Office) -> None:
    await connect(office)

    assert [error["code"] for error in (await connect(office))["errors"]] == ["ALREADY_CONNECTED"]
    assert len(office.check.asked) == 1


async def test_users_connect_and_edit_no_mailboxes_not_even_their_own(office: Office) -> None:
    mailbox = office.mailbox("sales")

    refused = await connect(office, "sales")
    changed = await office.data("sales", UPDATE, input={"mailboxId": f"mailbox:{mailbox}", "name": "x"})

    assert [error["code"] for error in refused["errors"]] == ["NOT_ALLOWED"]
    assert [error["code"] for error in changed["mailboxUpdate"]["errors"]] == ["NOT_ALLOWED"]
    assert office.check.asked == []


async def test_users_see_their_own_mailboxes_only(office: Office) -> None:
    office.mailbox("sales")
    theirs = office.mailbox("manager")
    query = "{mailboxes{totalCount nodes{principal{userName} viewerCanSync viewerCanEdit}}}"

    mine = (await office.data("sales", query))["mailboxes"]
    other = await office.data("sales", UPDATE, input={"mailboxId": f"mailbox:{theirs}", "name": "x"})

    assert mine["totalCount"] == 1
    assert mine["nodes"] == [{"principal": {"userName": "sales"}, "viewerCanSync": True, "viewerCanEdit": False}]
    assert other["mailboxUpdate"]["errors"][0]["code"] == "NOT_FOUND"
    assert (await office.data("admin", query))["mailboxes"]["totalCount"] == 2


async def test_a_new_name_needs_no_sign_in_but_a_new_password_does(office: Office) -> None:
    mailbox = f"mailbox:{office.mailbox('sales')}"

    await office.data("admin", UPDATE, input={"mailboxId": mailbox, "name": "Renamed", "onItemDeleted": "DELETE"})
    assert office.check.asked == []

    payload = (await office.data("admin", UPDATE, input={"mailboxId": mailbox, "password": "new"}))["mailboxUpdate"]
    assert payload["mailbox"]["name"] == "Renamed"
    assert payload["mailbox"]["onItemDeleted"] == "DELETE"
    assert [asked[2] for asked in office.check.asked] == ["new"]


async def test_another_address_is_tried_with_the_stored_password(office: Office) -> None:
    mailbox = f"mailbox:{office.mailbox('sales')}"

    given = {"mailboxId": mailbox, "contactsUrl": "https://new.example/book/"}
    payload = (await office.data("admin", UPDATE, input=given))["mailboxUpdate"]

    assert payload["mailbox"]["contactsUrl"] == "https://new.example/book/"
    assert office.check.asked == [("https://new.example/book/", "sales", "mail secret")]


async def test_a_mailbox_does_not_move_while_it_is_synchronized(office: Office) -> None:
    mailbox = office.mailbox("sales")
    office.run(mailbox)

    given = {"mailboxId": f"mailbox:{mailbox}", "contactsUrl": "https://new.example/book/"}
    payload = (await office.data("admin", UPDATE, input=given))["mailboxUpdate"]

    assert [error["code"] for error in payload["errors"]] == ["MAILBOX_BUSY"]


async def test_the_state_of_a_mailbox_follows_its_runs(office: Office) -> None:
    mailbox = office.mailbox("sales")
    query = "{mailboxes{nodes{state lastRun{id state} lastError{code message remedy}}}}"

    async def seen() -> Any:
        return (await office.data("sales", query))["mailboxes"]["nodes"][0]

    assert (await seen())["state"] == "READY"
    run = office.run(mailbox)
    assert (await seen())["state"] == "SYNCING"
    office.tell(run, 2, EventType.FINISHED, RunState.FAILED)
    failed = await seen()
    assert failed["state"] == "FAILING"
    assert failed["lastRun"] == {"id": f"run:{run}", "state": "FAILED"}
    assert failed["lastError"]["code"] == "INTERNAL"
    await office.data("admin", UPDATE, input={"mailboxId": f"mailbox:{mailbox}", "syncMethod": "CLIENT"})
    assert (await seen())["state"] == "DISABLED"


async def test_a_read_token_connects_nothing(office: Office) -> None:
    data = await office.data("admin", CONNECT, scope=Scope.READ, input=GIVEN)

    assert [error["code"] for error in data["mailboxConnect"]["errors"]] == ["NOT_ALLOWED"]
