"""Use cases of templates of filters: whose copies differ, and bringing them up to date."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals
from fieldsync.db.repo import sync_filters as rows
from fieldsync.db.repo.scope_counts import Compared, compare
from fieldsync.db.repo.sync_filters import StoredFilter
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.administration import Change
from fieldsync.services.filter_scope import viewer_of
from fieldsync.services.sync_filters import FILTER

COUNTED = 200
"""Of how many changes at once it is counted what they do; of more, only that they are made."""


class Drift(Enum):
    """How somebody's copy of a template differs from it.

    MISSING: there is none. OUTDATED: the template changed since. CHANGED: the copy was changed or switched off.
    """

    MISSING = "MISSING"
    OUTDATED = "OUTDATED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Drifted:
    """One difference: ``copy`` is None where there is none; ``compared`` what applying the template does."""

    principal_id: str
    template: StoredFilter
    copy: StoredFilter | None
    drift: Drift
    compared: Compared | None = None


def drift_of(template: StoredFilter, copy: StoredFilter | None) -> Drift | None:
    """How a copy differs from its template; None if it does not."""
    if copy is None:
        return Drift.MISSING
    same = (copy.definition, copy.excludes, copy.is_active) == (template.definition, template.excludes, True)
    if same:
        return None
    return Drift.OUTDATED if (copy.template_revision or 0) < template.revision else Drift.CHANGED


class FilterTemplates:
    """Administrators only. Templates are copied to whoever gets a mailbox; later changes reach nobody by themselves."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def drift(self, actor: Actor, template_id: str | None) -> list[Drifted]:
        """Every copy that differs from its template, of everybody who has a mailbox; raises NotAllowed, NotFound."""
        gate.administrators_only(actor)
        return await self._database.read(
            lambda connection: list(_differences(connection, None if template_id is None else [template_id], None))
        )

    async def apply(
        self,
        actor: Actor,
        template_ids: Collection[str] | None,
        principal_ids: Collection[str] | None,
        *,
        preview: bool,
    ) -> list[Drifted]:
        """Make copies what their templates are, or with ``preview`` say what that would do.

        Filters that did not come from a template stay. Raises NotAllowed, NotFound, InvalidInput.
        """
        permit = gate.permit(actor, Action.ADMINISTER, gate.Target("templates"))
        now = self._clock.now()

        def unit(connection: Connection) -> list[Drifted]:
            found = list(_differences(connection, template_ids, principal_ids))
            counted = [_counted(connection, one, now) for one in found] if len(found) <= COUNTED else found
            if not preview:
                for one in found:
                    self._renew(connection, actor, one, now)
            return counted

        return await (self._database.read(unit) if preview else self._database.write(permit, unit))

    def _renew(self, connection: Connection, actor: Actor, one: Drifted, now: datetime) -> None:
        renewed = _renewed(one, now)
        if one.copy is None:
            rows.add(connection, renewed)
        else:
            rows.save(connection, renewed)
        told = {"principal": global_id("principal", one.principal_id), "template": global_id(FILTER, one.template.id)}
        before = None if one.copy is None else told | {"revision": one.copy.revision}
        Change(connection, actor, now).tell(
            "SYNC_FILTER_TEMPLATE_APPLY",
            global_id(FILTER, renewed.id),
            renewed.name,
            before,
            told | {"revision": renewed.revision},
        )


def _renewed(one: Drifted, now: datetime) -> StoredFilter:
    made = rows.copied(one.template, one.principal_id, now)
    if one.copy is None:
        return made
    return replace(made, id=one.copy.id, revision=one.copy.revision + 1)


def _differences(
    connection: Connection, template_ids: Collection[str] | None, principal_ids: Collection[str] | None
) -> Iterator[Drifted]:
    templates = rows.templates(connection, template_ids)
    if template_ids is not None and len(templates) < len(set(template_ids)):
        raise NotFound("There is no active template with one of these ids.", path=("templateIds",))
    people = rows.with_mailbox(connection) if principal_ids is None else list(dict.fromkeys(principal_ids))
    if principal_ids is not None:
        _check_people(connection, people)
    teams = rows.teams_of(connection, people)
    copies = {(one.principal_id, one.template_id): one for one in rows.copies(connection, people)}
    for person in people:
        for template in templates:
            copy = copies.get((person, template.id))
            drift = drift_of(template, copy)
            if drift is not None and (copy is not None or rows.meant_for(template, teams[person])):
                yield Drifted(person, template, copy, drift)


def _check_people(connection: Connection, people: list[str]) -> None:
    found = principals.by_ids(connection, people)
    for n, one in enumerate(people):
        if one not in found:
            raise NotFound(path=("principalIds", str(n)))
        if found[one].kind != "USER":
            raise InvalidInput(f"{found[one].name} is a team; name users.", path=("principalIds", str(n)))


def _counted(connection: Connection, one: Drifted, now: datetime) -> Drifted:
    kind = one.template.kind
    before = rows.in_force(connection, one.principal_id, kind)
    after = [held for held in before if one.copy is None or held.id != one.copy.id]
    after.append(_renewed(one, now))
    return replace(
        one, compared=compare(connection, kind, viewer_of(connection, one.principal_id, kind, now), before, after)
    )
