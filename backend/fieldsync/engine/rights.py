"""The rights of a mailbox's owner, as a run obeys them: which records, which fields, which way.

A run acts as the owner of its mailbox (reference G7): what that person may not read does not reach the mailbox, what
the person may not write does not come back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy.engine import Connection

from fieldsync.core.access import Reach, RecordFacts, Standing, reach
from fieldsync.core.brakes import Brakes
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.deletes import EditAgainstDelete
from fieldsync.core.effective import FieldRights, effective, field_rights
from fieldsync.core.invitations import Invitations
from fieldsync.core.plan import Flows, RecordState, Rules
from fieldsync.core.privileges import Privilege, SecuredWrites
from fieldsync.core.runs import DeletionRule, Problem
from fieldsync.core.values import MEETINGS, Direction, RecordKind, Side
from fieldsync.db.repo import deletion_rules, mailboxes, principals, scopes, shares, sync_settings
from fieldsync.db.repo.records import Scope
from fieldsync.db.repo.runs import InForce, MailboxAccess
from fieldsync.db.repo.scopes import InScope, Viewer
from fieldsync.db.repo.sync_filters import StoredFilter
from fieldsync.db.repo.sync_settings import SyncSettings
from fieldsync.engine.kinds import KindSetup
from fieldsync.errors import ErrorCode, FieldsyncError
from fieldsync.security import gate
from fieldsync.security.sight import Sight


class NotObeyable(FieldsyncError):
    """This run cannot go by the rights of its mailbox's owner."""

    remedy = ""


class RightsChanged(NotObeyable):
    """The rights of this mailbox's owner changed while the run was under way; nothing more was written."""

    code = ErrorCode.RIGHTS_CHANGED
    remedy = "Start it again: it goes by the new rights and finds what was done."


class OwnerDisabled(NotObeyable):
    """The owner of this mailbox is disabled; nothing was written."""

    # Somebody disabled may read nothing: going by that would undo every link.
    code = ErrorCode.MAILBOX_DISABLED
    remedy = "Enable the user, or connect the mailbox for somebody else."


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What a run of one kind obeys; ``digest`` tells rights apart, whatever else changed, ``mark`` what is in scope."""

    scope: Scope
    rules: Rules
    digest: str
    mark: str
    version: int
    settings: SyncSettings
    now: datetime
    problems: tuple[Problem, ...] = ()


def obeyed(
    connection: Connection, mailbox: MailboxAccess, setup: KindSetup, in_force: InForce, now: datetime
) -> Obeyed:
    """The rights of the mailbox's owner as they are now, laid over the directions in force."""
    kind, owner = setup.kind, mailbox.principal_id
    sight = gate.sight_of(connection, owner)
    standing = sight.standing
    settings = sync_settings.get(connection)
    person = principals.by_ids(connection, [owner])[owner]
    if person.is_disabled:
        raise OwnerDisabled(OwnerDisabled.__doc__)
    own = RecordFacts("", owner, person.unit_id)
    directions = _directions(setup, in_force)
    rights = _rights(standing, setup, own)
    readable = reach(standing, kind, Privilege.READ).way(own, Privilege.READ) is not None
    cannot_create = None if gate.may_own(sight, kind, owner, person.unit_id) else _NO_CREATE
    if not readable:
        # What one makes and then does not see would be unlinked by the next run.
        cannot_create = _NO_READ
    single = {
        facts.id: _flows(directions, _rights(standing, setup, facts))
        for facts in _single(connection, sight, setup, own)
    }
    within = _in_scope(connection, mailbox, setup, sight, now)
    rules = Rules(
        flows=_flows(directions, rights),
        fit=setup.layout.fit,
        normal=setup.codec.normal,
        fill=setup.layout.filling.fill,
        new=_flows(directions, [replace(one, update=one.create) for one in rights]),
        single=single,
        cannot_create=cannot_create,
        cannot_delete=None if reach(standing, kind, Privilege.DELETE).way(own, Privilege.DELETE) else _NO_DELETE,
        blank=in_force.secured_writes is SecuredWrites.BLANK,
        on_record_deleted=DeletionRule(mailbox.on_record_deleted),
        on_item_deleted=DeletionRule(mailbox.on_item_deleted),
        policies=_policies(setup, in_force),
        newest_guard=timedelta(seconds=settings.newest_guard_seconds),
        owner_addresses=frozenset(mailbox.addresses or ()),
        now=now,
        incoming=within.incoming,
        brakes=Brakes(settings.brake_count, settings.brake_share),
        kind=kind,
        owner_id=owner,
        status=next((field.position for field in setup.fields if field.key == "status"), None),
        deletes=deletion_rules.matrix(connection),
        edit_wins=settings.edit_against_delete == EditAgainstDelete.EDIT_WINS.value,
        sends_for=_sends_for(connection, mailbox, settings, kind),
    )
    others = "" if within.scope.own_only else repr(_reached(reach(standing, kind, Privilege.WRITE)))
    return Obeyed(
        within.scope,
        rules,
        _digest(rights, rules, others, readable=readable),
        within.mark,
        standing.version,
        settings,
        now,
        tuple(_blind(one, columns) for one, columns in within.blind),
    )


def _sends_for(
    connection: Connection, mailbox: MailboxAccess, settings: SyncSettings, kind: RecordKind
) -> frozenset[str]:
    """The organizers whose meetings this mailbox may send mail for: of somebody's mailboxes only the oldest does."""
    if settings.invitations != Invitations.ORGANIZER.value or kind not in MEETINGS:
        return frozenset()
    others = mailboxes.addresses_of_older(connection, mailbox.principal_id, mailbox.id)
    return frozenset(mailbox.addresses or ()) - others


