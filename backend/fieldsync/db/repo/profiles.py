"""Profiles: the draft as one row per field, the versions as immutable maps from field to direction."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import String, and_, bindparam, delete, func, insert, select, tuple_, union_all, update
from sqlalchemy.engine import Connection

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.privileges import SecuredWrites
from fieldsync.core.values import Direction
from fieldsync.db import tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.questions import Question
from fieldsync.db.repo.assignments import Assignments
from fieldsync.db.repo.list_query import Listing
from fieldsync.db.repo.windows import Within
from fieldsync.db.rights import ProfileMember, TeamMember

DEFAULT = "default"
STATES_KEPT = 100
_profile = table_of(tables.Profile)
_mapping = table_of(tables.Mapping)
_version = table_of(tables.ProfileVersion)
_given = table_of(ProfileMember)
given = Assignments(_profile, _given, "profile_id")
"""Whom which profile is given to directly."""
_member = table_of(TeamMember)
VERSIONS = Listing("versions", _version.c.number, dict(_version.columns), newest_first=True)
_earlier = _version.alias("earlier")
VERSIONS_OF = Within(
    select(
        _version,
        _earlier.c.directions.label("earlier_directions"),
        _earlier.c.policies.label("earlier_policies"),
    ).outerjoin(
        _earlier, and_(_earlier.c.profile_id == _version.c.profile_id, _earlier.c.number == _version.c.number - 1)
    ),
    _version.c.profile_id,
)
"""The published versions of each profile, each with what the one before it held."""


@dataclass(frozen=True, slots=True)
class DraftMapping:
    """What the draft holds for one field."""

    direction: Direction
    revision: int
    policy: ConflictPolicy = ConflictPolicy.CRM_LEADS


@dataclass(frozen=True, slots=True)
class Content:
    """What a version holds: direction and conflict policy of every field, by its id, in the catalogue's order."""

    directions: Mapping[str, Direction]
    policies: Mapping[str, ConflictPolicy]


@dataclass(frozen=True, slots=True, eq=False)
class ProfileState:
    """A profile with its draft, and the directions and conflict policies in force, all by field id.

    Nobody changes one once it is made, so that what is derived from it can be kept beside it.
    """

    row: Any
    draft: Mapping[str, DraftMapping]
    published: Mapping[str, Direction]
    policies: Mapping[str, ConflictPolicy]

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def changes(self) -> dict[str, tuple[Direction, Direction]]:
        """What publishing would change: before and after, by field id."""
        return {
            field: (self.published[field], mapping.direction)
            for field, mapping in self.draft.items()
            if mapping.direction is not self.published[field]
        }

    @property
    def policy_changes(self) -> dict[str, tuple[ConflictPolicy, ConflictPolicy]]:
        """What publishing would change of the conflict policies."""
        return {
            field: (self.policies[field], mapping.policy)
            for field, mapping in self.draft.items()
            if mapping.policy is not self.policies[field]
        }


def ids(connection: Connection) -> list[str]:
    """All profiles, the default one first."""
    return list(connection.scalars(select(_profile.c.id).order_by(_profile.c.is_default.desc(), _profile.c.name)))


def holding(connection: Connection, principal_id: str) -> str:
    """The id of the profile that holds for a principal."""
    return holding_for(connection, [principal_id])[principal_id]


def holding_for(connection: Connection, principal_ids: Collection[str]) -> dict[str, str]:
    """The id of the profile that holds for each principal.

    Of those given to the principal or to its teams it is the one of the lowest rank, then the first by name; the
    default one for whoever has none.
    """
    own = select(_given.c.principal_id, _given.c.profile_id).where(_given.c.principal_id.in_(principal_ids))
    of_teams = (
        select(_member.c.user_id, _given.c.profile_id)
        .join(_given, _given.c.principal_id == _member.c.team_id)
        .where(_member.c.user_id.in_(principal_ids))
    )
    both = union_all(own, of_teams).subquery()
    ranked: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for who, *rank in connection.execute(
        select(both.c.principal_id, _profile.c.rank, _profile.c.name, _profile.c.id).join(
            _profile, _profile.c.id == both.c.profile_id
        )
    ):
        ranked[who].append(tuple(rank))
    return {who: min(ranked[who])[2] if who in ranked else DEFAULT for who in principal_ids}


_with_content = select(_profile, _version.c.directions, _version.c.policies).outerjoin(
    _version, and_(_version.c.profile_id == _profile.c.id, _version.c.number == _profile.c.published_number)
)
_drafts = select(
    _mapping.c.profile_id, _mapping.c.field_id, _mapping.c.direction, _mapping.c.revision, _mapping.c.policy
)

