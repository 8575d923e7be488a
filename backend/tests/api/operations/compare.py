"""When two answers are equal: the data with the order of its keys, and every error, but for ids of the log."""

import json
import re
from collections.abc import Mapping
from typing import Any

_MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""Ids of the log, and of what a mutation makes."""
_SECRET = re.compile(r"fs_[A-Za-z0-9_-]{20,}")


def difference(one: str, other: str) -> str | None:
    """What is not equal in two answers, as JSON came; None if they are equal."""
    first, second = (_read(text) for text in (one, other))
    if set(first) != set(second):
        return f"the parts {list(first)} are not {list(second)}"
    if (told := _text(first.get("data"))) != (other_told := _text(second.get("data"))):
        return f"data: {_where(told, other_told)}"
    mine, theirs = (_errors(answer) for answer in (first, second))
    if mine.keys() != theirs.keys():
        return f"null at {list(mine)} against {list(theirs)}"
    for place, told in mine.items():
        if not _same(place, told, theirs[place]):
            return f"errors: {told} against {theirs[place]}"
    if (rest := _rest(first)) != (other_rest := _rest(second)):
        return f"extensions: {rest} against {other_rest}"
    return None


def codes(answer: str) -> set[str]:
    """The codes of all errors of an answer."""
    return {error.get("extensions", {}).get("code", "") for error in json.loads(answer).get("errors", ())}


def _read(text: str) -> Mapping[str, Any]:
    names: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"made-{len(names)}")

    return json.loads(_SECRET.sub("secret", _MADE.sub(number, text)))


def _errors(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """The errors by the place that is null because of them, in no order: what fails at the same time has none."""
    found: dict[str, list[str]] = {}
    for error in answer.get("errors", ()):
        path = error.get("path") or []
        place = _null_at(answer.get("data"), path)
        kept = error if place == path else {"under": place, "code": error.get("extensions", {}).get("code")}
        found.setdefault(_text([place, place == path]), []).append(_text(_logged(kept)))
    return {place: sorted(told) for place, told in found.items()}


def _null_at(data: Any, path: list[Any]) -> list[Any]:
    """The beginning of a path that leads to the null in which the error ended."""
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path


def _same(place: str, mine: list[str], theirs: list[str]) -> bool:
    """Of several errors that make the same place null, which ones are told depends on which is the first."""
    own = json.loads(place)[1]
    return mine == theirs if own else bool(set(mine) & set(theirs))


def _logged(error: Any) -> Any:
    """An error without the id of the log that its text names."""
    if error.get("extensions", {}).get("code") == "INTERNAL":
        return error | {"message": "", "extensions": {"code": "INTERNAL"}}
    return error


def _rest(answer: Mapping[str, Any]) -> str:
    return _text({name: part for name, part in answer.items() if name not in ("data", "errors")})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _where(one: str, other: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, at - 60)
    return f"…{one[start : at + 60]}… against …{other[start : at + 60]}…"
