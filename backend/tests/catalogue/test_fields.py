"""The field catalogue: what Dynamics 365 documents, and that contradictions in it are found."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import types

from fieldsync.catalogue import fields
from fieldsync.catalogue.fields import CatalogueContradiction, Field, catalogue, contradictions
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.columns import UtcDateTime
from fieldsync.db.records import RECORD_MODELS

ALL = list(catalogue().all())
ANY = (Direction.NONE, Direction.TO_OUTLOOK, Direction.TO_CRM, Direction.BOTH)


def a_field(**changes: object) -> Field:
    """A field without fault, changed as told."""
    plain = Field(
        kind=RecordKind.CONTACT,
        position=0,
        key="jobtitle",
        outlook_label="Job Title",
        crm_label="Job Title",
        outlook_properties=("JobTitle",),
        attributes=("jobtitle",),
        default=Direction.BOTH,
        allowed=ANY,
        computed=False,
        note="",
    )
    return replace(plain, **changes)  # pyright: ignore


def test_there_are_98_fields_of_8_kinds() -> None:
    assert len(ALL) == 98
    assert Counter(field.kind for field in ALL) == {
        RecordKind.APPOINTMENT: 11,
        RecordKind.RECURRING_APPOINTMENT: 10,
        RecordKind.SERVICE_ACTIVITY: 10,
        RecordKind.CONTACT: 34,
        RecordKind.TASK: 9,
        RecordKind.PHONE_CALL: 8,
        RecordKind.LETTER: 8,
        RecordKind.FAX: 8,
    }


def test_59_fields_take_all_four_directions_and_the_others_one() -> None:
    assert Counter(len(field.allowed) for field in ALL) == {4: 59, 1: 39}
    assert all(set(field.allowed) == set(ANY) for field in ALL if len(field.allowed) > 1)


def test_seven_fields_of_an_appointment_show_one_fixed_two_way_arrow_and_its_attachments_none() -> None:
    fixed = {
        field.key: field.default for field in catalogue().fields(RecordKind.APPOINTMENT) if len(field.allowed) == 1
    }

    assert fixed.pop("attachments") is Direction.NONE
    assert set(fixed) == {
        "time", "prioritycode", "optionalattendees", "organizer", "regardingobjectid", "requiredattendees", "status",
    }  # fmt: skip
    assert set(fixed.values()) == {Direction.BOTH}


def test_a_fixed_field_says_why_and_a_free_one_has_nothing_to_say() -> None:
    assert [field.id for field in ALL if (field.fixed_reason is None) != (len(field.allowed) == 4)] == []


def test_service_activities_only_travel_to_outlook() -> None:
    group = catalogue().fields(RecordKind.SERVICE_ACTIVITY)

    assert len(group) == 10
    assert {field.allowed for field in group} == {(Direction.TO_OUTLOOK,)}


def test_home_and_other_address_wait_for_an_administrator() -> None:
    """They turn two-way by a system setting of Dynamics 365 that is off at first."""
    found = catalogue().by_id

    assert found["CONTACT.address2"].default is Direction.NONE
    assert found["CONTACT.address3"].default is Direction.NONE
    assert found["CONTACT.address1"].default is Direction.BOTH


@pytest.mark.parametrize(
    ("field_id", "properties", "attributes"),
    [
        (
            "CONTACT.fullname",
            ("FullName", "Title", "FirstName", "MiddleName", "LastName", "Suffix"),
            ("fullname", "salutation", "firstname", "middlename", "lastname", "suffix"),
        ),
        (
            "APPOINTMENT.time",
            ("Start", "End", "Duration", "AllDayEvent"),
            ("scheduledstart", "scheduledend", "scheduleddurationminutes", "isalldayevent"),
        ),
        ("APPOINTMENT.status", ("BusyStatus",), ("statecode", "statuscode")),
        ("TASK.scheduledend", ("DueDate", "ReminderTime"), ("scheduledend",)),
    ],
)
def test_a_composite_lists_every_part(field_id: str, properties: tuple[str, ...], attributes: tuple[str, ...]) -> None:
    field = catalogue().by_id[field_id]

    assert (field.outlook_properties, field.attributes) == (properties, attributes)
    assert field.empty == ("",) * len(attributes)


@pytest.mark.parametrize(("number", "place"), [(1, "Business"), (2, "Home"), (3, "Other")])
def test_an_address_is_eight_attributes_and_its_parts_in_outlook(number: int, place: str) -> None:
    field = catalogue().by_id[f"CONTACT.address{number}"]

    parts = ("line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country", "postofficebox")
    assert field.attributes == tuple(f"address{number}_{part}" for part in parts)
    outlook = ("Street", "City", "State", "PostalCode", "Country", "PostOfficeBox")
    assert set(field.outlook_properties) >= {f"{place}Address{part}" for part in outlook}


def test_positions_count_within_the_kind() -> None:
    for kind in RecordKind:
        assert [field.position for field in catalogue().fields(kind)] == list(range(len(catalogue().fields(kind))))


def test_ids_lead_back_to_their_fields() -> None:
    assert all(catalogue().by_id[field.id] is field for field in ALL)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ([a_field(), a_field()], "CONTACT.jobtitle is listed twice"),
        ([a_field(outlook_label="")], "CONTACT.jobtitle lacks a label"),
        ([a_field(crm_label="")], "CONTACT.jobtitle lacks a label"),
        (
            [a_field(allowed=(Direction.NONE, Direction.TO_CRM))],
            "CONTACT.jobtitle defaults to BOTH, which it does not allow",
        ),
        ([a_field(allowed=())], "CONTACT.jobtitle defaults to BOTH, which it does not allow"),
        ([a_field(allowed=(*ANY, Direction.BOTH))], "CONTACT.jobtitle allows a direction twice"),
        ([a_field(computed=True)], "CONTACT.jobtitle is computed, yet its direction could be chosen"),
        (
            [a_field(kind=RecordKind.SERVICE_ACTIVITY, allowed=(Direction.BOTH,))],
            "SERVICE_ACTIVITY.jobtitle is a service activity, which only travels to Outlook",
        ),
        ([a_field(outlook_properties=())], "CONTACT.jobtitle has no Outlook property behind it"),
        ([a_field(attributes=())], "CONTACT.jobtitle travels, yet has no CRM attribute behind it"),
        (
            [a_field(), a_field(key="role")],
            "jobtitle stands behind both CONTACT.jobtitle and CONTACT.role",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_contradiction_is_named(broken: list[Field], fault: str) -> None:
    assert contradictions(broken) == [fault]


def test_the_same_attribute_may_stand_behind_fields_of_two_kinds() -> None:
    assert contradictions([a_field(), a_field(kind=RecordKind.TASK)]) == []


def test_a_contradicting_catalogue_is_not_loaded() -> None:
    head = (
        "kind,key,outlook_label,crm_label,outlook_properties,crm_attributes,"
        "default_direction,allowed_directions,computed,note"
    )
    line = "CONTACT,jobtitle,Job Title,Job Title,JobTitle,jobtitle,BOTH,NONE;TO_CRM,false,"

    with pytest.raises(CatalogueContradiction, match=r"CONTACT\.jobtitle defaults to BOTH"):
        fields.parse([head, line])


@pytest.mark.parametrize("kind", list(RecordKind), ids=lambda kind: kind.value)
def test_every_attribute_has_a_typed_column(kind: RecordKind) -> None:
    columns = RECORD_MODELS[kind].__table__.columns  # pyright: ignore

    for field in catalogue().fields(kind):
        for attribute in field.attributes:
            of = columns[attribute].type
            stored = of.impl_instance if isinstance(of, types.TypeDecorator) else of
            assert isinstance(stored, (types.String, types.Integer, types.Boolean, types.Date, types.DateTime))
            assert isinstance(of, UtcDateTime) == isinstance(stored, types.DateTime), f"{attribute} takes naive times"
            if isinstance(stored, types.String) and not isinstance(stored, types.Text):
                assert stored.length, f"{attribute} has no length"
