"""Activities as they are made, changed, given away and deleted, and what follows from what was said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from api.office import Office
from authority import Authority
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.privileges import AccessLevel, Privilege
from fieldsync.core.rights import Scope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import RecordDeletion
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.db.repo.records import layout
from fieldsync.sides.ical.series import from_value, to_value

K = RecordKind
NINE, TEN = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
RULE = {
    "patternType": "WEEKLY", "startTime": "2026-03-02T09:00:00Z", "endTime": "2026-03-02T10:00:00Z",
    "timeZone": "Europe/Vienna",
}  # fmt: skip
TYPES = {
    "appointment": K.APPOINTMENT,
    "recurringAppointment": K.RECURRING_APPOINTMENT,
    "serviceActivity": K.SERVICE_ACTIVITY,
    "task": K.TASK,
    "phoneCall": K.PHONE_CALL,
    "letter": K.LETTER,
    "fax": K.FAX,
}
DELETE = "mutation($input: ActivityDeleteInput!) { activityDelete(input: $input) { activityId errors { code } } }"
ASSIGN = "mutation($input: ActivityAssignInput!) { activityAssign(input: $input) { activity { id } errors { code } } }"


@pytest.fixture
def rights(office: Office) -> Authority:
    return Authority(office.database)


async def write(
    office: Office, who: str, noun: str, what: str, shown: str = "id", scope: Scope = Scope.ADMIN, **given: Any
) -> Any:
    """The payload of ``taskCreate`` and the like: the record, or the errors as code and path."""
    kind = noun[0].upper() + noun[1:]
    query = (
        f"mutation($input: {kind}{what}Input!) {{ {noun}{what}(input: $input) {{ {noun} {{ {shown} }} "
        "errors { code message path } } }"
    )
    payload = (await office.data(who, query, scope=scope, input=given))[f"{noun}{what}"]
    assert (payload[noun] is None) == bool(payload["errors"])
    return payload[noun] or [(one["code"], one["path"]) for one in payload["errors"]]


async def make(office: Office, noun: str, shown: str = "id", who: str = "sales", **given: Any) -> Any:
    return await write(office, who, noun, "Create", shown, **given)


async def change(office: Office, noun: str, activity: str, shown: str = "id version", **given: Any) -> Any:
    return await write(office, "sales", noun, "Update", shown, **{f"{noun}Id": activity}, **given)


def held(office: Office, kind: RecordKind, activity: str) -> Any:
    raw = activity.partition(":")[2]
    return office.database.read_now(lambda connection: rows_of(kind).held(connection, raw))


@pytest.mark.parametrize(
    ("noun", "made", "changed"),
    [
        ("appointment", "BUSY SCHEDULED", "CANCELLED CANCELLED"),
        ("recurringAppointment", "BUSY SCHEDULED", "OUT_OF_OFFICE SCHEDULED"),
        ("serviceActivity", "RESERVED SCHEDULED", "NO_SHOW CANCELLED"),
        ("task", "NOT_STARTED OPEN", "DEFERRED OPEN"),
        ("phoneCall", "OPEN OPEN", "MADE COMPLETED"),
        ("letter", "OPEN OPEN", "SENT COMPLETED"),
        ("fax", "OPEN OPEN", "COMPLETED COMPLETED"),
    ],
)
async def test_each_kind_is_made_changed_and_deleted(office: Office, noun: str, made: str, changed: str) -> None:
    more: dict[str, Any] = {"recurrence": RULE} if noun == "recurringAppointment" else {}
    if noun in ("appointment", "serviceActivity"):
        more = {"scheduledStart": "2026-03-02T09:00:00Z"}
    shown = "id version subject priority status state owner { userName }"

    one = await make(office, noun, shown, subject="New", priority="HIGH", **more)
    two = await change(office, noun, one["id"], shown, subject="Newer", priority=None, status=changed.split()[0])
    gone = (await office.data("sales", DELETE, input={"activityId": one["id"]}))["activityDelete"]

    assert (one["subject"], one["priority"], one["owner"]) == ("New", "HIGH", {"userName": "sales"})
    assert f"{one['status']} {one['state']}" == made
    assert (two["subject"], two["priority"], f"{two['status']} {two['state']}") == ("Newer", None, changed)
    assert two["version"] > one["version"]
    assert gone == {"activityId": one["id"], "errors": []}
    assert (await office.data("sales", DELETE, input={"activityId": one["id"]}))["activityDelete"] == {
        "activityId": None,
        "errors": [{"code": "NOT_FOUND"}],
    }


async def test_a_deleted_meeting_is_buried_with_what_the_deletion_matrix_asks(office: Office) -> None:
    one = await make(
        office, "appointment", subject="New", scheduledStart="2026-03-02T09:00:00Z", status="FREE",
        scheduledEnd="2026-03-02T10:00:00Z", organizer={"name": "Ada", "address": "Ada@example.org"},
    )  # fmt: skip

    await office.data("sales", DELETE, input={"activityId": one["id"]})

    table = table_of(RecordDeletion)
    [grave] = office.database.read_now(lambda connection: connection.execute(select(table)).all())
    assert (grave.kind, grave.record_id, grave.owner_id) == (
        "APPOINTMENT",
        one["id"].partition(":")[2],
        office.people["sales"],
    )
    assert (grave.organizer, grave.starts_at, grave.ends_at, grave.statecode) == ("ada@example.org", NINE, TEN, 0)


async def test_the_time_of_a_meeting_is_completed_and_kept_in_step(office: Office) -> None:
    shown = "id scheduledStart scheduledEnd scheduledDurationMinutes isAllDayEvent"
    one = await make(office, "appointment", shown, scheduledStart="2026-03-02T10:00:00+01:00")
    assert (one["scheduledEnd"], one["scheduledDurationMinutes"]) == ("2026-03-02T09:00:00+00:00", 0)

    longer = await change(office, "appointment", one["id"], shown, scheduledEnd="2026-03-02T10:30:00Z")
    whole = await change(
        office, "appointment", one["id"], shown, isAllDayEvent=True,
        scheduledStart="2026-03-03T00:00:00Z", scheduledEnd="2026-03-05T00:00:00Z",
    )  # fmt: skip

    assert (longer["scheduledDurationMinutes"], longer["isAllDayEvent"]) == (90, False)
    assert (whole["scheduledDurationMinutes"], whole["isAllDayEvent"]) == (2 * 24 * 60, True)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"scheduledStart": None}, "scheduledStart"),
        ({"scheduledEnd": "2026-03-02T08:59:00Z"}, "scheduledEnd"),
        ({"isAllDayEvent": True}, "isAllDayEvent"),
        ({"scheduledStart": "2026-03-02T09:00:00"}, "scheduledStart"),
        ({"scheduledStart": "1700-01-01T00:00:00Z"}, "scheduledStart"),
        ({"status": None}, "status"),
        ({"subject": "x" * 401}, "subject"),
        ({"location": "a\x00b"}, "location"),
        ({"organizer": {"name": " "}}, "organizer"),
        ({"requiredAttendees": [{"name": "Ada"}, {}]}, "requiredAttendees"),
        ({"expectedVersion": 0, "subject": "x"}, "expectedVersion"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else None,
)
async def test_a_change_that_cannot_be_is_refused_and_leaves_no_trace(
    office: Office, given: dict[str, Any], path: str
) -> None:
    times = {"scheduledStart": "2026-03-02T09:00:00Z", "scheduledEnd": "2026-03-02T10:00:00Z"}
    one = await make(office, "appointment", subject="New", **times)
    before = held(office, K.APPOINTMENT, one["id"])

    refused = await change(office, "appointment", one["id"], **given)

    code = "STALE_REVISION" if path == "expectedVersion" else "INVALID_INPUT"
    assert refused == [(code, ["input", path])]
    assert held(office, K.APPOINTMENT, one["id"]) == before


async def test_what_cannot_be_made_is_refused(office: Office) -> None:
    assert await make(office, "task") == [("INVALID_INPUT", None)]
    assert await make(office, "task", subject="") == [("INVALID_INPUT", None)]
    assert await make(office, "task", percentComplete=101) == [("INVALID_INPUT", ["input", "percentComplete"])]
    assert await make(office, "appointment", subject="x") == [("INVALID_INPUT", ["input", "scheduledStart"])]
    assert await make(office, "task", subject="x", ownerId="principal:nobody") == [("NOT_FOUND", ["input", "ownerId"])]
    assert await change(office, "task", "letter:x", subject="x") == [("NOT_FOUND", ["input", "taskId"])]
    assert await write(office, "sales", "task", "Create", subject="x", scope=Scope.READ) == [("NOT_ALLOWED", None)]


async def test_people_are_typed_and_written_as_the_synchronization_writes_them(office: Office) -> None:
    shown = "requiredAttendees { name address } optionalAttendees { name } organizer { name address } id"
    people = [
        {"name": "Bob; the Builder", "address": "BOB@example.org"},
        {"address": "ada@example.org"},
        {"name": "Cy"},
    ]

    one = await make(
        office, "appointment", shown, scheduledStart="2026-03-02T09:00:00Z", requiredAttendees=people,
        optionalAttendees=[], organizer={"name": "Ada", "address": "ada@example.org"},
    )  # fmt: skip

    assert one["organizer"] == {"name": "Ada", "address": "ada@example.org"}
    assert {(each["name"], each["address"]) for each in one["requiredAttendees"]} == {
        ("Bob; the Builder", "bob@example.org"),
        ("", "ada@example.org"),
        ("Cy", ""),
    }
    assert one["optionalAttendees"] is None
    stored = held(office, K.APPOINTMENT, one["id"])["requiredattendees"]
    assert stored == 'Cy; ada@example.org; "Bob; the Builder" <bob@example.org>'


async def test_the_crm_fills_in_what_it_fills_in_for_the_synchronization(office: Office) -> None:
    shown = "id status state actualEnd scheduledEnd"
    task = await make(office, "task", shown, subject="x", scheduledStart="2026-03-02T09:00:00Z")
    done = await change(office, "task", task["id"], shown, status="COMPLETED")
    call = await make(office, "phoneCall", shown, subject="x", actualEnd="2026-02-01T09:00:00Z")

    assert task["scheduledEnd"] == "2026-03-02T09:00:00+00:00"
    assert (done["state"], done["actualEnd"]) == ("COMPLETED", office.clock.now().isoformat())
    assert (call["status"], call["state"]) == ("MADE", "COMPLETED")


async def test_an_idle_change_takes_no_version(office: Office) -> None:
    task = await make(office, "task", "id version", subject="x", scheduledStart="2026-03-02T09:00:00Z", priority="LOW")

    idle = await change(
        office, "task", task["id"], subject="x", scheduledStart="2026-03-02T10:00:00+01:00", priority="LOW",
        status="NOT_STARTED",
    )  # fmt: skip
    other = await change(office, "task", task["id"], subject="y", expectedVersion=task["version"])

    assert idle["version"] == task["version"] < other["version"]


# Series


async def test_a_series_is_written_in_the_one_form_that_the_synchronization_reads(office: Office) -> None:
    rule = RULE | {
        "daysOfWeek": ["TUESDAY", "THURSDAY"], "interval": 2, "occurrences": 6, "timeZone": "W. Europe Standard Time",
        "deletedExceptions": ["2026-03-05T09:00:00Z"],
        "exceptions": [
            {"originalStart": "2026-03-17T09:00:00Z", "scheduledStart": "2026-03-17T12:00:00Z", "subject": "Later",
             "scheduledEnd": "2026-03-17T13:00:00Z", "priority": "HIGH"},
            {"originalStart": "2026-03-19T09:00:00Z", "status": "CANCELLED"},
        ],
    }  # fmt: skip
    shown = """id status recurrence { patternType interval daysOfWeek patternEndType occurrences patternStartDate
      startTime endTime duration timeZone deletedExceptions
      exceptions { originalStart scheduledStart subject priority status } }"""

    one = await make(office, "recurringAppointment", shown, subject="Weekly", recurrence=rule)

    found = one["recurrence"]
    assert (found["patternType"], found["interval"], found["daysOfWeek"]) == ("WEEKLY", 2, ["TUESDAY", "THURSDAY"])
    assert (found["patternEndType"], found["occurrences"], found["timeZone"]) == ("OCCURRENCES", 6, "Europe/Berlin")
    # The rule gives no Monday, so the series begins on the Tuesday.
    assert (found["patternStartDate"], found["startTime"]) == ("2026-03-03", "2026-03-03T09:00:00+00:00")
    assert (found["duration"], found["deletedExceptions"]) == (60, ["2026-03-05T09:00:00+00:00"])
    assert [(each["subject"], each["priority"], each["status"]) for each in found["exceptions"]] == [
        ("Later", "HIGH", None),
        (None, None, "CANCELLED"),
    ]
    row, shape = held(office, K.RECURRING_APPOINTMENT, one["id"]), layout(K.RECURRING_APPOINTMENT)
    value = shape.decode([row[column.name] for column in shape.columns])[
        catalogue().by_id["RECURRING_APPOINTMENT.recurrence"].position
    ]
    assert to_value(from_value(value, UTC, dict)) == value


async def test_a_pattern_is_replaced_as_a_whole_and_its_occurrences_only_when_they_are_said(office: Office) -> None:
    shown = "id version recurrence { patternType dayOfMonth occurrences patternEndDate deletedExceptions }"
    rule = RULE | {"occurrences": 3, "deletedExceptions": ["2026-03-09T09:00:00Z"]}
    one = await make(office, "recurringAppointment", shown, recurrence=rule)

    until = RULE | {"patternType": "MONTHLY", "patternEndDate": "2026-12-31"}
    two = await change(office, "recurringAppointment", one["id"], shown, recurrence=until)
    three = await change(office, "recurringAppointment", one["id"], shown, recurrence=until | {"deletedExceptions": []})

    first, second, third = (found["recurrence"] for found in (one, two, three))
    assert (first["occurrences"], first["deletedExceptions"]) == (3, ["2026-03-09T09:00:00+00:00"])
    assert (second["patternType"], second["dayOfMonth"], second["occurrences"]) == ("MONTHLY", 2, None)
    assert (second["patternEndDate"], second["deletedExceptions"]) == ("2026-12-31", ["2026-03-09T09:00:00+00:00"])
    assert third["deletedExceptions"] is None


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"patternType": "MONTHLY_NTH"}, ["recurrence"]),
        ({"patternType": "MONTHLY", "dayOfMonth": 32}, ["recurrence"]),
        ({"patternType": "DAILY", "interval": 2, "daysOfWeek": ["MONDAY"]}, ["recurrence"]),
        ({"interval": 0}, ["recurrence", "interval"]),
        ({"occurrences": 0}, ["recurrence", "occurrences"]),
        ({"occurrences": 2, "patternEndDate": "2026-12-31"}, ["recurrence"]),
        ({"patternEndDate": "2026-01-01"}, ["recurrence"]),
        ({"timeZone": "Europe/Atlantis"}, ["recurrence"]),
        ({"timeZone": ""}, ["recurrence", "timeZone"]),
        ({"endTime": "2026-03-02T08:00:00Z"}, ["recurrence", "endTime"]),
        ({"startTime": "2026-03-02T09:00:00"}, ["recurrence", "startTime"]),
        ({"startTime": "0001-01-01T00:00:00+14:00"}, ["recurrence", "startTime"]),
        ({"deletedExceptions": ["2026-03-03T09:00:00Z"]}, ["recurrence", "deletedExceptions"]),
        ({"exceptions": [{"originalStart": "2026-03-02T09:30:00Z"}]}, ["recurrence", "exceptions"]),
        (
            {"exceptions": [{"originalStart": "2026-03-02T09:00:00Z", "subject": "x" * 401}]},
            ["recurrence", "exceptions"],
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else None,
)
async def test_a_pattern_that_no_mailbox_could_show_is_refused(
    office: Office, given: dict[str, Any], path: list[str]
) -> None:
    refused = await make(office, "recurringAppointment", subject="x", recurrence=RULE | given)

    assert refused == [("INVALID_INPUT", ["input", *path])]


# Rights


async def test_secured_columns_are_written_by_those_who_may(office: Office, rights: Authority) -> None:
    rights.secure("description", "percentcomplete", kind=K.TASK)
    rights.field_profile("Writers", "description", office.people["sales"], create=True, kind=K.TASK)
    shown = "id version description percentComplete"

    one = await make(office, "task", shown, subject="x", description="kept to themselves")
    refused = await make(office, "task", subject="x", percentComplete=1)
    fixed = await change(office, "task", one["id"], description="y", percentComplete=2)

    assert (one["description"], one["percentComplete"]) == (None, None)
    assert refused == [("FIELD_WITHHELD", ["input", "percentComplete"])]
    assert sorted(fixed) == [
        ("FIELD_WITHHELD", ["input", "description"]),
        ("FIELD_WITHHELD", ["input", "percentComplete"]),
    ]
    assert held(office, K.TASK, one["id"])["description"] == "kept to themselves"


async def test_a_withheld_end_cannot_be_found_by_trying_starts(office: Office, rights: Authority) -> None:
    meeting = office.activity(K.APPOINTMENT, "sales", subject="x", scheduledstart=NINE, scheduledend=TEN)
    rights.secure("scheduledend", kind=K.APPOINTMENT)
    rights.field_profile("Writers", "scheduledend", office.people["sales"], update=True, kind=K.APPOINTMENT)
    activity = f"appointment:{meeting}"

    for start in ("2026-03-02T08:00:00Z", "2026-03-02T11:00:00Z"):
        refused = await change(office, "appointment", activity, scheduledStart=start)
        assert refused == [("FIELD_WITHHELD", ["input", "scheduledEnd"])]
    moved = await change(
        office, "appointment", activity, scheduledStart="2026-03-02T11:00:00Z", scheduledEnd="2026-03-02T12:00:00Z"
    )

    assert moved["id"] == activity
    assert held(office, K.APPOINTMENT, activity)["scheduleddurationminutes"] == 60


async def test_whether_a_withheld_due_date_is_empty_does_not_show_in_the_version(
    office: Office, rights: Authority
) -> None:
    rights.secure("scheduledend", kind=K.TASK)
    idle: list[bool] = []
    for end in (None, TEN):
        task = f"task:{office.activity(K.TASK, 'sales', subject='x', scheduledstart=NINE, scheduledend=end)}"
        before = held(office, K.TASK, task)["version"]
        same = await change(office, "task", task, scheduledStart="2026-03-02T09:00:00Z")
        idle.append(same["version"] == before)

    assert idle == [True, True]


async def test_masked_people_do_not_come_back_as_people(office: Office, rights: Authority) -> None:
    meeting = office.activity(K.APPOINTMENT, "sales", scheduledstart=NINE, requiredattendees="ada@example.org")
    rights.secure("requiredattendees", mask_keep=8, kind=K.APPOINTMENT)
    rights.field_profile(
        "Half", "requiredattendees", office.people["sales"], read=True, update=True, kind=K.APPOINTMENT
    )
    shown = "query($id: ID!) { activity(id: $id) { ... on Appointment { requiredAttendees { name address } } } }"
    people = (await office.data("sales", shown, id=f"appointment:{meeting}"))["activity"]["requiredAttendees"]
    assert people == [{"name": "****mple.org", "address": ""}]

    for sent in (people, [*people, {"address": "aaa@example.org"}], [{"name": "!"}, *people]):
        refused = await change(office, "appointment", f"appointment:{meeting}", requiredAttendees=sent)
        assert refused == [("INVALID_INPUT", ["input", "requiredAttendees"])]


async def test_changed_occurrences_are_written_by_those_who_may_write_what_they_say(
    office: Office, rights: Authority
) -> None:
    one = await make(office, "recurringAppointment", subject="x", recurrence=RULE)
    rights.secure("description", kind=K.RECURRING_APPOINTMENT)
    changed = RULE | {"exceptions": [{"originalStart": "2026-03-02T09:00:00Z", "status": "CANCELLED"}]}

    refused = await change(office, "recurringAppointment", one["id"], recurrence=changed)
    without = await change(office, "recurringAppointment", one["id"], recurrence=RULE | {"interval": 2})

    assert refused == [("FIELD_WITHHELD", ["input", "recurrence", "exceptions"])]
    assert without["id"] == one["id"]


async def test_a_part_of_a_pattern_that_may_not_be_written_closes_the_pattern(
    office: Office, rights: Authority
) -> None:
    one = await make(office, "recurringAppointment", subject="x", recurrence=RULE)
    rights.secure("interval", kind=K.RECURRING_APPOINTMENT)

    refused = await change(office, "recurringAppointment", one["id"], recurrence=RULE | {"interval": 2})

    assert refused == [("FIELD_WITHHELD", ["input", "recurrence", "interval"])]
    assert await make(office, "recurringAppointment", recurrence=RULE) == refused


async def test_privileges_reach_as_far_as_the_roles_of_the_kind(office: Office, rights: Authority) -> None:
    mine, theirs = (office.activity(K.TASK, who, subject="x") for who in ("sales", "manager"))
    rights.without_roles(office.people["sales"])
    rights.role(
        "Readers", {Privilege.READ: AccessLevel.ORGANIZATION, Privilege.WRITE: AccessLevel.USER},
        office.people["sales"], kind=K.TASK,
    )  # fmt: skip
    hidden = office.activity(K.FAX, "sales", subject="x")

    assert (await change(office, "task", f"task:{mine}", subject="y"))["id"] == f"task:{mine}"
    assert await change(office, "task", f"task:{theirs}", subject="y") == [("NOT_ALLOWED", None)]
    assert await change(office, "fax", f"fax:{hidden}", subject="y") == [("NOT_FOUND", None)]
    assert await make(office, "task", subject="y") == [("NOT_ALLOWED", None)]
    for activity, code in ((f"task:{mine}", "NOT_ALLOWED"), (f"fax:{hidden}", "NOT_FOUND"), ("contact:x", "NOT_FOUND")):
        for query, name, more in (
            (DELETE, "activityDelete", {}),
            (ASSIGN, "activityAssign", {"ownerId": "principal:x"}),
        ):
            payload = (await office.data("sales", query, input={"activityId": activity} | more))[name]
            assert payload["errors"] == [{"code": code}]


async def test_an_activity_goes_to_its_new_owner_and_is_told_in_the_audit(office: Office, rights: Authority) -> None:
    task = f"task:{office.activity(K.TASK, 'sales', subject='Handed over')}"
    manager = f"principal:{office.people['manager']}"
    given = {"activityId": task, "ownerId": manager}

    stale = await office.data("sales", ASSIGN, input={**given, "expectedVersion": 0})
    done = await office.data("sales", ASSIGN, input=given)
    rights.secure("subject", kind=K.TASK)
    back = await office.data("manager", ASSIGN, input={**given, "ownerId": f"principal:{office.people['sales']}"})
    told = (await office.data("admin", "{ auditEvents { nodes { action targetId targetName } } }"))["auditEvents"]

    assert stale["activityAssign"]["errors"] == [{"code": "STALE_REVISION"}]
    assert done["activityAssign"] == back["activityAssign"] == {"activity": None, "errors": []}
    assert [(one["action"], one["targetId"], one["targetName"]) for one in told["nodes"]] == [
        ("TASK_ASSIGN", task, "(no name)"),
        ("TASK_ASSIGN", task, "Handed over"),
    ]


async def test_activities_are_shared_and_nobody_passes_on_more_than_one_has(office: Office, rights: Authority) -> None:
    share = """mutation($input: RecordShareSetInput!) { recordShareSet(input: $input) {
      contact { id } record { id } errors { code } } }"""
    task, other = f"task:{office.activity(K.TASK, 'sales', subject='x')}", f"principal:{rights.user('other')}"
    manager = f"principal:{office.people['manager']}"

    done = await office.data(
        "sales", share, input={"recordId": task, "principalId": manager, "rights": ["READ", "SHARE"]}
    )
    more = await office.data("manager", share, input={"recordId": task, "principalId": other, "rights": ["WRITE"]})
    fine = await office.data("manager", share, input={"recordId": task, "principalId": other, "rights": ["READ"]})

    assert done["recordShareSet"] == {"contact": None, "record": {"id": task}, "errors": []}
    assert more["recordShareSet"]["errors"] == [{"code": "NOT_ALLOWED"}]
    assert fine["recordShareSet"]["errors"] == []
