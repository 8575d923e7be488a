"""What an actor may see and do, as SQL: the records of a kind as one predicate, their columns as what is selected.

Only ``security.gate`` makes a sight. A withheld column is not read: it is selected as NULL, or only on the records
that opened it; a masked one is cut by the database, so that the whole value never leaves it.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Label,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import operators

from fieldsync.core.access import NO_MASK, Mask, Reach, Standing, mask_of, reach
from fieldsync.core.privileges import SHAREABLE, Privilege
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.questions import Question
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.standing import unchanged_since
from fieldsync.db.repo.tokens import still_holds
from fieldsync.db.rights import RecordShare
from fieldsync.db.tables import Principal

MASK_TEXT = "****"
KEPT_LATELY = 500
NARROW_OWNERS = 32
"""Up to how many owners a reach counts as narrow: some three percent of a thousand users."""

M = TypeVar("M")
_principal = table_of(Principal)
_share = table_of(RecordShare)


@dataclass(frozen=True, slots=True)
class Sight:
    """An actor with everything that decides what the actor may see; computed once per request.

    ``cache`` belongs to the standing: selects and masks are built once for as long as it holds.
    """

    actor: Actor
    standing: Standing
    cache: dict[Any, Any] = field(default_factory=dict)

    def may(self, kind: RecordKind, privilege: Privilege) -> bool:
        """Whether the privilege is there at all, for whatever records (the first check, D4)."""
        return not self.reach(kind, privilege).nothing

    def reach(self, kind: RecordKind, privilege: Privilege) -> Reach:
        return self._once(("reach", kind, privilege), lambda: reach(self.standing, kind, privilege))

    def records(self, kind: RecordKind, privilege: Privilege = Privilege.READ) -> ColumnElement[bool]:
        """The records of a kind that the actor may do this with, as a predicate over their table.

        Whoever may not read a record may do nothing else with it either.
        """
        if privilege is Privilege.READ:
            return self._once(("records", kind), lambda: predicate(self.reach(kind, privilege), kind, privilege))
        return and_(self.records(kind), predicate(self.reach(kind, privilege), kind, privilege))

    def mask(self, kind: RecordKind) -> Mask:
        return self._once(("mask", kind), lambda: mask_of(self.standing, kind))

    def columns(self, kind: RecordKind, names: tuple[str, ...] | None = None) -> list[ColumnElement[Any]]:
        """These columns of the kind's table as the actor may have them, under their own names and in this order.

        Every column in its own place when omitted.
        """
        if names is not None:
            # Not kept: who asks decides which they are, and there are more than anybody wants to keep.
            return masked_columns([_table(kind).c[name] for name in names], self.mask(kind), show_masked=True)
        return self._once(("columns", kind), lambda: masked_columns(_table(kind), self.mask(kind), show_masked=True))

    def selected(
        self, kind: RecordKind, names: tuple[str, ...] | None = None, *, while_unchanged: bool = False
    ) -> Select[Any]:
        """``columns`` of the ``records`` that may be read, to be narrowed down.

        With ``while_unchanged`` it finds nothing at all once any right has changed, or if what the actor claims is not
        true: what it finds was found with the rights of that very moment, though nobody asked what they are. It takes
        the parameters ``claimed``.
        """
        actor = self.actor

        def make() -> Select[Any]:
            made = select(*self.columns(kind, names)).where(self.records(kind))
            if while_unchanged:
                made = made.where(unchanged_since(self.standing.version))
                if actor.claim is not None:
                    made = made.where(still_holds(actor.principal_id, actor.role.value))
            return made

        return self._lately(("selected", kind, names, while_unchanged, actor.role, actor.claim is None), make)

    @property
    def claimed(self) -> dict[str, Any]:
        """The parameters that stand for what the actor claims."""
        claim = self.actor.claim
        return {} if claim is None else {"digest": claim.digest, "now": claim.at}

    def question(
        self,
        kind: RecordKind,
        names: tuple[str, ...] | None,
        shape: Hashable,
        narrowed: Callable[[Select[Any]], Select[Any]],
        *,
        same_plan: bool = False,
    ) -> Question:
        """``selected`` with ``while_unchanged``, as ``narrowed`` down: how, ``shape`` must tell."""
        return self._lately(
            ("question", kind, names, shape, self.actor.role, self.actor.claim is None),
            lambda: Question(narrowed(self.selected(kind, names, while_unchanged=True)), same_plan=same_plan),
        )

    def _lately(self, key: Hashable, make: Callable[[], M]) -> M:
        """What was made for this standing and key, if that is not too long ago."""
        whole = (id(self.cache), key)
        with _lock:
            kept = _lately.get(whole)
        # The cache that is kept beside tells that its number is not that of another one by now.
        if kept is not None and kept[0] is self.cache:
            return kept[1]
        made = make()
        with _lock:
            while len(_lately) >= KEPT_LATELY:
                del _lately[next(iter(_lately))]
            _lately[whole] = (self.cache, made)
        return made

    def values_of(self, kind: RecordKind, columns: Sequence[Column[Any]]) -> list[ColumnElement[Any]]:
        """These columns for a sync: masked ones are as good as withheld, since masked text must not travel (B8)."""
        return self._once(
            ("values", kind, len(columns)), lambda: masked_columns(columns, self.mask(kind), show_masked=False)
        )

    def _once(self, key: Any, make: Any) -> Any:
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]


# Building a select of many columns costs as much as a small query; which columns there are is for callers to say, so
# only the latest are kept.
_lately: dict[Any, tuple[dict[Any, Any], Any]] = {}
_lock = Lock()


@cache
def _table(kind: RecordKind) -> Table:
    return table_of(RECORD_MODELS[kind])


def predicate(reached: Reach, kind: RecordKind, privilege: Privilege) -> ColumnElement[bool]:
    """A reach as a predicate over the kind's table. Its lists are few; records and shares are only ever subqueries.

    What a narrow reach opens is collected through the indexes and then looked up; with a wide one that would be most
    of the table, so rows are tested one by one instead. Both forms give the same records (ADR 0007).
    """
    if reached.everything:
        return true()
    table = _table(kind)
    shared = _shared(reached, kind, SHAREABLE[privilege]) if reached.shared_with and privilege in SHAREABLE else None
    if shared is not None and reached.owners and not reached.units and len(reached.owners) <= NARROW_OWNERS:
        own = table.alias("own")
        return table.c.id.in_(union_all(select(own.c.id).where(own.c.owner_id.in_(sorted(reached.owners))), shared))
    ways: list[ColumnElement[bool]] = []
    if reached.units:
        people = select(_principal.c.id).where(
            or_(_principal.c.unit_id.in_(sorted(reached.units)), _principal.c.id.in_(sorted(reached.owners)))
        )
        ways.append(table.c.owner_id.in_(people))
    elif reached.owners:
        ways.append(table.c.owner_id.in_(sorted(reached.owners)))
    if shared is not None:
        ways.append(table.c.id.in_(shared))
    return or_(*ways) if ways else false()


def _shared(reached: Reach, kind: RecordKind, right: int) -> Select[tuple[str]]:
    """The ids of the records that are shared with this right."""
    return select(_share.c.record_id).where(
        _share.c.principal_id.in_(sorted(reached.shared_with)),
        _share.c.kind == kind.value,
        _share.c.rights.op("&")(right) != 0,
    )


def masked_columns(columns: Any, mask: Mask, *, show_masked: bool) -> list[ColumnElement[Any]]:
    """Columns as a mask leaves them, under their own names."""
    given = list(columns.columns if isinstance(columns, Table) else columns)
    if mask is NO_MASK:
        return given
    return [_masked(column, mask, show_masked=show_masked) for column in given]


def _masked(column: Column[Any], mask: Mask, *, show_masked: bool) -> ColumnElement[Any]:
    name, value = column.name, column
    if name in mask.masked:
        if not show_masked:
            return _nothing(column)
        value = _shortened(column, mask.masked[name])
    if name in mask.withheld:
        opened = mask.opened.get(name)
        if not opened:
            return _nothing(column)
        return case((column.table.c.id.in_(sorted(opened)), value), else_=null()).label(name)
    return value if value is column else value.label(name)


def _nothing(column: Column[Any]) -> Label[Any]:
    return literal(None, type_=column.type).label(column.name)


def _shortened(column: Column[Any], keep: int) -> ColumnElement[Any]:
    """Stars and the last characters; just the stars when there would be nothing left to hide."""
    if not keep:
        return case((operators.is_(column, None), null()), else_=literal(MASK_TEXT))
    tail = func.substr(column, func.length(column) - keep + 1)
    return case(
        (operators.is_(column, None), null()),
        (func.length(column) <= keep, literal(MASK_TEXT)),
        else_=literal(MASK_TEXT).concat(tail),
    )
