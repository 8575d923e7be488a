"""What an overwrite puts aside: sealed, and stored before the write is sent, so that no crash can lose it."""

from datetime import datetime, timedelta
from typing import Any

from fieldsync.core.plan import CreateRecord, FieldNote, NoteKind, Reconcile, Step
from fieldsync.core.runs import Problem
from fieldsync.core.values import Side, Value
from fieldsync.engine.kinds import KindSetup
from fieldsync.ids import new_id
from fieldsync.security.sealed_values import seal_value
from fieldsync.security.secrets import SecretBox

_SIDES = {Side.CRM: "CRM", Side.OUTLOOK: "Outlook"}


class NoteTaker:
    """Turns the notes of a step into problems to report and values to keep."""

    def __init__(self, run_id: str, mailbox_id: str, setup: KindSetup, box: SecretBox, history: timedelta) -> None:
        """``history`` is how long lost values are kept."""
        self._run_id = run_id
        self._mailbox_id = mailbox_id
        self._history = history
        self._setup = setup
        self._box = box

    def take(self, step: Step, now: datetime, *, preview: bool = False) -> tuple[list[Problem], list[dict[str, Any]]]:
        """Problems for the run's events, and rows for the history."""
        match step:
            case Reconcile():
                record_id, values, notes = step.record.id, step.record.values, step.notes
            case CreateRecord():
                # What Outlook gives up is told when it does: there is a record then whose history can keep it.
                record_id, values, notes = None, step.item.values, step.notes + (step.gives_up if preview else ())
            case _:
                return [], []
        subject = self._setup.identity.subject(values)
        problems: list[Problem] = []
        rows: list[dict[str, Any]] = []
        for note in notes:
            lost_id = None
            if record_id is not None and note.lost is not None and any(note.lost):
                row = self.put_aside(record_id, note.position, note.side, note.lost, now)
                rows.append(row)
                lost_id = row["id"]
            problems.append(self._problem(note, subject, record_id, lost_id))
        return problems, rows

    def put_aside(self, record_id: str, position: int, side: Side, value: Value, now: datetime) -> dict[str, Any]:
        """The row that keeps a value, sealed."""
        return {
            "id": new_id(),
            "run_id": self._run_id,
            "record_id": record_id,
            "field_id": self._setup.fields[position].id,
            "side": side.value,
            "value_box": seal_value(self._box, value),
            "lost_at": now,
            "mailbox_id": self._mailbox_id,
            "kind": self._setup.kind.value,
            "expires_at": now + self._history,
        }

    def _problem(self, note: FieldNote, subject: str, record_id: str | None, lost_id: str | None) -> Problem:
        field = self._setup.fields[note.position]
        label = field.outlook_label
        code = note.kind.value
        loser, leader = _SIDES[note.side], _SIDES[note.side.other]
        match note.kind:
            case NoteKind.CONFLICT:
                message = f"{label}: {note.reason}; the {leader} value stays."
                remedy = "The other value was put aside; if it is the right one, restore it from the history."
            case NoteKind.ASKED:
                code = NoteKind.CONFLICT.value
                message = f"{label}: {note.reason}; neither side is written until somebody decides."
                remedy = "Decide it in the list of conflicts; the other fields go on meanwhile."
            case NoteKind.DECIDED:
                message = f"{label}: {note.reason}; the {loser} value was put aside."
                remedy = "If it is wanted back, restore it from the history."
            case NoteKind.OVERWRITTEN:
                message = f"{label}: {leader} leads and changed; an edit in {loser} was overwritten."
                remedy = "The edit was put aside. Edit on the leading side, or let the field travel both ways."
            case NoteKind.STRAY:
                message = f"{label}: an edit in {loser} stays there, since {leader} leads this field."
                remedy = f"Make the edit in {leader}, or let the field travel both ways."
            case NoteKind.NOT_PERMITTED if note.lost is not None:
                message = f"{label}: it may not be written in the CRM, whose value took its place. {note.reason}"
                remedy = "The text was put aside. Ask an administrator for the right to write this field."
            case NoteKind.NOT_PERMITTED:
                message = f"{label}: it may not be written in the CRM and stays in Outlook. {note.reason}"
                remedy = "Ask an administrator for the right, or to let the field travel to Outlook only."
        return Problem(
            code,
            message,
            remedy,
            side=note.side.value,
            subject=subject,
            field_id=field.id,
            lost_id=lost_id,
            record_id=record_id,
        )
