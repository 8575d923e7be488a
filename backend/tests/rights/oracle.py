"""What the rights model says, slowly and literally: lists in, plain loops, an answer out.

Nothing of the product's own rules is used here, so that they can be held against it. The letters in brackets are
those of the reference. Where it leaves room, the product has decided:

* Whoever cannot read a record can do nothing else with it.
* A level counts from the unit of whoever holds the role, be it the user or a team of the user.
* A role for the team only covers, at user level, what the team owns and what is shared with that team.
* Superiors do with the records of a report what that report owns, or what was shared so with the report or a team.
* A person whose unit is neither the manager's nor below it ends the chain; so does a disabled one.
"""

from dataclasses import dataclass, field
from enum import Enum

from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege
from fieldsync.core.values import Direction
from rights.stock import CONTACTS, Stock

ROOT = "root"


class Reading(Enum):
    """How a value shows to somebody."""

    PLAIN = "PLAIN"
    MASKED = "MASKED"
    WITHHELD = "WITHHELD"


@dataclass
class Unit:
    id: str
    parent: str | None


@dataclass
class User:
    id: str
    unit: str = ROOT
    manager: str | None = None
    disabled: bool = False
    administrator: bool = False


@dataclass
class Team:
    id: str
    unit: str = ROOT
    members: list[str] = field(default_factory=list)
    kind: PrincipalKind = PrincipalKind.OWNER_TEAM


@dataclass
class Holding:
    """That somebody holds a role."""

    holder: str
    role: str


@dataclass
class Role:
    id: str
    levels: dict[Privilege, AccessLevel]
    team_only: bool = False


@dataclass
class Share:
    record: str
    to: str
    rights: set[Privilege]


@dataclass
class Secured:
    attribute: str
    keep: int | None = None


@dataclass
class Permission:
    """What one member of a field profile may do with one column because of it."""

    profile: str
    member: str
    attribute: str
    read: bool = False
    unmasked: bool = False
    create: bool = False
    update: bool = False


@dataclass
class Opened:
    """A secured column of one record, opened to somebody."""

    record: str
    attribute: str
    to: str
    read: bool = False
    update: bool = False


@dataclass
class Record:
    id: str
    owner: str
    values: dict[str, str | None]


@dataclass
class Organization:
    stock: Stock = CONTACTS
    units: list[Unit] = field(default_factory=lambda: [Unit(ROOT, None)])
    users: list[User] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    secured: list[Secured] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    hierarchy: bool = False
    depth: int = 3
    same_or_parent_unit: bool = True

    def user(self, user_id: str) -> User:
        return next(user for user in self.users if user.id == user_id)

    def record(self, record_id: str) -> Record:
        return next(record for record in self.records if record.id == record_id)

    def share_of(self, record_id: str, to: str) -> set[Privilege]:
        return {right for share in self.shares if (share.record, share.to) == (record_id, to) for right in share.rights}


_SHAREABLE = {
    Privilege.READ, Privilege.WRITE, Privilege.DELETE, Privilege.APPEND, Privilege.ASSIGN, Privilege.SHARE,
}  # fmt: skip
_DIRECT_SUPERIOR = {Privilege.READ, Privilege.WRITE, Privilege.APPEND, Privilege.APPEND_TO}


