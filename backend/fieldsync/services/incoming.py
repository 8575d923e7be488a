"""Use cases of what comes in from the mailboxes."""

from dataclasses import replace
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.incoming import OUTGOING_ONLY, IncomingMode
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import incoming_rules as rows
from fieldsync.db.repo.incoming_rules import StoredRule
from fieldsync.errors import InvalidInput, StaleRevision
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.administration import Change

CATEGORY_LENGTH = 255


class IncomingRules:
    """Everybody signed in reads them, administrators change them; runs go by them from their next start on."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def every(self) -> list[StoredRule]:
        """The rule of each kind."""
        return await self._database.read(lambda connection: [rows.get(connection, kind) for kind in RecordKind])

    async def update(
        self,
        actor: Actor,
        kind: RecordKind,
        revision: int,
        *,
        mode: IncomingMode | None = None,
        category: str | None = None,
        includes_private: bool | None = None,
    ) -> StoredRule:
        """Change what is not None; raises NotAllowed, InvalidInput, StaleRevision."""
        permit = gate.permit(actor, Action.ADMINISTER, gate.Target(kind.value))
        if kind in OUTGOING_ONLY and (mode not in (None, IncomingMode.NONE) or includes_private):
            raise InvalidInput("This kind only travels to Outlook.", path=("mode",))
        chosen = None if category is None else _checked_category(category)
        now = self._clock.now()

        def unit(connection: Connection) -> StoredRule:
            before = rows.get(connection, kind)
            if before.revision != revision:
                raise StaleRevision(
                    f"Somebody changed this rule meanwhile; it is at revision {before.revision} by now.",
                    path=("expectedRevision",),
                )
            after = replace(
                before,
                mode=before.mode if mode is None else mode,
                category=before.category if chosen is None else chosen,
                includes_private=before.includes_private if includes_private is None else includes_private,
            )
            if after == before:
                return before
            after = replace(after, revision=before.revision + 1)
            rows.put(connection, after)
            Change(connection, actor, now).tell(
                "INCOMING_RULE_UPDATE",
                global_id("incomingRule", kind.value),
                kind.value,
                _picture(before),
                _picture(after),
            )
            return after

        return await self._database.write(permit, unit)


def _checked_category(category: str) -> str:
    category = category.strip()
    if not 1 <= len(category) <= CATEGORY_LENGTH or not category.isprintable() or "," in category:
        raise InvalidInput(
            f"A category has 1 to {CATEGORY_LENGTH} characters on one line and no comma.", path=("category",)
        )
    return category


def _picture(rule: StoredRule) -> dict[str, Any]:
    return {"mode": rule.mode.value, "category": rule.category, "includesPrivate": rule.includes_private}
