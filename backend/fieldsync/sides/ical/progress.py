"""How far a task is: its status, its percentage and when it was completed.

Programs tell a completed task by any of STATUS, COMPLETED and PERCENT-COMPLETE:100, so the three are kept in step: a
completed task has all of them, an open one neither COMPLETED nor 100. They stay fields of their own nevertheless. What
a field holds and its property may not say stands in an X- property; a property that only stands in is marked with
``X-FIELDSYNC-PLACEHOLDER=1`` and not read (ADR 0010).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldsync.clock import Clock
from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.content.instants import from_text, to_text
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Component
from fieldsync.sides.ical.times import Form

STATUS, PERCENT, ENDED = "status", "percentcomplete", "actualend"
OPEN, COMPLETED, CANCELED = "0", "1", "2"
MARK = "X-FIELDSYNC-STATUS"
_PLACEHOLDER = "X-FIELDSYNC-PLACEHOLDER"
_OWN_ENDED = "X-FIELDSYNC-ACTUAL-END"
_OWN_PERCENT = "X-FIELDSYNC-PERCENT"
_CANCELED_MARK = "CANCELED"


@dataclass(frozen=True, slots=True)
class Stages:
    """The statuscodes of a kind: the usual one of each state, and what sets open ones apart.

    ``started`` is the open one that IN-PROCESS stands for, ``marks`` those that need a mark beside NEEDS-ACTION.
    """

    usual: Mapping[str, str]
    started: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)


STAGES: Mapping[RecordKind, Stages] = {
    RecordKind.TASK: Stages(
        {OPEN: "2", COMPLETED: "5", CANCELED: "6"}, started="3", marks={"WAITING": "4", "DEFERRED": "7"}
    ),
    RecordKind.PHONE_CALL: Stages({OPEN: "1", COMPLETED: "2", CANCELED: "3"}, others={"4": COMPLETED}),
    RecordKind.LETTER: Stages(
        {OPEN: "1", COMPLETED: "4", CANCELED: "5"}, marks={"DRAFT": "2"}, others={"3": COMPLETED}
    ),
    RecordKind.FAX: Stages({OPEN: "1", COMPLETED: "2", CANCELED: "5"}, others={"3": COMPLETED, "4": COMPLETED}),
}
"""Reference ``dav.md``, section 8. A completed fax reads as completed, whether the CRM says sent or received."""


class Progress:
    """Status, percentage and date of completion of one kind of task."""

    keys = (STATUS, PERCENT, ENDED)

    def __init__(self, kind: RecordKind, clock: Clock) -> None:
        self._stages = STAGES[kind]
        self._kind = kind
        self._clock = clock

    def read(self, item: Item) -> dict[str, Value]:
        return {
            STATUS: self._status(item),
            PERCENT: (_percent(item.main),),
            ENDED: (_ended(item),),
        }

    def normal(self, key: str, value: Value) -> Value:
        if key == STATUS:
            return self._normal_status(*value)
        if key == PERCENT:
            return (_normal_percent(value[0]),)
        at = from_text(value[0])
        return (to_text(at) if at is not None else "",)

    def _normal_status(self, state: str, code: str) -> Value:
        stages = self._stages
        if state not in stages.usual:
            codes = {**{code: state for state, code in stages.usual.items()}, **stages.others}
            state = codes.get(code, OPEN)
        if state == OPEN and code and code in (stages.started, *stages.marks.values()):
            return (OPEN, code)
        return (state, stages.usual[state])

    def _status(self, item: Item) -> Value:
        main, stages = item.main, self._stages
        told = main.text(main.first("STATUS")).upper()
        mark = main.text(main.first(MARK)).upper()
        if told not in ("COMPLETED", "CANCELLED", "IN-PROCESS", "NEEDS-ACTION"):
            told = _untold(main)
        match told:
            case "COMPLETED":
                return (COMPLETED, stages.usual[COMPLETED])
            case "CANCELLED":
                if "DEFERRED" in stages.marks and mark != _CANCELED_MARK and _by_synchronizer(item):
                    return (OPEN, stages.marks["DEFERRED"])
                return (CANCELED, stages.usual[CANCELED])
            case "IN-PROCESS":
                return (OPEN, stages.started or stages.usual[OPEN])
        # A mark that another program left behind counts only as long as nothing has begun.
        return (OPEN, stages.marks.get(mark, stages.usual[OPEN]))

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        before = self.read(item)
        wanted = {**before, **changes}
        status, (percent,), (ended,) = wanted[STATUS], wanted[PERCENT], wanted[ENDED]
        done = status[0] == COMPLETED
        turned = done != (before[STATUS][0] == COMPLETED)
        if STATUS in changes:
            self._put_status(item, status)
        if turned or ENDED in changes:
            self._put_ended(item, ended, done)
        if turned or PERCENT in changes:
            _put_percent(item.main, percent, done)
        if self._status(item) != status:
            # Without STATUS the others tell; it must not change with them.
            self._put_status(item, status)

    def _put_status(self, item: Item, status: Value) -> None:
        main, (state, code) = item.main, status
        main.remove_all(MARK)
        match state:
            case "1":
                main.put("STATUS", "COMPLETED")
            case "2":
                main.put("STATUS", "CANCELLED")
                if self._status(item) != status:
                    main.put(MARK, _CANCELED_MARK)
            case _ if code == self._stages.started:
                main.put("STATUS", "IN-PROCESS")
            case _:
                main.put("STATUS", "NEEDS-ACTION")
                mark = next((name for name, value in self._stages.marks.items() if value == code), "")
                if mark:
                    main.put(MARK, mark)

    def _put_ended(self, item: Item, ended: str, done: bool) -> None:
        main, at = item.main, from_text(ended)
        own = not done and at is not None
        line = main.first("COMPLETED")
        if not done:
            main.remove_all("COMPLETED")
        elif at is None:
            if line is None or not _stands_in(main, "COMPLETED"):
                main.remove_all("COMPLETED")
                main.add(f"COMPLETED;{_PLACEHOLDER}=1", item.times.render("COMPLETED", self._clock.now(), Form.UTC)[1])
        else:
            main.remove_all("COMPLETED")
            main.add("COMPLETED", item.times.render("COMPLETED", at, Form.UTC)[1])
        main.remove_all(_OWN_ENDED)
        if own and at is not None:
            main.add(_OWN_ENDED, item.times.render(_OWN_ENDED, at, Form.UTC)[1])


def _ended(item: Item) -> str:
    main = item.main
    line = main.first("COMPLETED")
    if line is None or _stands_in(main, "COMPLETED"):
        line = main.first(_OWN_ENDED)
    return to_text(item.times.read(line).at) if line is not None and line.value.strip() else ""


def _percent(main: Component) -> str:
    name = _OWN_PERCENT if main.first("PERCENT-COMPLETE") is None or _stands_in(main, "PERCENT-COMPLETE") else ""
    return _normal_percent(main.text(main.first(name or "PERCENT-COMPLETE")))


def _normal_percent(text: str) -> str:
    """Nothing done yet and no percentage are the same."""
    text = text.strip()
    number = min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return str(number) if number else ""


def _put_percent(main: Component, percent: str, done: bool) -> None:
    main.remove_all(_OWN_PERCENT)
    line = main.first("PERCENT-COMPLETE")
    if done == (percent == "100") and percent:
        main.put("PERCENT-COMPLETE", percent)
        if line is not None and line.head is not None:
            main.set(line, percent, line.head.without(_PLACEHOLDER))
        return
    main.remove_all("PERCENT-COMPLETE")
    if done:
        main.add(f"PERCENT-COMPLETE;{_PLACEHOLDER}=1", "100")
    if percent:
        main.add(_OWN_PERCENT, percent)


def _stands_in(main: Component, name: str) -> bool:
    line = main.first(name)
    return line is not None and line.head is not None and line.head.has(_PLACEHOLDER)


def _untold(main: Component) -> str:
    """The STATUS of a task that has none: the other two tell."""
    if main.first("COMPLETED") is not None:
        return "COMPLETED"
    percent = _normal_percent(main.text(main.first("PERCENT-COMPLETE")))
    if percent == "100":
        return "COMPLETED"
    return "IN-PROCESS" if percent else "NEEDS-ACTION"


def _by_synchronizer(item: Item) -> bool:
    """True for what CalDav Synchronizer wrote: it says CANCELLED of a task that is deferred."""
    product = item.root.text(item.root.first("PRODID")).lower()
    return "caldavsynchronizer" in product.replace(" ", "")
