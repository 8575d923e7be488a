"""Who reaches which record and which column: the rules of the rights model, as plain functions over frozen values.

A privilege opens a kind, access opens a record, a column right opens a column, in that order; nothing later
makes up for something earlier (reference D4, C5, E4). Rights add up and nothing takes a single one away (D3, C15).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fieldsync.core.privileges import AccessLevel, ColumnRights, Privilege
from fieldsync.core.values import RecordKind

NOBODY: frozenset[str] = frozenset()
ALL_COLUMN_RIGHTS = ColumnRights(read=True, unmasked=True, create=True, update=True)
_SUPERIORS_DO = frozenset({Privilege.READ, Privilege.WRITE, Privilege.APPEND, Privilege.APPEND_TO})


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege from one role, held by a user or by one of the user's teams.

    ``personal`` is True if it covers what is the user's own: the user holds the role, or a team holds it with
    direct inheritance (D9). ``role`` and ``team`` are names, for explanations.
    """

    level: AccessLevel
    holder_id: str
    unit_id: str
    personal: bool
    role: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class SecuredColumn:
    """A secured column as somebody meets it; ``mask_keep`` is its masking rule, None without one."""

    rights: ColumnRights
    mask_keep: int | None = None

    @property
    def masked(self) -> bool:
        """True if the value is only shown masked; that is something else than withheld (C12)."""
        return self.rights.read and self.mask_keep is not None and not self.rights.unmasked


_Grants = Mapping[tuple[RecordKind, Privilege], tuple[Grant, ...]]
_Columns = Mapping[RecordKind, Mapping[str, SecuredColumn]]
_ColumnGrants = Mapping[RecordKind, Mapping[str, Mapping[str, ColumnRights]]]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that one principal's rights depend on, but for the shares of records.

    ``subtrees`` gives for each unit of a grant that unit and all below it. ``reports`` are the people who have
    this one as manager, with their teams; ``further`` those below them, as deep as the hierarchy reaches (E8,
    E10). ``columns`` are the secured columns; ``column_grants`` open one of them on single records: kind,
    attribute, record (C9). ``version`` is the number that every change of rights counts up.
    """

    principal_id: str
    administrator: bool = False
    team_ids: frozenset[str] = NOBODY
    grants: _Grants = field(default_factory=dict)
    subtrees: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reports: frozenset[str] = NOBODY
    further: frozenset[str] = NOBODY
    columns: _Columns = field(default_factory=dict)
    column_grants: _ColumnGrants = field(default_factory=dict)
    profile_id: str = "default"
    version: int = 0

    def column(self, kind: RecordKind, attribute: str) -> SecuredColumn | None:
        """The column if it is secured for this principal; None for free ones, and for administrators (C6)."""
        return None if self.administrator else self.columns.get(kind, {}).get(attribute)

    def column_rights(self, kind: RecordKind, attribute: str, record_id: str | None = None) -> ColumnRights:
        """What this principal may do with a column, on one record or on records in general."""
        secured = self.column(kind, attribute)
        if secured is None:
            return ALL_COLUMN_RIGHTS
        if record_id is None:
            return secured.rights
        extra = self.column_grants.get(kind, {}).get(attribute, {}).get(record_id)
        return secured.rights | extra if extra else secured.rights


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What access to one record depends on: who owns it, the owner's unit, and whom it is shared with."""

    id: str
    owner_id: str
    unit_id: str
    shares: Mapping[str, frozenset[Privilege]] = field(default_factory=dict)


class Way(Enum):
    """How a record is reached."""

    ORGANIZATION = "ORGANIZATION"
    OWNER = "OWNER"
    UNIT = "UNIT"
    SHARE = "SHARE"


@dataclass(frozen=True, slots=True)
class Reach:
    """The records that one privilege opens: all, or those of these owners, of owners in these units, or shared so."""

    everything: bool = False
    owners: frozenset[str] = NOBODY
    units: frozenset[str] = NOBODY
    shared_with: frozenset[str] = NOBODY

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.owners or self.units or self.shared_with)

    def way(self, record: RecordFacts, privilege: Privilege) -> Way | None:
        """How the record is reached, or None if it is not."""
        if self.everything:
            return Way.ORGANIZATION
        if record.owner_id in self.owners:
            return Way.OWNER
        if record.unit_id in self.units:
            return Way.UNIT
        if any(privilege in rights for who, rights in record.shares.items() if who in self.shared_with):
            return Way.SHARE
        return None


def reach(standing: Standing, kind: RecordKind, privilege: Privilege) -> Reach:
    """The records of a kind that somebody may do this with; for CREATE, the owners a new record may have.

    An owner, and every member of an owning team, reaches a record in whatever unit once the privilege is there
    (E1); shares and the hierarchy likewise open nothing without it (E4, E8). Direct superiors read, write and
    append; those further up only read.
    """
    if standing.administrator:
        return Reach(everything=True)
    grants = standing.grants.get((kind, privilege), ())
    if not grants:
        return Reach()
    owners: set[str] = set()
    units: set[str] = set()
    shared_with: set[str] = set()
    for grant in grants:
        owners.add(grant.holder_id)
        shared_with.add(grant.holder_id)
        match grant.level:
            case AccessLevel.ORGANIZATION:
                return Reach(everything=True)
            case AccessLevel.PARENT_CHILD:
                units |= standing.subtrees[grant.unit_id]
            case AccessLevel.BUSINESS_UNIT:
                units.add(grant.unit_id)
            case AccessLevel.USER | AccessLevel.NONE:
                pass
        if grant.personal:
            mine = {standing.principal_id, *standing.team_ids}
            owners |= mine
            shared_with |= mine
            if privilege in _SUPERIORS_DO:
                below = standing.reports | standing.further if privilege is Privilege.READ else standing.reports
                owners |= below
                shared_with |= below
    if privilege is Privilege.CREATE:
        shared_with.clear()
    return Reach(owners=frozenset(owners), units=frozenset(units), shared_with=frozenset(shared_with))


@dataclass(frozen=True, slots=True)
class Mask:
    """What is kept from somebody of the records of a kind.

    ``withheld`` columns are read on the records of ``opened`` only, ``masked`` ones are shown with their last
    characters; ``fixed`` and ``unfillable`` may not be written on a record that exists, or on a new one.
    """

    withheld: frozenset[str] = NOBODY
    masked: Mapping[str, int] = field(default_factory=dict)
    opened: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fixed: frozenset[str] = NOBODY
    unfillable: frozenset[str] = NOBODY

    def withheld_on(self, record_id: str) -> frozenset[str]:
        """The columns withheld on this record."""
        if not self.opened:
            return self.withheld
        return frozenset(name for name in self.withheld if record_id not in self.opened.get(name, NOBODY))


NO_MASK = Mask()


def mask_of(standing: Standing, kind: RecordKind) -> Mask:
    """The mask of somebody for a kind; computed once per request at most."""
    if standing.administrator or not standing.columns.get(kind):
        return NO_MASK
    columns, grants = standing.columns[kind], standing.column_grants.get(kind, {})
    return Mask(
        withheld=frozenset(name for name, column in columns.items() if not column.rights.read),
        masked={
            name: column.mask_keep
            for name, column in columns.items()
            if column.mask_keep is not None and not column.rights.unmasked
        },
        opened={
            name: frozenset(record for record, rights in records.items() if rights.read)
            for name, records in grants.items()
            if name in columns and not columns[name].rights.read
        },
        fixed=frozenset(name for name, column in columns.items() if not column.rights.update),
        unfillable=frozenset(name for name, column in columns.items() if not column.rights.create),
    )
