"""Which media type an answer has, by the request's Accept header (RFC 9110, GraphQL over HTTP)."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


class MediaType(Enum):
    """What we answer with."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"
    EVENTS = "text/event-stream"


@lru_cache(maxsize=256)
def negotiated(accept: str | None) -> MediaType | None:
    """The media type to answer with; None if the caller takes none of ours. Of equals it is the one named first.

    Without the header it is the one of the specification. A wildcard stands for ``application/json``, which every
    program reads, unless that one is excluded; server-sent events are for those who name them.
    """
    if accept is None or not accept.strip():
        return MediaType.GRAPHQL
    ranges = list(_ranges(accept))
    best, chosen = (0.0, 0), None
    for kind in (MediaType.JSON, MediaType.GRAPHQL, MediaType.EVENTS):
        found = _weight(kind, ranges)
        if found[0] > 0 and (chosen is None or found > best):
            best, chosen = found, kind
    return chosen


def _weight(kind: MediaType, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """The weight that the most specific range gives the type, and, negative, the place where it is named."""
    wildcards = ["application/*", "*/*"] if kind is not MediaType.EVENTS else []
    for pattern in (kind.value, *wildcards):
        found = [(weight, -place) for place, (name, weight) in enumerate(ranges) if name == pattern]
        if found:
            weight, place = max(found)
            return weight, place if pattern == kind.value else -len(ranges)
    return 0.0, 0


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
