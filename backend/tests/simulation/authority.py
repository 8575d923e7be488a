"""The rights of the mailbox's owner, as a world changes them, and what they mean: one role, and secured columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import AccessLevel, Privilege, RoleInheritance
from fieldsync.core.values import Direction, RecordKind, Side
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of

ALL = frozenset({"READ", "CREATE", "WRITE", "DELETE"})
ROLE, PROFILE = "simulated-role", "simulated-profile"


@dataclass(frozen=True)
class Column:
    """What the owner may do with a secured column."""

    read: bool
    create: bool
    update: bool


@dataclass(frozen=True)
class Rights:
    """``privileges`` over one's own records; ``secured`` columns by their names."""

    privileges: frozenset[str] = ALL
    secured: Mapping[str, Column] = field(default_factory=dict)

    def may_reach(self, side: Side, attributes: Sequence[str], *, new: bool = False) -> bool:
        """Whether a value of these columns may go to a side; ``new`` for a record that is made of an item."""
        columns = [self.secured[name] for name in attributes if name in self.secured]
        if "READ" not in self.privileges:
            return False
        if side is Side.OUTLOOK:
            return all(column.read for column in columns)
        if new:
            return "CREATE" in self.privileges and all(column.create for column in columns)
        return "WRITE" in self.privileges and all(column.update for column in columns)

    def left_of(self, direction: Direction, attributes: Sequence[str]) -> Direction:
        """The effective direction of a field of a record that exists (behaviours B7)."""
        left = 0
        for side, bit in ((Side.OUTLOOK, Direction.TO_OUTLOOK), (Side.CRM, Direction.TO_CRM)):
            if direction.writes(side) and self.may_reach(side, attributes):
                left |= bit.value
        return Direction(left)

    @property
    def makes_records(self) -> bool:
        return {"READ", "CREATE"} <= self.privileges

    def __str__(self) -> str:
        columns = [
            f"{name}:{'r' * one.read}{'c' * one.create}{'u' * one.update}" for name, one in sorted(self.secured.items())
        ]
        missing = sorted(f"no {name.lower()}" for name in ALL - self.privileges)
        return ", ".join([*missing, *columns]) or "everything"


def draw(chance: Random, attributes: Sequence[str]) -> Rights:
    """Some rights: often a column or two are secured, now and then a privilege is missing."""
    lacking = chance.choice([None, None, None, None, "CREATE", "WRITE", "DELETE", "READ"])
    taken = chance.sample(sorted(attributes), chance.randint(0, min(2, len(attributes))))
    secured = {name: Column(chance.random() < 0.5, chance.random() < 0.6, chance.random() < 0.5) for name in taken}
    return Rights(ALL - {lacking}, secured)


def store(connection: Connection, kind: RecordKind, owner: str, rights: Rights) -> None:
    """Write these rights in the place of all that were there."""

    def put(model: Any, **values: Any) -> None:
        connection.execute(insert(table_of(model)).values(**values))

    for model in (tables.FieldPermission, tables.FieldProfileMember, tables.FieldProfile, tables.SecuredColumn):
        connection.execute(delete(table_of(model)))
    connection.execute(delete(table_of(tables.PrincipalRole)))
    connection.execute(delete(table_of(tables.SecurityRole)).where(tables.SecurityRole.id == ROLE))
    levels = {Privilege[name].value: AccessLevel.USER.name for name in sorted(rights.privileges)}
    put(
        tables.SecurityRole, id=ROLE, name=ROLE, description="", inheritance=RoleInheritance.DIRECT.value,
        privileges={kind.value: levels}, revision=1,
    )  # fmt: skip
    put(tables.PrincipalRole, principal_id=owner, role_id=ROLE)
    put(tables.FieldProfile, id=PROFILE, name=PROFILE, description="", revision=1)
    put(tables.FieldProfileMember, field_profile_id=PROFILE, principal_id=owner)
    for name, column in sorted(rights.secured.items()):
        put(tables.SecuredColumn, kind=kind.value, attribute=name, mask_keep=None)
        put(
            tables.FieldPermission, field_profile_id=PROFILE, kind=kind.value, attribute=name, can_read=column.read,
            can_read_unmasked=False, can_create=column.create, can_update=column.update,
        )  # fmt: skip
    connection.execute(
        update(table_of(tables.SecuritySettings)).values(rights_version=tables.SecuritySettings.rights_version + 1)
    )
