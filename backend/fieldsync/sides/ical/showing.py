"""Show Time As: state and status reason of the CRM, TRANSP, busy status and STATUS of the item.

Completed and canceled appointments show as free (behaviours F11). What the CRM tells apart and the properties do not is
carried in X-FIELDSYNC-STATUS, which counts only as long as the properties still say what it was written beside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.content import text as texts
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Component

STATUS = "status"
CANCELED, COMPLETED = "2", "1"
_MARK = "X-FIELDSYNC-STATUS"
_BUSY = "X-MICROSOFT-CDO-BUSYSTATUS"
_BUSY_AS = {"FREE": "FREE", "TENTATIVE": "TENTATIVE", "BUSY": "BUSY", "OOF": "OOF", "WORKINGELSEWHERE": "BUSY"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table: what the CRM holds, and how the item shows it."""

    state: str
    code: str
    busy: str
    cancelled: bool = False
    mark: str = ""


_APPOINTMENT = (
    Shown("3", "5", "BUSY"),
    Shown("0", "1", "FREE"),
    Shown("0", "2", "TENTATIVE"),
    Shown("3", "6", "OOF"),
    Shown("1", "3", "FREE", mark="COMPLETED"),
    Shown("2", "4", "FREE", cancelled=True),
)
_SERVICE_ACTIVITY = (
    Shown("3", "4", "BUSY"),
    Shown("0", "2", "TENTATIVE"),
    Shown("0", "1", "TENTATIVE", mark="REQUESTED"),
    Shown("3", "3", "TENTATIVE", mark="PENDING"),
    Shown("3", "6", "BUSY", mark="IN-PROGRESS"),
    Shown("3", "7", "BUSY", mark="ARRIVED"),
    Shown("1", "8", "FREE"),
    Shown("2", "9", "FREE", cancelled=True),
    Shown("2", "10", "FREE", cancelled=True, mark="NO-SHOW"),
)


class Showing:
    """The status of one kind; its first row is what an item that says nothing means."""

    keys = (STATUS,)

    def __init__(self, kind: RecordKind) -> None:
        self._rows = _SERVICE_ACTIVITY if kind is RecordKind.SERVICE_ACTIVITY else _APPOINTMENT

    def read(self, item: Item) -> dict[str, Value]:
        row = self._row(item.main)
        return {STATUS: (row.state, row.code)}

    def _row(self, main: Component) -> Shown:
        cancelled = main.text(main.first("STATUS")).upper() == "CANCELLED"
        busy = "FREE" if cancelled else _busy(main)
        mark = main.text(main.first(_MARK)).upper()
        alike = [row for row in self._rows if row.busy == busy and row.cancelled == cancelled]
        marked = [row for row in alike if row.mark == mark]
        # Out of office is nothing that a service activity can be.
        return (marked or alike or [self._rows[0]])[0]

    def normal(self, key: str, value: Value) -> Value:
        """The status reason says which; without one that exists, the state does."""
        del key
        state, code = value
        found = [row for row in self._rows if row.code == code] or [row for row in self._rows if row.state == state]
        row = (found or self._rows)[0]
        return (row.state, row.code)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        main, value = item.main, changes[STATUS]
        row = next(row for row in self._rows if (row.state, row.code) == value)
        main.put("TRANSP", "TRANSPARENT" if row.busy == "FREE" else "OPAQUE")
        main.put(_BUSY, row.busy)
        if row.cancelled:
            main.put("STATUS", "CANCELLED")
        elif main.first("STATUS") is not None or row.busy == "TENTATIVE":
            main.put("STATUS", "TENTATIVE" if row.busy == "TENTATIVE" else "CONFIRMED")
        main.remove_all(_MARK)
        if row.mark:
            main.add(_MARK, texts.escape(row.mark))

    def hold(self, item: Item, value: Value) -> None:
        """Say this status outright where the item would otherwise mean another one.

        An all-day event that does not say so is free, one with a time is busy.
        """
        if self.read(item)[STATUS] != value:
            self.write(item, {STATUS: value})


def _busy(main: Component) -> str:
    told = _BUSY_AS.get(main.text(main.first(_BUSY)).upper())
    if told is not None:
        return told
    transparency = main.text(main.first("TRANSP")).upper()
    if transparency == "TRANSPARENT":
        return "FREE"
    if main.text(main.first("STATUS")).upper() == "TENTATIVE":
        return "TENTATIVE"
    start = main.first("DTSTART")
    days = start is not None and "T" not in start.value.upper()
    return "FREE" if days and transparency != "OPAQUE" else "BUSY"
