from typing import Any

import pytest

from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, RunState
from fieldsync.db.repo import mailboxes
from fieldsync.engine.kinds import SUPPORTED_KINDS
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


CALENDARS = {"calendarUrl": "https://mail.example/sales/cal", "tasksUrl": "https://mail.example/sales/tasks/"}
EVERY_KIND = [kind.value for kind in SUPPORTED_KINDS]
SHOWN = """mutation($input: MailboxConnectInput!) { mailboxConnect(input: $input) {
  mailbox { calendarUrl tasksUrl timeZone addresses kinds } errors { code path } } }"""
CHANGED = """mutation($input: MailboxUpdateInput!) { mailboxUpdate(input: $input) {
  mailbox { calendarUrl tasksUrl timeZone addresses kinds } errors { code path } } }"""


async def test_a_mailbox_shows_its_collections_and_takes_zone_and_addresses_from_its_server(office: Office) -> None:
    office.check.addresses, office.check.time_zone = ("Sales@Mail.example",), "Europe/Vienna"

    payload = (await office.data("admin", SHOWN, input=GIVEN | CALENDARS))["mailboxConnect"]

    assert payload == {
        "errors": [],
        "mailbox": {
            "calendarUrl": "https://mail.example/sales/cal/",
            "tasksUrl": "https://mail.example/sales/tasks/",
            "timeZone": "Europe/Vienna",
            "addresses": ["sales@mail.example"],
            "kinds": [
                "CONTACT",
                "APPOINTMENT",
                "RECURRING_APPOINTMENT",
                "SERVICE_ACTIVITY",
                "TASK",
                "PHONE_CALL",
                "LETTER",
                "FAX",
            ],
        },
    }
    assert len(office.check.asked) == 3


async def test_what_is_given_outweighs_what_the_server_says(office: Office) -> None:
    office.check.addresses, office.check.time_zone = ("other@mail.example",), "Europe/Vienna"
    given = GIVEN | CALENDARS | {"timeZone": "America/New_York", "addresses": ["me@mail.example"]}

    mailbox = (await office.data("admin", SHOWN, input=given))["mailboxConnect"]["mailbox"]

    assert (mailbox["timeZone"], mailbox["addresses"]) == ("America/New_York", ["me@mail.example"])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timeZone": "Middle/Earth"}, "timeZone"),
        ({"addresses": ["no address"]}, "addresses"),
        ({"calendarUrl": "nonsense"}, "calendarUrl"),
        ({"tasksUrl": "https://u:p@mail.example/"}, "tasksUrl"),
    ],
)
async def test_what_a_mailbox_cannot_be_given_is_refused_where_it_stands(
    office: Office, change: dict[str, Any], path: str
) -> None:
    mailbox = f"mailbox:{office.mailbox('sales')}"

    connected = (await office.data("admin", SHOWN, input=GIVEN | change))["mailboxConnect"]
    updated = (await office.data("admin", CHANGED, input={"mailboxId": mailbox} | change))["mailboxUpdate"]

    for payload in (connected, updated):
        assert payload == {"mailbox": None, "errors": [{"code": "INVALID_INPUT", "path": ["input", path]}]}


async def test_one_calendar_belongs_to_one_mailbox(office: Office) -> None:
    await office.data("admin", SHOWN, input=GIVEN | CALENDARS)
    again = GIVEN | {"contactsUrl": "https://mail.example/sales/other/", "tasksUrl": CALENDARS["calendarUrl"]}

    payload = (await office.data("admin", SHOWN, input=again))["mailboxConnect"]

    assert payload["errors"] == [{"code": "ALREADY_CONNECTED", "path": ["input", "tasksUrl"]}]


async def test_a_calendar_is_taken_away_and_its_kinds_go_with_it(office: Office) -> None:
    mailbox = (
        f"mailbox:{office.mailbox('sales', calendar_url='https://m.example/c/', tasks_url='https://m.example/t/')}"
    )

    payload = (await office.data("admin", CHANGED, input={"mailboxId": mailbox, "calendarUrl": ""}))["mailboxUpdate"]

    assert payload["mailbox"]["calendarUrl"] is None
    assert payload["mailbox"]["kinds"] == ["CONTACT", "TASK", "PHONE_CALL", "LETTER", "FAX"]


DISCOVER = """mutation($input: MailboxDiscoverInput!) { mailboxDiscover(input: $input) {
  collections { url name holds timeZone } addresses timeZone errors { code path } } }"""
SERVER = {"url": "https://mail.example/", "userName": "sales", "password": "app password"}


async def test_a_server_is_looked_at_before_anything_is_connected(office: Office) -> None:
    office.check.addresses, office.check.time_zone = ("sales@mail.example",), "Europe/Vienna"

    found = (await office.data("admin", DISCOVER, input=SERVER))["mailboxDiscover"]

    book = {"url": "https://mail.example/book/", "name": "Contacts", "holds": ["ADDRESS_BOOK"], "timeZone": None}
    calendar = {"url": "https://mail.example/cal/", "name": "Calendar", "timeZone": "Europe/Vienna"}
    assert found == {
        "collections": [book, calendar | {"holds": ["CALENDAR", "TASK_LIST"]}],
        "addresses": ["sales@mail.example"],
        "timeZone": "Europe/Vienna",
        "errors": [],
    }
    assert (await office.data("admin", "{mailboxes{totalCount}}"))["mailboxes"]["totalCount"] == 0


async def test_whoever_may_not_connect_may_not_look_around_either(office: Office) -> None:
    for who, scope in (("sales", Scope.ADMIN), ("admin", Scope.READ)):
        data = await office.data(who, DISCOVER, scope=scope, input=SERVER)
        assert [error["code"] for error in data["mailboxDiscover"]["errors"]] == ["NOT_ALLOWED"]
    assert office.check.asked == []


async def test_a_server_that_cannot_be_reached_is_told_at_its_address(office: Office) -> None:
    office.check.refuse = Unreachable("https://mail.example")

    payload = (await office.data("admin", DISCOVER, input=SERVER))["mailboxDiscover"]

    assert payload["errors"] == [{"code": "SERVER_UNREACHABLE", "path": ["input", "url"]}]


async def test_a_read_token_connects_nothing(office: Office) -> None:
    data = await office.data("admin", CONNECT, scope=Scope.READ, input=GIVEN)

    assert [error["code"] for error in data["mailboxConnect"]["errors"]] == ["NOT_ALLOWED"]
