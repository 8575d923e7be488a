"""What tells who or what a record or item is, per kind: its name before people, and the keys that it is matched by."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from fieldsync.core.values import Values

LONGEST = 400

Key: TypeAlias = tuple[str, str]


class Identity(Protocol):
    """What matching and reports need of a kind."""

    def subject(self, values: Values) -> str:
        """What to call it before people."""
        ...

    def keys(self, values: Values) -> Collection[Key]:
        """What must be the same for two to be one; empty if nothing is sure."""
        ...

    def weaker_keys(self, values: Values) -> Collection[Key]:
        """What speaks for two being one where ``keys`` do not tell."""
        ...

    def names(self, values: Values) -> Collection[Key]:
        """What alone makes it possible that two are one, so that a person has to be asked."""
        ...

    def differ(self, one: Values, other: Values) -> bool:
        """Whether something speaks against two of one name being one."""
        ...


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class PersonFields:
    """Of contacts: the positions of the fields that tell who somebody is."""

    name: int
    emails: tuple[int, ...]
    company: int

    def subject(self, values: Values) -> str:
        """What to call this record or item before people: by what can never be secured (C11)."""
        for position in (self.name, self.company):
            if values[position][0].strip():
                return values[position][0].strip()[:LONGEST]
        return "(no name)"

    def keys(self, values: Values) -> set[Key]:
        """Name and address, once per address."""
        name = _folded(values[self.name][0])
        return {(name, mail) for mail in self._mails(values)} if name else set()

    def weaker_keys(self, values: Values) -> set[Key]:
        """Name and company."""
        name, company = _folded(values[self.name][0]), _folded(values[self.company][0])
        return {(name, company)} if name and company else set()

    def names(self, values: Values) -> set[Key]:
        name = _folded(values[self.name][0])
        return {(name, "")} if name else set()

    def differ(self, one: Values, other: Values) -> bool:
        """Whether both have addresses and none in common, or both have companies and not the same."""
        mails, others = self._mails(one), self._mails(other)
        if mails and others and not mails & others:
            return True
        companies = {_folded(values[self.company][0]) for values in (one, other)} - {""}
        return len(companies) > 1

    def _mails(self, values: Values) -> set[str]:
        return {mail for position in self.emails if (mail := values[position][0].strip().casefold())}


@dataclass(frozen=True, slots=True)
class MomentFields:
    """Of meetings and tasks: the subject, and the field whose ``parts`` tell when.

    A meeting is told by its subject and its start, a series by its first day and its hour, a task by its due date, or
    by having none.
    """

    subject_at: int
    moment: int
    parts: tuple[int, ...] = (0,)

    def subject(self, values: Values) -> str:
        return values[self.subject_at][0].strip()[:LONGEST] or "(no subject)"

    def keys(self, values: Values) -> set[Key]:
        subject, when = _folded(values[self.subject_at][0]), self._when(values)
        return {(subject, when)} if subject and when else set()

    def weaker_keys(self, values: Values) -> set[Key]:
        subject = _folded(values[self.subject_at][0])
        return {(subject, "")} if subject and not self._when(values) else set()

    def names(self, values: Values) -> set[Key]:
        """None: meetings of one subject at other times are other meetings."""
        del values
        return set()

    def differ(self, one: Values, other: Values) -> bool:
        return self._when(one) != self._when(other)

    def _when(self, values: Values) -> str:
        return " ".join(values[self.moment][part] for part in self.parts if values[self.moment][part])
