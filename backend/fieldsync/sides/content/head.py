"""The part of a line before its value, as vCard and iCalendar both write it: a name and parameters."""

import re

FOLD = re.compile("\r?\n[ \t]")
"""The end of a line that goes on in the next one (RFC 5545, 3.1)."""


class HeadText:
    """Name and parameters of a line; subclasses say what they mean. Parameter names are compared in upper case."""

    __slots__ = ("_params", "name_text", "size", "text")

    def __init__(self, text: str) -> None:
        name, *params = split_head(text)
        self.text = text
        self.name_text = name
        self.size = len(text) + 1
        self._params = tuple((self.param_name(part), part) for part in params)

    @staticmethod
    def param_name(part: str) -> str:
        """The name of a parameter in upper case; empty for a bare word."""
        name, equals, _ = part.partition("=")
        return name.strip().upper() if equals else ""

    def param(self, name: str) -> str:
        """The parameter's value without its quotes, or nothing."""
        for key, part in self._params:
            if key == name:
                return part.partition("=")[2].strip(' "') if "=" in part else part.strip()
        return ""

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self._params)

    def text_without(self, *names: str) -> str:
        """The head's text without these parameters; everything else as it is written."""
        if not any(key in names for key, _ in self._params):
            return self.text
        kept = [part for key, part in self._params if key not in names]
        return ";".join([self.name_text, *kept])


def colon(line: str) -> int:
    """Where the value begins: the first colon outside quotes, or -1."""
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return position
    # A quote that never ends is a writer's slip, not a reason to lose the line.
    return line.find(":") if quoted else -1


def split_head(text: str) -> list[str]:
    """Name and parameters, each as it is written."""
    # A quote that never ends is taken for a character: what is added behind must not fall into it.
    if text.count('"') % 2 or '"' not in text:
        return text.split(";")
    parts, start, quoted = [], 0, False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
