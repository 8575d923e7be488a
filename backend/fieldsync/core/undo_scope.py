"""What an undo is about: a run, a record, fields, or all that a mailbox did since a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fieldsync.core.changes import Changed
from fieldsync.core.undo import Entry


@dataclass(frozen=True, slots=True)
class UndoScope:
    """Which entries of a mailbox are undone; what is None does not narrow. ``field_ids`` are the catalogue's.

    ``force`` overwrites what was changed since.
    """

    run_id: str | None = None
    record_id: str | None = None
    since: datetime | None = None
    field_ids: frozenset[str] | None = None
    force: bool = False

    def narrowed(self, entries: Iterable[Entry], positions: Mapping[str, int]) -> list[Entry]:
        """The entries as far as they are about the wanted fields; ``positions`` are those of the fields of the kind."""
        if self.field_ids is None:
            return list(entries)
        wanted = {positions[one] for one in self.field_ids if one in positions}
        found: list[Entry] = []
        for entry in entries:
            if isinstance(entry.change, Changed) and wanted & entry.change.fields.keys():
                left = {n: pair for n, pair in entry.change.fields.items() if n in wanted}
                found.append(replace(entry, change=Changed(left)))
        return found

    def as_dict(self) -> dict[str, Any]:
        """As the row of a run keeps it."""
        return {
            "run": self.run_id,
            "record": self.record_id,
            "since": self.since.isoformat() if self.since else None,
            "fields": None if self.field_ids is None else sorted(self.field_ids),
            "force": self.force,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "UndoScope":
        since, fields = stored.get("since"), stored.get("fields")
        return cls(
            run_id=stored.get("run"),
            record_id=stored.get("record"),
            since=datetime.fromisoformat(since) if since else None,
            field_ids=None if fields is None else frozenset(fields),
            force=bool(stored.get("force")),
        )
