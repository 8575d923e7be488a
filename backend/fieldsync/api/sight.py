"""Whose eyes a selection takes: what decides who may share the bytes of an event.

Everything is personal that is not listed here. To list a field says: its value, and what its type needs to be made, is
the same for everybody, or for all callers of one role and scope.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)


class Sight(IntEnum):
    """From what all see alike to what each sees differently."""

    EVERYBODY = 0
    ROLE = 1
    PERSON = 2


def _alike(fields: str, *, role: str = "") -> Mapping[str, Sight]:
    return dict.fromkeys(fields.split(), Sight.EVERYBODY) | dict.fromkeys(role.split(), Sight.ROLE)


SIGHTS: Mapping[str, Mapping[str, Sight]] = {
    "Subscription": _alike("runEvents", role="mappingsChanged"),
    "RunEvent": _alike(
        "runId seq at type state phase kind done total milliseconds rate remainingSeconds counts problem message"
    ),
    "RunCounts": _alike(
        "recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm createdInOutlook "
        "updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different"
    ),
    # Not its subject and lostValue: who may see a record, and read a value of it, is decided for each person.
    "RunProblem": _alike("seq at code message remedy side", role="mapping"),
    # Not its members, which administrators see.
    "Profile": _alike(
        "id name description isDefault revision rank securedWrites",
        role="viewerCanEdit published draft versions mappings differences policyDifferences",
    ),
    "ProfileVersion": _alike("id number message publishedAt publishedBy", role="changes policyChanges"),
    "ProfileVersionConnection": _alike("pageInfo totalCount", role="nodes edges"),
    "ProfileVersionEdge": _alike("cursor", role="node"),
    "PageInfo": _alike("hasNextPage hasPreviousPage startCursor endCursor"),
    "ProfileDraft": _alike("changedAt changedBy", role="changes policyChanges"),
    "DirectionChange": _alike("before after", role="mapping"),
    "PolicyChange": _alike("before after", role="mapping"),
    # Not its effective direction, which is the caller's own.
    "Mapping": _alike(
        "id kind outlookLabel crmLabel outlookProperties crmAttributes direction draftDirection defaultDirection "
        "allowedDirections nextDirection conflictPolicy draftConflictPolicy computed fixedReason note revision "
        "securedAttributes",
        role="viewerCanEdit",
    ),
    "Principal": _alike("id name userName kind"),
}
"""By type and field. A test compares what is shared with what each caller is answered alone."""


def sights_of(
    schema: GraphQLSchema,
    parent: GraphQLObjectType,
    node: FieldNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Mapping[str, Sight]:
    """Whose eyes the fields below a root field take with all that is below them, by name; "" is the root field."""
    found: dict[str, Sight] = {"": _sight(parent, node)}
    for owner, below in _fields(schema, _type(parent, node), node.selection_set, fragments):
        name = below.name.value
        found[name] = max(found.get(name, Sight.EVERYBODY), _deep(schema, owner, below, fragments))
    return found


def _deep(
    schema: GraphQLSchema,
    parent: GraphQLObjectType | None,
    node: FieldNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Sight:
    worst = _sight(parent, node)
    if node.selection_set is not None:
        for owner, below in _fields(schema, _type(parent, node), node.selection_set, fragments):
            if worst is Sight.PERSON:
                break
            worst = max(worst, _deep(schema, owner, below, fragments))
    return worst


def _sight(parent: GraphQLObjectType | None, node: FieldNode) -> Sight:
    if node.name.value == "__typename":
        return Sight.EVERYBODY
    return SIGHTS.get(parent.name, {}).get(node.name.value, Sight.PERSON) if parent is not None else Sight.PERSON


def _type(parent: GraphQLObjectType | None, node: FieldNode) -> GraphQLObjectType | None:
    """The object type a field leads to; None where that cannot be told before it is executed."""
    field = parent.fields.get(node.name.value) if parent is not None else None
    named = get_named_type(field.type) if field is not None else None
    return named if isinstance(named, GraphQLObjectType) and not is_leaf_type(named) else None


def _fields(
    schema: GraphQLSchema,
    parent: GraphQLObjectType | None,
    selected: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Iterator[tuple[GraphQLObjectType | None, FieldNode]]:
    for one in selected.selections if selected else ():
        match one:
            case FieldNode():
                yield parent, one
            case InlineFragmentNode():
                yield from _fields(schema, parent, one.selection_set, fragments)
            case FragmentSpreadNode():
                yield from _fields(schema, parent, fragments[one.name.value].selection_set, fragments)
