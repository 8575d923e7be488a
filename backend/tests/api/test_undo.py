"""Undoing over the API, from the preview to the run that does it: real engine, real database, a server in memory."""

from typing import Any

import pytest

from api.office import Office
from fieldsync.core.values import RecordKind
from fieldsync.engine.connect import with_sides
from fieldsync.engine.runner import Runner
from fieldsync.sides.memory import Faults, MemoryServer, MemorySide
from fieldsync.sides.vcard.contact import ContactCodec

PREVIEW = """query($input: UndoPreviewInput!){undoPreview(input: $input){writes obstacles mailbox{id} changes{
  kind side action subject recordId obstacle{kind} fields{now back forced obstacle{kind} mapping{crmLabel}}}}}"""
START = """mutation($input: UndoStartInput!){undoStart(input: $input){
  run{id undoes{run{id} recordId since force mappings{id}}} errors{code message path}}}"""
TITLE = "mapping:default:CONTACT.jobtitle"


class Desk:
    """The office with a mailbox of sales whose mail server is in memory, and the engine that synchronizes it."""

    def __init__(self, office: Office) -> None:
        self.office, self.server, self.faults = office, MemoryServer(), Faults()
        self.mailbox = office.mailbox("sales")
        self.engine = Runner(
            office.database,
            office.parts.bell,
            office.parts.box,
            office.clock,
            with_sides(lambda _: MemorySide(self.server, self.faults)),
        )
        office.runner.engine = self.engine

    async def sync(self) -> str:
        """One run of the mailbox; the API's id of it."""
        run_id = self.office.run(self.mailbox)
        await self.engine.run(run_id)
        return f"run:{run_id}"

    async def contact(self, **values: str) -> str:
        made = await self.office.data(
            "sales",
            "mutation($input: ContactCreateInput!){contactCreate(input: $input){contact{id}}}",
            input={"lastName": "Lovelace"} | values,
        )
        return made["contactCreate"]["contact"]["id"]

    async def edit(self, contact: str, **values: str) -> None:
        query = "mutation($input: ContactUpdateInput!){contactUpdate(input: $input){errors{code}}}"
        answer = await self.office.data("sales", query, input={"contactId": contact} | values)
        assert answer["contactUpdate"]["errors"] == []

    def title(self) -> str:
        """The job title of the only item."""
        (item,) = self.server.items.values()
        positions = {field.key: field.position for field in _fields()}
        return ContactCodec().read(item.body)[positions["jobtitle"]][0]

    async def preview(self, who: str = "sales", **wish: Any) -> Any:
        return (await self.office.data(who, PREVIEW, input=wish))["undoPreview"]

    async def start(self, who: str = "sales", **wish: Any) -> Any:
        return (await self.office.data(who, START, input=wish))["undoStart"]

    async def undo(self, **wish: Any) -> str:
        """Start an undo and let the engine do it; the API's id of the run."""
        answer = await self.start(**wish)
        assert answer["errors"] == []
        await self.engine.run(self.office.runner.started[-1])
        return answer["run"]["id"]


def _fields() -> Any:
    from fieldsync.catalogue.fields import catalogue

    return catalogue().fields(RecordKind.CONTACT)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


async def edited(desk: Desk) -> tuple[str, str]:
    """A contact whose title a run carried to Outlook: its id, and that run."""
    contact = await desk.contact(jobTitle="Analyst")
    await desk.sync()
    await desk.edit(contact, jobTitle="Chief")
    return contact, await desk.sync()


async def test_a_preview_tells_what_would_be_written_and_writes_nothing(desk: Desk) -> None:
    contact, run = await edited(desk)
    before = dict(desk.server.items)

    told = await desk.preview(runId=run)

    assert (told["writes"], told["obstacles"], told["mailbox"]["id"]) == (1, 0, f"mailbox:{desk.mailbox}")
    assert told["changes"] == [
        {
            "kind": "CONTACT", "side": "OUTLOOK", "action": "UPDATE_ITEM", "subject": "Lovelace", "recordId": contact,
            "obstacle": None,
            "fields": [
                {
                    "now": ["Chief"], "back": ["Analyst"], "forced": False, "obstacle": None,
                    "mapping": {"crmLabel": "Job Title"},
                }
            ],
        }
    ]  # fmt: skip
    assert desk.server.items == before


async def test_an_undo_is_a_run_that_says_what_it_undoes_and_can_be_undone(desk: Desk) -> None:
    _, run = await edited(desk)

    undo = await desk.undo(runId=run)

    assert desk.title() == "Analyst"
    query = "query($id: ID!){run(id: $id){viewerCanUndo counts{updatedInOutlook} undoes{run{id viewerCanUndo} force}}}"
    told = (await desk.office.data("sales", query, id=undo))["run"]
    assert told["undoes"] == {"run": {"id": run, "viewerCanUndo": False}, "force": False}
    assert (told["viewerCanUndo"], told["counts"]["updatedInOutlook"]) == (True, 1)
    await desk.undo(runId=undo)
    assert desk.title() == "Chief"


async def test_what_was_undone_already_is_refused_and_says_what_to_do(desk: Desk) -> None:
    _, run = await edited(desk)
    await desk.undo(runId=run)

    again = await desk.start(runId=run)

    assert [error["code"] for error in again["errors"]] == ["NOTHING_TO_UNDO"]
    assert "undo the run that undid it" in again["errors"][0]["message"]


