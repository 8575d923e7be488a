"""Undoing: what is asked for, and what it would write."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.types.profile import Mapping
from fieldsync.api.types.run import mapping_by_field, subject_of
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.runs import OperationAction
from fieldsync.core.undo import EndPlan, FieldBack, Obstacle, ObstacleKind
from fieldsync.core.values import RecordKind, Side
from fieldsync.engine.undo_write import ACTIONS
from fieldsync.errors import NotFound
from fieldsync.ids import record_id as global_record_id
from fieldsync.services.paging import checked_first
from fieldsync.services.undo import Preview, UndoWish
from fieldsync.services.value_rights import Place

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox

_PARTS = "Part by part, in the order of the mapping's crmAttributes. Null if the caller may not read it."


@strawberry.input(description="What would be undone: of a run, of a record, or of a mailbox since a time.")
class UndoPreviewInput:
    run_id: strawberry.ID | None = strawberry.field(description="Only what this run wrote.", default=None)
    mailbox_id: strawberry.ID | None = strawberry.field(
        description="Only in this mailbox; alone it wants `since`. Needed for a record that several mailboxes wrote.",
        default=None,
    )
    record_id: strawberry.ID | None = strawberry.field(
        description="Only what was written to this record and its item.", default=None
    )
    field_ids: list[strawberry.ID] | None = strawberry.field(
        description="Only these fields, as ids of their mappings; then nothing is made or deleted.", default=None
    )
    since: datetime | None = strawberry.field(description="Only what was written since then.", default=None)
    force: bool = strawberry.field(
        description="Overwrite what was changed since; it is put aside in the history.", default=False
    )

    def parsed(self) -> UndoWish:
        """The wish behind it; raises NotFound for ids of other things."""
        return UndoWish(
            run_id=None if self.run_id is None else parse_id("run", self.run_id, "runId"),
            mailbox_id=None if self.mailbox_id is None else parse_id("mailbox", self.mailbox_id, "mailboxId"),
            record_id=None if self.record_id is None else _record(self.record_id),
            since=self.since,
            field_ids=None
            if self.field_ids is None
            else [parse_id("mapping", one, "fieldIds").partition(":")[2] for one in self.field_ids],
            force=self.force,
        )


@strawberry.input(description="What is to be undone: of a run, of a record, or of a mailbox since a time.")
class UndoStartInput(UndoPreviewInput):
    pass


def _record(given: str) -> str:
    raw = given.partition(":")[2]
    if not raw:
        raise NotFound(path=("recordId",))
    return raw


@strawberry.type(description="Why something is not undone.")
class UndoObstacle:
    kind: ObstacleKind = strawberry.field(description="For programs.")
    because: str = strawberry.field(description="The same in words.")

    @classmethod
    def of(cls, obstacle: Obstacle | None) -> "UndoObstacle | None":
        return None if obstacle is None else cls(kind=obstacle.kind, because=obstacle.because)


@strawberry.type(description="One field that goes back, or does not.")
class UndoField:
    forced: bool = strawberry.field(description="Whether a later change is overwritten.")
    obstacle: UndoObstacle | None = strawberry.field(description="Why it stays as it is; null if it goes back.")
    field_id: strawberry.Private[str]
    record_id: strawberry.Private[str | None]
    back_values: strawberry.Private[FieldBack]

    @strawberry.field(description="The field; null if it is no longer in the catalogue.")
    async def mapping(self, info: Info) -> Mapping | None:
        return await mapping_by_field(info, self.field_id)

    @strawberry.field(description=f"What it holds now. {_PARTS}")
    async def now(self, info: Info) -> list[str] | None:
        shown = await self._shown(info)
        return None if shown is None else list(shown[0])

    @strawberry.field(description=f"What would be put back. {_PARTS}")
    async def back(self, info: Info) -> list[str] | None:
        shown = await self._shown(info)
        return None if shown is None else list(shown[1])

    async def _shown(self, info: Info) -> Any:
        place = Place(self.record_id or "", self.field_id)
        return await info.context.loaders.undo_values.load((place, self.back_values.now, self.back_values.back))


@strawberry.type(description="What an undo does with one record or item.")
class UndoChange:
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    side: Side = strawberry.field(description="The end that is written: the side that was written before.")
    action: OperationAction | None = strawberry.field(description="What is done; null if nothing is.")
    fields: list[UndoField] = strawberry.field(description="The fields that go back, or would if they could.")
    obstacle: UndoObstacle | None = strawberry.field(description="What stands in the way of all of it.")
    plan: strawberry.Private[EndPlan]

    @strawberry.field(description="Name of the record; *** if the caller may not see it.")
    async def subject(self, info: Info) -> str:
        end = self.plan.end
        # A record that was deleted is gone; the mailbox's owner could see it, or it would not have been.
        returning = end.side is Side.CRM and end.removed is not None
        return await subject_of(info, end.subject, None if returning else end.record_id)

    @strawberry.field(description="The record it is about; null if the caller may not see it, or if it is gone.")
    async def record_id(self, info: Info) -> strawberry.ID | None:
        record_id = self.plan.end.record_id
        if record_id is None or not await info.context.loaders.sees_record.load(record_id):
            return None
        return strawberry.ID(global_record_id(self.kind.value, record_id))

    @classmethod
    def of(cls, kind: RecordKind, plan: EndPlan) -> "UndoChange":
        fields = catalogue().fields(kind)
        return cls(
            kind=kind,
            side=plan.end.side,
            action=None if plan.act is None else ACTIONS[plan.end.side, plan.act],
            fields=[
                UndoField(
                    forced=one.forced,
                    obstacle=UndoObstacle.of(one.obstacle),
                    field_id=fields[one.position].id,
                    record_id=plan.end.record_id,
                    back_values=one,
                )
                for one in plan.fields
            ],
            obstacle=UndoObstacle.of(plan.obstacle),
            plan=plan,
        )


@strawberry.type(description="What an undo would write, and what it would leave; nothing is written yet.")
class UndoPreview:
    writes: int = strawberry.field(description="Records and items that would be written, made or deleted.")
    obstacles: int = strawberry.field(description="Fields, records and items that would stay as they are.")
    preview: strawberry.Private[Preview]

    @strawberry.field(description="What would happen, record by record and item by item.")
    def changes(
        self,
        first: Annotated[int | None, strawberry.argument(description="How many at most, 0 to 1000.")] = 100,
    ) -> list[UndoChange]:
        return [UndoChange.of(kind, plan) for kind, plan in self.preview.changes[: checked_first(first, 100)]]

    @strawberry.field(description="The mailbox it is about.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.preview.mailbox_id))

    @classmethod
    def of(cls, preview: Preview) -> "UndoPreview":
        return cls(
            writes=sum(plan.act is not None for _, plan in preview.changes),
            obstacles=sum(plan.obstacles for _, plan in preview.changes),
            preview=preview,
        )
