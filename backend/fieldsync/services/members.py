"""Use cases of lists of principals within objects: the members of teams, and who has what is given to principals."""

from collections.abc import Collection
from enum import Enum
from typing import assert_never

from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo import field_profiles, principals, profiles, roles, teams
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.windows import Within
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_each, read_each

BY_NAME = ListQuery(principals.LISTING, order="name")
"""The only order, without any filter: much of what principals can be asked by is for administrators."""


class MembersOf(Enum):
    """What principals are listed within."""

    TEAM = "TEAM"
    ROLE = "ROLE"
    FIELD_PROFILE = "FIELD_PROFILE"
    PROFILE = "PROFILE"


class Members:
    """For whoever was shown the objects already; of what is given, users see only themselves and their teams."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pages(self, actor: Actor, ids: Collection[str], of: MembersOf, asked: PageArguments) -> dict[str, Page]:
        """A page of the members of each of these objects; raises InvalidInput."""
        return await read_each(self._database, actor, asked, BY_NAME, _within(actor, of), ids)

    async def counts(self, actor: Actor, ids: Collection[str], of: MembersOf) -> dict[str, int]:
        """How many members each of these objects has."""
        return await count_each(self._database, actor, BY_NAME, _within(actor, of), ids)


def _within(actor: Actor, of: MembersOf) -> Within:
    seen_by = None if gate.sees_everybody(actor) else actor.principal_id
    match of:
        case MembersOf.TEAM:
            return teams.MEMBERS
        case MembersOf.ROLE:
            return roles.given.held(seen_by)
        case MembersOf.FIELD_PROFILE:
            return field_profiles.given.held(seen_by)
        case MembersOf.PROFILE:
            return profiles.given.held(seen_by)
        case _:
            assert_never(of)
