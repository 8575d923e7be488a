"""What is given to users and teams (roles, field profiles, profiles): a table of pairs each, read and written alike."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, or_, select
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.dialect import folded
from fieldsync.db.repo import principals
from fieldsync.db.repo.windows import Within
from fieldsync.db.rights import TeamMember
from fieldsync.db.tables import Principal

_principal = table_of(Principal)
_member = table_of(TeamMember)


@dataclass(frozen=True, slots=True)
class Assignments:
    """``things`` are given by the rows of ``pairs``, whose column ``key`` names the thing."""

    things: Table
    pairs: Table
    key: str

    def of_principals(self, connection: Connection, ids: Collection[str]) -> dict[str, list[Any]]:
        """The things given to each principal directly, by name."""
        found: dict[str, list[Any]] = defaultdict(list)
        wanted = (
            select(self.pairs.c.principal_id.label("holder_id"), *self.things.c)
            .join(self.things, self.things.c.id == self.pairs.c[self.key])
            .where(self.pairs.c.principal_id.in_(ids))
            .order_by(folded(self.things.c.name), self.things.c.id)
        )
        for row in connection.execute(wanted):
            found[row.holder_id].append(row)
        return found

    def held(self, seen_by: str | None) -> Within:
        """Those who have each thing; only ``seen_by`` and the teams of that user, if given."""
        pairs = self.pairs
        wanted = principals.listed().join(pairs, pairs.c.principal_id == _principal.c.id).add_columns(pairs.c[self.key])
        if seen_by is not None:
            teams = select(_member.c.team_id).where(_member.c.user_id == seen_by)
            wanted = wanted.where(or_(pairs.c.principal_id == seen_by, pairs.c.principal_id.in_(teams)))
        return Within(wanted, pairs.c[self.key])

    def holders(self, connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
        """The ids of those who have each thing, by name."""
        pairs, found = self.pairs, defaultdict[str, list[str]](list)
        wanted = (
            select(pairs.c[self.key], pairs.c.principal_id)
            .join(_principal, _principal.c.id == pairs.c.principal_id)
            .where(pairs.c[self.key].in_(ids))
            .order_by(folded(_principal.c.name), _principal.c.id)
        )
        for thing_id, principal_id in connection.execute(wanted):
            found[thing_id].append(principal_id)
        return found

    def set_holders(self, connection: Connection, thing_id: str, principal_ids: Collection[str]) -> None:
        """Make just these principals the ones who have a thing."""
        connection.execute(delete(self.pairs).where(self.pairs.c[self.key] == thing_id))
        if principal_ids:
            rows = [{self.key: thing_id, "principal_id": one} for one in sorted(principal_ids)]
            connection.execute(insert(self.pairs), rows)
