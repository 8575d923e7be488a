"""Fields that events and tasks write in the same way: subject, body, importance, regarding."""

from collections.abc import Mapping
from typing import Protocol

from fieldsync.core.values import Value
from fieldsync.sides.content import text as texts
from fieldsync.sides.content.html import plain
from fieldsync.sides.ical.items import Item

REGARDING = "X-FIELDSYNC-REGARDING"
_RICH = "X-ALT-DESC"
_LOW, _NORMAL, _HIGH = "0", "1", "2"


class Family(Protocol):
    """Fields that are read and written together."""

    @property
    def keys(self) -> tuple[str, ...]: ...

    def read(self, item: Item) -> Mapping[str, Value]:
        """The values of all keys; raises BrokenItem."""
        ...

    def normal(self, key: str, value: Value) -> Value:
        """What reading gives back once ``value`` was written."""
        ...

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        """Write these values, normal ones that differ from what is read, and change no other field."""
        ...


class Text:
    """One property that holds a text."""

    def __init__(self, key: str, name: str) -> None:
        self.keys = (key,)
        self._name = name

    def read(self, item: Item) -> dict[str, Value]:
        return {self.keys[0]: (item.main.text(item.main.first(self._name)),)}

    def normal(self, key: str, value: Value) -> Value:
        del key
        return (value[0].strip(),)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        main, (text,) = item.main, changes[self.keys[0]]
        if not text:
            main.remove_all(self._name)
            return
        line = main.first(self._name)
        if line is None or line.head is None:
            main.add(self._name, texts.escape(text))
        else:
            # ALTREP shows the text that was there before.
            main.set(line, texts.escape(text), line.head.without("ALTREP"))


class Description(Text):
    """The body as plain text; a richer twin stays as long as its text does (behaviours A16).

    The twin is X-ALT-DESC or the parameter ALTREP. Writing another text drops it, or Outlook would show the old one.
    """

    def __init__(self) -> None:
        super().__init__("description", "DESCRIPTION")

    def read(self, item: Item) -> dict[str, Value]:
        main = item.main
        text = main.text(main.first("DESCRIPTION"))
        if not text:
            text = texts.clean(plain(main.text(main.first(_RICH)))).strip()
        return {"description": (text,)}

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        super().write(item, changes)
        item.main.remove_all(_RICH)


class Priority:
    """Importance: PRIORITY 9, 5, 1 for low, normal, high; read as Outlook's CalDAV programs read it."""

    keys = ("prioritycode",)
    _written: Mapping[str, str] = {_LOW: "9", _NORMAL: "5", _HIGH: "1"}

    def read(self, item: Item) -> dict[str, Value]:
        main = item.main
        priority = main.text(main.first("PRIORITY"))
        if not priority:
            importance = main.text(main.first("X-MICROSOFT-CDO-IMPORTANCE"))
            return {"prioritycode": (importance if importance in self._written else _NORMAL,)}
        number = int(priority) if priority.isascii() and priority.isdigit() and len(priority) < 6 else 5
        return {"prioritycode": (_HIGH if 1 <= number <= 4 else _LOW if number > 5 else _NORMAL,)}

    def normal(self, key: str, value: Value) -> Value:
        """Nothing is normal: an item without priority has a normal one."""
        del key
        return (value[0] if value[0] in self._written else _NORMAL,)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        main, (importance,) = item.main, changes["prioritycode"]
        main.put("PRIORITY", self._written[importance])
        if main.first("X-MICROSOFT-CDO-IMPORTANCE") is not None:
            main.put("X-MICROSOFT-CDO-IMPORTANCE", importance)
