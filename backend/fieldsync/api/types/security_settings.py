"""Settings that concern rights."""

from typing import Any

import strawberry


@strawberry.type(description="Settings that concern rights: the manager hierarchy.")
class SecuritySettings:
    hierarchy: bool = strawberry.field(description="Whether managers reach what the people below them own.")
    hierarchy_depth: int = strawberry.field(description="How many levels down a manager reads, 1 to 100.")
    managers_in_same_or_parent_unit: bool = strawberry.field(
        description="Whether managers reach only people of their own business unit and of units below it."
    )
    revision: int = strawberry.field(description="Counts their changes; send it back as expectedRevision.")

    @classmethod
    def from_row(cls, row: Any) -> "SecuritySettings":
        return cls(
            hierarchy=row.hierarchy,
            hierarchy_depth=row.hierarchy_depth,
            managers_in_same_or_parent_unit=row.managers_in_same_or_parent_unit,
            revision=row.revision,
        )
