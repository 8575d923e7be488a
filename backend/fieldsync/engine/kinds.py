"""What the engine needs to know of each kind it can synchronize."""

from dataclasses import dataclass
from functools import cache

from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.core.match import IdentityFields
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.records import Layout, layout
from fieldsync.ports import Codec
from fieldsync.sides.vcard.contact import ContactCodec

SUPPORTED_KINDS = (RecordKind.CONTACT,)


@dataclass(frozen=True, slots=True)
class KindSetup:
    """One kind: its fields, how records hold them, how items do, and which of them tell who it is."""

    kind: RecordKind
    fields: tuple[Field, ...]
    layout: Layout
    codec: Codec
    identity: IdentityFields


@cache
def setup(kind: RecordKind) -> KindSetup:
    """The set-up of a supported kind."""
    if kind not in SUPPORTED_KINDS:
        raise ValueError(f"{kind.value} is not synchronized yet")
    fields = catalogue().fields(kind)
    position = {field.key: field.position for field in fields}
    identity = IdentityFields(
        name=position["fullname"],
        emails=tuple(position[key] for key in ("emailaddress1", "emailaddress2", "emailaddress3")),
        company=position["parentcustomerid"],
    )
    return KindSetup(kind, fields, layout(kind), ContactCodec(), identity)
