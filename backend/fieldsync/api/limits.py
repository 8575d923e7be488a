"""How much a GraphQL operation may ask for."""

import re
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

from fieldsync.errors import TooMuchAsked

NESTING = 100
FRAGMENTS = 100
_STRINGS = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n\r]*', re.DOTALL)
_FRAGMENT = re.compile(r"\bfragment\b")


def check_text(text: str) -> None:
    """Refuse a document that nests deeper than a parser should follow, before one does; raises TooMuchAsked.

    Parsing and validating recurse, and a list within lists, or fragment upon fragment, is short to write.
    """
    if text.count("{") + text.count("[") + text.count("(") > NESTING:
        depth = deepest = 0
        for mark in re.findall(r"[\[\](){}]", _STRINGS.sub("", text)):
            depth += 1 if mark in "[({" else -1
            deepest = max(deepest, depth)
        if deepest > NESTING:
            raise TooMuchAsked("nested brackets", deepest, NESTING)
    if text.count("fragment") > FRAGMENTS and (found := len(_FRAGMENT.findall(_STRINGS.sub("", text)))) > FRAGMENTS:
        raise TooMuchAsked("fragments", found, FRAGMENTS)


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a selection is once its fragments are put in; introspection does not count."""

    fields: int = 0
    aliases: int = 0
    depth: int = 0


def extent_rule(limit: Extent) -> type[ValidationRule]:
    """A validation rule: no operation may exceed ``limit``; its ``fields`` are those at the root.

    Each fragment is measured once: fragments that name each other twice grow exponentially, and a rule that
    walked them all (as Strawberry's own do) would be the attack it is there to prevent.
    """

    class WithinLimits(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            measure = _Measure(context)
            for definition in context.document.definitions:
                if isinstance(definition, OperationDefinitionNode):
                    found = measure.selection(definition.selection_set)
                    for what, asked, most in (
                        ("root fields", found.fields, limit.fields),
                        ("aliases", found.aliases, limit.aliases),
                        ("levels", found.depth, limit.depth),
                    ):
                        if asked > most:
                            error = TooMuchAsked(what, asked, most)
                            context.report_error(GraphQLError(error.message, definition, original_error=error))

    return WithinLimits


class _Measure:
    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._fragments: dict[str, Extent] = {}

    def selection(self, selected: SelectionSetNode | None) -> Extent:
        fields = aliases = depth = 0
        for node in selected.selections if selected else ():
            match node:
                case FieldNode():
                    inner = self.selection(node.selection_set)
                    hidden = node.name.value.startswith("__")
                    found = Extent(
                        fields=1,
                        aliases=inner.aliases + (node.alias is not None),
                        depth=0 if hidden else inner.depth + 1,
                    )
                case InlineFragmentNode():
                    found = self.selection(node.selection_set)
                case FragmentSpreadNode():
                    found = self._fragment(node.name.value)
                case _:
                    found = Extent()
            fields, aliases, depth = fields + found.fields, aliases + found.aliases, max(depth, found.depth)
        return Extent(fields, aliases, depth)

    def _fragment(self, name: str) -> Extent:
        if name not in self._fragments:
            self._fragments[name] = Extent()  # a cycle counts as nothing here; another rule refuses it
            fragment = self._context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self.selection(fragment.selection_set)
        return self._fragments[name]