async def test_what_was_changed_since_is_told_in_the_preview_and_force_would_overwrite_it(desk: Desk) -> None:
    contact, run = await edited(desk)
    await desk.edit(contact, jobTitle="Countess")
    await desk.sync()

    told, forced = await desk.preview(runId=run), await desk.preview(runId=run, force=True)

    (field,) = told["changes"][0]["fields"]
    assert (told["writes"], told["obstacles"], field["obstacle"]["kind"]) == (0, 1, "CHANGED_SINCE")
    assert (field["now"], field["back"]) == (["Countess"], ["Analyst"])
    assert (forced["writes"], forced["changes"][0]["fields"][0]["forced"]) == (1, True)


async def test_a_record_a_field_and_a_time_name_what_is_undone(desk: Desk) -> None:
    contact, _ = await edited(desk)
    await desk.edit(contact, jobTitle="Countess", department="Engines")
    desk.office.clock.advance(hours=1)
    since = desk.office.clock.now().isoformat()
    await desk.sync()

    by_field = await desk.preview(recordId=contact, fieldIds=[TITLE])
    by_time = await desk.preview(mailboxId=f"mailbox:{desk.mailbox}", since=since)

    assert [one["back"] for one in by_field["changes"][0]["fields"]] == [["Analyst"]]
    assert {one["mapping"]["crmLabel"]: one["back"] for one in by_time["changes"][0]["fields"]} == {
        "Job Title": ["Chief"],
        "Department": [""],
    }
    await desk.undo(recordId=contact, fieldIds=[TITLE])
    assert desk.title() == "Analyst"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "INVALID_INPUT"),
        ({"fieldIds": [TITLE]}, "INVALID_INPUT"),
        ({"recordId": "contact:nobody"}, "NOTHING_TO_UNDO"),
        ({"runId": "run:nowhere"}, "NOT_FOUND"),
        ({"recordId": "nonsense"}, "NOT_FOUND"),
        ({"recordId": "contact:nobody", "fieldIds": ["mapping:default:CONTACT.nonsense"]}, "NOT_FOUND"),
        ({"recordId": "contact:nobody", "fieldIds": []}, "NOT_FOUND"),
    ],
)
async def test_a_wish_that_names_nothing_is_refused(desk: Desk, wish: dict, code: str) -> None:
    answer = await desk.start(**wish)

    assert [error["code"] for error in answer["errors"]] == [code]
    assert desk.office.runner.started == []


async def test_a_record_that_several_mailboxes_wrote_wants_one_named(desk: Desk) -> None:
    contact, _ = await edited(desk)
    first, other = desk.mailbox, desk.office.mailbox("sales", "Second")
    desk.mailbox, desk.server = other, MemoryServer(path="/second/")
    await desk.sync()

    answer = await desk.start(recordId=contact)
    told = await desk.preview(recordId=contact, mailboxId=f"mailbox:{first}")

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [("INVALID_INPUT", ["input", "mailboxId"])]
    assert told["mailbox"]["id"] == f"mailbox:{first}"


async def test_others_neither_see_nor_undo_what_a_mailbox_wrote(desk: Desk) -> None:
    contact, run = await edited(desk)

    assert await desk.preview("manager", runId=run) is None
    assert [error["code"] for error in (await desk.start("manager", runId=run))["errors"]] == ["NOT_FOUND"]
    answer = await desk.office.ask("manager", PREVIEW, input={"recordId": contact})
    assert answer["errors"][0]["extensions"]["code"] == "NOTHING_TO_UNDO"
    assert (await desk.preview("admin", runId=run))["writes"] == 1


async def test_withheld_values_show_in_no_preview_and_are_not_put_back(desk: Desk) -> None:
    contact = await desk.contact(governmentId="secret-0")
    await desk.sync()
    await desk.edit(contact, governmentId="secret-1")
    run = await desk.sync()
    secured = 'mutation{columnSecure(input: {kind: CONTACT, attribute: "governmentid"}){errors{code}}}'
    assert (await desk.office.data("admin", secured))["columnSecure"]["errors"] == []

    answer = await desk.office.ask("sales", PREVIEW, input={"runId": run})

    assert "secret" not in str(answer)
    (field,) = answer["data"]["undoPreview"]["changes"][0]["fields"]
    assert (field["now"], field["back"], field["obstacle"]["kind"]) == (None, None, "NOT_PERMITTED")
    await desk.undo(runId=run)
    assert b"secret-1" in next(iter(desk.server.items.values())).body


async def test_a_preview_of_a_server_that_cannot_be_read_says_so(desk: Desk) -> None:
    _, run = await edited(desk)
    desk.faults.fail_after = 0

    answer = await desk.office.ask("sales", PREVIEW, input={"runId": run})

    assert answer["errors"][0]["extensions"]["code"] == "SERVER_UNREACHABLE"
    assert answer["errors"][0]["extensions"]["remedy"]


async def test_a_time_without_a_zone_is_refused(office: Office) -> None:
    mailbox = office.mailbox("sales")
    asked = f'{{mailboxId: "mailbox:{mailbox}", since: "2026-03-01T12:00:00"}}'

    answer = await office.ask("sales", f"{{ undoPreview(input: {asked}) {{ obstacles }} }}")

    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "path": ["since"]}]
