"""What an overwrite puts aside: sealed, and stored before the write is sent, so that no crash can lose it."""

from datetime import datetime
from typing import Any

from fieldsync.core.plan import FieldNote, Reconcile
from fieldsync.core.runs import Problem
from fieldsync.core.values import Side
from fieldsync.engine.kinds import KindSetup
from fieldsync.ids import new_id
from fieldsync.security.secrets import SecretBox

_SIDES = {Side.CRM: "CRM", Side.OUTLOOK: "Outlook"}


class NoteTaker:
    """Turns the notes of a pair into problems to report and values to keep."""

    def __init__(self, run_id: str, setup: KindSetup, box: SecretBox) -> None:
        self._run_id = run_id
        self._setup = setup
        self._box = box

    def take(self, step: Reconcile, now: datetime) -> tuple[list[Problem], list[dict[str, Any]]]:
        """Problems for the run's events, and rows for the history (parts of a value joined by line breaks)."""
        problems: list[Problem] = []
        rows: list[dict[str, Any]] = []
        subject = self._setup.identity.subject(step.record.values)
        for note in step.notes:
            lost_id = None
            if note.lost is not None and any(note.lost):
                lost_id = new_id()
                rows.append(
                    {
                        "id": lost_id,
                        "run_id": self._run_id,
                        "record_id": step.record.id,
                        "field_id": self._setup.fields[note.position].id,
                        "side": note.side.value,
                        "value_box": self._box.seal("\n".join(part for part in note.lost if part)),
                        "lost_at": now,
                    }
                )
            problems.append(self._problem(note, subject, lost_id))
        return problems, rows

    def _problem(self, note: FieldNote, subject: str, lost_id: str | None) -> Problem:
        field = self._setup.fields[note.position]
        label = field.outlook_label
        loser, leader = _SIDES[note.side], _SIDES[note.side.other]
        if note.conflict:
            code, message = "CONFLICT", f"{label}: {note.reason}; the {leader} value stays."
            remedy = "The other value was put aside; if it is the right one, enter it again on either side."
        elif note.lost is not None:
            code, message = "OVERWRITTEN", f"{label}: {leader} leads and changed; an edit in {loser} was overwritten."
            remedy = "The edit was put aside. Make such edits on the leading side, or let the field travel both ways."
        else:
            code, message = "STRAY", f"{label}: an edit in {loser} stays there, since {leader} leads this field."
            remedy = f"Make the edit in {leader}, or let the field travel both ways."
        return Problem(code, message, remedy, side=note.side.value, subject=subject, field_id=field.id, lost_id=lost_id)
