"""One large organization from one seed, the same rows for every database it is loaded into.

100,000 contacts of 1,000 users and 40 teams in 60 business units, with roles at every level, managers three deep,
20,000 shares, three secured columns, field profiles and columns opened on single records.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege, RoleInheritance
from fieldsync.core.rights import Role
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.dialect import after_bulk_load
from fieldsync.db.records import Contact, RecordClock
from fieldsync.db.repo.profiles import ensure_default
from fieldsync.db.tables import Principal
from fieldsync.security import gate

SEED = 20261124
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECURED = ("birthdate", "mobilephone", "description")
FEW_SHARES, TEAM_SHARES = 300, 2_000
CHUNK = 5_000
_CITIES = ("Berlin", "Lyon", "Gdańsk", "Porto", "Turku", "Graz", "Ghent")


@dataclass(frozen=True, slots=True)
class Size:
    """How large it is."""

    contacts: int = 100_000
    users: int = 1_000
    units: int = 60
    teams: int = 40
    shares: int = 20_000

    def __str__(self) -> str:
        return f"{self.contacts:,} contacts, {self.users:,} users, {self.units} units, {self.shares:,} shares"


@dataclass(slots=True)
class Organization:
    """Rows by table, and the principals that are asked about, by what they stand for."""

    size: Size
    rows: dict[type, list[dict[str, Any]]] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict)
    administrator: str = ""
    reader: str = ""

    def contacts(self) -> Iterator[dict[str, Any]]:
        """The contacts, by the random order of their own seed."""
        random = Random(SEED + 1)
        people = [who for who in self._owners if who != self.callers["lives from shares"]]
        for n in range(self.size.contacts):
            yield _contact(n, random.choice(people))

    @property
    def _owners(self) -> list[str]:
        kinds = (PrincipalKind.USER.value, PrincipalKind.OWNER_TEAM.value)
        return [row["id"] for row in self.rows[Principal] if row["kind"] in kinds and not row["is_default_team"]]


def organization(size: Size) -> Organization:
    """The organization of this size."""
    random = Random(SEED)
    made = Organization(size)
    units = [_id("unit", n) for n in range(size.units)]
    parents: list[str] = [tables.ROOT, *(units[(n - 1) // 3] for n in range(1, size.units))]
    users = [_id("user", n) for n in range(size.users)]
    teams = [_id("team", n) for n in range(size.teams)]
    defaults = [_id("default", n) for n in range(size.units)]
    unit_of = {who: random.choice(units) for who in users}
    made.rows[tables.BusinessUnit] = [
        {"id": unit, "name": f"Unit {n}", "parent_id": parents[n], "revision": 1} for n, unit in enumerate(units)
    ]
    made.rows[Principal] = [
        *(_principal(team, f"Unit {n}", units[n], default=True) for n, team in enumerate(defaults)),
        *(_principal(team, f"Team {n}", random.choice(units)) for n, team in enumerate(teams)),
        *(_user(n, users, unit_of) for n in range(size.users)),
    ]
    default_of = dict(zip(units, defaults, strict=True))
    members = {(team, who) for team in teams for who in random.sample(users, min(12, size.users))}
    members |= {(default_of[unit_of[who]], who) for who in users}
    made.rows[tables.TeamMember] = [{"team_id": team, "user_id": who} for team, who in sorted(members)]
    _name_callers(made, users, teams)
    _give_roles(made, users, teams)
    _secure(made, random, users)
    made.rows[tables.RecordShare] = _shares(made, random, users, teams)
    return made


def load(database: Database, made: Organization) -> None:
    """Put it into a migrated, empty database, and refresh the planner's figures."""
    permit = gate.administer("benchmark")

    def fill(connection: Connection) -> None:
        connection.execute(
            update(table_of(tables.SecuritySettings)).values(
                hierarchy=True, hierarchy_depth=3, managers_in_same_or_parent_unit=False
            )
        )
        ensure_default(connection, NOON)
        for model in _ORDER:
            connection.execute(insert(table_of(model)), made.rows[model])
        contacts = made.contacts()
        while some := list(islice(contacts, CHUNK)):
            connection.execute(insert(table_of(Contact)), some)
        connection.execute(update(table_of(RecordClock)).values(version=made.size.contacts))

    database.write_now(permit, fill)
    database.write_now(permit, after_bulk_load)


