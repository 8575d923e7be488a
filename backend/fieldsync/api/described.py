"""Enums of the core made known to the schema."""

from enum import Enum

import strawberry


def describe(enum: type[Enum], description: str, name: str | None = None, **values: str) -> None:
    """Make ``enum`` known to the schema; every value wants its sentence."""
    strawberry.enum(enum, description=description, name=name)  # pyright: ignore[reportArgumentType]
    for value in enum.__strawberry_definition__.values:  # pyright: ignore[reportAttributeAccessIssue]
        value.description = values[value.name]
