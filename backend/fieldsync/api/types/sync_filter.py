"""Filters: which records travel to a mailbox."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.core.filters import ColumnType, Group, Joint, Operator, Row, in_words
from fieldsync.core.rights import Action
from fieldsync.core.values import RecordKind
from fieldsync.db.filter_sql import filter_labels
from fieldsync.db.repo.sync_filters import FilterScope, StoredFilter
from fieldsync.ids import global_id
from fieldsync.ids import record_id as global_record_id
from fieldsync.security import gate
from fieldsync.services.filter_templates import Drift, Drifted
from fieldsync.services.sync_filters import FILTER, Preview

_RECORD = "Of which type of record."


@strawberry.type(description="One comparison of a filter.")
class FilterRow:
    attribute: str = strawberry.field(description="Which attribute; syncFilterColumns lists them.")
    operator: Operator = strawberry.field(description="How it is compared.")
    value: str = strawberry.field(description="With what; empty for operators that need nothing.")


@strawberry.type(description="Rows and groups of a filter, joined.")
class FilterGroup:
    joint: Joint = strawberry.field(description="Whether all parts must hold, or any one.")
    rows: list[FilterRow] = strawberry.field(description="Its comparisons.")
    groups: list["FilterGroup"] = strawberry.field(description="The groups within it.")

    @classmethod
    def of(cls, group: Group) -> "FilterGroup":
        return cls(
            joint=group.joint,
            rows=[FilterRow(attribute=row.attribute, operator=row.operator, value=row.value) for row in group.rows],
            groups=[cls.of(inner) for inner in group.groups],
        )


@strawberry.input(description="One comparison of a filter.")
class FilterRowInput:
    attribute: str = strawberry.field(description="Which attribute; syncFilterColumns lists them.")
    operator: Operator = strawberry.field(description="How it is compared.")
    value: str = strawberry.field(
        description="With what: a text, a whole number, true or false, a day such as 2026-03-01, or a number of days.",
        default="",
    )


@strawberry.input(description="Rows and groups of a filter, joined; without any part, every record matches.")
class FilterGroupInput:
    joint: Joint = strawberry.field(description="Whether all parts must hold, or any one.", default=Joint.ALL)
    rows: list[FilterRowInput] = strawberry.field(description="Its comparisons.", default_factory=list)
    groups: list["FilterGroupInput"] = strawberry.field(description="The groups within it.", default_factory=list)

    def parsed(self) -> Group:
        return Group(
            self.joint,
            tuple(Row(row.attribute, row.operator, row.value) for row in self.rows),
            tuple(group.parsed() for group in self.groups),
        )


@strawberry.type(description="Which records of a kind travel to somebody's mailboxes. Active ones add up.")
class SyncFilter(Node):
    scope: FilterScope = strawberry.field(description="Whose it is.")
    kind: RecordKind = strawberry.field(description=_RECORD)
    name: str = strawberry.field(description="What it is called.")
    is_active: bool = strawberry.field(description="Whether it counts.")
    excludes: bool = strawberry.field(description="Whether it takes records away instead.")
    definition: FilterGroup = strawberry.field(description="What it asks for.")
    words: str = strawberry.field(description="The same as a sentence.")
    template_id: strawberry.ID | None = strawberry.field(description="The template it was copied from; null if none.")
    template_revision: int | None = strawberry.field(description="The template's revision at that time.")
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")
    changed_at: datetime = strawberry.field(description="When it was last changed.")
    viewer_can_edit: bool = strawberry.field(description="Whether the caller may change it.")
    stored: strawberry.Private[Any]

    @strawberry.field(
        description="The user it belongs to, or the team that a template is for; null if it is for everybody."
    )
    async def principal(self, info: Info) -> Principal | None:
        return await principal_of(info, self.stored.principal_id)

    @strawberry.field(
        description="Columns it asks for that are withheld from its owner: it matches nothing as long as there are any."
    )
    async def unreadable(self, info: Info) -> list[str]:
        return list(await info.context.loaders.withheld_of_filters.load(self.stored))

    @classmethod
    def of(cls, info: Info, one: StoredFilter) -> "SyncFilter":
        own = one.scope is FilterScope.USER
        action, owner = (Action.FILTER_EDIT, one.principal_id) if own else (Action.ADMINISTER, None)
        return cls(
            id=strawberry.ID(global_id(FILTER, one.id)),
            scope=one.scope,
            kind=one.kind,
            name=one.name,
            is_active=one.is_active,
            excludes=one.excludes,
            definition=FilterGroup.of(one.definition),
            words=in_words(one.definition, filter_labels(one.kind)),
            template_id=None if one.template_id is None else strawberry.ID(global_id(FILTER, one.template_id)),
            template_revision=one.template_revision,
            revision=one.revision,
            changed_at=one.changed_at,
            viewer_can_edit=gate.may(info.context.signed_in(), action, gate.Target(one.id, owner)),
            stored=one,
        )


@strawberry.type(description="An attribute that filters can ask for.")
class SyncFilterColumn:
    attribute: str = strawberry.field(description="Its name.")
    label: str = strawberry.field(description="What people call it.")
    type: ColumnType = strawberry.field(description="What it holds.")
    operators: list[Operator] = strawberry.field(description="How it can be compared.")


@strawberry.type(description="A record by its name.")
class NamedRecord:
    record_id: strawberry.ID = strawberry.field(description="Which record.")
    name: str = strawberry.field(description="What it is called.")


@strawberry.type(description="How many records are in scope, and how many would be.")
class ScopeCounts:
    current: int = strawberry.field(description="In scope now, by all filters together.")
    resulting: int = strawberry.field(description="In scope then.")
    entering: int = strawberry.field(description="In scope then and not now.")
    leaving: int = strawberry.field(
        description="In scope now and not then: they would be unlinked; nothing is deleted."
    )


@strawberry.type(description="What a filter would do, before it is saved.")
class SyncFilterPreview:
    count: int = strawberry.field(description="Records that the filter matches by itself.")
    scope: ScopeCounts = strawberry.field(description="What becomes of the scope.")
    sample: list[NamedRecord] = strawberry.field(description="A few of the matching records, last changed first.")
    unreadable: list[str] = strawberry.field(
        description="Columns that are withheld from the person: the filter matches nothing because of them."
    )

    @classmethod
    def of(cls, kind: RecordKind, found: Preview) -> "SyncFilterPreview":
        return cls(
            count=found.matched.count,
            scope=scope_counts_of(found.compared),
            sample=[
                NamedRecord(record_id=strawberry.ID(global_record_id(kind.value, record_id)), name=name)
                for record_id, name in found.matched.sample
            ],
            unreadable=list(found.unreadable),
        )


def scope_counts_of(compared: Any) -> ScopeCounts:
    return ScopeCounts(
        current=compared.current,
        resulting=compared.resulting,
        entering=compared.entering,
        leaving=compared.leaving,
    )


@strawberry.type(description="How somebody's copy of a template differs from it.")
class SyncFilterDrift:
    drift: Drift = strawberry.field(description="In which way.")
    template: SyncFilter = strawberry.field(description="The template.")
    filter: SyncFilter | None = strawberry.field(description="The copy; null if there is none.")
    scope: ScopeCounts | None = strawberry.field(
        description="What applying the template does; null in reports, and with many changes at once."
    )
    found: strawberry.Private[Any]

    @strawberry.field(description="Whose copy it is.")
    async def principal(self, info: Info) -> Principal | None:
        return await principal_of(info, self.found.principal_id)

    @classmethod
    def of(cls, info: Info, found: Drifted) -> "SyncFilterDrift":
        return cls(
            drift=found.drift,
            template=SyncFilter.of(info, found.template),
            filter=None if found.copy is None else SyncFilter.of(info, found.copy),
            scope=None if found.compared is None else scope_counts_of(found.compared),
            found=found,
        )
