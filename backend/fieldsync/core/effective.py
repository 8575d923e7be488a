"""The direction that is left when rights have had their say, and every check behind it.

Configured direction, minus TO_OUTLOOK without read, minus TO_CRM without create (first insert) or update (later);
privilege first, then the record, then the column (reference B7, D4, C5). The page, `explain`, the list of
contradictions and the engine all ask here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from fieldsync.core.access import RecordFacts, Standing, Way, reach
from fieldsync.core.privileges import Privilege
from fieldsync.core.values import Direction, RecordKind, Side


class BlockedReason(Enum):
    """What stands in the way of a flow."""

    NO_READ = "NO_READ"
    NO_CREATE = "NO_CREATE"
    NO_UPDATE = "NO_UPDATE"
    SYNC_METHOD_NONE = "SYNC_METHOD_NONE"


class CheckStage(Enum):
    """The checks in the order in which they are made."""

    CATALOGUE = "CATALOGUE"
    PROFILE = "PROFILE"
    MAILBOX = "MAILBOX"
    ROLE = "ROLE"
    RECORD = "RECORD"
    COLUMN = "COLUMN"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A check that did not pass: where, what is missing, the rule that decided and what would change it."""

    stage: CheckStage
    reason: BlockedReason
    rule: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What forbids somebody to read a field, to fill it on a new record, and to change it later; None if nothing."""

    read: Refusal | None = None
    create: Refusal | None = None
    update: Refusal | None = None


FULL_RIGHTS = FieldRights()


@dataclass(frozen=True, slots=True)
class Blocked:
    """One flow that was configured and does not happen."""

    direction: Direction
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Effective:
    """The direction in force for somebody, on records that exist and for new ones, and what was taken away."""

    direction: Direction
    for_new: Direction
    blocked: tuple[Blocked, ...] = ()


def effective(configured: Direction, rights: FieldRights = FULL_RIGHTS) -> Effective:
    """Configured direction, minus TO_OUTLOOK without read, minus TO_CRM without create or update (B7)."""
    blocked: list[Blocked] = []
    existing = new = configured.value
    if configured.writes(Side.OUTLOOK) and rights.read:
        existing &= ~Direction.TO_OUTLOOK.value
        new &= ~Direction.TO_OUTLOOK.value
        blocked.append(Blocked(Direction.TO_OUTLOOK, rights.read))
    if configured.writes(Side.CRM):
        if rights.update:
            existing &= ~Direction.TO_CRM.value
            blocked.append(Blocked(Direction.TO_CRM, rights.update))
        if rights.create:
            new &= ~Direction.TO_CRM.value
            blocked.append(Blocked(Direction.TO_CRM, rights.create))
    return Effective(Direction(existing), Direction(new), tuple(blocked))


def silenced(configured: Direction) -> Effective:
    """Nobody synchronizes the mailbox, so no flow happens."""
    flows = ((Side.OUTLOOK, Direction.TO_OUTLOOK), (Side.CRM, Direction.TO_CRM))
    return Effective(
        Direction.NONE,
        Direction.NONE,
        tuple(Blocked(flow, NO_SYNC) for side, flow in flows if configured.writes(side)),
    )


NO_SYNC = Refusal(
    CheckStage.MAILBOX,
    BlockedReason.SYNC_METHOD_NONE,
    "No mailbox of this person is synchronized.",
    "Set the sync method of a mailbox to server-side or client.",
)
PRIVILEGE_OF = {
    BlockedReason.NO_READ: Privilege.READ,
    BlockedReason.NO_CREATE: Privilege.CREATE,
    BlockedReason.NO_UPDATE: Privilege.WRITE,
}
"""What each reason lacks, in the order of the fields of ``FieldRights``."""
DIRECTION_WORDS = {
    Direction.NONE: "is not synchronized",
    Direction.TO_OUTLOOK: "travels from CRM to Outlook",
    Direction.TO_CRM: "travels from Outlook to CRM",
    Direction.BOTH: "travels both ways",
}
KIND_WORDS = {
    RecordKind.APPOINTMENT: "appointments",
    RecordKind.RECURRING_APPOINTMENT: "recurring appointments",
    RecordKind.SERVICE_ACTIVITY: "service activities",
    RecordKind.CONTACT: "contacts",
    RecordKind.TASK: "tasks",
    RecordKind.PHONE_CALL: "phone calls",
    RecordKind.LETTER: "letters",
    RecordKind.FAX: "faxes",
}
_WAYS = {
    Way.ORGANIZATION: "all of the organization",
    Way.OWNER: "its owner",
    Way.UNIT: "the business unit of its owner",
    Way.SHARE: "a share of this record",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a flow; ``rule`` says what decided either way, ``remedy`` is None if it passed."""

    stage: CheckStage
    flow: Direction
    rule: str
    refusal: Refusal | None = None
    remedy: str | None = None

    @property
    def passed(self) -> bool:
        return self.remedy is None

    @classmethod
    def refused(cls, flow: Direction, refusal: Refusal) -> "Check":
        """A check that rights did not pass."""
        return cls(refusal.stage, flow, refusal.rule, refusal, refusal.remedy)

    @classmethod
    def failed(cls, stage: CheckStage, flow: Direction, rule: str, remedy: str) -> "Check":
        """A check that something else than rights did not pass."""
        return cls(stage, flow, rule, None, remedy)


