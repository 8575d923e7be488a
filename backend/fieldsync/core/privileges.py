"""The words of the rights model: privileges, access levels, and what holds for a column.

Source: docs/glossary.md; the model is that of Dataverse (reference D1, D2, D9, C2).
"""

from dataclasses import dataclass
from enum import Enum


class PrincipalKind(Enum):
    """A person, a team that may own records and hold roles, or a team that only works by shares (E7)."""

    USER = "USER"
    OWNER_TEAM = "OWNER_TEAM"
    ACCESS_TEAM = "ACCESS_TEAM"


class Privilege(Enum):
    """The eight things that a role may allow with the records of a kind (D1)."""

    CREATE = "CREATE"
    READ = "READ"
    WRITE = "WRITE"
    DELETE = "DELETE"
    APPEND = "APPEND"
    APPEND_TO = "APPEND_TO"
    ASSIGN = "ASSIGN"
    SHARE = "SHARE"


class AccessLevel(Enum):
    """How far a privilege reaches, narrowest first; each level includes those before it (D2)."""

    NONE = 0
    USER = 1
    BUSINESS_UNIT = 2
    PARENT_CHILD = 3
    ORGANIZATION = 4


class RoleInheritance(Enum):
    """What a role given to a team means for its members (D9).

    DIRECT: its user level covers the member's own records too. TEAM_ONLY: the team's records alone.
    """

    DIRECT = "DIRECT"
    TEAM_ONLY = "TEAM_ONLY"


SHAREABLE: dict[Privilege, int] = {
    Privilege.READ: 1,
    Privilege.WRITE: 2,
    Privilege.DELETE: 4,
    Privilege.APPEND: 8,
    Privilege.ASSIGN: 16,
    Privilege.SHARE: 32,
}
"""The rights that a single record can be shared with (E3), as the bits in which they are stored."""


def bits_of(rights: frozenset[Privilege]) -> int:
    """Shared rights as they are stored."""
    return sum(SHAREABLE[right] for right in rights)


def rights_of(bits: int) -> frozenset[Privilege]:
    """Shared rights from how they are stored."""
    return frozenset(right for right, bit in SHAREABLE.items() if bits & bit)


@dataclass(frozen=True, slots=True)
class ColumnRights:
    """What somebody may do with one secured column; rights of several field profiles add up (C15)."""

    read: bool = False
    unmasked: bool = False
    create: bool = False
    update: bool = False

    def __or__(self, other: "ColumnRights") -> "ColumnRights":
        return ColumnRights(
            self.read or other.read,
            self.unmasked or other.unmasked,
            self.create or other.create,
            self.update or other.update,
        )


class SecuredWrites(Enum):
    """What a sync does with an Outlook value that its user may not write (B3, B6).

    KEEP: it stays in Outlook and is reported. BLANK: the CRM's value takes its place at once, as in Dynamics 365.
    """

    KEEP = "KEEP"
    BLANK = "BLANK"
