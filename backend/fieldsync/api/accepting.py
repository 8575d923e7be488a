"""Which media type an answer has, by the request's Accept header (RFC 9110, GraphQL over HTTP)."""

import re
from collections.abc import Iterator
from enum import Enum

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


class MediaType(Enum):
    """What we answer with; in the order of our preference among equals."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"
    EVENTS = "text/event-stream"


def negotiated(accept: str | None) -> MediaType | None:
    """The media type to answer with; None if the caller takes none of ours.

    Without the header it is the one of the specification. A wildcard stands for ``application/json``, which every
    program reads, unless that one is excluded; server-sent events are for those who name them.
    """
    if accept is None or not accept.strip():
        return MediaType.GRAPHQL
    ranges = list(_ranges(accept))
    best: tuple[float, int, int] | None = None
    chosen: MediaType | None = None
    for place, kind in enumerate(MediaType):
        named, weight = _weight(kind, ranges)
        if weight > 0 and (best is None or (weight, named, -place) > best):
            best, chosen = (weight, named, -place), kind
    if chosen is MediaType.GRAPHQL and best is not None and not best[1]:
        _, weight = _weight(MediaType.JSON, ranges)
        return MediaType.JSON if weight == best[0] else chosen
    return chosen


def _weight(kind: MediaType, ranges: list[tuple[str, float]]) -> tuple[int, float]:
    """Whether the type is named outright, and the weight that the most specific range gives it."""
    patterns = [kind.value, "" if kind is MediaType.EVENTS else "application/*"]
    patterns.append("" if kind is MediaType.EVENTS else "*/*")
    for pattern in patterns:
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return int(pattern == kind.value), max(weights)
    return 0, 0.0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Media ranges with their weights; what is malformed, or asks for another charset, is left out."""
    for part in _PART.findall(accept):
        name, *parameters = (one.strip() for one in _PARAMETER.findall(part))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            key, value = key.strip().lower(), value.strip().strip('"')
            if key == "q":
                weight = float(value) if _WEIGHT.fullmatch(value) else -1.0
                break
            if key == "charset" and value.lower() not in ("utf-8", "utf8"):
                weight = -1.0
                break
        if name and weight >= 0:
            yield name.lower(), weight
