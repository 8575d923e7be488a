"""The CRM records of our own store: one table per kind, a typed column per attribute of the catalogue.

Column names are the logical names of Dataverse, lengths those of its published schema. Activity
columns are shared by mixin, since the seven activity kinds carry the same attributes.
"""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import UtcDateTime


class Record(SQLModel):
    """What every record has.

    ``version`` is taken from one counter for all records and grows with every write, so "changed
    since" is a range over it. ``statecode`` 0 is active (contacts) or open (activities).
    """

    id: str = Field(primary_key=True, max_length=36)
    owner_id: str = Field(max_length=36, foreign_key="principal.id")
    version: int
    statecode: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)


class Contact(Record, table=True):
    __tablename__ = "contact"  # pyright: ignore[reportAssignmentType]
    # The id is in the first so that whose records somebody reaches is read from the index alone.
    __table_args__ = (
        Index("ix_contact_owner_version", "owner_id", "version", "id"),
        Index("ix_contact_version", "version"),
        Index("ix_contact_modified_at", "modified_at", "id"),
    )

    fullname: str | None = Field(default=None, max_length=160)
    salutation: str | None = Field(default=None, max_length=100)
    firstname: str | None = Field(default=None, max_length=50)
    middlename: str | None = Field(default=None, max_length=50)
    lastname: str | None = Field(default=None, max_length=50)
    suffix: str | None = Field(default=None, max_length=10)
    nickname: str | None = Field(default=None, max_length=100)
    yomifirstname: str | None = Field(default=None, max_length=150)
    yomilastname: str | None = Field(default=None, max_length=150)
    parentcustomerid: str | None = Field(default=None, max_length=160)
    department: str | None = Field(default=None, max_length=100)
    jobtitle: str | None = Field(default=None, max_length=100)
    managername: str | None = Field(default=None, max_length=100)
    assistantname: str | None = Field(default=None, max_length=100)
    assistantphone: str | None = Field(default=None, max_length=50)
    telephone1: str | None = Field(default=None, max_length=50)
    business2: str | None = Field(default=None, max_length=50)
    telephone2: str | None = Field(default=None, max_length=50)
    home2: str | None = Field(default=None, max_length=50)
    telephone3: str | None = Field(default=None, max_length=50)
    mobilephone: str | None = Field(default=None, max_length=50)
    company: str | None = Field(default=None, max_length=50)
    callback: str | None = Field(default=None, max_length=50)
    pager: str | None = Field(default=None, max_length=50)
    fax: str | None = Field(default=None, max_length=50)
    emailaddress1: str | None = Field(default=None, max_length=100)
    emailaddress2: str | None = Field(default=None, max_length=100)
    emailaddress3: str | None = Field(default=None, max_length=100)
    websiteurl: str | None = Field(default=None, max_length=200)
    ftpsiteurl: str | None = Field(default=None, max_length=200)
    birthdate: date | None = None
    anniversary: date | None = None
    spousesname: str | None = Field(default=None, max_length=100)
    childrensnames: str | None = Field(default=None, max_length=255)
    governmentid: str | None = Field(default=None, max_length=50)
    description: str | None = Field(default=None, sa_type=Text)
    address1_line1: str | None = Field(default=None, max_length=250)
    address1_line2: str | None = Field(default=None, max_length=250)
    address1_line3: str | None = Field(default=None, max_length=250)
    address1_city: str | None = Field(default=None, max_length=80)
    address1_stateorprovince: str | None = Field(default=None, max_length=50)
    address1_postalcode: str | None = Field(default=None, max_length=20)
    address1_country: str | None = Field(default=None, max_length=80)
    address1_postofficebox: str | None = Field(default=None, max_length=20)
    address2_line1: str | None = Field(default=None, max_length=250)
    address2_line2: str | None = Field(default=None, max_length=250)
    address2_line3: str | None = Field(default=None, max_length=250)
    address2_city: str | None = Field(default=None, max_length=80)
    address2_stateorprovince: str | None = Field(default=None, max_length=50)
    address2_postalcode: str | None = Field(default=None, max_length=20)
    address2_country: str | None = Field(default=None, max_length=80)
    address2_postofficebox: str | None = Field(default=None, max_length=20)
    address3_line1: str | None = Field(default=None, max_length=250)
    address3_line2: str | None = Field(default=None, max_length=250)
    address3_line3: str | None = Field(default=None, max_length=250)
    address3_city: str | None = Field(default=None, max_length=80)
    address3_stateorprovince: str | None = Field(default=None, max_length=50)
    address3_postalcode: str | None = Field(default=None, max_length=20)
    address3_country: str | None = Field(default=None, max_length=80)
    address3_postofficebox: str | None = Field(default=None, max_length=20)


class Activity(Record):
    """What all seven activity kinds have. Times are UTC; prioritycode 0 low, 1 normal, 2 high."""

    subject: str | None = Field(default=None, max_length=400)
    description: str | None = Field(default=None, sa_type=Text)
    prioritycode: int | None = None
    regardingobjectid: str | None = Field(default=None, max_length=400)
    statuscode: int | None = None


