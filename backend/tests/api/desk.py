"""An administrator's desk: every mutation of rights by name, for the tests of rights."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.db.columns import table_of
from fieldsync.db.repo import standing
from fieldsync.db.rights import AuditEvent

UNIT = "businessUnit { id name revision principalCount parent { id name } }"
PRINCIPAL = """principal { id name userName kind rights { role isDisabled isDefaultTeam revision
  businessUnit { id name } manager { id } teams { name } members(first: 1000) { nodes { id name } }
  securityRoles { id name } fieldProfiles { name } profile { id } } }"""
ROLE = """securityRole { id name description inheritance revision privileges { kind privilege level }
  holders(first: 1000) { nodes { name } } }"""
FIELD_PROFILE = """fieldProfile { id name description revision members(first: 1000) { nodes { id name } }
  permissions { kind attribute read readUnmasked create update } }"""
COLUMN = "column { attribute label secured canBeSecured neverSecurableBecause mask { keepLast } }"
SETTINGS = "securitySettings { hierarchy hierarchyDepth managersInSameOrParentUnit revision }"

ANSWERS = {
    "businessUnitCreate": UNIT,
    "businessUnitUpdate": UNIT,
    "businessUnitDelete": "businessUnitId",
    "userCreate": PRINCIPAL,
    "userUpdate": PRINCIPAL,
    "teamCreate": PRINCIPAL,
    "teamUpdate": PRINCIPAL,
    "teamDelete": "principalId",
    "principalRolesSet": PRINCIPAL,
    "securityRoleCreate": ROLE,
    "securityRoleUpdate": ROLE,
    "securityRoleDelete": "roleId",
    "fieldProfileCreate": FIELD_PROFILE,
    "fieldProfileUpdate": FIELD_PROFILE,
    "fieldProfileDelete": "fieldProfileId",
    "columnSecure": COLUMN,
    "columnRelease": COLUMN,
    "securitySettingsUpdate": SETTINGS,
}
ROOT = "unit:root"


@dataclass
class Refusal(AssertionError):
    """What a mutation answered instead of changing something."""

    code: str
    message: str
    path: list[str] | None

    def __str__(self) -> str:
        return f"{self.code} at {self.path}: {self.message}"


@dataclass
class Desk:
    office: Office

    async def ask(self, mutation: str, *, who: str = "admin", scope: Scope = Scope.ADMIN, **input: Any) -> Any:
        """What a mutation answered; raises Refusal for the first of its errors."""
        kind = mutation[0].upper() + mutation[1:] + "Input"
        query = f"mutation($input: {kind}!) {{ it: {mutation}(input: $input) {{ {ANSWERS[mutation]} {_ERRORS} }} }}"
        payload = (await self.office.data(who, query, scope=scope, input=input))["it"]
        answer = payload[re.split(r"\W", ANSWERS[mutation])[0]]
        if payload["errors"]:
            assert answer is None
            raise Refusal(**payload["errors"][0])
        return answer

    async def unit(self, name: str, parent: str = ROOT) -> Any:
        return await self.ask("businessUnitCreate", name=name, parentId=parent)

    async def user(self, user_name: str, **more: Any) -> Any:
        return await self.ask("userCreate", **({"userName": user_name, "name": user_name.title()} | more))

    async def team(self, name: str, kind: str = "OWNER_TEAM", **more: Any) -> Any:
        return await self.ask("teamCreate", name=name, kind=kind, **more)

    async def principal(self, principal_id: str) -> Any:
        """A principal with its rights as they are now."""
        query = f"query($id: ID!) {{ node(id: $id) {{ ... on Principal {{ {PRINCIPAL[11:-1]} }} }} }}"
        return (await self.office.data("admin", query, id=principal_id))["node"]

    def id_of(self, name: str) -> str:
        return f"principal:{self.office.people[name]}"

    def audit(self) -> list[Any]:
        """Everything in the audit, oldest first."""
        table = table_of(AuditEvent)
        return self.office.database.read_now(lambda c: list(c.execute(select(table).order_by(table.c.id))))

    def rights_version(self) -> int:
        return self.office.database.read_now(standing.rights_version)


_ERRORS = "errors { code message path }"
