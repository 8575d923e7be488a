"""Use cases of effective directions: what is left of an arrow for somebody, why, and what cannot work as it is set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.core.access import RecordFacts, Standing
from fieldsync.core.contradictions import Contradiction, contradictions
from fieldsync.core.effective import (
    DIRECTION_WORDS,
    NO_SYNC,
    Check,
    CheckStage,
    Effective,
    effective,
    field_rights,
    flow_checks,
    silenced,
)
from fieldsync.core.rights import Actor
from fieldsync.core.values import Direction, RecordKind, Side
from fieldsync.db.database import Connection, Database
from fieldsync.db.questions import Rows
from fieldsync.db.repo import contradictions as people_rows
from fieldsync.db.repo import mailboxes, profiles, shares
from fieldsync.db.repo import standing as standing_rows
from fieldsync.errors import InvalidInput, NotAllowed, NotFound
from fieldsync.security import gate
from fieldsync.security.sight import Sight

_FLOWS = ((Side.OUTLOOK, Direction.TO_OUTLOOK), (Side.CRM, Direction.TO_CRM))


@dataclass(frozen=True, slots=True)
class Explanation:
    """The walk of one mapping for one principal: every check, and what is left."""

    state: profiles.ProfileState
    field: Field
    principal_id: str
    record_id: str | None
    configured: Direction
    effective: Effective
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A contradiction of a profile, with the field profiles that list one of its columns."""

    state: profiles.ProfileState
    contradiction: Contradiction
    field_profile_ids: tuple[str, ...]