class Todo(Activity):
    """What becomes a task in the mailbox."""

    scheduledstart: datetime | None = Field(default=None, sa_type=UtcDateTime)
    scheduledend: datetime | None = Field(default=None, sa_type=UtcDateTime)
    actualend: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Meeting(Activity):
    """What becomes an event in the mailbox; attendees as one text, names and addresses.

    ``globalobjectid`` is the UID that every mailbox has the meeting under, so that it stays one record.
    """

    location: str | None = Field(default=None, max_length=200)
    organizer: str | None = Field(default=None, max_length=400)
    requiredattendees: str | None = Field(default=None, sa_type=Text)
    optionalattendees: str | None = Field(default=None, sa_type=Text)
    globalobjectid: str | None = Field(default=None, max_length=500)


class Timed(Meeting):
    """A single meeting; the duration counts minutes."""

    scheduledstart: datetime | None = Field(default=None, sa_type=UtcDateTime)
    scheduledend: datetime | None = Field(default=None, sa_type=UtcDateTime)
    scheduleddurationminutes: int | None = None
    isalldayevent: bool | None = None


class Appointment(Timed, table=True):
    __tablename__ = "appointment"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_appointment_owner_version", "owner_id", "version", "id"),
        Index("ix_appointment_version", "version"),
        Index("ix_appointment_modified_at", "modified_at", "id"),
        Index("ix_appointment_globalobjectid", "globalobjectid"),
    )


class ServiceActivity(Timed, table=True):
    __tablename__ = "serviceappointment"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_serviceappointment_owner_version", "owner_id", "version", "id"),
        Index("ix_serviceappointment_version", "version"),
        Index("ix_serviceappointment_modified_at", "modified_at", "id"),
        Index("ix_serviceappointment_globalobjectid", "globalobjectid"),
    )


class RecurringAppointment(Meeting, table=True):
    """A series; the columns are the recurrence rule as Dataverse splits it (duration in minutes).

    ``timezone`` (IANA) is where the rule counts its days; ``deletedexceptions`` and ``exceptions`` are JSON: original
    starts of occurrences taken out, and what differs on those that were changed.
    """

    __tablename__ = "recurringappointmentmaster"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_recurringappointmentmaster_owner_version", "owner_id", "version", "id"),
        Index("ix_recurringappointmentmaster_version", "version"),
        Index("ix_recurringappointmentmaster_modified_at", "modified_at", "id"),
        Index("ix_recurringappointmentmaster_globalobjectid", "globalobjectid"),
    )

    recurrencepatterntype: int | None = None
    interval: int | None = None
    daysofweekmask: int | None = None
    dayofmonth: int | None = None
    monthofyear: int | None = None
    instance: int | None = None
    occurrences: int | None = None
    patternendtype: int | None = None
    patternstartdate: date | None = None
    patternenddate: date | None = None
    starttime: datetime | None = Field(default=None, sa_type=UtcDateTime)
    endtime: datetime | None = Field(default=None, sa_type=UtcDateTime)
    duration: int | None = None
    timezone: str | None = Field(default=None, max_length=64)
    deletedexceptions: str | None = Field(default=None, sa_type=Text)
    exceptions: str | None = Field(default=None, sa_type=Text)


class Task(Todo, table=True):
    __tablename__ = "task"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_task_owner_version", "owner_id", "version", "id"),
        Index("ix_task_version", "version"),
        Index("ix_task_modified_at", "modified_at", "id"),
    )

    percentcomplete: int | None = None


class PhoneCall(Todo, table=True):
    __tablename__ = "phonecall"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_phonecall_owner_version", "owner_id", "version", "id"),
        Index("ix_phonecall_version", "version"),
        Index("ix_phonecall_modified_at", "modified_at", "id"),
    )


class Letter(Todo, table=True):
    __tablename__ = "letter"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_letter_owner_version", "owner_id", "version", "id"),
        Index("ix_letter_version", "version"),
        Index("ix_letter_modified_at", "modified_at", "id"),
    )


class Fax(Todo, table=True):
    __tablename__ = "fax"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_fax_owner_version", "owner_id", "version", "id"),
        Index("ix_fax_version", "version"),
        Index("ix_fax_modified_at", "modified_at", "id"),
    )


class RecordDeletion(SQLModel, table=True):
    """That a record was deleted, so that "changed since" can tell, and what the deletion matrix asks of it.

    ``organizer`` is a mail address, ``statecode`` that of the record; all of it is NULL where nobody noted it.
    """

    __tablename__ = "record_deletion"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_record_deletion_kind_version", "kind", "version"),)

    kind: str = Field(primary_key=True, max_length=24)
    record_id: str = Field(primary_key=True, max_length=36)
    version: int
    deleted_at: datetime = Field(sa_type=UtcDateTime)
    owner_id: str | None = Field(default=None, max_length=36)
    organizer: str | None = Field(default=None, max_length=400)
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    statecode: int | None = None


class RecordClock(SQLModel, table=True):
    """The counter behind ``version``: one row, locked by every writer until it commits.

    Versions therefore become visible in their order, and a reader who has seen one has seen all before it.
    """

    __tablename__ = "record_clock"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True)
    version: int


RECORD_MODELS: dict[RecordKind, type[Record]] = {
    RecordKind.APPOINTMENT: Appointment,
    RecordKind.RECURRING_APPOINTMENT: RecurringAppointment,
    RecordKind.SERVICE_ACTIVITY: ServiceActivity,
    RecordKind.CONTACT: Contact,
    RecordKind.TASK: Task,
    RecordKind.PHONE_CALL: PhoneCall,
    RecordKind.LETTER: Letter,
    RecordKind.FAX: Fax,
}
