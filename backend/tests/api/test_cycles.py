"""Cycles, stopped mailboxes and dead letters through the API."""

from typing import Any

import pytest

from api.office import Office
from fieldsync.core.letters import LetterKey
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.repo import cycles, dead_letters
from fieldsync.security import gate

CONNECT = (
    """mutation($input: MailboxConnectInput!) { mailboxConnect(input: $input) { mailbox { id } errors { code } } }"""
)
UPDATE = """mutation($input: MailboxUpdateInput!) { mailboxUpdate(input: $input) {
  mailbox { cyclesEnabled nextDueAt health stopped { code } } errors { code path } } }"""
RESUME = """mutation($id: ID!) { mailboxResume(input: {mailboxId: $id}) {
  mailbox { health nextDueAt stopped { code } } errors { code path } } }"""
HEALTH = "{ mailboxes { nodes { health cyclesEnabled nextDueAt stopped { code message remedy at } deadLetterCount } } }"
LETTERS = """query($box: ID) { deadLetters(mailboxId: $box) {
  totalCount nodes { id kind side state code message remedy attempts subject nextAt mailbox { id } } } }"""
RETRY = """mutation($ids: [ID!]!) { deadLetterRetry(input: {deadLetterIds: $ids}) {
  deadLetters { state attempts nextAt } errors { code path } } }"""


async def connect(office: Office, owner: str) -> str:
    given = {
        "name": owner,
        "contactsUrl": f"https://mail.example/{owner}/",
        "userName": owner,
        "password": "secret",
        "principalId": f"principal:{office.people[owner]}",
    }
    return (await office.data("admin", CONNECT, input=given))["mailboxConnect"]["mailbox"]["id"]


def stop(office: Office, mailbox: str) -> None:
    reason = {"code": "COLLECTION_NOT_FOUND", "message": "It is gone.", "remedy": "Choose another one."}
    now = office.parts.clock.now()
    office.database.write_now(
        gate.administer("test"), lambda c: cycles.stop(c, mailbox.removeprefix("mailbox:"), now, reason)
    )


def put_by(office: Office, mailbox: str, letter: str = "letter") -> None:
    now = office.parts.clock.now()
    facts = {
        "id": letter, "subject": "Ada", "version": "1", "code": "ITEM_REFUSED", "message": "Refused.",
        "remedy": "Shorten it.", "state": "DEAD", "attempts": 10, "first_at": now, "last_at": now, "next_at": None,
    }  # fmt: skip
    key = LetterKey(Side.OUTLOOK, f"/{letter}.vcf")
    office.database.write_now(
        gate.administer("test"),
        lambda c: dead_letters.save(c, mailbox.removeprefix("mailbox:"), RecordKind.CONTACT, key, **facts),
    )


async def switch(office: Office, mailbox: str, *, on: bool) -> Any:
    given = {"mailboxId": mailbox, "cyclesEnabled": on}
    return (await office.data("admin", UPDATE, input=given))["mailboxUpdate"]["mailbox"]


async def only(office: Office, who: str = "admin") -> Any:
    (mailbox,) = (await office.data(who, HEALTH))["mailboxes"]["nodes"]
    return mailbox


async def test_a_new_mailbox_waits_until_its_cycles_are_switched_on(office: Office) -> None:
    mailbox = await connect(office, "sales")
    assert (await only(office))["cyclesEnabled"] is False

    payload = (await office.data("admin", UPDATE, input={"mailboxId": mailbox, "cyclesEnabled": True}))["mailboxUpdate"]
    assert payload["mailbox"]["cyclesEnabled"] is True
    assert payload["mailbox"]["nextDueAt"] == office.parts.clock.now().isoformat()

    payload = (await office.data("admin", UPDATE, input={"mailboxId": mailbox, "cyclesEnabled": False}))[
        "mailboxUpdate"
    ]
    assert payload["mailbox"]["nextDueAt"] is None


async def test_a_stopped_mailbox_says_why_and_its_owner_may_resume_it(office: Office) -> None:
    mailbox = await connect(office, "sales")
    stop(office, mailbox)

    held = await only(office, "sales")
    assert held["health"] == "STOPPED"
    assert held["stopped"]["remedy"] == "Choose another one."
    assert held["nextDueAt"] is None

    payload = (await office.data("sales", RESUME, id=mailbox))["mailboxResume"]
    assert payload["mailbox"]["health"] == "HEALTHY"
    again = (await office.data("sales", RESUME, id=mailbox))["mailboxResume"]
    assert again["errors"] == [{"code": "NOT_STOPPED", "path": ["input", "mailboxId"]}]


async def test_a_new_password_that_works_lets_a_stopped_mailbox_go_on(office: Office) -> None:
    mailbox = await connect(office, "sales")
    stop(office, mailbox)

    await office.data("admin", UPDATE, input={"mailboxId": mailbox, "password": "new"})

    assert (await only(office))["health"] == "HEALTHY"


async def test_dead_letters_are_seen_and_tried_again_by_the_owner_and_by_nobody_else(office: Office) -> None:
    mailbox = await connect(office, "sales")
    put_by(office, mailbox)

    assert (await only(office))["deadLetterCount"] == 1
    (letter,) = (await office.data("sales", LETTERS, box=mailbox))["deadLetters"]["nodes"]
    assert (letter["state"], letter["attempts"], letter["subject"]) == ("DEAD", 10, "Ada")
    assert (await office.data("manager", LETTERS))["deadLetters"]["totalCount"] == 0

    refused = (await office.data("manager", RETRY, ids=[letter["id"]]))["deadLetterRetry"]
    assert refused["errors"] == [{"code": "NOT_FOUND", "path": ["input", "deadLetterIds"]}]

    tried = (await office.data("sales", RETRY, ids=[letter["id"]]))["deadLetterRetry"]["deadLetters"]
    assert tried == [{"state": "WAITING", "attempts": 0, "nextAt": office.parts.clock.now().isoformat()}]


@pytest.mark.parametrize("ids", [[], ["deadLetter:nobody"], ["run:letter"]])
async def test_what_names_no_letter_is_refused(office: Office, ids: list[str]) -> None:
    payload = (await office.data("admin", RETRY, ids=ids))["deadLetterRetry"]

    assert payload["deadLetters"] == []
    assert payload["errors"][0]["path"] == ["input", "deadLetterIds"]
