"""Every operation of the repository: those of the page, and those that the guide for scripters shows."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
)

from api.operations.spoil import nodes_of

ROOT = Path(__file__).parents[4]
_PAGE = re.compile(r"graphql\(\s*(?:/\* GraphQL \*/\s*)?`([^`]*)`", re.DOTALL)
_POSTED = re.compile(r"'(\{\"query\".*?\})'", re.DOTALL)
_BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Written:
    """One operation that somebody wrote: where, with all the fragments it needs, and the variables it shows."""

    place: str
    name: str
    kind: OperationType
    text: str
    variables: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.name} in {self.place}"


def written() -> list[Written]:
    """Every operation, in the order of files."""
    return [*_of_page(), *_of_guide()]


def _of_page() -> Iterator[Written]:
    fragments: dict[str, FragmentDefinitionNode] = {}
    operations: list[tuple[str, OperationDefinitionNode]] = []
    for path in sorted((ROOT / "frontend" / "src").rglob("*.ts*")):
        if "gql" in path.parts:
            continue
        for text in _PAGE.findall(path.read_text(encoding="utf-8")):
            for definition in parse(text).definitions:
                if isinstance(definition, FragmentDefinitionNode):
                    fragments[definition.name.value] = definition
                elif isinstance(definition, OperationDefinitionNode):
                    operations.append((path.relative_to(ROOT).as_posix(), definition))
    for place, operation in operations:
        used = _reached(operation, fragments)
        text = "\n".join(print_ast(one) for one in (operation, *used))
        yield Written(place, operation.name.value if operation.name else "", operation.operation, text)


def _reached(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    found: dict[str, FragmentDefinitionNode] = {}
    waiting: list[Any] = [operation]
    while waiting:
        for spread in nodes_of(waiting.pop(), FragmentSpreadNode):
            name = spread.name.value
            if name not in found:
                found[name] = fragments[name]
                waiting.append(fragments[name])
    return list(found.values())


def _of_guide() -> Iterator[Written]:
    path = ROOT / "docs" / "scripting.md"
    guide = path.read_text(encoding="utf-8")
    place = path.relative_to(ROOT).as_posix()
    for posted in _POSTED.findall(guide):
        body = json.loads(posted)
        for operation in _operations(parse(body["query"])):
            yield Written(place, _root(operation), operation.operation, body["query"], body.get("variables"))
    for block in _BLOCK.findall(guide):
        for operation in _operations(parse(block)):
            yield Written(place, _root(operation), operation.operation, print_ast(operation))


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return nodes_of(document, OperationDefinitionNode)


def _root(operation: OperationDefinitionNode) -> str:
    return operation.selection_set.selections[0].name.value  # pyright: ignore[reportAttributeAccessIssue]
