"""Which filters and opt-outs to list and in which order."""

from fieldsync.api.types.filters import ANY_RECORD, BooleanFilter, IdFilter, IntFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.sync_filters import FilterScope
from fieldsync.services.sync_filters import FILTER

SYNC_FILTERS = (
    Listed("id", "id", "Its id", IdFilter, FILTER),
    Listed("scope", "scope", "Whose it is", enum_filter(FilterScope)),
    Listed("principal_id", "principalId", "The user it belongs to; of a template, the team that it is for", IdFilter,
           "principal"),
    Listed("kind", "kind", "Which type of record it chooses", enum_filter(RecordKind)),
    Listed("name", "name", "What it is called"),
    Listed("is_active", "isActive", "Whether it counts", BooleanFilter),
    Listed("excludes", "excludes", "Whether it takes records away instead", BooleanFilter),
    Listed("template_id", "templateId", "The template it was copied from", IdFilter, FILTER),
    Listed("template_revision", "templateRevision", "The revision of the template that it was copied at", IntFilter),
    Listed("revision", "revision", "Counts its changes", IntFilter),
    Listed("changed_at", "changedAt", "When it was changed last", TimeFilter),
)  # fmt: skip
OPT_OUTS = (
    Listed("id", "id", "Its id", IdFilter, "optOut"),
    Listed("kind", "kind", "Of which type of record", enum_filter(RecordKind)),
    Listed("record_id", "recordId", "The record", IdFilter, ANY_RECORD),
    Listed("uid", "uid", "The UID of the item"),
    Listed("since", "since", "When it was opted out", TimeFilter),
    Listed("principal_id", "principalId", "Who opted it out", IdFilter, "principal"),
    Listed("subject", "subject", "What it was called then; only for administrators"),
)


@filtered("filters", SYNC_FILTERS)
class SyncFilterFilter:
    pass


@ordered("filters", SYNC_FILTERS)
class SyncFilterOrder:
    pass


@filtered("opt-outs", OPT_OUTS)
class OptOutFilter:
    pass


@ordered("opt-outs", OPT_OUTS)
class OptOutOrder:
    pass
