"""CRM records as somebody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from fieldsync.core.access import Mask
from fieldsync.core.values import RecordKind
from fieldsync.db.questions import Rows


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as the caller may see it: withheld columns are None and named by the mask.

    ``columns`` are those that were read, in the order of the row; None for all.
    """

    kind: RecordKind
    row: Any
    mask: Mask
    columns: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        return self.row.id


class SeenRows(Sequence[Seen]):
    """Rows of one kind as the caller may see them, each of them a ``Seen`` once it is asked for.

    ``is_sorted`` is True if the rows end with what they were sorted by.
    """

    __slots__ = ("columns", "is_sorted", "kind", "mask", "rows")

    def __init__(
        self,
        kind: RecordKind,
        rows: Sequence[Any],
        mask: Mask,
        columns: tuple[str, ...] | None = None,
        *,
        is_sorted: bool = False,
    ) -> None:
        self.kind, self.rows, self.mask, self.columns, self.is_sorted = kind, rows, mask, columns, is_sorted

    @overload
    def __getitem__(self, index: int) -> Seen: ...
    @overload
    def __getitem__(self, index: slice) -> "SeenRows": ...
    def __getitem__(self, index: int | slice) -> "Seen | SeenRows":
        if isinstance(index, slice):
            return SeenRows(self.kind, self.rows[index], self.mask, self.columns, is_sorted=self.is_sorted)
        return Seen(self.kind, self.rows[index], self.mask, self.columns)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def plain(self) -> Sequence[Sequence[Any]]:
        """The rows without the names of their columns: what is quickest to go through."""
        return self.rows.plain if isinstance(self.rows, Rows) else self.rows
