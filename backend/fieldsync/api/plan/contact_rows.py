"""Contacts from the rows that were read to their part of the answer, without an object in between."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInt, get_named_type

from fieldsync.api.plan import records
from fieldsync.api.plan.running import Columns, Run
from fieldsync.api.plan.stepping_aside import Unplanned
from fieldsync.core.values import RecordKind
from fieldsync.ids import record_id
from fieldsync.services.seen import Seen, SeenRows

if TYPE_CHECKING:
    from fieldsync.api.plan.compiling import Compiler

_PREFIX = record_id(RecordKind.CONTACT.value, "")


class Scope:
    """Everything below one field that reads records: the columns that it needs are read, and no others."""

    def __init__(self, kinds: Iterable[RecordKind]) -> None:
        self._needed: dict[RecordKind, set[str] | None] = {kind: set() for kind in kinds}
        self._rows: dict[int, ContactRows] = {}

    def need(self, kind: RecordKind, fields: Iterable[str]) -> None:
        """Note that these fields are selected on records of a kind."""
        more, held = records.needs(kind, fields), self._needed.get(kind)
        self._needed[kind] = None if more is None or held is None else held | more

    def add(self, number: int, rows: "ContactRows") -> None:
        """Note the selection with this number, which may be answered from rows."""
        self._rows[number] = rows

    def rows_for(self, item: str) -> str | None:
        """What answers a list whose items are completed by this expression, if that can be done from rows."""
        return next((f"rows_{n}" for n in self._rows if f"object_{n}(" in item), None)

    def close(self) -> Columns:
        """The columns by kind, once everything below is compiled; kinds that are wanted whole are left out."""
        columns = {kind: records.in_order(needed) for kind, needed in self._needed.items() if needed is not None}
        for rows in self._rows.values():
            rows.write(columns.get(RecordKind.CONTACT))
        return columns


class ContactRows:
    """One selection on contacts; collected field by field, written once the columns are known.

    Text and date columns hold what their types say, so their cells go into the answer as they are.
    """

    def __init__(self, compiler: "Compiler", number: int, scope: Scope) -> None:
        self._compiler = compiler
        self._number = number
        self._scope = scope
        self._entries: list[tuple[str, str, str]] = []
        self._shared: list[str] = []
        self.place: int | None = None
        self.columns: tuple[str, ...] | None = None
        self._exact: Any = None
        self._sorted: Any = None
        compiler.names[f"rows_{number}"] = self

    def constant(self, key: str, value: str) -> None:
        self._entries.append((key, "", repr(value)))

    def cell(self, key: str, name: str, kind: Any, details: Any) -> None:
        """A field that shows a column."""
        if name == "id":
            self._entries.append((key, "id", f"{_PREFIX!r} + {{}}"))
            return
        column = records.COLUMN_OF.get(name)
        if column is None:
            return
        shown = "{0}"
        if get_named_type(kind) is GraphQLInt:
            shown = self._compiler.value(kind, "{0}", details)
        self._entries.append((key, column, shown))

    def resolved(self, key: str, name: str, slot: int, complete: str, *, awaited: bool) -> None:
        """A field with a resolver: what is withheld is alike for all rows, unless columns are opened on single ones."""
        if awaited:
            self._entries.append((key, "", "None"))
            return
        call = f"{complete}(call_{slot}(bare_contact({{row}}, '', m), **R.arguments({slot})), R)"
        shared = f"w{len(self._shared)}"
        self._shared.append(f"    {shared} = {call.format(row=repr(''))} if not m.opened else None")
        each = call.format(row="{0}")
        self._entries.append((key, "id", f"({shared} if {shared} is not None else {each})"))

    def write(self, columns: tuple[str, ...] | None) -> None:
        """Write the functions for rows of these columns; none for None."""
        self.columns = columns
        if columns is None:
            return
        self._compiler.names["bare_contact"] = records.bare_contact
        for name, more in (("exact", ""), ("sorted", "_, ")):
            self._compiler.source.append(self._function(f"{name}_rows_{self._number}", columns, more))

    def _function(self, name: str, columns: Sequence[str], more: str) -> str:
        cell = {column: f"c{n}" for n, column in enumerate(columns)}
        entries = [f"{key!r}: {shown.format(cell.get(column, ''))}" for key, column, shown in self._entries]
        answer, row = f"{{{', '.join(entries)}}}", "".join(f"{one}, " for one in cell.values()) + more
        lines = [f"def {name}(rows, m, R):", *self._shared]
        if self.place is None:
            lines.append(f"    return [{answer} for ({row}) in rows]")
        else:
            contact = f"bare_contact(c0, {cell.get('owner_id', repr(''))}, m)"
            lines += [
                "    found = []",
                f"    waiting = R.waiting[{self.place}]",
                f"    for ({row}) in rows:",
                f"        d = {answer}",
                f"        waiting.append(({contact}, d))",
                "        found.append(d)",
                "    return found",
            ]
        return "\n".join(lines) + "\n"

    # while a plan runs

    def holds(self, value: Any) -> bool:
        """Whether these are rows of the columns that this was written for."""
        return value.__class__ is SeenRows and value.columns is not None and value.columns == self.columns

    def of(self, seen: SeenRows, run: Run) -> list[dict[str, Any]]:
        """The answers to rows that ``holds``."""
        name = "sorted" if seen.is_sorted else "exact"
        return self._compiler.names[f"{name}_rows_{self._number}"](seen.plain, seen.mask, run)

    def one(self, seen: Seen, run: Run) -> dict[str, Any]:
        """The answer to a single record; raises Unplanned if it was read for somebody else."""
        rows = SeenRows(seen.kind, [seen.row], seen.mask, seen.columns)
        if not self.holds(rows):
            raise Unplanned
        return self.of(rows, run)[0]
