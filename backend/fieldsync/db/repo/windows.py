"""Windows on lists: so many rows from a place on, forwards or backwards, and what lies on either side."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Select, bindparam, func, literal, literal_column, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.sql import operators

from fieldsync.db.repo.list_query import ListQuery, Place


@dataclass(frozen=True, slots=True)
class Window:
    """``size`` rows between two places, which are not in it: the first ones, or with ``backward`` the last ones."""

    size: int
    backward: bool = False
    after: Place | None = None
    before: Place | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether it is the first or the last one of its list, which no place decides."""
        return self.after is None and self.before is None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, in the order of the list, and whether there are more on either side."""

    rows: Sequence[Any]
    has_next: bool
    has_previous: bool

    def __len__(self) -> int:
        return len(self.rows)


def rows_in(connection: Connection, wanted: Select[Any], query: ListQuery, window: Window) -> Page:
    """The page of ``wanted``, which selects what may be seen with its id, that a window shows."""
    view = View(query, window)
    rows = connection.execute(view.statement(wanted), view.values).all()

    def lies(place: Place, *, behind: bool) -> bool:
        return connection.execute(view.beyond(wanted, place, behind=behind).limit(1)).first() is not None

    return view.page(rows, lies)


@dataclass(frozen=True, slots=True)
class Within:
    """Lists within objects: the rows of all of them, selected with the column that says in which object each is."""

    wanted: Select[Any]
    group: Column[Any]


def rows_in_each(
    connection: Connection, within: Within, query: ListQuery, window: Window, groups: Collection[Any]
) -> dict[Any, Page]:
    """``rows_in`` of each of these objects at once."""
    view, group = View(query, window), within.group
    grouped = within.wanted.where(group.in_(groups))
    place = func.row_number().over(partition_by=group, order_by=view.order()).label("place")
    numbered = view.bounded(grouped).add_columns(place).subquery()
    rows: dict[Any, list[Any]] = {one: [] for one in groups}
    few = select(numbered).where(numbered.c.place <= view.limit).order_by(numbered.c[group.name], numbered.c.place)
    for row in connection.execute(few, view.values):
        rows[getattr(row, group.name)].append(row)
    known: dict[tuple[Place, bool], set[Any]] = {}

    def lies_in(one: Any) -> Callable[..., bool]:
        def lies(place: Place, *, behind: bool) -> bool:
            if (place, behind) not in known:
                there = view.beyond(grouped, place, behind=behind)
                those = there.with_only_columns(group, maintain_column_froms=True).distinct()
                known[place, behind] = set(connection.scalars(those))
            return one in known[place, behind]

        return lies

    return {one: view.page(of, lies_in(one)) for one, of in rows.items()}


def count_in(connection: Connection, wanted: Select[Any], query: ListQuery) -> int:
    """How many rows of ``wanted`` the whole list has."""
    counted = wanted.where(query.where()).with_only_columns(func.count(), maintain_column_froms=True)
    return connection.scalar(counted) or 0


def count_in_each(connection: Connection, within: Within, query: ListQuery, groups: Collection[Any]) -> dict[Any, int]:
    """``count_in`` of each of these objects at once."""
    wanted = within.wanted.where(within.group.in_(groups), query.where())
    counted = wanted.with_only_columns(within.group, func.count(), maintain_column_froms=True).group_by(within.group)
    found: dict[Any, int] = {row[0]: row[1] for row in connection.execute(counted)}
    return {one: found.get(one, 0) for one in groups}


class View:
    """A window seen from the side that it opens at: from ``near`` on, to ``far`` at the latest.

    The rows at these two places are read too: as long as they are still there, there is something on that side, and
    nobody has to look. How many are read is a parameter of the statement, or ``sized`` into it, by which PostgreSQL can
    plan it once for all.
    """

    def __init__(self, query: ListQuery, window: Window, *, sized: bool = False) -> None:
        self._query = query
        self._window = window
        self._down = query.descending is not window.backward
        self._near, self._far = (window.before, window.after) if window.backward else (window.after, window.before)
        self._key = query.sort_key()
        self.limit = window.size + 1 + (self._near is not None) + (self._far is not None)
        self._sized = sized
        self.values: dict[str, Any] = {} if sized else {"most": self.limit}
        """What ``statement`` is asked with: all that differs between two views of one ``shape``."""
        for name, place in (("near", self._near), ("far", self._far)):
            if place is not None:
                self.values[f"{name}_id"] = place.id
                if self._key is not None:
                    self.values[f"{name}_key"] = place.key

    @property
    def shape(self) -> Any:
        """What the statement depends on beside the rows that are wanted."""
        query, size = self._query, self.limit if self._sized else None
        return query.term, query.order, self._down, self._near is not None, self._far is not None, size

    def statement(self, wanted: Select[Any]) -> Select[Any]:
        """What reads this view of ``wanted``, to be asked with ``values``."""
        most: Any = literal_column(str(self.limit)) if self._sized else bindparam("most", None, Integer)
        return self.bounded(wanted).order_by(*self.order()).limit(most)

    def bounded(self, wanted: Select[Any]) -> Select[Any]:
        """The rows of the list between the two places, and those at them, each with what it is sorted by."""
        found = self._keyed(wanted)
        if self._near is not None:
            found = found.where(self._compared(self._at("near"), operators.le if self._down else operators.ge))
        if self._far is not None:
            found = found.where(self._compared(self._at("far"), operators.ge if self._down else operators.le))
        return found

    def order(self) -> list[Any]:
        columns = [self._query.listing.id] if self._key is None else [self._key, self._query.listing.id]
        return [column.desc() if self._down else column.asc() for column in columns]

    def beyond(self, wanted: Select[Any], place: Place, *, behind: bool) -> Select[Any]:
        """What of ``wanted`` lies at a place or behind it, as the window opens; or at it or ahead of it."""
        return self._keyed(wanted).where(
            self._compared(self._valued(place), operators.ge if self._down is behind else operators.le)
        )

    def page(self, rows: Sequence[Any], lies: Callable[..., bool]) -> Page:
        """The page from the bounded rows, of which ``limit`` were read at most."""
        behind = ahead = False
        if self._near is not None:
            behind = bool(rows) and self._query.place(rows[0]) == self._near
            rows = rows[behind:]
            behind = behind or lies(self._near, behind=True)
        if self._far is not None and rows and self._query.place(rows[-1]) == self._far:
            rows, ahead = rows[:-1], True
        if len(rows) > self._window.size:
            rows, ahead = rows[: self._window.size], True
        elif self._far is not None and not ahead:
            ahead = lies(self._far, behind=False)
        if self._window.backward:
            return Page(rows[::-1], has_next=behind, has_previous=ahead)
        return Page(rows, has_next=ahead, has_previous=behind)

    def _keyed(self, wanted: Select[Any]) -> Select[Any]:
        found = wanted.where(self._query.where())
        return found if self._key is None else found.add_columns(self._key.label("sort_key"))

    def _compared(self, place: tuple[Any, Any], compare: Callable[[Any, Any], Any]) -> ColumnElement[bool]:
        """The rows whose place compares so with this one; as one comparison of pairs an index can answer it."""
        row_id, (key, of) = self._query.listing.id, place
        return compare(row_id, of) if self._key is None else compare(tuple_(self._key, row_id), tuple_(key, of))

    def _at(self, name: str) -> tuple[Any, Any]:
        """A place of the window, as the parameters that ``values`` fills in."""
        key = None if self._key is None else bindparam(f"{name}_key", None, self._key.type)
        return key, bindparam(f"{name}_id", None, self._query.listing.id.type)

    def _valued(self, place: Place) -> tuple[Any, Any]:
        key = None if self._key is None else literal(place.key, type_=self._key.type)
        return key, literal(place.id, type_=self._query.listing.id.type)
