"""Inputs that say which rows of a list and in which order, made from what is said once of each of its fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import strawberry

from fieldsync.api.types.filters import IdFilter, TextFilter, conditions_in
from fieldsync.db.repo.list_query import Condition, Every, Listing, ListQuery, Operator, Opposite, Some, Term
from fieldsync.errors import InvalidInput

C = TypeVar("C", bound=type)

MOST_LEVELS = 8
"""So deep may and, or and not stand within each other."""
MOST_CONDITIONS = 300
"""So many conditions may a filter have, with its groups."""
MOST_VALUES = 1_000
"""So many values may all conditions of a filter compare with."""

ALL_OF, ANY_OF, NONE_OF = "and_", "or_", "not_"
CREATED = "CREATED"


@dataclass(frozen=True, slots=True)
class Listed:
    """One field of a list: its attribute, what GraphQL calls it, and the input that it is filtered with.

    ``ids`` is what ids in it begin with. ``order`` is what it is called where lists are sorted; None if it cannot be
    sorted by, and by default it is called as it is.
    """

    attribute: str
    name: str
    about: str
    by: type = TextFilter
    ids: str = ""
    order: str | None = ""

    @property
    def order_name(self) -> str | None:
        if self.order == "":
            return None if self.by is IdFilter else screaming(self.name)
        return self.order


WHICH = strawberry.argument(description="Which ones; all when omitted.")
SORTED = strawberry.argument(description="In which order; that in which they were made when omitted.")
SORTED_BY_NAME = strawberry.argument(description="In which order; by name when omitted.")
SORTED_NEWEST = strawberry.argument(description="In which order; the newest first when omitted.")


def filtered(plural: str, fields: Sequence[Listed], more: str = "") -> Callable[[C], C]:
    """Make an input of an empty class: a condition for each field, and ``and``, ``or`` and ``not``."""

    def decorate(cls: C) -> C:
        for one in fields:
            cls.__annotations__[one.attribute] = one.by | None
            setattr(cls, one.attribute, strawberry.field(name=one.name, description=f"{one.about}.", default=None))
        for attribute, name, of, about in (
            (ALL_OF, "and", list[cls], "All of these must hold, too."),
            (ANY_OF, "or", list[cls], "One of these must hold, too; of an empty list none does."),
            (NONE_OF, "not", cls, "This must not hold."),
        ):
            cls.__annotations__[attribute] = of | None
            setattr(cls, attribute, strawberry.field(name=name, description=about, default=None))
        return strawberry.input(cls, description=f"Which {plural}; all conditions must hold.{more}")

    return decorate


def ordered(plural: str, fields: Sequence[Listed]) -> Callable[[C], C]:
    """Make an input of an empty class: what to sort by, of an enum that is made along with it, and which way."""

    def decorate(cls: C) -> C:
        by = _order_fields(f"{cls.__name__}Field", plural, fields)
        cls.__annotations__ |= {"field": by, "descending": bool}
        cls.field = strawberry.field(description="By what; capitals or not.")  # pyright: ignore[reportAttributeAccessIssue]
        cls.descending = strawberry.field(description="Whether the last comes first.", default=False)  # pyright: ignore[reportAttributeAccessIssue]
        return strawberry.input(cls, description=f"How to sort {plural}; by a field, then by when they were made.")

    return decorate


def _order_fields(name: str, plural: str, fields: Sequence[Listed]) -> Any:
    """The enum of what a list can be sorted by; values are attributes, the empty one is the order of the ids."""
    sorted_by = {one.order_name: one for one in fields if one.order_name}
    enum: Any = Enum(name, {CREATED: "", **{order: one.attribute for order, one in sorted_by.items()}})
    strawberry.enum(enum, description=f"What {plural} can be sorted by.")
    for value in enum.__strawberry_definition__.values:
        value.description = f"{sorted_by[value.name].about}." if value.name in sorted_by else "When they were made."
    return enum


def query_of(
    listing: Listing, fields: Sequence[Listed], filter: Any | None, order: Any | None, *more: Term | None
) -> ListQuery:
    """The query behind the inputs, with further conditions; raises InvalidInput, NotFound."""
    parts = [term for term in more if term is not None]
    if filter is not None:
        parts += _Reading(fields).terms(filter, 1)
    if order is None:
        return ListQuery(listing, Every(tuple(parts)), listing.usual_order, listing.newest_first)
    return ListQuery(listing, Every(tuple(parts)), order.field.value or None, order.descending)


def equal(attribute: str, value: Any) -> Condition | None:
    """The condition of an argument that names one value; None if it is left out."""
    return None if value is None else Condition(attribute, Operator.EQUALS, getattr(value, "value", value))


def screaming(name: str) -> str:
    """JOB_TITLE for jobTitle."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


class _Reading:
    """Reads one filter, and counts what it asks for."""

    def __init__(self, fields: Sequence[Listed]) -> None:
        self._fields: Mapping[str, Listed] = {one.attribute: one for one in fields}
        self._conditions = 0
        self._values = 0

    def terms(self, given: Any, level: int) -> list[Term]:
        if level > MOST_LEVELS:
            raise InvalidInput(f"Filters stand at most {MOST_LEVELS} levels deep in each other.", path=("filter",))
        found: list[Term] = []
        self._count(1, 0, ("filter",))
        for attribute, held in given.__dict__.items():
            if held is None:
                continue
            if attribute == ALL_OF:
                found.extend(Every(tuple(self.terms(one, level + 1))) for one in held)
            elif attribute == ANY_OF:
                found.append(Some(tuple(Every(tuple(self.terms(one, level + 1))) for one in held)))
            elif attribute == NONE_OF:
                found.append(Opposite(Every(tuple(self.terms(held, level + 1)))))
            else:
                found.extend(self._conditions_on(self._fields[attribute], held))
        return found

    def _conditions_on(self, field: Listed, held: Any) -> Sequence[Condition]:
        path = ("filter", field.attribute)
        if isinstance(held, Enum):
            found = [Condition(field.attribute, Operator.EQUALS, held.value)]
        else:
            found = list(conditions_in(held, field.attribute, field.ids, path))
        values = sum(len(one.value) if isinstance(one.value, tuple) else 1 for one in found)
        self._count(len(found), values, path)
        return found

    def _count(self, conditions: int, values: int, path: tuple[str, ...]) -> None:
        self._conditions += conditions
        self._values += values
        if self._conditions > MOST_CONDITIONS or self._values > MOST_VALUES:
            raise InvalidInput(
                f"A filter has at most {MOST_CONDITIONS} parts, with {MOST_VALUES} values in all.", path=path
            )
