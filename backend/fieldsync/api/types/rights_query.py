"""Which principals, units, roles, field profiles and events of the audit to list and in which order."""

from fieldsync.api.types.filters import BooleanFilter, IdFilter, IntFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.privileges import PrincipalKind, RoleInheritance
from fieldsync.core.rights import Role
from fieldsync.db.repo.list_query import Condition, Operator, Some
from fieldsync.errors import InvalidInput
from fieldsync.services.field_profiles import FIELD_PROFILE
from fieldsync.services.roles import ROLE
from fieldsync.services.units import UNIT

LONGEST_SEARCH = 200

PRINCIPALS = (
    Listed("id", "id", "Its id", IdFilter, "principal"),
    Listed("name", "name", "Full name of a person, or name of a team"),
    Listed("user_name", "userName", "What a user signs in with"),
    Listed("kind", "kind", "Whether it is a user or which kind of team", enum_filter(PrincipalKind)),
    Listed("role", "role", "What it may do at all", enum_filter(Role)),
    Listed("is_disabled", "isDisabled", "Whether it may not sign in", BooleanFilter),
    Listed("is_default_team", "isDefaultTeam", "Whether it is the team that its unit has by itself", BooleanFilter),
    Listed("unit_id", "businessUnitId", "The business unit it belongs to", IdFilter, UNIT),
    Listed("manager_id", "managerId", "Its manager", IdFilter, "principal"),
    Listed("revision", "revision", "Counts its changes", IntFilter),
)
BUSINESS_UNITS = (
    Listed("id", "id", "Its id", IdFilter, UNIT),
    Listed("name", "name", "What it is called"),
    Listed("parent_id", "parentId", "The unit above it", IdFilter, UNIT),
    Listed("revision", "revision", "Counts its changes", IntFilter),
)
SECURITY_ROLES = (
    Listed("id", "id", "Its id", IdFilter, ROLE),
    Listed("name", "name", "What it is called"),
    Listed("description", "description", "What it is for"),
    Listed("inheritance", "inheritance", "What it means for the members of a team", enum_filter(RoleInheritance)),
    Listed("revision", "revision", "Counts its changes", IntFilter),
)
FIELD_PROFILES = (
    Listed("id", "id", "Its id", IdFilter, FIELD_PROFILE),
    Listed("name", "name", "What it is called"),
    Listed("description", "description", "What it is for"),
    Listed("revision", "revision", "Counts its changes", IntFilter),
)
AUDIT_EVENTS = (
    Listed("at", "at", "When it was made", TimeFilter),
    Listed("actor", "actor", "How the one who made it came in"),
    Listed("action", "action", "What was done, such as SECURITY_ROLE_UPDATE"),
    Listed("principal_id", "principalId", "The person who made it", IdFilter, "principal"),
    Listed("target_id", "targetId", "The id of what was changed"),
    Listed("target_name", "targetName", "What it was called then"),
)


@filtered("principals", PRINCIPALS)
class PrincipalFilter:
    pass


@ordered("principals", PRINCIPALS)
class PrincipalOrder:
    pass


@filtered("business units", BUSINESS_UNITS)
class BusinessUnitFilter:
    pass


@ordered("business units", BUSINESS_UNITS)
class BusinessUnitOrder:
    pass


@filtered("security roles", SECURITY_ROLES)
class SecurityRoleFilter:
    pass


@ordered("security roles", SECURITY_ROLES)
class SecurityRoleOrder:
    pass


@filtered("field profiles", FIELD_PROFILES)
class FieldProfileFilter:
    pass


@ordered("field profiles", FIELD_PROFILES)
class FieldProfileOrder:
    pass


@filtered("events of the audit", AUDIT_EVENTS)
class AuditEventFilter:
    pass


@ordered("events of the audit", AUDIT_EVENTS)
class AuditEventOrder:
    pass


def named_like(search: str | None) -> Some | None:
    """Those who have a text in their name or user name; raises InvalidInput for what can be in none."""
    if search is None:
        return None
    if len(search) > LONGEST_SEARCH or "\x00" in search:
        raise InvalidInput(f"Search for at most {LONGEST_SEARCH} characters.", path=("search",))
    sought = search.strip()
    holds = (Condition(name, Operator.CONTAINS, sought) for name in ("name", "user_name"))
    return Some(tuple(holds)) if sought else None
