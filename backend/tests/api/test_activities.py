"""Activities of all kinds as they are read: types, lists, and what rights leave of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.office import Office
from authority import Authority, everything
from fieldsync.core.privileges import AccessLevel, Privilege
from fieldsync.core.values import RecordKind

K = RecordKind
NINE, TEN = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
ACTIVITIES = (K.APPOINTMENT, K.RECURRING_APPOINTMENT, K.SERVICE_ACTIVITY, K.TASK, K.PHONE_CALL, K.LETTER, K.FAX)
PREFIXES = ("appointment", "recurringAppointment", "serviceActivity", "task", "phoneCall", "letter", "fax")
ONE = """query($id: ID!) { activity(id: $id) { id kind subject description priority regardingObject state version
  owner { userName } withheld { field attribute rule } masked viewerCan
  ... on Appointment { status isAllDayEvent scheduledStart scheduledEnd scheduledDurationMinutes location
    organizer { name address } requiredAttendees { name address } optionalAttendees { name address } }
  ... on Task { taskStatus: status percentComplete taskStart: scheduledStart taskEnd: scheduledEnd actualEnd } } }"""
LIST = """query($kind: RecordKind!, $first: Int, $after: String, $filter: ActivityFilter, $order: ActivityOrder) {
  activities(kind: $kind, first: $first, after: $after, filter: $filter, orderBy: $order) {
    totalCount nodes { id subject } pageInfo { hasNextPage endCursor } } }"""
SERIES = """query($id: ID!) { activity(id: $id) { withheld { field } masked ... on RecurringAppointment { status
  recurrence { patternType interval daysOfWeek dayOfMonth monthOfYear instance occurrences patternEndType
    patternStartDate patternEndDate startTime endTime duration timeZone deletedExceptions
    exceptions { originalStart scheduledStart subject description priority status } } } } }"""


@pytest.fixture
def rights(office: Office) -> Authority:
    return Authority(office.database)


async def subjects(office: Office, name: str, kind: RecordKind, **arguments: Any) -> list[str]:
    """All subjects, two by two."""
    found: list[str] = []
    after = None
    while True:
        page = (await office.data(name, LIST, kind=kind.value, first=2, after=after, **arguments))["activities"]
        found += [node["subject"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(("kind", "prefix"), list(zip(ACTIVITIES, PREFIXES, strict=True)), ids=PREFIXES)
async def test_each_kind_is_a_type_of_its_own_behind_one_interface(
    office: Office, kind: RecordKind, prefix: str
) -> None:
    mine = f"{prefix}:{office.activity(kind, 'sales', subject='Mine')}"
    office.activity(kind, "manager", subject="Theirs")
    query = "query($id: ID!) { activity(id: $id) { __typename id kind subject } node(id: $id) { __typename id } }"

    found = await office.data("sales", query, id=mine)

    name = prefix[0].upper() + prefix[1:]
    assert found["activity"] == {"__typename": name, "id": mine, "kind": kind.value, "subject": "Mine"}
    assert found["node"] == {"__typename": name, "id": mine}
    assert await subjects(office, "sales", kind) == ["Mine"]
    assert await subjects(office, "admin", kind) == ["Mine", "Theirs"]


async def test_what_is_none_of_mine_and_what_is_no_activity_is_not_there(office: Office) -> None:
    theirs = office.activity(K.TASK, "manager", subject="Theirs")
    contact = office.contact("admin", fullname="Ada")

    for wrong in (f"task:{theirs}", f"letter:{theirs}", f"contact:{contact}", "task:", "nothing"):
        assert (await office.data("sales", ONE, id=wrong))["activity"] is None
    answer = await office.ask("sales", LIST, kind="CONTACT")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]


async def test_an_appointment_shows_its_time_its_people_and_its_status(office: Office) -> None:
    meeting = office.activity(
        K.APPOINTMENT, "sales", subject="Review", prioritycode=2, regardingobjectid="Contoso", statecode=3,
        statuscode=6, scheduledstart=NINE, scheduledend=TEN, scheduleddurationminutes=60, isalldayevent=False,
        location="Room 1", organizer="Ada Lovelace <ada@example.org>",
        requiredattendees="bob@example.org; Cy <cy@example.org>",
    )  # fmt: skip

    found = (await office.data("sales", ONE, id=f"appointment:{meeting}"))["activity"]

    assert (found["priority"], found["state"], found["status"]) == ("HIGH", "SCHEDULED", "OUT_OF_OFFICE")
    assert (found["scheduledStart"], found["scheduledEnd"]) == (
        "2026-03-02T09:00:00+00:00",
        "2026-03-02T10:00:00+00:00",
    )
    assert (found["scheduledDurationMinutes"], found["isAllDayEvent"]) == (60, False)
    assert (found["location"], found["regardingObject"], found["owner"]) == ("Room 1", "Contoso", {"userName": "sales"})
    assert found["organizer"] == {"name": "Ada Lovelace", "address": "ada@example.org"}
    assert [one["address"] for one in found["requiredAttendees"]] == ["bob@example.org", "cy@example.org"]
    assert found["optionalAttendees"] is None
    assert set(found["viewerCan"]) == {one.value for one in Privilege} - {"CREATE"}


async def test_a_status_that_is_none_of_the_kind_is_the_usual_one_of_its_state(office: Office) -> None:
    task = office.activity(K.TASK, "sales", subject="Old", statecode=1, statuscode=None)

    found = (await office.data("sales", ONE, id=f"task:{task}"))["activity"]

    assert (found["state"], found["taskStatus"]) == ("COMPLETED", "COMPLETED")


async def test_a_series_shows_its_pattern(office: Office) -> None:
    series = office.activity(
        K.RECURRING_APPOINTMENT, "sales", subject="Weekly", statecode=3, statuscode=5, recurrencepatterntype=1,
        interval=2, daysofweekmask=2 | 8, patternendtype=2, occurrences=5, patternstartdate=NINE.date(), starttime=NINE,
        endtime=TEN, duration=60, timezone="Europe/Vienna", deletedexceptions='["2026-03-04T09:00:00Z"]',
        exceptions='[{"original":"2026-03-16T09:00:00Z","start":"2026-03-16T11:00:00Z","end":"2026-03-16T12:00:00Z",'
        '"subject":"Later","prioritycode":"2"},{"original":"2026-03-18T09:00:00Z","cancelled":true}]',
    )  # fmt: skip

    found = (await office.data("sales", SERIES, id=f"recurringAppointment:{series}"))["activity"]["recurrence"]

    assert (found["patternType"], found["interval"], found["daysOfWeek"]) == ("WEEKLY", 2, ["MONDAY", "WEDNESDAY"])
    assert (found["patternEndType"], found["occurrences"], found["dayOfMonth"]) == ("OCCURRENCES", 5, None)
    assert (found["timeZone"], found["duration"]) == ("Europe/Vienna", 60)
    assert found["deletedExceptions"] == ["2026-03-04T09:00:00+00:00"]
    moved, off = found["exceptions"]
    assert (moved["scheduledStart"], moved["subject"]) == ("2026-03-16T11:00:00+00:00", "Later")
    assert (moved["priority"], moved["status"], off["status"]) == ("HIGH", None, "CANCELLED")


async def test_lists_are_filtered_and_sorted_in_one_order(office: Office) -> None:
    for subject, start, priority in (("b", TEN, 2), ("A", None, None), ("c", NINE, 0), ("ö", NINE, 1)):
        office.activity(K.TASK, "sales", subject=subject, scheduledstart=start, prioritycode=priority)
    office.activity(K.TASK, "sales", subject="done", statecode=1, statuscode=5)

    async def found(**arguments: Any) -> list[str]:
        return await subjects(office, "sales", K.TASK, **arguments)

    at_ten = "2026-03-02T11:00:00+01:00"
    assert await found() == ["b", "A", "c", "ö", "done"]
    assert await found(order={"field": "SUBJECT"}) == ["A", "b", "c", "done", "ö"]
    assert await found(order={"field": "SCHEDULED_START"}) == ["A", "done", "c", "ö", "b"]
    assert await found(order={"field": "SCHEDULED_START", "descending": True}) == ["b", "ö", "c", "done", "A"]
    assert await found(order={"field": "PRIORITY"}) == ["A", "done", "c", "ö", "b"]
    assert await found(order={"field": "MODIFIED", "descending": True}) == ["done", "ö", "c", "A", "b"]
    assert await found(filter={"scheduledStart": {"onOrAfter": at_ten}}) == ["b"]
    assert await found(filter={"scheduledStart": {"isEmpty": True}, "state": "OPEN"}) == ["A"]
    assert await found(filter={"state": "COMPLETED"}) == ["done"]
    assert await found(filter={"priority": "LOW", "subject": {"contains": "C"}}) == ["c"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"filter": {"location": {"contains": "x"}}}, ["filter", "location"]),
        ({"filter": {"scheduledStart": {"onOrAfter": "2026-03-02T09:00:00"}}}, ["filter", "scheduledstart"]),
        ({"order": {"field": "LOCATION"}}, ["orderBy", "location"]),
        ({"after": "W10"}, ["after"]),
        ({"order": {"field": "SCHEDULED_START"}, "after": "WyIyMDI2LTAzLTAyVDA5OjAwOjAwIiwieCJd"}, ["after"]),
        ({"order": {"field": "PRIORITY"}, "after": "WyJ4IiwieCJd"}, ["after"]),
    ],
    ids=["not of the kind", "without a zone", "no such order", "no place", "a place without a zone", "no number"],
)
async def test_a_list_that_cannot_be_is_refused(office: Office, arguments: dict[str, Any], path: list[str]) -> None:
    if path == ["after"] and "order" not in arguments:
        arguments |= {"order": {"field": "SUBJECT"}}

    [error] = (await office.ask("sales", LIST, kind="TASK", **arguments))["errors"]

    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", path)


async def test_secured_columns_are_withheld_or_masked_as_on_contacts(office: Office, rights: Authority) -> None:
    people, kind = "ada@example.org; bob@x.y", K.APPOINTMENT
    meeting = office.activity(kind, "sales", subject="Secret", location="Room 1", requiredattendees=people)
    rights.secure("location", kind=kind)
    rights.secure("subject", "requiredattendees", mask_keep=4, kind=kind)
    for column in ("subject", "requiredattendees"):
        rights.field_profile(f"Readers of {column}", column, office.people["sales"], read=True, kind=kind)

    found = (await office.data("sales", ONE, id=f"appointment:{meeting}"))["activity"]
    whole = (await office.data("admin", ONE, id=f"appointment:{meeting}"))["activity"]

    assert (found["subject"], found["location"]) == ("****cret", None)
    assert found["requiredAttendees"] == [{"name": "****@x.y", "address": ""}]
    assert [(one["field"], one["attribute"]) for one in found["withheld"]] == [("location", "location")]
    assert found["masked"] == ["requiredAttendees", "subject"]
    assert (whole["subject"], whole["location"], whole["withheld"], whole["masked"]) == ("Secret", "Room 1", [], [])
    for arguments in (
        {"filter": {"location": {"contains": "R"}}},
        {"filter": {"requiredAttendees": {"contains": "ada"}}},
        {"order": {"field": "SUBJECT"}},
    ):
        [error] = (await office.ask("sales", LIST, kind=kind.value, **arguments))["errors"]
        assert error["extensions"]["code"] == "FIELD_WITHHELD"


async def test_a_part_of_a_pattern_is_withheld_and_an_occurrence_does_not_tell_what_the_series_does_not(
    office: Office, rights: Authority
) -> None:
    kind = K.RECURRING_APPOINTMENT
    series = office.activity(
        kind, "sales", subject="Weekly", recurrencepatterntype=1, interval=1, starttime=NINE, timezone="Europe/Vienna",
        exceptions='[{"original":"2026-03-16T09:00:00Z","subject":"hidden words","description":"open words"}]',
    )  # fmt: skip
    rights.secure("interval", "subject", kind=kind)
    rights.secure("timezone", mask_keep=0, kind=kind)
    rights.field_profile("Zones", "timezone", office.people["sales"], read=True, kind=kind)

    answer = await office.data("sales", SERIES, id=f"recurringAppointment:{series}")

    found = answer["activity"]
    assert found["withheld"] == [{"field": "recurrence.interval"}, {"field": "subject"}]
    assert found["masked"] == ["recurrence.timeZone"]
    assert (found["recurrence"]["interval"], found["recurrence"]["timeZone"]) == (None, "****")
    [one] = found["recurrence"]["exceptions"]
    assert (one["subject"], one["description"]) == (None, "open words")
    assert "hidden words" not in str(answer)


async def test_roles_shares_and_opened_columns_reach_activities(office: Office, rights: Authority) -> None:
    task = office.activity(K.TASK, "manager", subject="Theirs", description="Notes")
    rights.secure("description", kind=K.TASK)
    rights.share(task, office.people["sales"], 1, kind=K.TASK)
    query = """query($id: ID!) { activity(id: $id) { description viewerCan shares { principal { userName } rights }
      columnGrants { attribute read update principal { userName } } } }"""
    grant = """mutation($input: ColumnGrantSetInput!) { columnGrantSet(input: $input) {
      contact { id } record { id ... on Task { subject } } errors { code } } }"""
    given = {
        "recordId": f"task:{task}", "attribute": "description", "principalId": f"principal:{office.people['sales']}",
        "read": True, "update": False,
    }  # fmt: skip

    before = (await office.data("sales", query, id=f"task:{task}"))["activity"]
    done = await office.data("admin", grant, input=given)
    after = (await office.data("sales", query, id=f"task:{task}"))["activity"]
    elsewhere = await office.data("admin", grant, input={**given, "attribute": "location"})

    assert (before["description"], before["viewerCan"]) == (None, ["READ"])
    assert before["shares"] == [{"principal": {"userName": "sales"}, "rights": ["READ"]}]
    shown = {"id": f"task:{task}", "subject": "Theirs"}
    assert done["columnGrantSet"] == {"contact": None, "record": shown, "errors": []}
    assert after["description"] == "Notes"
    assert after["columnGrants"] == [
        {"attribute": "description", "read": True, "update": False, "principal": {"userName": "sales"}}
    ]
    assert elsewhere["columnGrantSet"]["errors"] == [{"code": "NOT_FOUND"}]


async def test_a_role_opens_one_kind_and_no_other(office: Office, rights: Authority) -> None:
    office.activity(K.TASK, "manager", subject="Task")
    office.activity(K.LETTER, "manager", subject="Letter")
    rights.without_roles(office.people["sales"])
    rights.role("Tasks", everything(AccessLevel.ORGANIZATION), office.people["sales"], kind=K.TASK)

    assert await subjects(office, "sales", K.TASK) == ["Task"]
    assert await subjects(office, "sales", K.LETTER) == []


async def test_why_a_field_does_not_move_is_explained_on_an_activity(office: Office, rights: Authority) -> None:
    task = f"task:{office.activity(K.TASK, 'sales', description='Notes')}"
    rights.secure("description", kind=K.TASK)
    query = """query($who: ID!, $on: ID) { explain(principalId: $who, mappingId: "mapping:default:TASK.description",
      recordId: $on) { contact { id } record { id } effective { direction } checks { stage passed } } }"""
    who = f"principal:{office.people['sales']}"

    found = (await office.data("sales", query, who=who, on=task))["explain"]
    wrong = await office.ask("sales", query, who=who, on=f"letter:{office.activity(K.LETTER, 'sales', subject='x')}")

    assert (found["contact"], found["record"]) == (None, {"id": task})
    assert found["effective"]["direction"] == "NONE"
    assert {one["stage"] for one in found["checks"] if not one["passed"]} == {"COLUMN"}
    assert [error["extensions"]["code"] for error in wrong["errors"]] == ["INVALID_INPUT"]
