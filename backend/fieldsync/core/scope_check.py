"""Why a record does or does not reach a mailbox: every check on its way, in order (troubles 16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from fieldsync.core.filters import PARTICIPANTS, ColumnType, Group, Joint, in_words
from fieldsync.core.matching import Me, Today, evaluate
from fieldsync.core.plan import RETURNING


class ScopeStage(Enum):
    """What is looked at on the way of a record into a mailbox, in this order."""

    MAILBOX = "MAILBOX"
    FILTER = "FILTER"
    ORGANIZER = "ORGANIZER"
    ACCESS = "ACCESS"
    OPT_OUT = "OPT_OUT"
    LINK = "LINK"


@dataclass(frozen=True, slots=True)
class ScopeCheck:
    """One check; ``remedy`` says what to do about one that failed."""

    stage: ScopeStage
    passed: bool
    rule: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A filter as a record meets it; ``blind`` columns make it match nothing."""

    name: str
    excludes: bool
    definition: Group
    blind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """What a record holds, and who looks: all that evaluating a filter needs."""

    columns: Mapping[str, ColumnType]
    labels: Mapping[str, str]
    cells: Mapping[str, str]
    me: Me
    today: Today

    def matches(self, one: Tried) -> bool:
        return not one.blind and evaluate(one.definition, self.columns, self.cells, self.me, self.today)

    def missed(self, definition: Group) -> list[str]:
        """The parts of a filter that do not hold, in words; of one where any part would do, the whole."""
        if definition.joint is Joint.ANY:
            return [in_words(definition, self.labels)]
        parts = [Group(rows=(row,)) for row in definition.rows] + list(definition.groups)
        return [
            in_words(part, self.labels)
            for part in parts
            if not evaluate(part, self.columns, self.cells, self.me, self.today)
        ]


def filter_check(filters: Iterable[Tried], met: Met, *, came_in: bool) -> ScopeCheck:
    """Whether the filters in force name a record (F5)."""
    stage, held = ScopeStage.FILTER, list(filters)
    excluding = next((one for one in held if one.excludes and met.matches(one)), None)
    if excluding is not None:
        return ScopeCheck(
            stage, False, f"The filter {excluding.name} takes it out.", "Change that filter, or switch it off."
        )
    including = [one for one in held if not one.excludes]
    found = next((one for one in including if met.matches(one)), None)
    if found is not None:
        return ScopeCheck(stage, True, f"The filter {found.name} names it.")
    if came_in:
        return ScopeCheck(stage, True, "It was made from an item of this mailbox, so it is followed without a filter.")
    if not including:
        return ScopeCheck(
            stage, False, "No filter of this kind is active, so nothing of it goes out.", "Make or activate a filter."
        )
    remedy = "Add a filter that names it."
    if not met.me.addresses and any(PARTICIPANTS in _asked(one.definition) for one in including):
        remedy = "Tell the mailbox the mail addresses of its owner: without one, nobody is found in a meeting."
    return ScopeCheck(stage, False, " ".join(_missed(one, met) for one in including), remedy)


def _asked(definition: Group) -> set[str]:
    return {row.attribute for row in definition.every_row()}


def _missed(one: Tried, met: Met) -> str:
    if one.blind:
        return f"The filter {one.name} matches nothing: {', '.join(one.blind)} is withheld from the mailbox's owner."
    return f"The filter {one.name} does not name it: not so is {'; '.join(met.missed(one.definition))}."


def organizer_check(organizer: str, *, named: bool) -> ScopeCheck:
    """Whether the organizer of a meeting is filled in; without one, nobody is found in it by that (F16)."""
    if organizer:
        return ScopeCheck(ScopeStage.ORGANIZER, True, f"Its organizer is {organizer}.")
    if named:
        return ScopeCheck(
            ScopeStage.ORGANIZER, True, "It has no organizer; it goes out because of its owner or attendees."
        )
    return ScopeCheck(
        ScopeStage.ORGANIZER, False, "It has no organizer, so that no filter finds one.", "Fill in the organizer."
    )


_ENDED = {
    "RECORD_DELETED": "its record was deleted",
    "ITEM_DELETED": "its item was deleted in the mailbox",
    "DELETION_NOT_PERMITTED": "its item was deleted in the mailbox",
    "PRIVATE": "its item became private in the mailbox",
}


def link_check(linked: bool | None, reason: str | None, *, waits: bool) -> ScopeCheck:
    """Whether the pair is followed; ``linked`` None means that there is no item yet."""
    stage = ScopeStage.LINK
    if linked:
        return ScopeCheck(stage, True, "It has an item in the mailbox and is followed.")
    if linked is None or (reason in RETURNING and reason != "PRIVATE"):
        return ScopeCheck(stage, True, "The next run sends it." if waits else "It has no item in the mailbox.")
    return ScopeCheck(
        stage,
        False,
        f"It is no longer followed since {_ENDED.get(reason or '', 'somebody ended it')}.",
        "Make the item public again." if reason == "PRIVATE" else "Restore the item, or make a new record.",
    )