_ORDER: tuple[type, ...] = (
    tables.BusinessUnit, Principal, tables.TeamMember, tables.SecurityRole, tables.PrincipalRole,
    tables.SecuredColumn, tables.FieldProfile, tables.FieldPermission, tables.FieldProfileMember,
    tables.RecordShare, tables.ColumnGrant,
)  # fmt: skip


def _id(kind: str, n: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{n}"))


def contact_id(n: int) -> str:
    """Ids grow with their number, as those of the product grow with time."""
    return str(uuid.UUID(int=(0x019A << 112) | (n << 80) | (7 << 76) | (2 << 62) | (n * 7919)))


def _principal(who: str, name: str, unit: str, *, default: bool = False) -> dict[str, Any]:
    return {
        "id": who, "kind": PrincipalKind.OWNER_TEAM.value, "user_name": None, "name": name, "role": Role.USER.value,
        "password": None, "unit_id": unit, "manager_id": None, "is_disabled": False, "is_default_team": default,
        "revision": 1, "created_at": NOON,
    }  # fmt: skip


def _user(n: int, users: list[str], unit_of: dict[str, str]) -> dict[str, Any]:
    """The first ten lead sixty, who lead 180, who lead everybody else."""
    over = None if n < 10 else n % 10 if n < 70 else 10 + n % 60 if n < 250 else 70 + n % 180
    row = _principal(users[n], f"User {n}", unit_of[users[n]])
    return row | {
        "kind": PrincipalKind.USER.value,
        "user_name": f"user-{n}",
        "manager_id": None if over is None else users[over],
        "role": (Role.ADMINISTRATOR if n == len(users) - 1 else Role.USER).value,
    }


def _name_callers(made: Organization, users: list[str], teams: list[str]) -> None:
    made.administrator = users[-1]
    made.reader = users[-2]
    made.callers = {
        "own records": users[300],
        "lives from shares": users[301],
        "team with shares": users[302],
        "manager, few below": users[70],
        "manager, 100 below": users[3],
        "business unit": users[303],
        "parent and child": users[304],
        "organization": users[-2],
    }
    member = {"team_id": teams[0], "user_id": users[302]}
    if member not in made.rows[tables.TeamMember]:
        made.rows[tables.TeamMember].append(member)
    # The unit below which more than half of the organization is.
    for row in made.rows[Principal]:
        if row["id"] == users[304]:
            row["unit_id"] = made.rows[tables.BusinessUnit][1]["id"]


def _give_roles(made: Organization, users: list[str], teams: list[str]) -> None:
    levels = {
        "unit": AccessLevel.BUSINESS_UNIT,
        "below": AccessLevel.PARENT_CHILD,
        "all": AccessLevel.ORGANIZATION,
    }
    made.rows[tables.SecurityRole] = [
        {
            "id": name, "name": f"Reads {name}", "description": "", "inheritance": RoleInheritance.DIRECT.value,
            "privileges": {RecordKind.CONTACT.value: {Privilege.READ.value: level.name}}, "revision": 1,
        }
        for name, level in levels.items()
    ]  # fmt: skip
    held = [(who, "basic") for who in users]
    held += [(who, "unit") for n, who in enumerate(users) if n % 7 == 5 and who not in made.callers.values()]
    held += [(who, "below") for n, who in enumerate(users) if n % 25 == 11 and who not in made.callers.values()]
    held += [(who, "all") for n, who in enumerate(users) if n % 50 == 17 and who not in made.callers.values()]
    held += [(team, "basic") for team in teams[::2]]
    held += [
        (made.callers["business unit"], "unit"),
        (made.callers["parent and child"], "below"),
        (made.callers["organization"], "all"),
    ]
    made.rows[tables.PrincipalRole] = [{"principal_id": who, "role_id": role} for who, role in sorted(set(held))]


def _secure(made: Organization, random: Random, users: list[str]) -> None:
    kind = RecordKind.CONTACT.value
    made.rows[tables.SecuredColumn] = [{"kind": kind, "attribute": name, "mask_keep": None} for name in SECURED]
    profiles = [f"profile-{n}" for n in range(6)]
    made.rows[tables.FieldProfile] = [
        {"id": one, "name": one, "description": "", "revision": 1} for one in profiles
    ]  # fmt: skip
    made.rows[tables.FieldPermission] = [
        {
            "field_profile_id": one, "kind": kind, "attribute": SECURED[n % 3], "can_read": True,
            "can_read_unmasked": True, "can_create": n > 2, "can_update": n > 2,
        }
        for n, one in enumerate(profiles)
    ]  # fmt: skip
    some = [who for who in users if who != made.reader]
    made.rows[tables.FieldProfileMember] = [
        {"field_profile_id": one, "principal_id": who}
        for one in profiles
        for who in random.sample(some, len(some) // 8)
    ]
    opened = {
        (contact_id(random.randrange(made.size.contacts)), random.choice(SECURED), random.choice(some))
        for _ in range(500)
    }
    made.rows[tables.ColumnGrant] = [
        {
            "kind": kind, "record_id": record, "attribute": name, "principal_id": who, "can_read": True,
            "can_update": False,
        }
        for record, name, who in sorted(opened)
    ]  # fmt: skip


def _shares(made: Organization, random: Random, users: list[str], teams: list[str]) -> list[dict[str, Any]]:
    def record() -> str:
        return contact_id(random.randrange(made.size.contacts))

    shared: set[tuple[str, str]] = set()
    for who, wanted in (
        (made.callers["lives from shares"], FEW_SHARES),
        (teams[0], TEAM_SHARES),
        (None, made.size.shares - FEW_SHARES - TEAM_SHARES),
    ):
        end = len(shared) + min(wanted, made.size.contacts // 4)
        while len(shared) < end:
            shared.add((record(), who or random.choice(users if random.random() < 0.8 else teams)))
    return [
        {"kind": RecordKind.CONTACT.value, "record_id": one, "principal_id": who, "rights": random.choice((1, 3, 2))}
        for one, who in sorted(shared)
    ]


def _contact(n: int, owner: str) -> dict[str, Any]:
    city = _CITIES[n % len(_CITIES)]
    return {
        "id": contact_id(n), "owner_id": owner, "version": n + 1, "statecode": 0,
        "created_at": NOON, "modified_at": NOON + timedelta(seconds=n),
        "fullname": f"First{n % 911} Last{n}", "firstname": f"First{n % 911}", "lastname": f"Last{n}",
        "middlename": "M.", "nickname": f"Nick{n % 97}", "jobtitle": f"Title {n % 41}",
        "department": f"Department {n % 17}", "parentcustomerid": f"Company {n % 2503}",
        "emailaddress1": f"person-{n}@example.org", "emailaddress2": f"home-{n}@example.net",
        "telephone1": f"+49 30 555 {n:06d}", "telephone2": f"+49 30 556 {n:06d}", "mobilephone": f"+49 170 {n:06d}",
        "websiteurl": f"https://example.org/{n}", "birthdate": date(1950 + n % 50, 1 + n % 12, 1 + n % 28),
        "spousesname": f"Spouse {n % 501}", "description": f"Met at fair number {n % 33}; wants to hear about offers.",
        "address1_line1": f"Street {n % 300}", "address1_city": city, "address1_postalcode": f"{10000 + n % 4000}",
        "address1_country": "Germany",
    }  # fmt: skip
