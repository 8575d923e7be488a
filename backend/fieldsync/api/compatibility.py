"""What programs may rely on: what was released stays, or its end is announced with a date and a replacement.

A deprecation reads "Use CONTACT; removed after 2027-06-30." where CONTACT stands for a schema coordinate such as
``Query.contacts`` or ``Contact.email(format:)``. What breaks programs all the same has a line below "### Breaking" of
the unreleased part of the changelog which names the coordinate in backticks.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)
from graphql.utilities import BreakingChange, find_breaking_changes
from graphql.utilities.resolve_schema_coordinate import resolve_schema_coordinate

_COORDINATE = re.compile(r"@?\b[A-Za-z_]\w*(?:\.\w+)?(?:\(\w+:\))?")
_REASON = re.compile(r"Use (?P<replacement>\S+); removed after (?P<day>\d{4}-\d{2}-\d{2})\.")
_UNRELEASED = re.compile(r"^## Unreleased$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BREAKING = re.compile(r"^### Breaking$(.*?)(?=^###? |\Z)", re.MULTILINE | re.DOTALL)


class _WithoutDescriptions(Visitor):
    def enter(self, node: Node, *_: object) -> Node | None:
        if getattr(node, "description", None) is None:
            return None
        changes: dict[str, Any] = {"description": None}
        return replace(node, **changes)


def bare(schema: str) -> str:
    """The schema without its descriptions: what is kept of a release."""
    document: DocumentNode = visit(parse(schema, no_location=True), _WithoutDescriptions())
    return print_ast(document).rstrip() + "\n"


def unannounced(released: str, schema: str, changelog: str) -> list[str]:
    """A sentence for each difference to the release that breaks programs and is not in the changelog."""
    named = _announced(changelog)
    before = build_schema(released)
    return [
        change.description
        for change in find_breaking_changes(before, build_schema(schema))
        if not named & _names(change, before)
    ]


def undated(schema: GraphQLSchema) -> list[str]:
    """A sentence for each deprecation that lacks a date, or a replacement that is there and stays."""
    return [
        f"{coordinate} is deprecated: {fault}."
        for coordinate, reason in _deprecations(schema)
        if (fault := _fault(schema, reason))
    ]


def _announced(changelog: str) -> set[str]:
    unreleased = _UNRELEASED.search(changelog)
    breaking = _BREAKING.search(unreleased[1]) if unreleased else None
    return set(re.findall(r"`([^`]+)`", breaking[1])) if breaking else set()


def _names(change: BreakingChange, before: GraphQLSchema) -> set[str]:
    """What a changelog may call the thing that changed: its coordinate, or that of what it belongs to."""
    found = [text for text in _COORDINATE.findall(change.description) if re.search(r"[.(@]", text)]
    whole = found[0] if found else next(t for t in _COORDINATE.findall(change.description) if t in before.type_map)
    return {whole, whole.split("(")[0], whole.split(".")[0]}


def _fault(schema: GraphQLSchema, reason: str) -> str | None:
    read = _REASON.match(reason)
    if read is None:
        return f"write “Use …; removed after YYYY-MM-DD.” instead of “{reason}”"
    try:
        date.fromisoformat(read["day"])
    except ValueError:
        return f"{read['day']} is no day"
    try:
        replacement = resolve_schema_coordinate(schema, read["replacement"])
    except (GraphQLError, TypeError):
        replacement = None
    if replacement is None:
        return f"there is no {read['replacement']} to use in its place"
    if read["replacement"] in dict(_deprecations(schema)):
        return f"{read['replacement']}, to be used in its place, is deprecated too"
    return None


def _deprecations(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """The coordinate and the reason of each."""
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType):
            parts = kind.values
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            parts = kind.fields
        else:
            continue
        for part, element in parts.items():
            if element.deprecation_reason is not None:
                yield f"{name}.{part}", element.deprecation_reason
            for argument, definition in getattr(element, "args", {}).items():
                if definition.deprecation_reason is not None:
                    yield f"{name}.{part}({argument}:)", definition.deprecation_reason
