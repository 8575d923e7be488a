"""What a brake holds, as a run sees it: what is on the list, what somebody released, what comes and goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from fieldsync.core.picture import Deletion, Plan, Release
from fieldsync.core.runs import OperationState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import held_deletions as rows
from fieldsync.engine.operations import OperationBook


@dataclass(frozen=True, slots=True)
class HeldList:
    """The list of one mailbox and kind: ids by link, and the links that were released."""

    mailbox_id: str
    kind: RecordKind
    ids: dict[str, str]
    released: frozenset[str]

    @classmethod
    def load(cls, connection: Connection, mailbox_id: str, kind: RecordKind) -> "HeldList":
        found = rows.of_kind(connection, mailbox_id, kind)
        released = frozenset(link for link, row in found.items() if row.released_at is not None)
        return cls(mailbox_id, kind, {link: row.id for link, row in found.items()}, released)

    def release(self, *, everything: bool) -> Release:
        """What a person agreed to; ``everything`` if the run was started so."""
        return Release(everything, self.released, frozenset(self.ids) - self.released)

    def news(self, plan: Plan) -> list[Deletion]:
        """What is held and not on the list yet."""
        return [step for step in plan.held if step.link.id not in self.ids]

    def operations(
        self, plan: Plan, book: OperationBook, bodies: Mapping[str, bytes], *, preview: bool
    ) -> list[dict[str, Any]]:
        """Operations of what is held: in a preview all, else what was not on the list yet."""
        held = plan.held if preview else self.news(plan)
        return [row for step in held for row in book.rows(book.job(step, bodies), OperationState.HELD, bodies)]

    def store(self, connection: Connection, plan: Plan, operations: Sequence[dict[str, Any]], now: datetime) -> None:
        """Add what was just held. What was carried out meanwhile, or whose cause went away, leaves the list."""
        current = {step.link.id for step in plan.held} | self.released & {link.id for link in plan.ending}
        rows.remove(connection, [held_id for link, held_id in self.ids.items() if link not in current])
        rows.insert_many(
            connection,
            [
                {
                    "id": row["id"],
                    "mailbox_id": self.mailbox_id,
                    "run_id": row["run_id"],
                    "kind": self.kind.value,
                    "link_id": row["link_id"],
                    "action": row["action"],
                    "subject": row["subject"],
                    "record_id": row["record_id"],
                    "href": row["href"],
                    "held_at": now,
                }
                for row in operations
            ],
        )
