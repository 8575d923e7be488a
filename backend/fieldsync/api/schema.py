"""The schema: its roots, its limits, its rendering."""

from dataclasses import dataclass
from functools import cache

import strawberry
from graphql import ASTValidationRule, GraphQLSchema, NoSchemaIntrospectionCustomRule, specified_rules

from fieldsync.api.limits import Extent, extent_rule
from fieldsync.api.mutations.account import AccountMutations
from fieldsync.api.mutations.activities import ActivityMutations
from fieldsync.api.mutations.columns import ColumnMutations
from fieldsync.api.mutations.conflicts import ConflictMutations
from fieldsync.api.mutations.contacts import ContactMutations
from fieldsync.api.mutations.cycles import CycleMutations
from fieldsync.api.mutations.deletions import DeletionMutations
from fieldsync.api.mutations.field_profiles import FieldProfileMutations
from fieldsync.api.mutations.mailbox_discovery import MailboxDiscoveryMutations
from fieldsync.api.mutations.mailboxes import MailboxMutations
from fieldsync.api.mutations.matching import MatchMutations
from fieldsync.api.mutations.profile_setup import ProfileSetupMutations
from fieldsync.api.mutations.profiles import ProfileMutations
from fieldsync.api.mutations.record_rights import RecordRightsMutations
from fieldsync.api.mutations.roles import RoleMutations
from fieldsync.api.mutations.runs import RunMutations
from fieldsync.api.mutations.scope import ScopeMutations
from fieldsync.api.mutations.security_settings import SecuritySettingsMutations
from fieldsync.api.mutations.sync_filters import SyncFilterMutations
from fieldsync.api.mutations.sync_settings import SyncSettingsMutations
from fieldsync.api.mutations.teams import TeamMutations
from fieldsync.api.mutations.undo import UndoMutations
from fieldsync.api.mutations.units import UnitMutations
from fieldsync.api.mutations.users import UserMutations
from fieldsync.api.queries import Query
from fieldsync.api.subscriptions import Subscription
from fieldsync.api.types.activity import TYPES
from fieldsync.settings import Settings


@dataclass(frozen=True, slots=True)
class Schema:
    """What operations are checked by: ``rules``, and how many tokens a document may have."""

    core: GraphQLSchema
    rules: tuple[type[ASTValidationRule], ...] = tuple(specified_rules)
    max_tokens: int | None = None


@strawberry.type
class RightsMutations(
    UnitMutations,
    UserMutations,
    TeamMutations,
    RoleMutations,
    FieldProfileMutations,
    ColumnMutations,
    SecuritySettingsMutations,
):
    """What administrators change rights with."""


@strawberry.type(description="Everything that can be changed; refusals come as typed errors in the payload.")
class Mutation(
    ProfileMutations,
    ProfileSetupMutations,
    ContactMutations,
    ActivityMutations,
    RecordRightsMutations,
    MailboxMutations,
    MailboxDiscoveryMutations,
    CycleMutations,
    ConflictMutations,
    UndoMutations,
    RunMutations,
    SyncSettingsMutations,
    DeletionMutations,
    MatchMutations,
    SyncFilterMutations,
    ScopeMutations,
    RightsMutations,
    AccountMutations,
):
    pass


@cache
def strawberry_schema() -> strawberry.Schema:
    """The schema as Strawberry knows it; to make one takes longer than many a command."""
    return strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription, types=[*TYPES.values()])


def build_schema(settings: Settings | None = None) -> Schema:
    """The schema with the limits of these settings."""
    limits = settings or Settings()
    rule = extent_rule(Extent(limits.max_root_fields, limits.max_aliases, limits.max_depth))
    closed = () if limits.introspection else (NoSchemaIntrospectionCustomRule,)
    return Schema(strawberry_schema()._schema, (*specified_rules, rule, *closed), limits.max_tokens)


def render() -> str:
    """The schema in the schema definition language, as it is kept in ``schema.graphql``."""
    return strawberry_schema().as_str().rstrip() + "\n"