# Built once: everything about mappings begins with these.
_these = bindparam("profiles", expanding=True)
_some = _with_content.where(_profile.c.id.in_(_these))
_drafted = _drafts.where(_mapping.c.profile_id.in_(_these))
# A statement of its own: one that waits for the lock would join the version of before with the profile of after.
_lock = select(_profile.c.id).where(_profile.c.id.in_(_these)).with_for_update()
_this = bindparam("profile", None, String)
_one = Question(_with_content.where(_profile.c.id == _this), same_plan=True)
_drafted_of_one = Question(_drafts.where(_mapping.c.profile_id == _this))


@lru_cache(maxsize=1_000)
def _draft_mapping(direction: str, revision: int, policy: str) -> DraftMapping:
    return DraftMapping(Direction[direction], revision, ConflictPolicy[policy])


async def glance(database: Database, profile_id: str) -> ProfileState | None:
    """``state`` for whoever only looks; the very same one as long as the profile is the same."""
    which = {"profile": profile_id}
    found, drafted = await database.ask_all((_one, which), (_drafted_of_one, which))
    row, rows = found.first(), (found.plain, drafted.plain)
    if row is None:
        return None
    kept = _glanced.get(profile_id)
    if kept is None or kept[0] != rows:
        draft = {field: _draft_mapping(*rest) for _, field, *rest in drafted.plain}
        kept = (rows, _state(row, draft))
        if len(_glanced) >= STATES_KEPT:
            _glanced.clear()
        _glanced[profile_id] = kept
    return kept[1]


_glanced: dict[str, tuple[Any, ProfileState]] = {}


def state(connection: Connection, profile_id: str = DEFAULT, *, lock: bool = False) -> ProfileState | None:
    """A profile as it stands; ``lock`` keeps other writers off it until the transaction ends."""
    return states(connection, [profile_id], lock=lock).get(profile_id)


def states(connection: Connection, profile_ids: Collection[str], *, lock: bool = False) -> dict[str, ProfileState]:
    """Profiles as they stand, by id; those that are not there are missing."""
    wanted = {"profiles": list(profile_ids)}
    if lock:
        connection.execute(_lock, wanted)
    found = connection.execute(_some, wanted).all()
    drafted: dict[str, dict[str, DraftMapping]] = defaultdict(dict)
    for owner, field, direction, revision, policy in connection.execute(_drafted, wanted).all():
        drafted[owner][field] = _draft_mapping(direction, revision, policy)
    return {row.id: _state(row, drafted[row.id]) for row in found}


def _state(row: Any, drafted: Mapping[str, DraftMapping]) -> ProfileState:
    published, policies = _complete(row.directions or {}), _all_policies(row.policies)
    draft = {field: drafted.get(field) or DraftMapping(published[field], 1, policies[field]) for field in published}
    return ProfileState(row, draft, published, policies)


def revisions(connection: Connection, profile_ids: Collection[str]) -> dict[str, int]:
    """The revision of each of these profiles."""
    if not profile_ids:
        return {}
    wanted = select(_profile.c.id, _profile.c.revision).where(_profile.c.id.in_(profile_ids))
    return {row.id: row.revision for row in connection.execute(wanted)}


def _complete(stored: Mapping[str, str]) -> dict[str, Direction]:
    """Directions of all fields; a field that a version does not know yet has its default."""
    known = Direction.__members__
    return {field.id: known[stored[field.id]] if field.id in stored else field.default for field in catalogue().all()}


def _all_policies(stored: Mapping[str, str] | None) -> dict[str, ConflictPolicy]:
    """Conflict policies of all fields; a version names those that are not the usual one."""
    named, known = stored or {}, ConflictPolicy.__members__
    return {field.id: known[named.get(field.id, "CRM_LEADS")] for field in catalogue().all()}


def _stored_policies(policies: Mapping[str, ConflictPolicy]) -> dict[str, str]:
    return {field: policy.name for field, policy in policies.items() if policy is not ConflictPolicy.CRM_LEADS}


def versions(connection: Connection, profile_id: str, *, number: int) -> list[tuple[Any, Content]]:
    """The published version of this number with what it holds, if there is one."""
    wanted = select(_version).where(_version.c.profile_id == profile_id, _version.c.number == number)
    return [(row, held(row)) for row in connection.execute(wanted)]


