"""Mailboxes."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.enums import MailboxState
from fieldsync.api.paging import Node
from fieldsync.api.types.failure import MailboxError, failure_of, stop_of
from fieldsync.api.types.principal import Principal, owner_of
from fieldsync.api.types.run import Run
from fieldsync.core.rights import Action
from fieldsync.core.runs import DeletionRule, SyncMethod
from fieldsync.core.schedule import MailboxHealth
from fieldsync.core.values import RecordKind
from fieldsync.engine.kinds import kinds_of
from fieldsync.ids import global_id
from fieldsync.security import gate


@strawberry.type(description="One user's store on a mail server.")
class Mailbox(Node):
    name: str = strawberry.field(description="What it is called here.")
    contacts_url: str = strawberry.field(description="Address of the address book collection.")
    calendar_url: str | None = strawberry.field(
        description="Address of the calendar; null if appointments are not synchronized."
    )
    tasks_url: str | None = strawberry.field(description="Address of the task list; null if it has none.")
    time_zone: str = strawberry.field(description="Where times without a zone are read (IANA name).")
    addresses: list[str] = strawberry.field(description="The owner's own mail addresses; they tell whose meeting it is")
    kinds: list[RecordKind] = strawberry.field(description="Which types of records it has collections for.")
    user_name: str = strawberry.field(description="What the mail server knows the user as.")
    sync_method: SyncMethod = strawberry.field(description="Who synchronizes it.")
    on_record_deleted: DeletionRule = strawberry.field(description="What happens to an item whose record is deleted.")
    on_item_deleted: DeletionRule = strawberry.field(description="What happens to a record whose item is deleted.")
    viewer_can_sync: bool = strawberry.field(description="Whether the caller may start a run of it.")
    viewer_can_edit: bool = strawberry.field(description="Whether the caller may change it.")
    health: MailboxHealth = strawberry.field(description="How its cycles go.")
    cycles_enabled: bool = strawberry.field(description="Whether it is synchronized again and again by itself.")
    next_due_at: datetime | None = strawberry.field(
        description="When its next cycle begins; null if it has none, or is stopped."
    )
    interval_seconds: int | None = strawberry.field(
        description="Seconds from one cycle to the next: fewer while there is something to do. Null before the first."
    )
    last_success_at: datetime | None = strawberry.field(
        description="When a run that writes last went through; null if none did."
    )
    stopped: MailboxError | None = strawberry.field(description="Why it is stopped, and what to do; null if it is not.")
    row: strawberry.Private[Any]

    @strawberry.field(description="Whose mailbox it is.")
    async def principal(self, info: Info) -> Principal:
        return await owner_of(info, self.row.principal_id)

    @strawberry.field(description="How it is doing.")
    async def state(self, info: Info) -> MailboxState:
        if self.sync_method is not SyncMethod.SERVER_SIDE:
            return MailboxState.DISABLED
        condition = await info.context.loaders.conditions.load(self.row.id)
        if condition.active_run is not None:
            return MailboxState.SYNCING
        return MailboxState.FAILING if condition.failure is not None else MailboxState.READY

    @strawberry.field(description="How many records and items are linked.")
    async def linked_count(self, info: Info) -> int:
        return (await info.context.loaders.conditions.load(self.row.id)).linked

    @strawberry.field(description="How many records and items failed and are put by as dead letters.")
    async def dead_letter_count(self, info: Info) -> int:
        return (await info.context.loaders.conditions.load(self.row.id)).dead_letters

    @strawberry.field(description="Its newest run; null before the first.")
    async def last_run(self, info: Info) -> Run | None:
        condition = await info.context.loaders.conditions.load(self.row.id)
        if condition.last_run is None:
            return None
        return Run.from_row(await info.context.loaders.runs.load(condition.last_run))

    @strawberry.field(description="Why the last run failed; null if it did not.")
    async def last_error(self, info: Info) -> MailboxError | None:
        condition = await info.context.loaders.conditions.load(self.row.id)
        return None if condition.failure is None else failure_of(condition.failure)

    @classmethod
    def from_row(cls, info: Info, row: Any) -> "Mailbox":
        actor, target = info.context.signed_in(), gate.Target(row.id, row.principal_id)
        method = SyncMethod[row.sync_method]
        return cls(
            id=strawberry.ID(global_id("mailbox", row.id)),
            name=row.name,
            contacts_url=row.contacts_url,
            calendar_url=row.calendar_url,
            tasks_url=row.tasks_url,
            time_zone=row.time_zone,
            addresses=list(row.addresses or ()),
            kinds=kinds_of(row),
            user_name=row.user_name,
            sync_method=method,
            on_record_deleted=DeletionRule[row.on_record_deleted],
            on_item_deleted=DeletionRule[row.on_item_deleted],
            health=_health(row),
            cycles_enabled=row.due_at is not None,
            next_due_at=None if row.stopped_at else row.due_at,
            interval_seconds=row.interval_seconds,
            last_success_at=row.last_success_at,
            stopped=stop_of(row),
            viewer_can_sync=method is SyncMethod.SERVER_SIDE and gate.may(actor, Action.RUN_START, target),
            viewer_can_edit=gate.may(actor, Action.MAILBOX_EDIT, target),
            row=row,
        )


def _health(row: Any) -> MailboxHealth:
    if row.stopped_at is not None:
        return MailboxHealth.STOPPED
    return MailboxHealth.RETRYING if row.failures else MailboxHealth.HEALTHY
