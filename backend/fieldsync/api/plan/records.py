"""CRM records within a plan: which columns an answer needs, and contacts straight from their rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldsync.api.types.activity import TYPES
from fieldsync.api.types.activity_attributes import attributes_of
from fieldsync.api.types.contact import Contact
from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
from fieldsync.core.values import RecordKind

ALL = None
"""Instead of columns: the whole record."""
_NONE: tuple[str, ...] = ()
_OF_EVERY_RECORD: Mapping[str, tuple[str, ...]] = {
    "__typename": _NONE,
    "id": _NONE,
    "version": ("version",),
    "createdAt": ("created_at",),
    "modifiedAt": ("modified_at",),
    "owner": ("owner_id",),
    "withheld": _NONE,
    "viewerCan": _NONE,
    "shares": _NONE,
    "columnGrants": _NONE,
}
_OF_EVERY_ACTIVITY: Mapping[str, tuple[str, ...]] = {
    "kind": _NONE,
    "state": ("statecode",),
    "status": ("statecode", "statuscode"),
}
_NEEDS: Mapping[RecordKind, Mapping[str, tuple[str, ...]]] = {
    RecordKind.CONTACT: {**_OF_EVERY_RECORD, **{shown: (name,) for name, shown in GRAPHQL_NAMES.items()}},
    **{
        kind: {
            **_OF_EVERY_RECORD,
            **_OF_EVERY_ACTIVITY,
            **{one.name: (name,) for name, one in attributes_of(kind).items()},
        }
        for kind in TYPES
    },
}
KINDS: Mapping[str, RecordKind] = {
    "Contact": RecordKind.CONTACT,
    **{kind_type.__name__: kind for kind, kind_type in TYPES.items()},
}
"""The kind of record behind an object type."""
LISTED: Mapping[str, frozenset[RecordKind]] = {
    "Contact": frozenset({RecordKind.CONTACT}),
    "ContactConnection": frozenset({RecordKind.CONTACT}),
    "Activity": frozenset(TYPES),
    "ActivityConnection": frozenset(TYPES),
    **{of.__name__: frozenset({kind}) for kind, of in TYPES.items()},
    **{f"{of.__name__}Connection": frozenset({kind}) for kind, of in TYPES.items()},
}
"""The types of fields whose resolvers heed ``info.columns``, with the kinds that they give."""


def needs(kind: RecordKind, fields: Iterable[str]) -> set[str] | None:
    """The columns behind these fields of a type, ALL if that depends on the record or on who asks."""
    known, found = _NEEDS[kind], set[str]()
    for name in fields:
        columns = known.get(name)
        if columns is None:
            return ALL
        found.update(columns)
    return found


def in_order(columns: set[str]) -> tuple[str, ...]:
    """The columns of a row, the id in front."""
    return ("id", *sorted(columns - {"id"}))


def bare_contact(record_id: str, owner_id: str, mask: Any) -> Contact:
    """What the resolvers of a contact's fields need as their object: whose it is, what is withheld, and no more."""
    contact = Contact.__new__(Contact)
    contact.__dict__.update(
        raw_id=record_id, owner_id=owner_id, record_kind=RecordKind.CONTACT, mask=mask, names=GRAPHQL_NAMES
    )
    return contact


COLUMN_OF: Mapping[str, str] = {shown: name for name, shown in GRAPHQL_NAMES.items()} | {
    "version": "version",
    "createdAt": "created_at",
    "modifiedAt": "modified_at",
}
"""The column that a field of a contact shows as it is."""