def _in_scope(connection: Connection, mailbox: MailboxAccess, setup: KindSetup, sight: Sight, now: datetime) -> InScope:
    kind, standing, mask = setup.kind, sight.standing, sight.mask(setup.kind)
    viewer = Viewer(
        scopes.me_of(mailbox.principal_id, standing.team_ids, mailbox.addresses or (), mailbox.user_name),
        scopes.day_of(now, mailbox.time_zone),
        sight.records(kind),
        mask.withheld | mask.masked.keys(),
    )
    columns = sight.values_of(kind, setup.layout.columns)
    return scopes.in_scope(connection, mailbox.id, kind, viewer, columns, lambda: _others(connection, standing, kind))


def _blind(one: StoredFilter, columns: tuple[str, ...]) -> Problem:
    return Problem(
        "FILTER_UNREADABLE",
        f"The filter {one.name} matches nothing here: it asks for {', '.join(columns)}, which is withheld from the"
        " owner of this mailbox.",
        "Take these columns out of the filter, or let a field profile open them.",
        side=Side.CRM.value,
        subject=one.name,
    )


def widened(
    connection: Connection,
    mailbox: MailboxAccess,
    setup: KindSetup,
    in_force: InForce,
    held: Obeyed,
    records: Iterable[RecordState],
) -> Obeyed:
    """The same with what holds for records of other owners, as far as they are in scope: each as its owner's reach."""
    standing = gate.standing(connection, mailbox.principal_id)
    directions = _directions(setup, in_force)
    foreign = {one.id for one in records if one.traits.owner_id != mailbox.principal_id}
    single, kept = dict(held.rules.single), set[str]()
    may_delete = reach(standing, setup.kind, Privilege.DELETE)
    for facts in shares.facts_of(connection, setup.kind, foreign):
        single[facts.id] = _flows(directions, _rights(standing, setup, facts))
        if may_delete.way(facts, Privilege.DELETE) is None:
            kept.add(facts.id)
    return replace(held, rules=replace(held.rules, single=single, kept=frozenset(kept)))


def _directions(setup: KindSetup, in_force: InForce) -> list[Direction]:
    return [Direction[in_force.directions.get(field.id, field.default.name)] for field in setup.fields]


def still_obeyed(
    connection: Connection, mailbox: MailboxAccess, setup: KindSetup, in_force: InForce, before: Obeyed
) -> bool:
    """Whether the rights are those that were obeyed so far, with the clock as it was then."""
    if gate.standing(connection, mailbox.principal_id).version == before.version:
        return True
    after = obeyed(connection, mailbox, setup, in_force, before.now)
    return (after.digest, after.mark) == (before.digest, before.mark)


_NO_CREATE = "No security role of the mailbox's owner allows to make such records."
_NO_READ = "The right to read does not reach what the mailbox's owner would own, so no such records are made."
_NO_DELETE = "The right to delete does not reach the records of the mailbox's owner."


def _policies(setup: KindSetup, in_force: InForce) -> tuple[ConflictPolicy, ...]:
    if not in_force.policies:
        return ()
    return tuple(ConflictPolicy[in_force.policies.get(field.id, "CRM_LEADS")] for field in setup.fields)


def _rights(standing: Standing, setup: KindSetup, facts: RecordFacts) -> list[FieldRights]:
    return [field_rights(standing, setup.kind, field.attributes, facts) for field in setup.fields]


def _single(connection: Connection, sight: Sight, setup: KindSetup, own: RecordFacts) -> Iterable[RecordFacts]:
    """The owner's records whose rights differ from the others': a column is opened, or a share adds something."""
    standing = sight.standing
    if standing.administrator:
        return []
    opened = {record for records in standing.column_grants.get(setup.kind, {}).values() for record in records}
    if reach(standing, setup.kind, Privilege.WRITE).way(own, Privilege.WRITE) is None:
        opened |= shares.shared_own(connection, setup.kind, own.owner_id, {own.owner_id, *standing.team_ids})
    return shares.facts_of(connection, setup.kind, opened, own.owner_id)


def _flows(directions: list[Direction], rights: list[FieldRights]) -> Flows:
    left = [effective(direction, one) for direction, one in zip(directions, rights, strict=True)]
    return Flows(
        directions=tuple(one.direction for one in left),
        withheld=frozenset(n for n, one in enumerate(rights) if one.read),
        barred={
            n: one.update.rule
            for n, (direction, one) in enumerate(zip(directions, rights, strict=True))
            if one.update and direction.writes(Side.CRM)
        },
    )


def _others(connection: Connection, standing: Standing, kind: RecordKind) -> str:
    """What tells which records of other owners can be read; of one's own a yes or no says it all."""
    found = reach(standing, kind, Privilege.READ)
    shared = shares.shared_with(connection, kind, found.shared_with) if found.shared_with else []
    return repr((*_reached(found), shared))


def _reached(found: Reach) -> tuple[object, ...]:
    return (found.everything, sorted(found.owners), sorted(found.units), sorted(found.shared_with))


def _digest(rights: list[FieldRights], rules: Rules, others: str, *, readable: bool) -> str:
    """What tells two states of rights apart, independent of directions."""
    parts: list[object] = [readable, rules.cannot_create is None]
    if others:
        parts.append(others)
    if rules.incoming.includes_private:
        # Without them, every item has to be looked at: which of the linked ones are private?
        parts.append("private")
    parts.extend((one.read is None, one.create is None, one.update is None) for one in rights)
    parts.extend((record, _marks(flows)) for record, flows in sorted(rules.single.items()))
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _marks(flows: Flows) -> Mapping[str, list[int]]:
    return {"withheld": sorted(flows.withheld), "barred": sorted(flows.barred)}
