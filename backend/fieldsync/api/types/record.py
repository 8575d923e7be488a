"""What all CRM records show: versions, owner, what is withheld, and what is granted on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from fieldsync.api.bulk import in_bulk
from fieldsync.api.context import Info
from fieldsync.api.types.principal import Principal, owner_of
from fieldsync.core.access import Mask
from fieldsync.core.privileges import Privilege, rights_of
from fieldsync.core.values import RecordKind
from fieldsync.errors import FieldWithheld
from fieldsync.ids import record_id
from fieldsync.services.seen import Seen


@strawberry.type(description="A field that reads null because the caller's rights do not open it.")
class WithheldField:
    field: str = strawberry.field(description="The field of this type that reads null.")
    attribute: str = strawberry.field(description="The CRM column behind it.")
    rule: str = strawberry.field(description="Why it is withheld.")


@strawberry.type(description="A record shared with somebody.")
class RecordShare:
    principal_id: strawberry.Private[str]
    rights: list[Privilege] = strawberry.field(description="What it is shared for.")

    @strawberry.field(description="The user or team it is shared with.")
    async def principal(self, info: Info) -> Principal:
        return await owner_of(info, self.principal_id)


@strawberry.type(description="A secured column of one record, opened to somebody.")
class ColumnGrant:
    attribute: str = strawberry.field(description="The CRM column.")
    read: bool = strawberry.field(description="Whether it may be read.")
    update: bool = strawberry.field(description="Whether it may be changed.")
    principal_id: strawberry.Private[str]

    @strawberry.field(description="The user or team it is opened to.")
    async def principal(self, info: Info) -> Principal:
        return await owner_of(info, self.principal_id)


async def _owners(records: Sequence["RecordFields"], info: Info) -> list[Principal]:
    ids = list(dict.fromkeys(record.owner_id for record in records))
    rows = await info.context.services.principals.by_ids(ids)
    owners = {one: Principal.from_row(row) for one, row in zip(ids, rows, strict=True)}
    return [owners[record.owner_id] for record in records]


@strawberry.type
class RecordFields:
    """The fields of every record; ``names`` are what GraphQL calls its columns, a dot leading into a composite."""

    version: int = strawberry.field(description="Changes with every write; send it back as expectedVersion.")
    created_at: datetime = strawberry.field(description="When it was made.")
    modified_at: datetime = strawberry.field(description="When it was last written.")
    owner_id: strawberry.Private[str]
    raw_id: strawberry.Private[str]
    record_kind: strawberry.Private[RecordKind]
    mask: strawberry.Private[Mask]
    names: strawberry.Private[Mapping[str, str]]

    @strawberry.field(description="Whose record it is.")
    @in_bulk(_owners)
    async def owner(self, info: Info) -> Principal:
        return await owner_of(info, self.owner_id)

    @strawberry.field(description="The fields that read null since they are withheld, each with its rule.")
    def withheld(self) -> list[WithheldField]:
        hidden = sorted(self.mask.withheld_on(self.raw_id))
        return [WithheldField(field=self.names[name], attribute=name, rule=rule_of(name)) for name in hidden]

    @strawberry.field(description="The fields whose value is shown masked to the caller, such as ****1234.")
    def masked(self) -> list[str]:
        hidden = self.mask.withheld_on(self.raw_id)
        shown = [name for name in sorted(self.mask.masked) if name not in hidden]
        return [self.names[name] for name in shown if self.__dict__.get(name) is not None]

    @strawberry.field(description="What the caller's rights allow to do with it.")
    async def viewer_can(self, info: Info) -> list[Privilege]:
        return await info.context.loaders.record_privileges.load((self.record_kind, self.raw_id))

    @strawberry.field(description="Whom it is shared with.")
    async def shares(self, info: Info) -> list[RecordShare]:
        found = await info.context.loaders.record_shares.load((self.record_kind, self.raw_id))
        return [
            RecordShare(principal_id=share.principal_id, rights=_in_order(rights_of(share.rights))) for share in found
        ]

    @strawberry.field(
        description="Secured columns opened on this record; administrators see all, others those opened to them."
    )
    async def column_grants(self, info: Info) -> list[ColumnGrant]:
        return [
            ColumnGrant(
                attribute=grant.attribute,
                read=grant.can_read,
                update=grant.can_update,
                principal_id=grant.principal_id,
            )
            for grant in await info.context.loaders.column_grants.load((self.record_kind, self.raw_id))
        ]

    def take(self, info: Info, seen: Seen, names: Mapping[str, str]) -> None:
        """Become the record that the caller may see.

        Sixty attributes by name through ``__init__`` cost more than everything else about a page of contacts.
        """
        row, mask, held = seen.row, seen.mask, self.__dict__
        held.update(row._asdict())
        self.raw_id, self.record_kind, self.mask, self.names = row.id, seen.kind, mask, names
        held["id"] = strawberry.ID(record_id(seen.kind.value, row.id))
        if info.context.withheld_errors and mask.withheld:
            # An exception in the place of a value becomes that field's error.
            for name in mask.withheld_on(row.id):
                held[name] = FieldWithheld(rule_of(name), path=(names[name],))


def rule_of(attribute: str) -> str:
    """Why a column is withheld, for people."""
    return f"{attribute} is a secured column, and no field profile of yours allows to read it."


def _in_order(rights: frozenset[Privilege]) -> list[Privilege]:
    return [privilege for privilege in Privilege if privilege in rights]
