"""A record of whatever kind as its GraphQL type."""

from fieldsync.api.context import Info
from fieldsync.api.types.activity import Activity, activity_of
from fieldsync.api.types.contact import Contact, contact_of
from fieldsync.core.values import RecordKind
from fieldsync.services.seen import Seen


def record_of(info: Info, seen: Seen) -> Contact | Activity:
    """The record that the caller may see."""
    return contact_of(info, seen) if seen.kind is RecordKind.CONTACT else activity_of(info, seen)
