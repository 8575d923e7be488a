"""Statements that nearly every request asks: written as SQL once, asked in the event loop where that is possible."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from sqlalchemy import Select
from sqlalchemy.engine import Connection, Dialect

Processor = Callable[[Any], Any]


class Unreachable(Exception):
    """A question was not answered in the event loop; a thread may have more luck, or an error that says why."""


class Rows(Sequence[Any]):
    """The rows of an answer: the driver's until somebody asks for one, which then knows its columns by name."""

    __slots__ = ("_named", "plain")

    def __init__(self, plain: Sequence[Sequence[Any]], named: Callable[[Sequence[Any]], Any]) -> None:
        self.plain, self._named = plain, named

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Rows(self.plain[index], self._named)
        return self._named(self.plain[index])

    def __len__(self) -> int:
        return len(self.plain)

    def first(self) -> Any | None:
        """The first row, None if there is none."""
        return self._named(self.plain[0]) if self.plain else None


class Question:
    """A select that is asked again and again; what changes from one time to the next are named parameters.

    ``same_plan`` says that it is best answered in the same way whatever the parameters are, such as by a unique key.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], *, same_plan: bool = False) -> None:
        self.statement = statement
        self.same_plan = same_plan
        self._written: Written | None = None
        self._named = namedtuple("Row", [column.key for column in statement.selected_columns], rename=True)._make

    def written(self, dialect: Dialect) -> "Written":
        """How it is asked without SQLAlchemy; a question is only ever asked of one kind of database."""
        if self._written is None:
            self._written = Written(self.statement, dialect)
        return self._written

    def asked(self, connection: Connection, **values: Any) -> Rows:
        """The answer by way of SQLAlchemy."""
        return self.rows([tuple(row) for row in connection.execute(self.statement, values)])

    def rows(self, plain: Sequence[Sequence[Any]]) -> Rows:
        """An answer, of rows in the order of the columns."""
        return Rows(plain, self._named)


class Written:
    """A select as text for the driver, with what SQLAlchemy would do to its values on their way in and out."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        incoming = dict[str, Processor]()
        for name, bound in compiled.binds.items():
            process = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                # The values of a list are parameters of their own by now: name_1, name_2 and so on.
                numbered = f"{name}_"
                names = [one for one in compiled.params if one.startswith(numbered)] if bound.expanding else [name]
                incoming.update(dict.fromkeys(names, process))
        self._incoming = [(name, incoming.get(name)) for name in compiled.positiontup]
        self._fixed = {name: self._processed(name, value, incoming) for name, value in compiled.params.items()}
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        outgoing = [one.result_processor(dialect, None) for one in types]
        self._outgoing = [(place, process) for place, process in enumerate(outgoing) if process is not None]

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """All parameters in their order, as the driver takes them."""
        fixed = self._fixed
        return [
            fixed[name] if name not in values else values[name] if process is None else process(values[name])
            for name, process in self._incoming
        ]

    def rows(self, fetched: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """What the driver gave, as SQLAlchemy would give it."""
        return [self._row(row) for row in fetched] if self._outgoing else fetched

    @staticmethod
    def _processed(name: str, value: Any, incoming: Mapping[str, Processor]) -> Any:
        process = incoming.get(name)
        return value if process is None else process(value)

    def _row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        cells = list(row)
        for place, process in self._outgoing:
            cells[place] = process(cells[place])
        return tuple(cells)
