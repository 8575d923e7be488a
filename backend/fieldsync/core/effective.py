"""The direction that is left when rights have had their say."""

from dataclasses import dataclass
from enum import Enum

from fieldsync.core.values import Direction, Side


class BlockedReason(Enum):
    """What stands in the way of a flow."""

    NO_READ = "NO_READ"
    NO_CREATE = "NO_CREATE"
    NO_UPDATE = "NO_UPDATE"
    SYNC_METHOD_NONE = "SYNC_METHOD_NONE"


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What a principal may do with one field: ``write`` is create at the first insert, update later."""

    read: bool = True
    write: bool = True
    write_reason: BlockedReason = BlockedReason.NO_UPDATE


@dataclass(frozen=True, slots=True)
class Blocked:
    """One flow that was configured and does not happen."""

    direction: Direction
    reason: BlockedReason


@dataclass(frozen=True, slots=True)
class Effective:
    """The direction in force for somebody, and what was taken away from the configured one."""

    direction: Direction
    blocked: tuple[Blocked, ...] = ()


FULL_RIGHTS = FieldRights()


def effective(configured: Direction, rights: FieldRights = FULL_RIGHTS) -> Effective:
    """Configured direction, minus TO_OUTLOOK without read, minus TO_CRM without create or update (B7)."""
    blocked: list[Blocked] = []
    value = configured.value
    if configured.writes(Side.OUTLOOK) and not rights.read:
        value &= ~Direction.TO_OUTLOOK.value
        blocked.append(Blocked(Direction.TO_OUTLOOK, BlockedReason.NO_READ))
    if configured.writes(Side.CRM) and not rights.write:
        value &= ~Direction.TO_CRM.value
        blocked.append(Blocked(Direction.TO_CRM, rights.write_reason))
    return Effective(Direction(value), tuple(blocked))