def field_rights(
    standing: Standing, kind: RecordKind, attributes: Sequence[str], record: RecordFacts | None = None
) -> FieldRights:
    """What forbids somebody to read, fill and change a field; a composite needs each of its columns (C14)."""
    if standing.administrator:
        return FULL_RIGHTS
    refusals = [
        next((check.refusal for check in _checks(standing, kind, attributes, reason, record) if check.refusal), None)
        for reason in PRIVILEGE_OF
    ]
    return FieldRights(*refusals)


def flow_checks(
    standing: Standing, kind: RecordKind, attributes: Sequence[str], record: RecordFacts | None
) -> list[Check]:
    """Every check of rights for both flows, passed or not: read for TO_OUTLOOK, create and write for TO_CRM."""
    # A record that exists is not made any more.
    reasons = [one for one in PRIVILEGE_OF if record is None or one is not BlockedReason.NO_CREATE]
    return [check for reason in reasons for check in _checks(standing, kind, attributes, reason, record)]


def _checks(
    standing: Standing, kind: RecordKind, attributes: Sequence[str], reason: BlockedReason, record: RecordFacts | None
) -> list[Check]:
    """The checks of which one may fail for this reason, in their order: role, record (if one is given), column."""
    privilege = PRIVILEGE_OF[reason]
    checks = [_role(standing, kind, privilege, reason)]
    if record is not None and privilege is not Privilege.CREATE:
        checks.append(_record(standing, kind, privilege, reason, record))
    checks.extend(_columns(standing, kind, attributes, privilege, reason, record))
    return checks


def _flow(privilege: Privilege) -> Direction:
    return Direction.TO_OUTLOOK if privilege is Privilege.READ else Direction.TO_CRM


def _role(standing: Standing, kind: RecordKind, privilege: Privilege, reason: BlockedReason) -> Check:
    flow, word, what = _flow(privilege), privilege.value.lower(), KIND_WORDS[kind]
    if standing.administrator:
        return Check(CheckStage.ROLE, flow, "A system administrator may do everything.")
    grants = standing.grants.get((kind, privilege), ())
    if grants:
        widest = max(grants, key=lambda grant: grant.level.value)
        by = f"{widest.role}{f' of the team {widest.team}' if widest.team else ''}"
        level = widest.level.name.lower().replace("_", " ")
        return Check(CheckStage.ROLE, flow, f"The role {by} allows to {word} {what} (level: {level}).")
    rule = f"No security role allows to {word} {what}."
    remedy = f"Give a security role with the privilege {word} on {what}."
    return Check.refused(flow, Refusal(CheckStage.ROLE, reason, rule, remedy))


def _record(
    standing: Standing, kind: RecordKind, privilege: Privilege, reason: BlockedReason, record: RecordFacts
) -> Check:
    flow, word = _flow(privilege), privilege.value.lower()
    if privilege is not Privilege.READ and reach(standing, kind, Privilege.READ).way(record, Privilege.READ) is None:
        rule = f"This record cannot be read, and what cannot be read cannot be used to {word} either."
        remedy = "Share the record with the right read, assign it, or widen the level of a role that allows to read."
        return Check.refused(flow, Refusal(CheckStage.RECORD, reason, rule, remedy))
    way = reach(standing, kind, privilege).way(record, privilege)
    if way is not None:
        return Check(CheckStage.RECORD, flow, f"This record may be used to {word} by way of {_WAYS[way]}.")
    rule = f"The right to {word} does not reach this record: neither its owner, nor a unit, nor a share opens it."
    remedy = f"Share the record with the right {word}, assign it, or widen the level of a role."
    return Check.refused(flow, Refusal(CheckStage.RECORD, reason, rule, remedy))


def _columns(
    standing: Standing,
    kind: RecordKind,
    attributes: Sequence[str],
    privilege: Privilege,
    reason: BlockedReason,
    record: RecordFacts | None,
) -> list[Check]:
    flow, found = _flow(privilege), list[Check]()
    for attribute in attributes:
        secured = standing.column(kind, attribute)
        if secured is None:
            continue
        rights = standing.column_rights(kind, attribute, record.id if record else None)
        masked = privilege is Privilege.READ and rights.read and secured.mask_keep is not None and not rights.unmasked
        held = {Privilege.READ: rights.read, Privilege.CREATE: rights.create, Privilege.WRITE: rights.update}[privilege]
        word = "update" if privilege is Privilege.WRITE else privilege.value.lower()
        if masked:
            # A masked text that reached the mailbox would come back as if it were the value (B8).
            rule = f"{attribute} is a secured column that is only shown masked; masked text never travels."
            remedy = f"Give a field profile with read unmasked on {attribute}."
        elif not held:
            rule = f"{attribute} is a secured column, and no field profile allows to {word} it."
            remedy = f"Give a field profile with {word} on {attribute}, or narrow the direction."
        else:
            rule = f"{attribute} is a secured column; a field profile allows to {word} it."
            found.append(Check(CheckStage.COLUMN, flow, rule))
            continue
        found.append(Check.refused(flow, Refusal(CheckStage.COLUMN, reason, rule, remedy)))
    if not found:
        found.append(Check(CheckStage.COLUMN, flow, "No column behind this field is secured for this person."))
    return found
