"""What tells who or what a record or item is, per kind: its name before people, and the keys that it is matched by."""

from dataclasses import dataclass
from typing import Protocol

from fieldsync.core.values import Values

LONGEST = 400


class Identity(Protocol):
    """What matching and reports need of a kind."""

    def subject(self, values: Values) -> str:
        """What to call it before people."""
        ...

    def keys(self, values: Values) -> set[tuple[str, str]]:
        """What must be the same for two to be one; empty if nothing is sure."""
        ...


@dataclass(frozen=True, slots=True)
class MomentFields:
    """Of meetings and tasks: the subject, and the field whose ``parts`` tell when.

    A meeting is told by its subject and its start, a series by its first day and its hour, a task by its due date.
    """

    subject_at: int
    moment: int
    parts: tuple[int, ...] = (0,)

    def subject(self, values: Values) -> str:
        return values[self.subject_at][0].strip()[:LONGEST] or "(no subject)"

    def keys(self, values: Values) -> set[tuple[str, str]]:
        subject = " ".join(values[self.subject_at][0].casefold().split())
        when = " ".join(values[self.moment][part] for part in self.parts if values[self.moment][part])
        return {(subject, when)} if subject and when else set()