class Oracle:
    """Answers about one organization as it is at the moment of the question."""

    def __init__(self, organization: Organization) -> None:
        self.org = organization

    # who is where

    def teams_of(self, user_id: str) -> list[str]:
        return [team.id for team in self.org.teams if user_id in team.members]

    def unit_of(self, principal: str) -> str:
        for one in [*self.org.users, *self.org.teams]:
            if one.id == principal:
                return one.unit
        raise LookupError(principal)

    def is_at_or_below(self, unit: str, top: str) -> bool:
        at: str | None = unit
        while at is not None:
            if at == top:
                return True
            at = next(one.parent for one in self.org.units if one.id == at)
        return False

    def steps_below(self, user_id: str, manager_id: str) -> int | None:
        """How many steps somebody is below a manager along people who count; None if not at all."""
        if user_id == manager_id:
            return None
        steps, at = 0, self.org.user(user_id)
        while steps < len(self.org.users):
            if at.disabled or at.manager is None:
                return None
            if self.org.same_or_parent_unit and not self.is_at_or_below(at.unit, self.unit_of(manager_id)):
                return None
            steps += 1
            if at.manager == manager_id:
                return steps
            at = self.org.user(at.manager)
        return None

    # records

    def holds(self, user_id: str, privilege: Privilege) -> bool:
        """Whether the privilege is there at all, however far it reaches (D4)."""
        user = self.org.user(user_id)
        if user.disabled:
            return False
        return user.administrator or bool(self._roles(user_id, privilege))

    def may_see(self, user_id: str, record: Record) -> bool:
        return self.may(user_id, Privilege.READ, record)

    def may(self, user_id: str, privilege: Privilege, record: Record) -> bool:
        user = self.org.user(user_id)
        if user.disabled:
            return False
        if user.administrator:
            return True
        if privilege is not Privilege.READ and not self._reaches(user_id, Privilege.READ, record):
            return False
        return self._reaches(user_id, privilege, record)

    def may_create(self, user_id: str, owner: str) -> bool:
        """Whether somebody may make a record of this owner, and see it then."""
        if not self.may_own(owner):
            return False
        prospect = Record("", owner, {})
        return self.may(user_id, Privilege.READ, prospect) and self.may(user_id, Privilege.CREATE, prospect)

    def may_own(self, principal: str) -> bool:
        """Access teams own nothing (E7), and disabled users get nothing."""
        for user in self.org.users:
            if user.id == principal:
                return not user.disabled
        return any(team.id == principal and team.kind is PrincipalKind.OWNER_TEAM for team in self.org.teams)

    def _roles(self, user_id: str, privilege: Privilege) -> list[tuple[str, Role]]:
        found: list[tuple[str, Role]] = []
        for holder in [user_id, *self.teams_of(user_id)]:
            for holding in self.org.holdings:
                for role in self.org.roles:
                    held = holding.holder == holder and holding.role == role.id
                    if held and role.levels.get(privilege, AccessLevel.NONE) is not AccessLevel.NONE:
                        found.append((holder, role))
        return found

    def _reaches(self, user_id: str, privilege: Privilege, record: Record) -> bool:
        for holder, role in self._roles(user_id, privilege):
            level = role.levels[privilege]
            if level is AccessLevel.ORGANIZATION:
                return True
            where = self.unit_of(record.owner)
            if level is AccessLevel.BUSINESS_UNIT and where == self.unit_of(holder):
                return True
            if level is AccessLevel.PARENT_CHILD and self.is_at_or_below(where, self.unit_of(holder)):
                return True
            # Every level includes user level (D2).
            mine = [holder]
            if holder == user_id or not role.team_only:
                mine += [user_id, *self.teams_of(user_id)]
                mine += self._subordinates(user_id, privilege)
            if record.owner in mine:
                return True
            if privilege in _SHAREABLE and any(privilege in self.org.share_of(record.id, one) for one in mine):
                return True
        return False

    def _subordinates(self, user_id: str, privilege: Privilege) -> list[str]:
        """Those whose records the hierarchy opens for this, and their teams (E8, E10)."""
        if not self.org.hierarchy:
            return []
        found: list[str] = []
        for user in self.org.users:
            steps = self.steps_below(user.id, user_id)
            if steps is None or steps > self.org.depth:
                continue
            if privilege is Privilege.READ or (steps == 1 and privilege in _DIRECT_SUPERIOR):
                found += [user.id, *self.teams_of(user.id)]
        return found

    # columns

    def is_secured(self, attribute: str) -> bool:
        return any(column.attribute == attribute for column in self.org.secured)

    def permitted(self, user_id: str, right: str, attribute: str, record: Record | None = None) -> bool:
        """A right on a column from any field profile, or from what was opened on this record (C9, C15)."""
        user = self.org.user(user_id)
        if user.administrator or not self.is_secured(attribute):
            return True
        me = [user_id, *self.teams_of(user_id)]
        for one in self.org.permissions:
            if one.member in me and one.attribute == attribute and getattr(one, right):
                return True
        if record is not None and right in ("read", "update"):
            for one in self.org.opened:
                if one.to in me and (one.record, one.attribute) == (record.id, attribute) and getattr(one, right):
                    return True
        return False

    def shows(self, user_id: str, attribute: str, record: Record | None = None) -> Reading:
        """How a column shows on a record that can be seen; without one, on records in general."""
        if not self.permitted(user_id, "read", attribute, record):
            return Reading.WITHHELD
        keep = next((column.keep for column in self.org.secured if column.attribute == attribute), None)
        if keep is not None and not self.permitted(user_id, "unmasked", attribute):
            return Reading.MASKED
        return Reading.PLAIN

    def reads(self, user_id: str, record: Record, attribute: str) -> Reading:
        if not self.may_see(user_id, record):
            return Reading.WITHHELD
        return self.shows(user_id, attribute, record)

    def shown(self, user_id: str, record: Record, attribute: str) -> str | None:
        """The text that somebody gets to see."""
        value = record.values.get(attribute)
        match self.reads(user_id, record, attribute):
            case Reading.WITHHELD:
                return None
            case Reading.MASKED if value is not None:
                keep = next(column.keep for column in self.org.secured if column.attribute == attribute) or 0
                return "****" + (value[len(value) - keep :] if 0 < keep < len(value) else "")
            case _:
                return value

    def may_update(self, user_id: str, record: Record, attribute: str) -> bool:
        return self.may(user_id, Privilege.WRITE, record) and self.permitted(user_id, "update", attribute, record)

    def may_fill(self, user_id: str, owner: str, attribute: str) -> bool:
        return self.may_create(user_id, owner) and self.permitted(user_id, "create", attribute)

    # directions

    def direction(
        self, user_id: str, configured: Direction, attributes: list[str], record: Record | None = None
    ) -> Direction:
        """What is left of a direction on records that exist, or on one of them (B7)."""
        readable = self._readable(user_id, attributes, record)
        if record is None:
            may_write = self.holds(user_id, Privilege.WRITE)
        else:
            may_write = self.may(user_id, Privilege.WRITE, record)
        updatable = may_write and all(self.permitted(user_id, "update", one, record) for one in attributes)
        return _left(configured, readable, updatable)

    def direction_for_new(
        self, user_id: str, configured: Direction, attributes: list[str], record: Record | None = None
    ) -> Direction:
        """What is left of a direction for a record that is about to be made from an item."""
        readable = self._readable(user_id, attributes, record)
        fillable = self.holds(user_id, Privilege.CREATE) and all(
            self.permitted(user_id, "create", one) for one in attributes
        )
        return _left(configured, readable, fillable)

    def _readable(self, user_id: str, attributes: list[str], record: Record | None) -> bool:
        if record is None:
            opens = self.holds(user_id, Privilege.READ)
        else:
            opens = self.may_see(user_id, record)
        return opens and all(self.shows(user_id, one, record) is Reading.PLAIN for one in attributes)


def _left(configured: Direction, to_outlook: bool, to_crm: bool) -> Direction:
    left = configured.value
    if not to_outlook:
        left &= ~Direction.TO_OUTLOOK.value
    if not to_crm:
        left &= ~Direction.TO_CRM.value
    return Direction(left)
