"""CRM columns, and whether they are secured."""

import strawberry

from fieldsync.core.values import RecordKind
from fieldsync.services.columns import Column as Found


@strawberry.type(description="A masking rule: four stars and the last characters, such as ****1234.")
class ColumnMask:
    keep_last: int = strawberry.field(description="How many of the last characters are shown; 0 shows only the stars.")


@strawberry.type(description="A CRM column of a kind.")
class Column:
    kind: RecordKind = strawberry.field(description="The records it belongs to.")
    attribute: str = strawberry.field(description="Its name in the CRM.")
    label: str = strawberry.field(
        description="What CRM calls the field it stands behind; the columns of an address share one."
    )
    can_be_secured: bool = strawberry.field(description="Whether it can be secured at all.")
    never_securable_because: str | None = strawberry.field(description="Why it can never be secured; null if it can.")
    secured: bool = strawberry.field(description="Whether only field profiles open it.")
    mask: ColumnMask | None = strawberry.field(description="How it is shown masked; null if it has no masking rule.")

    @classmethod
    def of(cls, found: Found) -> "Column":
        return cls(
            kind=found.kind,
            attribute=found.attribute,
            label=found.label,
            can_be_secured=found.never_because is None,
            never_securable_because=found.never_because,
            secured=found.secured,
            mask=None if found.mask_keep is None else ColumnMask(keep_last=found.mask_keep),
        )
