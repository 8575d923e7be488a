"""The inbox of conflicts, as a run sees it: what waits for a person, what somebody decided, what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from fieldsync.core.conflicts import ConflictChoice, ConflictPolicy, ConflictState, Waiting
from fieldsync.core.plan import LinkState, Reconcile, Rules
from fieldsync.core.values import Direction
from fieldsync.db.database import Database
from fieldsync.db.repo import conflicts as rows
from fieldsync.engine.kinds import KindSetup
from fieldsync.ids import new_id
from fieldsync.security.sealed_values import open_value, seal_value
from fieldsync.security.secrets import SecretBox


@dataclass(frozen=True, slots=True)
class Inbox:
    """The conflicts of one mailbox and kind that people decide."""

    run_id: str
    mailbox_id: str
    setup: KindSetup
    box: SecretBox

    async def waiting(self, database: Database, links: Sequence[LinkState]) -> dict[str, dict[int, Waiting]]:
        """By link and field: what is in the inbox of these pairs."""
        if not links:
            return {}
        ids = [link.id for link in links]
        positions = {field.id: field.position for field in self.setup.fields}
        found: dict[str, dict[int, Waiting]] = {}
        for row in await database.read(lambda connection: rows.waiting(connection, ids)):
            found.setdefault(row.link_id, {})[positions[row.field_id]] = Waiting(
                row.id,
                open_value(self.box, row.crm_box),
                open_value(self.box, row.outlook_box),
                ConflictChoice(row.choice) if row.choice else None,
                open_value(self.box, row.value_box) if row.value_box else None,
            )
        return found

    def store(self, connection: Connection, link_id: str, step: Reconcile, now: datetime) -> None:
        """Keep what a decided pair leaves for a person, and end what came to an end."""
        rows.close(connection, step.closed)
        fresh = []
        for one in step.asked:
            if not one.news:
                continue
            boxes = {"crm_box": seal_value(self.box, one.crm), "outlook_box": seal_value(self.box, one.outlook)}
            if one.waiting_id is not None:
                rows.reopen(connection, one.waiting_id, reason=one.because, **boxes)
                continue
            fresh.append(
                {
                    "id": new_id(),
                    "mailbox_id": self.mailbox_id,
                    "run_id": self.run_id,
                    "kind": self.setup.kind.value,
                    "link_id": link_id,
                    "record_id": step.record.id,
                    "field_id": self.setup.fields[one.position].id,
                    "subject": self.setup.identity.subject(step.record.values),
                    "reason": one.because,
                    "state": ConflictState.OPEN.value,
                    "found_at": now,
                    "revision": 1,
                    **boxes,
                }
            )
        rows.insert_many(connection, fresh)


def decided(connection: Connection, mailbox_id: str, setup: KindSetup, rules: Rules) -> set[str]:
    """The records whose conflicts are to be ended although neither side moved: by a person, or a new policy."""
    directions = rules.flows.directions
    asking = {
        field.id
        for field in setup.fields
        if rules.policy(field.position) is ConflictPolicy.ASK and directions[field.position] is Direction.BOTH
    }
    return rows.due(connection, mailbox_id, setup.kind, asking)
