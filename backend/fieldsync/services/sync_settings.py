"""Use cases of the settings of the sync engine."""

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.deletes import EditAgainstDelete
from fieldsync.core.invitations import Invitations
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import sync_settings as rows
from fieldsync.db.repo.sync_settings import SyncSettings as Settings
from fieldsync.errors import InvalidInput, StaleRevision
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.administration import Change

BOUNDS = {
    "brake_count": (0, 1_000_000),
    "brake_share": (0, 100),
    "newest_guard_seconds": (0, 86_400),
    "history_days": (1, 3650),
    "quarantine_days": (1, 3650),
    "journal_days": (1, 3650),
    "shortest_interval": (5, 86_400),
    "longest_interval": (5, 86_400),
    "dead_after": (1, 100),
}
"""Least and most of each number."""
NAMES = {
    "brake_count": "brakeCount",
    "brake_share": "brakeShare",
    "edit_against_delete": "editAgainstDelete",
    "newest_guard_seconds": "newestGuardSeconds",
    "history_days": "historyDays",
    "quarantine_days": "quarantineDays",
    "journal_days": "journalDays",
    "shortest_interval": "shortestInterval",
    "longest_interval": "longestInterval",
    "dead_after": "deadAfter",
    "invitations": "invitations",
}
"""Each column as the API calls it."""


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What is to be changed: whatever is not None."""

    brake_count: int | None = None
    brake_share: int | None = None
    edit_against_delete: EditAgainstDelete | None = None
    newest_guard_seconds: int | None = None
    history_days: int | None = None
    quarantine_days: int | None = None
    journal_days: int | None = None
    shortest_interval: int | None = None
    longest_interval: int | None = None
    dead_after: int | None = None
    invitations: Invitations | None = None

    def values(self) -> dict[str, Any]:
        """The columns to write."""
        given = {name: getattr(self, name) for name in NAMES if getattr(self, name) is not None}
        return {name: value.value if isinstance(value, Enum) else value for name, value in given.items()}


class SyncSettings:
    """Everybody signed in reads them, administrators change them; runs go by them from their next start on."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self) -> Settings:
        return await self._database.read(rows.get)

    async def update(self, actor: Actor, revision: int, given: SettingsChange) -> Settings:
        """Change what is given; raises NotAllowed, InvalidInput, StaleRevision."""
        permit = gate.permit(actor, Action.ADMINISTER, gate.Target("sync"))
        wanted, now = given.values(), self._clock.now()
        _check_bounds(wanted)

        def unit(connection: Connection) -> Settings:
            before = rows.get(connection)
            changed = {name: value for name, value in wanted.items() if value != getattr(before, name)}
            _check_intervals(asdict(before) | changed, given)
            if before.revision != revision or (changed and not rows.change(connection, revision, **changed)):
                raise StaleRevision(
                    f"Somebody changed the settings meanwhile; they are at revision {before.revision} by now.",
                    path=("expectedRevision",),
                )
            after = rows.get(connection)
            target = global_id("settings", "sync")
            change = Change(connection, actor, now)
            change.tell("SYNC_SETTINGS_UPDATE", target, "Sync settings", _picture(before), _picture(after))
            return after

        return await self._database.write(permit, unit)


def _check_bounds(wanted: dict[str, Any]) -> None:
    for name, (least, most) in BOUNDS.items():
        if name in wanted and not least <= wanted[name] <= most:
            raise InvalidInput(f"This lies between {least} and {most}.", path=(NAMES[name],))


def _check_intervals(settings: dict[str, Any], given: SettingsChange) -> None:
    if settings["shortest_interval"] > settings["longest_interval"]:
        named = "shortest_interval" if given.longest_interval is None else "longest_interval"
        raise InvalidInput(
            "The shortest interval is at most as long as the longest one; change both at once.", path=(NAMES[named],)
        )


def _picture(settings: Settings) -> dict[str, Any]:
    return {told: getattr(settings, name) for name, told in NAMES.items()}
