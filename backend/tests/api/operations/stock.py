"""What random operations send: ids of things that are there and of things that are not, texts, cursors."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInputType, GraphQLList, GraphQLNonNull

TEXTS = ("", "a", "Somebody", "other", "é漢🎈", "  ", 'quo"te\\n', "CONTACT", "x" * 300, "nul\x00in it")
TIMES = ("2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "1999-12-31T23:59:59.999999Z", "2026-03-01T12:00:00")
DAYS = ("1980-02-03", "2001-02-03", "2024-02-29", "0001-01-01")
NUMBERS = (0, 1, 2, 3, 5, 7, 50, 1000, 1001, -1, 2_147_483_647, -2_147_483_648)
PAGES = (0, 1, 1, 2, 2, 3, 5, 10, 1000, -1, 1001)
NOTHING = ("", ":", "contact:", "contact:nowhere", "nonesuch:contact0", "mapping:default:NO.field", "é", "contact:\x00")
MOST_DEEP = 3
"""How many input objects are put into one another."""


class Name(str):
    """The name of an enum's value: bare in a document, a text among variables."""

    __slots__ = ()


@dataclass(frozen=True)
class Stock:
    """Ids of things that are there, by what they begin with, and cursors, by the field whose answer they came in."""

    ids: Mapping[str, tuple[str, ...]]
    cursors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    favoured: frozenset[str] = frozenset()
    """Fields to ask for more often than others."""

    def id_for(self, argument: str, place: str, chance: random.Random) -> str:
        """An id for an argument called so, in a field or input called ``place``: of the right kind most of the time."""
        drawn = chance.random()
        if drawn < 0.12:
            return chance.choice(NOTHING)
        wanted = argument.removesuffix("Ids").removesuffix("Id")
        if wanted == "id":
            wanted = place
        kinds = [kind for kind in self.ids if _fits(kind, wanted)]
        if drawn < 0.25 or not kinds:
            kinds = list(self.ids)
        return chance.choice(self.ids[chance.choice(kinds)])

    def cursor(self, place: str, chance: random.Random) -> str:
        """A cursor for a field: one of its own most of the time."""
        if chance.random() < 0.7 and place in self.cursors:
            return chance.choice(self.cursors[place])
        return chance.choice(
            ["nonsense!", "", "bm93aGVyZQ", *(one for found in self.cursors.values() for one in found)]
        )


_ALSO = {
    "record": ("contact", "task", "appointment", "fax"),
    "activity": ("task", "appointment", "recurringAppointment", "phoneCall", "letter", "fax", "serviceActivity"),
    "principal": ("principal",),
    "owner": ("principal",),
    "target": ("principal", "unit", "role", "fieldProfile"),
    "template": ("syncFilter",),
    "filter": ("syncFilter",),
    "businessUnit": ("unit",),
    "parent": ("unit",),
}


def _fits(kind: str, wanted: str) -> bool:
    return kind == wanted or kind in _ALSO.get(wanted, ())


def value_of(
    type_: GraphQLInputType, argument: str, place: str, stock: Stock, chance: random.Random, depth: int = 0
) -> Any:
    """A value that this type takes; what is optional is left out or null now and then.

    Values may still be refused by what they are sent to: that is for resolvers to say.
    """
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type, argument, place, stock, chance, depth)
    return None if chance.random() < 0.1 else _value(type_, argument, place, stock, chance, depth)


def _value(type_: Any, argument: str, place: str, stock: Stock, chance: random.Random, depth: int) -> Any:
    if isinstance(type_, GraphQLList):
        if chance.random() < 0.1 and not isinstance(type_.of_type, GraphQLList):
            # One thing in the place of a list is a list of it.
            return value_of(type_.of_type, argument, place, stock, chance, depth)
        many = chance.choice([0, 1, 1, 2, 3]) if depth < MOST_DEEP else 0
        return [value_of(type_.of_type, argument, place, stock, chance, depth) for _ in range(many)]
    if isinstance(type_, GraphQLEnumType):
        return Name(chance.choice(list(type_.values)))
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, stock, chance, depth)
    return _scalar(type_.name, argument, place, stock, chance)


def _object(type_: GraphQLInputObjectType, stock: Stock, chance: random.Random, depth: int) -> dict[str, Any]:
    needed = {
        name for name, one in type_.fields.items() if isinstance(one.type, GraphQLNonNull) and not _has_default(one)
    }
    free = [name for name in type_.fields if name not in needed]
    many = 1 if type_.is_one_of else chance.choice([0, 1, 1, 2, 3]) if depth < MOST_DEEP else 0
    given = needed | set(chance.sample(free, min(many, len(free))))
    kind = type_.name[0].lower() + type_.name[1:]
    return {
        name: (_value if type_.is_one_of else value_of)(one.type, name, kind, stock, chance, depth + 1)
        for name, one in type_.fields.items()
        if name in given
    }


def _has_default(field: Any) -> bool:
    from graphql import Undefined

    return field.default_value is not Undefined


def _scalar(name: str, argument: str, place: str, stock: Stock, chance: random.Random) -> Any:
    match name:
        case "ID":
            return stock.id_for(argument, place, chance)
        case "Int":
            return chance.choice(PAGES if argument in ("first", "last") else NUMBERS)
        case "Float":
            return chance.choice([*NUMBERS, 0.5, -1e10])
        case "Boolean":
            return chance.random() < 0.5
        case "DateTime":
            return chance.choice(TIMES)
        case "Date":
            return chance.choice(DAYS)
        case "JSON":
            return chance.choice([1, "text", [1, "a"], {"a": True}])
        case _ if argument in ("after", "before"):
            return stock.cursor(place, chance)
        case _:
            return chance.choice(TEXTS)
