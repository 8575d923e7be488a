"""Journal entries: what each operation changed, sealed, so that it can be undone.

What is written on the CRM side is entered in the unit of work that writes it. What is written to the mail server is
entered before it is sent, together with the operation: no crash can lose what was there before. Such an entry counts
once its operation has an outcome, and is struck out if it turns out that nothing was written.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection

from fieldsync.catalogue.fields import Field
from fieldsync.core.changes import Change, Changed, Made, Removed
from fieldsync.core.plan import CreateItem, CreateRecord, DeleteItem, DeleteRecord, Forget, Reconcile, Step, Unlink
from fieldsync.core.runs import OperationAction
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.repo import records, shares
from fieldsync.engine.operations import Job
from fieldsync.ports import Codec, RemoteSide
from fieldsync.security.secrets import SecretBox

Row: TypeAlias = dict[str, Any]

SIDE_OF = {
    OperationAction.CREATE_ITEM: Side.OUTLOOK,
    OperationAction.UPDATE_ITEM: Side.OUTLOOK,
    OperationAction.DELETE_ITEM: Side.OUTLOOK,
    OperationAction.CREATE_RECORD: Side.CRM,
    OperationAction.UPDATE_RECORD: Side.CRM,
    OperationAction.DELETE_RECORD: Side.CRM,
}
"""The operations that are entered; linking writes on neither side."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an entry is about."""

    operation_id: str
    action: OperationAction
    link_id: str
    record_id: str | None
    href: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Entries:
    """Makes the entries of one run and kind."""

    run_id: str
    mailbox_id: str
    kind: RecordKind
    fields: tuple[Field, ...]
    box: SecretBox
    kept: timedelta
    quarantine: timedelta = timedelta(days=30)
    _constant: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        constant = {"mailbox_id": self.mailbox_id, "run_id": self.run_id, "kind": self.kind.value, "undone_by": None}
        object.__setattr__(self, "_constant", constant)

    def row(self, written: Written, change: Change, now: datetime) -> Row:
        """The row of an entry; with a ``copy`` for the quarantine, if something is deleted."""
        copy = {}
        if isinstance(change, Removed):
            copy["copy"] = {"owner_id": change.row.get("owner_id"), "expires_at": now + self.quarantine}
        return {
            **copy,
            **self._constant,
            # One operation, one entry: found by its id without another index.
            "id": written.operation_id,
            "operation_id": written.operation_id,
            "action": written.action.value,
            "side": SIDE_OF[written.action].value,
            "link_id": written.link_id,
            "record_id": written.record_id,
            "href": written.href,
            "subject": written.subject,
            "fields": sorted(change.fields) if isinstance(change, Changed) else [],
            "body_box": seal(change, self.fields, self.box),
            "at": now,
            "expires_at": now + self.kept,
        }

    def of(self, job: Job, action: OperationAction, change: Change, now: datetime, **facts: str | None) -> Row:
        """The entry of one of a job's operations."""
        known = about(job.step) | facts
        written = Written(job.operations[action], action, job.link_id, known["record_id"], known["href"], job.subject)
        return self.row(written, change, now)

    def intended(self, job: Job, codec: Codec, bodies: Mapping[str, bytes], now: datetime) -> list[Row]:
        """What a job is about to change on the mail server, as far as that would be lost once it is sent."""
        match job.step:
            case Reconcile(item=item, to_outlook=to_outlook) if to_outlook:
                wanted = Changed({n: (item.values[n], codec.normal(n, value)) for n, value in to_outlook.items()})
                return [self.of(job, OperationAction.UPDATE_ITEM, wanted, now)]
            case DeleteItem(link) if link.href in bodies:
                return [self.of(job, OperationAction.DELETE_ITEM, Removed(bodies[link.href]), now)]
            case _:
                return []


async def doomed(steps: Sequence[Step], bodies: Mapping[str, bytes], side: RemoteSide) -> dict[str, bytes]:
    """The bodies of items that are about to be deleted, as far as they were not fetched already."""
    wanted = sorted({step.link.href for step in steps if isinstance(step, DeleteItem)} - bodies.keys())
    return {item.href: item.body for item in await side.fetch(wanted)} if wanted else {}


def removed_record(connection: Connection, kind: RecordKind, record_id: str) -> Removed:
    """All there is to a record that is about to be deleted, whoever may read it: only to be sealed."""
    shared = shares.shares_of(connection, kind, [record_id])[record_id]
    row = records.row_of(connection, kind, record_id) or {}
    return Removed(row=row, shares={one.principal_id: one.rights for one in shared})


def about(step: Step) -> dict[str, str | None]:
    """The record and the item that a step writes to, as far as they are known before it is carried out."""
    match step:
        case CreateItem(record):
            return {"record_id": record.id, "href": None}
        case CreateRecord(item):
            return {"record_id": None, "href": item.href}
        case Reconcile():
            return {"record_id": step.record.id, "href": step.item.href}
        case DeleteItem(link) | DeleteRecord(link) | Unlink(link) | Forget(link):
            return {"record_id": link.record_id, "href": link.href}


def seal(change: Change, fields: tuple[Field, ...], box: SecretBox) -> bytes:
    """A change as it is stored. What was made is told by keyed digests alone, which give nothing away."""
    match change:
        case Made(seen, version):
            return len(seen).to_bytes(2, "big") + seen + version.encode()
        case Changed(values):
            told: dict[str, Any] = {fields[n].key: [list(before), list(after)] for n, (before, after) in values.items()}
        case Removed(body, row, shares):
            told = {"row": dict(row)} if row else {"body": base64.b64encode(body).decode()}
            if shares:
                told["shares"] = dict(shares)
    return box.seal(json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def unseal(action: OperationAction, sealed: bytes, fields: tuple[Field, ...], box: SecretBox) -> Change:
    """The change of an entry; fields that the catalogue no longer has are left out. Raises SealBroken."""
    if action in (OperationAction.CREATE_ITEM, OperationAction.CREATE_RECORD):
        end = 2 + int.from_bytes(sealed[:2], "big")
        return Made(sealed[2:end], sealed[end:].decode())
    told = json.loads(box.open(sealed))
    if action in (OperationAction.DELETE_ITEM, OperationAction.DELETE_RECORD):
        return Removed(base64.b64decode(told.get("body", "")), told.get("row", {}), told.get("shares", {}))
    positions = {one.key: one.position for one in fields}
    return Changed(
        {positions[key]: (tuple(before), tuple(after)) for key, (before, after) in told.items() if key in positions}
    )