class EffectiveDirections:
    """Users ask for themselves, administrators for anybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, actor: Actor, principal_id: str, configured: Sequence[tuple[str, Direction]]) -> list[Effective]:
        """What is left of each direction (with its field's id) for a principal; raises NotAllowed, NotFound."""
        _check_may_ask(actor, principal_id)

        methods = await self._database.ask(mailboxes.METHODS, principal=principal_id)
        if _is_silent(methods):
            return [silenced(direction) for _, direction in configured]
        sight = gate.kept_sight_of(self._database, principal_id, methods[0].rights_version)
        if sight is None:
            sight = await self._database.read(lambda connection: gate.sight_of(connection, principal_id))
        return [_left(sight, name, direction) for name, direction in configured]

    async def secured(self, kinds: Sequence[RecordKind]) -> list[frozenset[str]]:
        """The secured columns of each kind; everybody may know them."""
        found = standing_rows.secured_attributes((await self._database.ask(standing_rows.SECURED)).plain)
        return [frozenset(found.get(kind, ())) for kind in kinds]

    async def explain(
        self, actor: Actor, principal_id: str, profile_id: str, field_id: str, record: tuple[RecordKind, str] | None
    ) -> Explanation:
        """Walk catalogue, profile, mailbox, role, record and column; raises NotAllowed, NotFound, InvalidInput.

        A record that the caller does not see is not found, whoever the question is about.
        """
        _check_may_ask(actor, principal_id)
        field = catalogue().by_id.get(field_id)
        if field is None:
            raise NotFound(path=("mappingId",))
        if record is not None and record[0] is not field.kind:
            raise InvalidInput("This record is of another kind than the field.", path=("recordId",))

        def unit(connection: Connection) -> Explanation:
            standing, silent = _who(connection, principal_id)
            state = profiles.state(connection, profile_id)
            if state is None:
                raise NotFound(path=("mappingId",))
            facts = None if record is None else _facts(connection, actor, *record)
            configured = state.published[field.id]
            rights = field_rights(standing, field.kind, field.attributes, facts)
            holding = state if standing.profile_id == state.id else profiles.state(connection, standing.profile_id)
            checks = [
                *_of_catalogue(field),
                *_of_profile(field, state, holding or state, configured),
                *_of_mailbox(silent=silent),
                *flow_checks(standing, field.kind, field.attributes, facts),
            ]
            return Explanation(
                state=state,
                field=field,
                principal_id=principal_id,
                record_id=record[1] if record else None,
                configured=configured,
                effective=silenced(configured) if silent else effective(configured, rights),
                checks=tuple(checks),
            )

        return await self._database.read(unit)

    async def contradictions(self, actor: Actor, profile_id: str | None, *, draft: bool) -> list[Found]:
        """What the directions in force, or of the draft, ask for and rights forbid; raises NotAllowed, NotFound."""
        gate.administrators_only(actor)

        def unit(connection: Connection) -> list[Found]:
            wanted = profiles.ids(connection) if profile_id is None else [profile_id]
            people = people_rows.who_synchronizes(connection)
            standings = standing_rows.load_many(connection, people, standing_rows.rights_version(connection))
            listed = people_rows.field_profiles_by_column(connection)
            found: list[Found] = []
            states = profiles.states(connection, wanted)
            for one in wanted:
                state = states.get(one)
                if state is None:
                    raise NotFound(path=("profileId",))
                concerned = {who: standing for who, standing in standings.items() if standing.profile_id == one}
                directions = {name: m.direction for name, m in state.draft.items()} if draft else state.published
                found.extend(
                    Found(state, one, _field_profiles(one, listed))
                    for one in contradictions(tuple(catalogue().all()), directions, concerned)
                )
            return found

        return await self._database.read(unit)


def _field_profiles(found: Contradiction, listed: Mapping[tuple[str, str], Sequence[str]]) -> tuple[str, ...]:
    kind = catalogue().by_id[found.field_id].kind.value
    return tuple(dict.fromkeys(one for name in found.attributes for one in listed.get((kind, name), ())))


def _check_may_ask(actor: Actor, principal_id: str) -> None:
    if principal_id != actor.principal_id and not gate.sees_everybody(actor):
        raise NotAllowed("You may only ask for your own effective directions.", path=("principalId",))


def _left(sight: Sight, field_id: str, direction: Direction) -> Effective:
    """What is left of a direction; worked out once for as long as the rights are what they are."""
    key = ("effective", field_id, direction)
    found = sight.cache.get(key)
    if found is None:
        field = catalogue().by_id[field_id]
        found = effective(direction, field_rights(sight.standing, field.kind, field.attributes))
        sight.cache[key] = found
    return found


def _who(connection: Connection, principal_id: str) -> tuple[Standing, bool]:
    """The principal's standing, and whether none of the principal's mailboxes is synchronized."""
    silent = _is_silent(mailboxes.METHODS.asked(connection, principal=principal_id))
    return gate.standing(connection, principal_id), silent


def _is_silent(methods: Rows) -> bool:
    """Whether none of the principal's mailboxes is synchronized; raises NotFound."""
    silent = mailboxes.is_silent(methods)
    if silent is None:
        raise NotFound(path=("principalId",))
    return silent


def _facts(connection: Connection, actor: Actor, kind: RecordKind, record_id: str) -> RecordFacts:
    if not people_rows.sees_record(connection, gate.sight(connection, actor).records(kind), kind, record_id):
        raise NotFound(path=("recordId",))
    found = shares.facts(connection, kind, record_id)
    if found is None:
        raise NotFound(path=("recordId",))
    return found


def _of_catalogue(field: Field) -> list[Check]:
    checks: list[Check] = []
    for side, flow in _FLOWS:
        if any(direction.writes(side) for direction in field.allowed):
            rule = field.fixed_reason or f"{field.crm_label} may be set to take this way."
            checks.append(Check(CheckStage.CATALOGUE, flow, rule))
        else:
            rule = field.fixed_reason or f"{field.crm_label} never takes this way."
            remedy = "Nothing changes this; the catalogue fixes it."
            checks.append(Check.failed(CheckStage.CATALOGUE, flow, rule, remedy))
    return checks


def _of_profile(
    field: Field, state: profiles.ProfileState, holding: profiles.ProfileState, configured: Direction
) -> list[Check]:
    checks: list[Check] = []
    for side, flow in _FLOWS:
        rule = (
            f"In the profile {state.row.name}, version {state.row.published_number}, "
            f"{field.crm_label} {DIRECTION_WORDS[configured]}."
        )
        if holding.id != state.id:
            other = f"{rule} But the profile that holds for this person is {holding.row.name}."
            remedy = f"Look at the profile {holding.row.name}, or change who has which profile."
            checks.append(Check.failed(CheckStage.PROFILE, flow, other, remedy))
        elif configured.writes(side):
            checks.append(Check(CheckStage.PROFILE, flow, rule))
        else:
            remedy = "Set and publish a direction that goes this way."
            checks.append(Check.failed(CheckStage.PROFILE, flow, rule, remedy))
    return checks


def _of_mailbox(*, silent: bool) -> list[Check]:
    if silent:
        return [Check.refused(flow, NO_SYNC) for _, flow in _FLOWS]
    rule = "Nothing keeps this person's mailbox from being synchronized."
    return [Check(CheckStage.MAILBOX, flow, rule) for _, flow in _FLOWS]
