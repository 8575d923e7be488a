"""Which values that were put aside an actor may read, and which the actor may write back into the CRM."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.core.access import RecordFacts
from fieldsync.core.effective import FULL_RIGHTS, FieldRights, field_rights
from fieldsync.core.privileges import Privilege
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind, Value
from fieldsync.db.database import Connection
from fieldsync.db.repo import records, shares
from fieldsync.errors import FieldWithheld, InvalidInput, NotAllowed, NotFound, StaleRevision
from fieldsync.security import gate
from fieldsync.security.sight import Sight


@dataclass(frozen=True, slots=True)
class Place:
    """One field of one record."""

    record_id: str
    field_id: str

    @property
    def field(self) -> Field:
        return catalogue().by_id[self.field_id]


def record_facts(
    connection: Connection, sight: Sight, kind: RecordKind, ids: Collection[str], privilege: Privilege = Privilege.READ
) -> dict[str, RecordFacts]:
    """Which of these records the actor may do this with, each with what access to it depends on."""
    table = records.layout(kind).table
    wanted = select(table.c.id).where(table.c.id.in_(ids), sight.records(kind, privilege))
    reached = list(connection.scalars(wanted)) if ids else []
    return {one.id: one for one in shares.facts_of(connection, kind, reached)}


def rights_at(connection: Connection, actor: Actor, places: Iterable[Place]) -> dict[Place, FieldRights]:
    """The actor's rights in each place whose record the actor sees; those of records that are gone are with nobody.

    Administrators read what was put aside of deleted records too.
    """
    wanted = {place for place in places if place.field_id in catalogue().by_id}
    if gate.sees_everybody(actor):
        return dict.fromkeys(wanted, FULL_RIGHTS)
    sight = gate.sight(connection, actor)
    found: dict[Place, FieldRights] = {}
    for kind in {place.field.kind for place in wanted}:
        of_kind = [place for place in wanted if place.field.kind is kind]
        facts = record_facts(connection, sight, kind, {place.record_id for place in of_kind})
        for place in of_kind:
            if place.record_id in facts:
                one = facts[place.record_id]
                found[place] = field_rights(sight.standing, kind, place.field.attributes, one)
    return found


def write_back(connection: Connection, actor: Actor, place: Place, value: Value, now: datetime) -> None:
    """Write a value into the CRM as an edit of the actor's; a record that holds it already stays as it is.

    Raises NotFound, NotAllowed, FieldWithheld, InvalidInput, or StaleRevision if somebody writes the record just now.
    """
    field = place.field
    sight = gate.sight(connection, actor)
    facts = record_facts(connection, sight, field.kind, [place.record_id]).get(place.record_id)
    if facts is None:
        raise NotFound
    if not record_facts(connection, sight, field.kind, [place.record_id], Privilege.WRITE):
        raise NotAllowed("You may see this record; your right to write does not reach it.")
    refusal = field_rights(sight.standing, field.kind, field.attributes, facts).update
    if refusal is not None:
        raise FieldWithheld(refusal.rule)
    shape = records.layout(field.kind)
    if len(value) != len(field.empty) or shape.fit(field.position, value) != value:
        raise InvalidInput(f"The CRM cannot hold this value in {field.crm_label}.")
    version, held = records.held(connection, field.kind, place.record_id)
    if held[field.position] == value:
        return
    if records.write(connection, field.kind, place.record_id, {field.position: value}, version, now) is None:
        raise StaleRevision("Somebody wrote this record at the same moment; try again.")
