"""What the engine needs to know of each kind it synchronizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.core.identity import Identity, MomentFields, PersonFields
from fieldsync.core.values import MEETINGS, STORE_OF, RecordKind, Store
from fieldsync.db.repo.records import Layout, layout
from fieldsync.ports import Codec
from fieldsync.sides.vcard.contact import ContactCodec

SUPPORTED_KINDS = (
    RecordKind.CONTACT,
    RecordKind.APPOINTMENT,
    RecordKind.RECURRING_APPOINTMENT,
    RecordKind.SERVICE_ACTIVITY,
    RecordKind.TASK,
    RecordKind.PHONE_CALL,
    RecordKind.LETTER,
    RecordKind.FAX,
)
"""In the order in which a run takes them: single appointments before series, so that one that became a series is let go
of before it is taken up anew; tasks first among what becomes a task."""

NAMES = {
    RecordKind.CONTACT: "contact",
    RecordKind.APPOINTMENT: "appointment",
    RecordKind.RECURRING_APPOINTMENT: "recurring appointment",
    RecordKind.SERVICE_ACTIVITY: "service activity",
    RecordKind.TASK: "task",
    RecordKind.PHONE_CALL: "phone call",
    RecordKind.LETTER: "letter",
    RecordKind.FAX: "fax",
}
"""What to call one record of a kind before people."""


@dataclass(frozen=True, slots=True)
class KindSetup:
    """One kind: its fields, how records hold them, how items do, and which of them tell what it is."""

    kind: RecordKind
    fields: tuple[Field, ...]
    layout: Layout
    codec: Codec
    identity: Identity
    inviting: Codec
    """The same codec, but for letting the mail server invite the people whom it adds."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields)

    @property
    def name(self) -> str:
        return NAMES[self.kind]


@cache
def setup(kind: RecordKind, zone: str = "UTC") -> KindSetup:
    """The set-up of a kind in a mailbox whose floating times are those of ``zone`` (IANA)."""
    fields = catalogue().fields(kind)
    codec = inviting = ContactCodec()
    if kind is not RecordKind.CONTACT:
        # Loaded for mailboxes with a calendar only.
        from fieldsync.sides.ical.codecs import codec_for

        codec = codec_for(kind, zone)
        inviting = codec_for(kind, zone, mails=True) if kind in MEETINGS else codec
    identity = _identity(kind, {field.key: field for field in fields})
    return KindSetup(kind, fields, layout(kind), codec, identity, inviting)


def _identity(kind: RecordKind, fields: Mapping[str, Field]) -> Identity:
    place = {key: field.position for key, field in fields.items()}
    match kind:
        case RecordKind.CONTACT:
            mails = tuple(place[key] for key in ("emailaddress1", "emailaddress2", "emailaddress3"))
            return PersonFields(name=place["fullname"], emails=mails, company=place["parentcustomerid"])
        case RecordKind.APPOINTMENT | RecordKind.SERVICE_ACTIVITY:
            return MomentFields(place["subject"], place["time"])
        case RecordKind.RECURRING_APPOINTMENT:
            rule = fields["recurrence"].attributes
            return MomentFields(
                place["subject"], place["recurrence"], (rule.index("patternstartdate"), rule.index("starttime"))
            )
        case _:
            return MomentFields(place["subject"], place["scheduledend"])


def kinds_of(mailbox: Any) -> list[RecordKind]:
    """The kinds that a mailbox (its row) has a collection for, in the order in which a run takes them."""
    held = {Store.ADDRESS_BOOK}
    held |= {Store.CALENDAR} if mailbox.calendar_url else set()
    held |= {Store.TASK_LIST} if mailbox.tasks_url else set()
    return [kind for kind in SUPPORTED_KINDS if STORE_OF[kind] in held]