def numbered_versions(connection: Connection, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Rows of ``VERSIONS_OF`` by profile and number; those that are not there are missing."""
    key = tuple_(_version.c.profile_id, _version.c.number)
    rows = connection.execute(VERSIONS_OF.wanted.where(key.in_(wanted)))
    return {(row.profile_id, row.number): row for row in rows}


def held(row: Any) -> Content:
    """What a version holds."""
    return Content(_complete(row.directions), _all_policies(row.policies))


def held_before(row: Any) -> Content | None:
    """What the version before the one of a row of ``VERSIONS_OF`` held; None for the first one."""
    if row.earlier_directions is None:
        return None
    return Content(_complete(row.earlier_directions), _all_policies(row.earlier_policies))


def is_taken(connection: Connection, name: str, but: str = "") -> bool:
    """Whether another profile has this name."""
    wanted = select(_profile.c.id).where(_profile.c.name == name, _profile.c.id != but)
    return connection.execute(wanted).first() is not None


def add(
    connection: Connection,
    profile_id: str,
    content: Content,
    *,
    name: str,
    description: str,
    rank: int,
    secured_writes: SecuredWrites,
    message: str,
    now: datetime,
    published_by: str | None = None,
) -> None:
    """Make a profile with this content as its version 1, given to nobody."""
    connection.execute(
        insert(_profile).values(
            id=profile_id,
            name=name,
            description=description,
            is_default=profile_id == DEFAULT,
            revision=1,
            published_number=1,
            rank=rank,
            secured_writes=secured_writes.value,
        )
    )
    insert_version(connection, profile_id, content, message=message, now=now, published_by=published_by)
    set_draft(connection, profile_id, Content({}, {}), content.directions.keys())
    connection.execute(
        update(_mapping)
        .where(_mapping.c.profile_id == profile_id, _mapping.c.field_id == bindparam("which"))
        .values(direction=bindparam("given"), policy=bindparam("led")),
        [
            {"which": field, "given": direction.name, "led": content.policies[field].name}
            for field, direction in content.directions.items()
        ],
    )


def remove(connection: Connection, profile_id: str) -> None:
    """Delete a profile with its draft and its versions."""
    for table in (_given, _mapping, _version):
        connection.execute(delete(table).where(table.c.profile_id == profile_id))
    connection.execute(delete(_profile).where(_profile.c.id == profile_id))


def set_draft(connection: Connection, profile_id: str, moved: Content, known: Collection[str]) -> None:
    """Change the draft of these fields and count their revisions; ``known`` are all fields of the profile."""
    missing = set(known) - set(
        connection.scalars(select(_mapping.c.field_id).where(_mapping.c.profile_id == profile_id))
    )
    if missing:  # a field that the catalogue has got since the profile was made
        defaults = _complete({})
        connection.execute(
            insert(_mapping),
            [
                {
                    "profile_id": profile_id,
                    "field_id": field,
                    "direction": defaults[field].name,
                    "revision": 1,
                }
                for field in sorted(missing)
            ],
        )
    for column, choices in (("direction", moved.directions), ("policy", moved.policies)):
        if choices:
            connection.execute(
                update(_mapping)
                .where(_mapping.c.profile_id == profile_id, _mapping.c.field_id == bindparam("which"))
                .values({column: bindparam("chosen"), "revision": _mapping.c.revision + 1}),
                [{"which": field, "chosen": choice.name} for field, choice in choices.items()],
            )


def touch(connection: Connection, profile_id: str, **values: Any) -> None:
    """Count the profile's revision, and set these columns."""
    connection.execute(
        update(_profile).where(_profile.c.id == profile_id).values(revision=_profile.c.revision + 1, **values)
    )


def insert_version(
    connection: Connection,
    profile_id: str,
    content: Content,
    *,
    message: str,
    now: datetime,
    published_by: str | None,
) -> int:
    """Store the next version; returns its number. Does not put it in force."""
    newest = connection.scalar(select(func.max(_version.c.number)).where(_version.c.profile_id == profile_id))
    number = (newest or 0) + 1
    connection.execute(
        insert(_version).values(
            profile_id=profile_id,
            number=number,
            message=message,
            published_at=now,
            published_by=published_by,
            directions={field: direction.name for field, direction in content.directions.items()},
            policies=_stored_policies(content.policies),
        )
    )
    return number


def ensure_default(connection: Connection, now: datetime) -> None:
    """Make the default profile with the catalogue's defaults as its version 1, unless it is there."""
    if connection.scalar(select(_profile.c.id).where(_profile.c.id == DEFAULT)):
        return
    add(
        connection,
        DEFAULT,
        Content(_complete({}), _all_policies(None)),
        name="Default",
        description="Holds for everybody who has no profile of their own.",
        rank=100,
        secured_writes=SecuredWrites.KEEP,
        message="Defaults of the field catalogue",
        now=now,
    )
