"""Which contacts to list and in which order: inputs generated from the attributes."""

import re
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES, NAMES
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.contacts import ATTRIBUTES, MAX_LENGTHS
from fieldsync.db.repo.record_query import MODIFIED, Condition, Operator, RecordQuery, conditions


@strawberry.input(description="Conditions on a text; all that are given must hold.")
class TextFilter:
    equals: str | None = strawberry.field(description="Exactly this text.", default=None)
    contains: str | None = strawberry.field(description="This text somewhere in it; capitals or not.", default=None)
    starts_with: str | None = strawberry.field(description="This text at its beginning; capitals or not.", default=None)
    is_empty: bool | None = strawberry.field(description="Whether there is none.", default=None)

    def parsed(self, attribute: str) -> list[Condition]:
        return conditions(
            attribute,
            [
                (Operator.EQUALS, self.equals),
                (Operator.CONTAINS, self.contains),
                (Operator.STARTS_WITH, self.starts_with),
                (Operator.IS_EMPTY, self.is_empty),
            ],
        )


@strawberry.input(description="Conditions on a date; all that are given must hold.")
class DateFilter:
    equals: date | None = strawberry.field(description="This day.", default=None)
    on_or_after: date | None = strawberry.field(description="This day or a later one.", default=None)
    on_or_before: date | None = strawberry.field(description="This day or an earlier one.", default=None)
    is_empty: bool | None = strawberry.field(description="Whether there is none.", default=None)

    def parsed(self, attribute: str) -> list[Condition]:
        return conditions(
            attribute,
            [
                (Operator.EQUALS, self.equals),
                (Operator.ON_OR_AFTER, self.on_or_after),
                (Operator.ON_OR_BEFORE, self.on_or_before),
                (Operator.IS_EMPTY, self.is_empty),
            ],
        )


def _filters(cls: Any) -> Any:
    for attribute in ATTRIBUTES:
        name, description = NAMES[attribute]
        cls.__annotations__[attribute] = (TextFilter if attribute in MAX_LENGTHS else DateFilter) | None
        setattr(cls, attribute, strawberry.field(name=name, description=f"{description}.", default=None))
    return cls


@strawberry.input(description="Which contacts; all conditions must hold. A withheld field cannot be named.")
@_filters
class ContactFilter:
    pass


def _screaming(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


ContactOrderField = Enum(
    "ContactOrderField",
    {"CREATED": "", "MODIFIED": MODIFIED} | {_screaming(GRAPHQL_NAMES[name]): name for name in ATTRIBUTES},
)
strawberry.enum(ContactOrderField, description="What contacts can be sorted by.")
for _value in ContactOrderField.__strawberry_definition__.values:  # pyright: ignore[reportAttributeAccessIssue]
    _attribute = ContactOrderField[_value.name].value
    _value.description = {"": "When they were made.", MODIFIED: "When they were last written."}.get(
        _attribute, f"{NAMES.get(_attribute, ('', ''))[1]}."
    )


@strawberry.input(description="How to sort contacts; by a field, then by when they were made.")
class ContactOrder:
    field: ContactOrderField = strawberry.field(description="By what; capitals or not.")  # pyright: ignore[reportInvalidTypeForm]
    descending: bool = strawberry.field(description="Whether the last comes first.", default=False)


def query_of(filter: ContactFilter | None, order: ContactOrder | None) -> RecordQuery:
    """The query behind the inputs."""
    found: list[Condition] = []
    for attribute in ATTRIBUTES if filter is not None else ():
        given = getattr(filter, attribute)
        if given is not None:
            found.extend(given.parsed(attribute))
    if order is None:
        return RecordQuery(RecordKind.CONTACT, tuple(found))
    return RecordQuery(RecordKind.CONTACT, tuple(found), order.field.value or None, order.descending)
