"""The table behind the matrix: for every field, type, subscription and mutation, who may and how to get there.

What is new in the schema has to be entered here, or ``test_matrix`` fails and says what is missing.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

CALLERS: dict[str, tuple[str | None, str]] = {
    "nobody": (None, ""),
    "sales, with a token that reads": ("sales", "read"),
    "sales": ("sales", "admin"),
    "clerk, who has no role": ("clerk", "admin"),
    "manager of sales": ("manager", "admin"),
    "administrator, with a token that reads": ("admin", "read"),
    "administrator": ("admin", "admin"),
}
"""Everybody who asks: the user, if any, and the scope of the token."""


class Policy(Enum):
    """Who may; every instance in the table belongs to sales."""

    SIGNED_IN = "everybody who is signed in"
    ADMIN_ONLY = "administrators; others are told that they may not"
    ADMIN_OR_ABSENT = "administrators; for others it is not there"
    OWN_OR_ADMIN = "sales and administrators; others are told that they may not"
    OWN_OR_ABSENT = "sales and administrators; for others it is not there"
    OWN_OR_EMPTY = "sales and administrators; for others the list is empty"
    OWN_OR_REFUSED = "sales and administrators; others are told that it is not there"
    READABLE = "whoever the rights model lets read the contact; for others it is not there"
    WITHHELD = "whoever sees the contact, and has something of it withheld"
    EACH_OWN = "everybody their own, but not with a token that only reads"
    JUST_OWN = "sales alone, not with a token that only reads; for others it is not there"
    # mutations
    ADMIN_WRITES = "administrators, not with a token that reads"
    ADMIN_WRITES_SEEN = "administrators, not with a token that reads; for whoever does not see it, it is not there"
    OWNER_WRITES = "sales and administrators, not with a token that reads; for others it is not there"
    JUST_OWNER_WRITES = "sales alone; not even administrators change somebody else's account"
    SELF_WRITES = "everybody for themselves, not with a token that reads"
    RECORD_WRITES = "whoever holds the privilege on the contact, not with a token that reads"
    CREATE_WRITES = "whoever may create contacts of their own, not with a token that reads"


P = Policy


@dataclass(frozen=True)
class Reach:
    """How to reach an instance of a type: ``%s`` is where its fields go, ``path`` leads there in the answer."""

    query: str
    path: str
    policy: Policy
    fields: str
    differs: str = ""
    """Fields whose value depends on who asks."""
    rules: dict[str, Policy] = field(default_factory=dict)
    """Fields with a policy of their own; they are null or empty for whom it says no."""


def _sales(rest: str) -> str:
    return f'node(id: "principal:sales"){{...on Principal{{rights{rest}}}}}'


CONTACT, RUN, BOX = '"contact:contact0"', '"run:run-sales"', '"mailbox:box-sales"'
EXPLAIN = 'explain(principalId: "principal:sales", mappingId: "mapping:default:CONTACT.governmentid"){%s}'
DELETION_CHECK = f"deletionCheck(mailboxId: {BOX}, kind: CONTACT, recordId: {CONTACT}, side: CRM){{%s}}"
UNDO = 'undoPreview(input: {runId: "run:written"}){%s}'
"""Of a field that sales may not read: there is nothing that sales may put back, and nothing of it to see."""
TRY = 'syncFilterPreview(input: {kind: CONTACT, definition: {}, principalId: "principal:sales"}){%s}'
WALK = f"scopeCheck(mailboxId: {BOX}, kind: CONTACT, recordId: {CONTACT}){{%s}}"
CONNECTION, EDGE = "nodes edges pageInfo totalCount", "cursor node"
ATTRIBUTES = (
    "fullName salutation firstName middleName lastName suffix nickName yomiFirstName yomiLastName parentCustomer "
    "department jobTitle managerName assistantName assistantPhone telephone1 business2 telephone2 home2 telephone3 "
    "mobilePhone company callback pager fax emailAddress1 emailAddress2 emailAddress3 webSiteUrl ftpSiteUrl birthDate "
    "anniversary spousesName childrensNames governmentId description address1Line1 address1Line2 address1Line3 "
    "address1City address1StateOrProvince address1PostalCode address1Country address1PostOfficeBox address2Line1 "
    "address2Line2 address2Line3 address2City address2StateOrProvince address2PostalCode address2Country "
    "address2PostOfficeBox address3Line1 address3Line2 address3Line3 address3City address3StateOrProvince "
    "address3PostalCode address3Country address3PostOfficeBox"
)

_ANY = "id version createdAt modifiedAt owner withheld masked viewerCan shares columnGrants kind state status"
_ABOUT = "subject description priority regardingObject"
_MET = "location organizer requiredAttendees optionalAttendees"
_TIMED = "scheduledStart scheduledEnd scheduledDurationMinutes isAllDayEvent"
_DONE = "scheduledStart scheduledEnd actualEnd"
ACTIVITIES = {
    "Appointment": f"{_MET} {_TIMED}",
    "RecurringAppointment": f"{_MET} recurrence",
    "ServiceActivity": f"{_MET} {_TIMED}",
    "Task": f"{_DONE} percentComplete",
    "PhoneCall": _DONE,
    "Letter": _DONE,
    "Fax": _DONE,
}
"""The types of activities, and what each has beside what all have."""
LISTS = {
    "Appointment": "appointments",
    "RecurringAppointment": "recurringAppointments",
    "ServiceActivity": "serviceActivities",
    "Task": "tasks",
    "PhoneCall": "phoneCalls",
    "Letter": "letters",
    "Fax": "faxes",
}
"""The lists of one type of activities each."""
RIGHTS_LISTS = {
    "Principal": "principals",
    "BusinessUnit": "businessUnits",
    "SecurityRole": "securityRoles",
    "FieldProfile": "fieldProfiles",
    "AuditEvent": "auditEvents",
}
"""The lists that administrators see."""


def noun(name: str) -> str:
    """What ids of a type begin with, and its mutations."""
    return name[0].lower() + name[1:]


def _activity(name: str, rest: str) -> str:
    return f'activity(id: "{noun(name)}:{noun(name)}0"){{...on {name}{rest}}}'


TYPES: dict[str, Reach] = {
    "Viewer": Reach(
        "viewer{%s}", "viewer", P.SIGNED_IN,
        "actor principal role canEditMappings canConnectMailboxes canStartRuns canAdminister profile",
        differs="actor role canEditMappings canConnectMailboxes canStartRuns canAdminister",
    ),
    "Principal": Reach(
        'node(id: "principal:sales"){...on Principal{%s}}', "node", P.SIGNED_IN, "id name userName kind rights",
        rules={"rights": P.OWN_OR_ABSENT},
    ),
    "PrincipalRights": Reach(
        _sales("{%s}"), "node rights", P.OWN_OR_ABSENT,
        "role isDisabled isDefaultTeam revision businessUnit manager teams members securityRoles fieldProfiles profile",
    ),
    "BusinessUnit": Reach(
        _sales("{businessUnit{%s}}"), "node rights businessUnit", P.OWN_OR_ABSENT,
        "id name revision parent principalCount",
    ),
    "SecurityRole": Reach(
        _sales("{securityRoles{%s}}"), "node rights securityRoles", P.OWN_OR_ABSENT,
        "id name description inheritance privileges revision holders", differs="holders",
    ),
    "RolePrivilege": Reach(
        _sales("{securityRoles{privileges{%s}}}"), "node rights securityRoles privileges", P.OWN_OR_ABSENT,
        "kind privilege level",
    ),
    "FieldProfile": Reach(
        _sales("{fieldProfiles{%s}}"), "node rights fieldProfiles", P.OWN_OR_ABSENT,
        "id name description revision permissions members", differs="members",
    ),
    "FieldPermission": Reach(
        _sales("{fieldProfiles{permissions{%s}}}"), "node rights fieldProfiles permissions", P.OWN_OR_ABSENT,
        "kind attribute read readUnmasked create update",
    ),
    "Contact": Reach(
        f"contact(id: {CONTACT}){{%s}}", "contact", P.READABLE,
        f"id version createdAt modifiedAt {ATTRIBUTES} owner withheld masked viewerCan shares columnGrants",
        # What each of them sees of its values is the oracle's to say, see ``test_matrix``.
        differs=f"{ATTRIBUTES} withheld masked viewerCan columnGrants",
    ),
    "WithheldField": Reach(
        f"contact(id: {CONTACT}){{withheld{{%s}}}}", "contact withheld", P.WITHHELD, "field attribute rule",
        differs="field attribute rule",
    ),
    "RecordShare": Reach(
        f"contact(id: {CONTACT}){{shares{{%s}}}}", "contact shares", P.READABLE, "rights principal"
    ),
    "ColumnGrant": Reach(
        f"contact(id: {CONTACT}){{columnGrants{{%s}}}}", "contact columnGrants", P.OWN_OR_ABSENT,
        "attribute read update principal",
    ),
    **{
        name: Reach(_activity(name, "{%s}"), "activity", P.READABLE, f"{_ANY} {_ABOUT} {own}", differs="viewerCan")
        for name, own in ACTIVITIES.items()
    },
    "Participant": Reach(
        _activity("Appointment", "{organizer{%s}}"), "activity organizer", P.READABLE, "name address"
    ),
    "Recurrence": Reach(
        _activity("RecurringAppointment", "{recurrence{%s}}"), "activity recurrence", P.READABLE,
        "patternType interval daysOfWeek dayOfMonth monthOfYear instance occurrences patternEndType patternStartDate "
        "patternEndDate startTime endTime duration timeZone deletedExceptions exceptions",
    ),
    "RecurrenceException": Reach(
        _activity("RecurringAppointment", "{recurrence{exceptions{%s}}}"), "activity recurrence exceptions", P.READABLE,
        "originalStart scheduledStart scheduledEnd subject description location priority status",
    ),
    "ActivityConnection": Reach(
        "activities(kind: TASK){%s}", "activities", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "ActivityEdge": Reach("activities(kind: TASK){edges{%s}}", "activities edges", P.READABLE, EDGE),
    **{
        f"{name}Connection": Reach(f"{plural}{{%s}}", plural, P.SIGNED_IN, CONNECTION, differs=CONNECTION)
        for name, plural in LISTS.items()
    },
    **{
        f"{name}Edge": Reach(f"{plural}{{edges{{%s}}}}", f"{plural} edges", P.READABLE, EDGE)
        for name, plural in LISTS.items()
    },
    "ContactConnection": Reach("contacts{%s}", "contacts", P.SIGNED_IN, CONNECTION, differs=CONNECTION),
    "ContactEdge": Reach(
        "contacts(first: 1){edges{%s}}", "contacts edges", P.READABLE, EDGE, differs=EDGE
    ),
    "PageInfo": Reach(
        "contacts{pageInfo{%s}}", "contacts pageInfo", P.SIGNED_IN, "hasNextPage hasPreviousPage startCursor endCursor",
        differs="hasNextPage hasPreviousPage startCursor endCursor",
    ),
    "Profile": Reach(
        'node(id: "profile:second"){...on Profile{%s}}', "node", P.SIGNED_IN,
        "id name description isDefault revision viewerCanEdit rank securedWrites members differences policyDifferences "
        "published draft versions mappings",
        differs="viewerCanEdit", rules={"members": P.ADMIN_OR_ABSENT},
    ),
    "ProfileVersionConnection": Reach(
        "profiles{versions{%s}}", "profiles versions", P.SIGNED_IN, CONNECTION
    ),
    "ProfileVersionEdge": Reach("profiles{versions{edges{%s}}}", "profiles versions edges", P.SIGNED_IN, EDGE),
    "ProfileDraft": Reach(
        "profiles{draft{%s}}", "profiles draft", P.SIGNED_IN, "changes policyChanges changedAt changedBy"
    ),
    "ProfileVersion": Reach(
        "profiles{published{%s}}", "profiles published", P.SIGNED_IN,
        "id number message publishedAt changes policyChanges publishedBy",
    ),
    "DirectionChange": Reach(
        "profiles{draft{changes{%s}}}", "profiles draft changes", P.SIGNED_IN, "mapping before after"
    ),
    "PolicyChange": Reach(
        "profiles{draft{policyChanges{%s}}}", "profiles draft policyChanges", P.SIGNED_IN, "mapping before after"
    ),
    "Mapping": Reach(
        "mappings(kind: CONTACT){%s}", "mappings", P.SIGNED_IN,
        "id kind outlookLabel crmLabel outlookProperties crmAttributes direction draftDirection defaultDirection "
        "allowedDirections nextDirection conflictPolicy draftConflictPolicy computed fixedReason note "
        "revision viewerCanEdit securedAttributes effective",
        differs="viewerCanEdit",
    ),
    "EffectiveDirection": Reach(
        'mappings(kind: CONTACT){effective(principalId: "principal:sales"){%s}}', "mappings effective", P.OWN_OR_ADMIN,
        "direction directionForNew blockedBecause",
    ),
    "BlockedFlow": Reach(
        EXPLAIN % "effective{blockedBecause{%s}}", "explain effective blockedBecause", P.OWN_OR_ADMIN,
        "direction reason stage rule message remedy",
    ),
    "Explanation": Reach(
        EXPLAIN, "explain", P.OWN_OR_ADMIN, "configured effective checks mapping principal contact record"
    ),
    "ExplanationCheck": Reach(
        EXPLAIN % "checks{%s}", "explain checks", P.OWN_OR_ADMIN, "stage flow passed rule remedy"
    ),
    "Contradiction": Reach(
        "contradictions{%s}", "contradictions", P.ADMIN_ONLY,
        "flow stage reason affected total reach message remedy narrowTo mapping profile principals fieldProfiles",
    ),
    "Mailbox": Reach(
        f"node(id: {BOX}){{...on Mailbox{{%s}}}}", "node", P.OWN_OR_ABSENT,
        "id name contactsUrl calendarUrl tasksUrl timeZone addresses kinds userName syncMethod onRecordDeleted "
        "onItemDeleted viewerCanSync viewerCanEdit principal "
        "state linkedCount lastRun lastError health cyclesEnabled nextDueAt intervalSeconds lastSuccessAt stopped "
        "deadLetterCount",
        differs="viewerCanSync viewerCanEdit",
    ),
    "MailboxError": Reach(
        'run(id: "run:failed"){error{%s}}', "run error", P.OWN_OR_ABSENT, "code message remedy at"
    ),
    "MailboxConnection": Reach("mailboxes{%s}", "mailboxes", P.SIGNED_IN, CONNECTION, differs=CONNECTION),
    "MailboxEdge": Reach(
        'mailboxes{edges{%s}}', "mailboxes edges", P.SIGNED_IN, EDGE, differs=EDGE
    ),
    "Run": Reach(
        f"run(id: {RUN}){{%s}}", "run", P.OWN_OR_ABSENT,
        "id state mode configuration kinds profileVersion queuedAt startedAt finishedAt milliseconds requests phases "
        "counts error lastSeq mailbox startedBy problems operations undoes "
        "viewerCanCancel viewerCanUndo",
        differs="viewerCanCancel viewerCanUndo",
    ),
    "RunUndo": Reach(
        'run(id: "run:undo"){undoes{%s}}', "run undoes", P.OWN_OR_ABSENT,
        "run since force recordId mappings quarantinedId",
    ),
    "UndoPreview": Reach(UNDO, "undoPreview", P.OWN_OR_ABSENT, "writes obstacles changes mailbox"),
    "UndoChange": Reach(
        UNDO % "changes{%s}", "undoPreview changes", P.OWN_OR_ABSENT,
        "kind side action fields obstacle subject recordId",
    ),
    "UndoField": Reach(
        UNDO % "changes{fields{%s}}", "undoPreview changes fields", P.OWN_OR_ABSENT,
        "forced obstacle mapping now back", rules={"now": P.ADMIN_OR_ABSENT, "back": P.ADMIN_OR_ABSENT},
    ),
    "UndoObstacle": Reach(
        UNDO % "changes{fields{obstacle{%s}}}", "undoPreview changes fields obstacle", P.OWN_OR_ABSENT, "kind because"
    ),
    "RunConnection": Reach("runs{%s}", "runs", P.SIGNED_IN, CONNECTION, differs=CONNECTION),
    "RunEdge": Reach("runs{edges{%s}}", "runs edges", P.SIGNED_IN, EDGE, differs=EDGE),
    "RunPhase": Reach(
        f"run(id: {RUN}){{phases{{%s}}}}", "run phases", P.OWN_OR_ABSENT,
        "phase kind startedAt finishedAt milliseconds done total",
    ),
    "RunCounts": Reach(
        f"run(id: {RUN}){{counts{{%s}}}}", "run counts", P.OWN_OR_ABSENT,
        "recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm createdInOutlook "
        "updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different",
    ),
    "RunProblem": Reach(
        f"run(id: {RUN}){{problems{{nodes{{%s}}}}}}", "run problems nodes", P.OWN_OR_ABSENT,
        "seq at code message remedy side subject lostValue mapping",
        # Of a field that sales may not read: the value that gave way is withheld as well.
        rules={"lostValue": P.ADMIN_OR_ABSENT},
    ),
    "RunProblemConnection": Reach(f"run(id: {RUN}){{problems{{%s}}}}", "run problems", P.OWN_OR_ABSENT, CONNECTION),
    "RunProblemEdge": Reach(
        f"run(id: {RUN}){{problems{{edges{{%s}}}}}}", "run problems edges", P.OWN_OR_ABSENT, EDGE
    ),
    "Operation": Reach(
        f"run(id: {RUN}){{operations{{nodes{{%s}}}}}}", "run operations nodes", P.OWN_OR_ABSENT,
        "id action state message mailed subject recordId mappings",
    ),
    "DeadLetter": Reach(
        f"deadLetters(mailboxId: {BOX}){{nodes{{%s}}}}", "deadLetters nodes", P.OWN_OR_ABSENT,
        "id kind side state code message remedy attempts firstAt lastAt nextAt subject mailbox",
    ),
    "DeadLetterConnection": Reach(
        f"deadLetters(mailboxId: {BOX}){{%s}}", "deadLetters", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "DeadLetterEdge": Reach(
        f"deadLetters(mailboxId: {BOX}){{edges{{%s}}}}", "deadLetters edges", P.OWN_OR_ABSENT, EDGE
    ),
    "Conflict": Reach(
        f"conflicts(mailboxId: {BOX}){{nodes{{%s}}}}", "conflicts nodes", P.OWN_OR_ABSENT,
        "id kind state reason choice foundAt resolvedAt revision subject crmValue outlookValue value mapping mailbox "
        "resolvedBy viewerCanResolve",
        # One of them is of a field that sales may not read, see ``test_nothing_leaks`` for the values.
        differs="crmValue outlookValue viewerCanResolve",
    ),
    "ConflictConnection": Reach(
        f"conflicts(mailboxId: {BOX}){{%s}}", "conflicts", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "ConflictEdge": Reach(f"conflicts(mailboxId: {BOX}){{edges{{%s}}}}", "conflicts edges", P.OWN_OR_ABSENT, EDGE),
    "LostValue": Reach(
        f"history(mailboxId: {BOX}){{nodes{{%s}}}}", "history nodes", P.OWN_OR_ABSENT,
        "id side lostAt expiresAt restoredAt kind recordId subject value mapping run mailbox", differs="value",
    ),
    "LostValueConnection": Reach(
        f"history(mailboxId: {BOX}){{%s}}", "history", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "LostValueEdge": Reach(f"history(mailboxId: {BOX}){{edges{{%s}}}}", "history edges", P.OWN_OR_ABSENT, EDGE),
    "OperationConnection": Reach(
        f"run(id: {RUN}){{operations{{%s}}}}", "run operations", P.OWN_OR_ABSENT, CONNECTION
    ),
    "OperationEdge": Reach(
        f"run(id: {RUN}){{operations{{edges{{%s}}}}}}", "run operations edges", P.OWN_OR_ABSENT, EDGE
    ),
    **{
        f"{name}Connection": Reach(f"{plural}{{%s}}", plural, P.ADMIN_ONLY, CONNECTION)
        for name, plural in RIGHTS_LISTS.items()
    },
    **{
        f"{name}Edge": Reach(f"{plural}{{edges{{%s}}}}", f"{plural} edges", P.ADMIN_ONLY, EDGE)
        for name, plural in RIGHTS_LISTS.items()
    },
    "AuditEvent": Reach(
        "auditEvents{nodes{%s}}", "auditEvents nodes", P.ADMIN_ONLY,
        "id at actor action targetId targetName before after principal",
    ),
    "SecuritySettings": Reach(
        "securitySettings{%s}", "securitySettings", P.ADMIN_ONLY,
        "hierarchy hierarchyDepth managersInSameOrParentUnit revision",
    ),
    "SyncSettings": Reach(
        "syncSettings{%s}", "syncSettings", P.SIGNED_IN,
        "brakeCount brakeShare editAgainstDelete newestGuardSeconds historyDays quarantineDays journalDays "
        "shortestInterval longestInterval deadAfter invitations revision",
    ),
    "HeldDeletion": Reach(
        f"heldDeletions(mailboxId: {BOX}){{nodes{{%s}}}}", "heldDeletions nodes", P.OWN_OR_ABSENT,
        "id kind action heldAt releasedAt subject mailbox releasedBy",
    ),
    "HeldDeletionConnection": Reach(
        f"heldDeletions(mailboxId: {BOX}){{%s}}", "heldDeletions", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "HeldDeletionEdge": Reach(
        f"heldDeletions(mailboxId: {BOX}){{edges{{%s}}}}", "heldDeletions edges", P.OWN_OR_ABSENT, EDGE
    ),
    "Quarantined": Reach(
        f"quarantine(mailboxId: {BOX}){{nodes{{%s}}}}", "quarantine nodes", P.OWN_OR_ABSENT,
        "id kind side deletedAt expiresAt restoredAt subject run mailbox",
    ),
    "QuarantinedConnection": Reach(
        f"quarantine(mailboxId: {BOX}){{%s}}", "quarantine", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "QuarantinedEdge": Reach(
        f"quarantine(mailboxId: {BOX}){{edges{{%s}}}}", "quarantine edges", P.OWN_OR_ABSENT, EDGE
    ),
    "MatchReview": Reach(
        f"matchReviews(mailboxId: {BOX}){{nodes{{%s}}}}", "matchReviews nodes", P.OWN_OR_ABSENT,
        "id kind subject reason candidates choice chosenRecordId foundAt decidedAt mailbox decidedBy",
    ),
    "MatchCandidate": Reach(
        f"matchReviews(mailboxId: {BOX}){{nodes{{candidates{{%s}}}}}}", "matchReviews nodes candidates",
        P.OWN_OR_ABSENT, "recordId subject record",
    ),
    "MatchReviewConnection": Reach(
        f"matchReviews(mailboxId: {BOX}){{%s}}", "matchReviews", P.SIGNED_IN, CONNECTION, differs=CONNECTION
    ),
    "MatchReviewEdge": Reach(
        f"matchReviews(mailboxId: {BOX}){{edges{{%s}}}}", "matchReviews edges", P.OWN_OR_ABSENT, EDGE
    ),
    "DeletionRules": Reach("deletionMatrix(kind: CONTACT){%s}", "deletionMatrix", P.SIGNED_IN, "cells revision"),
    "DeletionCell": Reach(
        "deletionMatrix(kind: CONTACT){cells{%s}}", "deletionMatrix cells", P.SIGNED_IN,
        "key kind cause side owner organizer time state outcome shippedOutcome isSet choices because source",
    ),
    "DeletionCheck": Reach(DELETION_CHECK, "deletionCheck", P.OWN_OR_ABSENT, "outcome decidedBy because cell"),
    "SyncFilterConnection": Reach("syncFilters{%s}", "syncFilters", P.SIGNED_IN, CONNECTION, differs=CONNECTION),
    "SyncFilterEdge": Reach("syncFilters(scope: USER){edges{%s}}", "syncFilters edges", P.OWN_OR_EMPTY, EDGE),
    "SyncFilter": Reach(
        'syncFilters(scope: USER){nodes{%s}}', "syncFilters nodes", P.OWN_OR_EMPTY,
        "id scope kind name isActive excludes definition words templateId templateRevision revision changedAt "
        "viewerCanEdit principal unreadable",
        differs="viewerCanEdit",
    ),
    "FilterGroup": Reach(
        "syncFilters(scope: USER){nodes{definition{%s}}}", "syncFilters nodes definition", P.OWN_OR_EMPTY,
        "joint rows groups",
    ),
    "FilterRow": Reach(
        "syncFilters(scope: USER){nodes{definition{rows{%s}}}}", "syncFilters nodes definition rows", P.OWN_OR_EMPTY,
        "attribute operator value",
    ),
    "SyncFilterColumn": Reach(
        "syncFilterColumns(kind: CONTACT){%s}", "syncFilterColumns", P.SIGNED_IN, "attribute label type operators"
    ),
    "SyncFilterPreview": Reach(
        TRY, "syncFilterPreview", P.OWN_OR_ADMIN, "count scope sample unreadable"
    ),
    "ScopeCounts": Reach(
        TRY % "scope{%s}", "syncFilterPreview scope", P.OWN_OR_ADMIN, "current resulting entering leaving"
    ),
    "NamedRecord": Reach(TRY % "sample{%s}", "syncFilterPreview sample", P.OWN_OR_ADMIN, "recordId name"),
    "SyncFilterDrift": Reach(
        "syncFilterDrift{%s}", "syncFilterDrift", P.ADMIN_ONLY, "drift template filter scope principal"
    ),
    "IncomingRule": Reach(
        "incomingRules{%s}", "incomingRules", P.SIGNED_IN, "kind mode category includesPrivate revision"
    ),
    "OptOut": Reach(
        f"optOuts(mailboxId: {BOX}){{nodes{{%s}}}}", "optOuts nodes", P.OWN_OR_REFUSED,
        "id kind recordId uid since name principal",
    ),
    "OptOutConnection": Reach(f"optOuts(mailboxId: {BOX}){{%s}}", "optOuts", P.OWN_OR_REFUSED, CONNECTION),
    "OptOutEdge": Reach(f"optOuts(mailboxId: {BOX}){{edges{{%s}}}}", "optOuts edges", P.OWN_OR_REFUSED, EDGE),
    "ScopeCheck": Reach(WALK, "scopeCheck", P.OWN_OR_REFUSED, "name inScope checks failure"),
    "ScopeCheckStep": Reach(
        WALK % "checks{%s}", "scopeCheck checks", P.OWN_OR_REFUSED, "stage passed rule remedy"
    ),
    "Column": Reach(
        "columns(kind: CONTACT){%s}", "columns", P.SIGNED_IN,
        "kind attribute label canBeSecured neverSecurableBecause secured mask",
    ),
    "ColumnMask": Reach("columns(kind: CONTACT){mask{%s}}", "columns mask", P.SIGNED_IN, "keepLast"),
    "Token": Reach(
        "tokens{nodes{%s}}", "tokens nodes", P.EACH_OWN, "id name scope createdAt lastUsedAt expiresAt",
        differs="id name scope createdAt lastUsedAt expiresAt",
    ),
    "TokenConnection": Reach("tokens{%s}", "tokens", P.EACH_OWN, CONNECTION, differs=CONNECTION),
    "TokenEdge": Reach("tokens{edges{%s}}", "tokens edges", P.EACH_OWN, EDGE, differs=EDGE),
}  # fmt: skip

UNREACHED = {
    "Query": "each of its fields is in QUERIES",
    "Mutation": "each of its fields is in MUTATIONS",
    "Subscription": "each of its fields is in SUBSCRIPTIONS",
    "MutationError": "every refusal of MUTATIONS is one",
    "FoundCollection": "whoever mailboxDiscover answers in MUTATIONS sees all of it",
    "RunEvent": "what runEvents sends is asked for whole in SUBSCRIPTIONS",
}
"""Types that have no place of their own in TYPES, and where they are tested; payloads are in MUTATIONS."""

QUERIES: dict[str, tuple[str, Policy]] = {
    "viewer": ("viewer{actor}", P.SIGNED_IN),
    "node": (f"node(id: {CONTACT}){{id}}", P.READABLE),
    # Which of the places are null is tested with the lists.
    "nodes": (f"nodes(ids: [{CONTACT}]){{id}}", P.SIGNED_IN),
    "profiles": ("profiles{id}", P.SIGNED_IN),
    "mappings": ("mappings{id}", P.SIGNED_IN),
    "contacts": ("contacts(first: 0){totalCount}", P.SIGNED_IN),
    "contact": (f"contact(id: {CONTACT}){{id}}", P.READABLE),
    "activities": ("activities(kind: TASK, first: 0){totalCount}", P.SIGNED_IN),
    "activity": ('activity(id: "task:task0"){id}', P.READABLE),
    **{plural: (f"{plural}(first: 0){{totalCount}}", P.SIGNED_IN) for plural in LISTS.values()},
    **{noun(name): (f'{noun(name)}(id: "{noun(name)}:{noun(name)}0"){{id}}', P.READABLE) for name in LISTS},
    "explain": (EXPLAIN % "configured", P.OWN_OR_ADMIN),
    "contradictions": ("contradictions{message}", P.ADMIN_ONLY),
    "mailboxes": ("mailboxes{totalCount}", P.SIGNED_IN),
    "run": (f"run(id: {RUN}){{id}}", P.OWN_OR_ABSENT),
    "runs": ("runs{totalCount}", P.SIGNED_IN),
    "principals": ("principals{totalCount}", P.ADMIN_ONLY),
    "businessUnits": ("businessUnits{totalCount}", P.ADMIN_ONLY),
    "securityRoles": ("securityRoles{totalCount}", P.ADMIN_ONLY),
    "fieldProfiles": ("fieldProfiles{totalCount}", P.ADMIN_ONLY),
    "columns": ("columns(kind: CONTACT){attribute}", P.SIGNED_IN),
    "securitySettings": ("securitySettings{revision}", P.ADMIN_ONLY),
    "auditEvents": ("auditEvents{totalCount}", P.ADMIN_ONLY),
    "syncFilters": ("syncFilters{totalCount}", P.SIGNED_IN),
    "syncFilterColumns": ("syncFilterColumns(kind: TASK){attribute}", P.SIGNED_IN),
    "syncFilterPreview": (TRY % "count", P.OWN_OR_ADMIN),
    "syncFilterDrift": ("syncFilterDrift{drift}", P.ADMIN_ONLY),
    "incomingRules": ("incomingRules{kind}", P.SIGNED_IN),
    "optOuts": (f"optOuts(mailboxId: {BOX}){{totalCount}}", P.OWN_OR_REFUSED),
    "scopeCheck": (WALK % "inScope", P.OWN_OR_REFUSED),
    "tokens": ("tokens{totalCount}", P.EACH_OWN),
    "deadLetters": ("deadLetters{totalCount}", P.SIGNED_IN),
    "conflicts": ("conflicts{totalCount}", P.SIGNED_IN),
    "syncSettings": ("syncSettings{revision}", P.SIGNED_IN),
    "deletionMatrix": ("deletionMatrix{revision}", P.SIGNED_IN),
    "deletionCheck": (DELETION_CHECK % "outcome", P.OWN_OR_ABSENT),
    "heldDeletions": ("heldDeletions{totalCount}", P.SIGNED_IN),
    "quarantine": ("quarantine{totalCount}", P.SIGNED_IN),
    "matchReviews": ("matchReviews{totalCount}", P.SIGNED_IN),
    "history": ("history{totalCount}", P.SIGNED_IN),
    "undoPreview": (UNDO % "writes", P.OWN_OR_ABSENT),
}
COUNTED = ("contacts", "mailboxes", "runs")
"""Lists that hold only what the caller may see: their counts are compared with the oracle."""

NODES: dict[str, tuple[str, Policy]] = {
    "Contact": ("contact:contact0", P.READABLE),
    **{name: (f"{noun(name)}:{noun(name)}0", P.READABLE) for name in ACTIVITIES},
    "Mailbox": ("mailbox:box-sales", P.OWN_OR_ABSENT),
    "Run": ("run:run-sales", P.OWN_OR_ABSENT),
    "DeadLetter": ("deadLetter:letter", P.OWN_OR_ABSENT),
    "Conflict": ("conflict:asked", P.OWN_OR_ABSENT),
    "LostValue": ("lostValue:gave-way", P.OWN_OR_ABSENT),
    "Quarantined": ("quarantined:copy", P.OWN_OR_ABSENT),
    "HeldDeletion": ("heldDeletion:held", P.OWN_OR_ABSENT),
    "MatchReview": ("matchReview:review", P.OWN_OR_ABSENT),
    "Operation": ("operation:op-sales-0", P.OWN_OR_ABSENT),
    "Profile": ("profile:default", P.SIGNED_IN),
    "ProfileVersion": ("version:default:1", P.SIGNED_IN),
    "Mapping": ("mapping:default:CONTACT.jobtitle", P.SIGNED_IN),
    "Principal": ("principal:sales", P.SIGNED_IN),
    "BusinessUnit": ("unit:north", P.ADMIN_OR_ABSENT),
    "SecurityRole": ("role:seller", P.ADMIN_OR_ABSENT),
    "FieldProfile": ("fieldProfile:fp-mobilephone", P.ADMIN_OR_ABSENT),
    "AuditEvent": ("audit:told", P.ADMIN_OR_ABSENT),
    "SyncFilter": ("syncFilter:filter-sales", P.OWN_OR_ABSENT),
    "OptOut": ("optOut:out-sales", P.OWN_OR_ABSENT),
    "Token": ("token:token-sales-admin", P.JUST_OWN),
}
"""By type: the id of an instance, and who gets it from ``node``."""

SUBSCRIPTIONS: dict[str, tuple[str, Policy, str]] = {
    "runEvents": (
        f"runEvents(runId: {RUN}){{%s}}", P.OWN_OR_ABSENT,
        "runId seq at type state phase kind done total milliseconds rate remainingSeconds counts problem message",
    ),
    "mappingsChanged": ('mappingsChanged(profileId: "profile:none"){%s}', P.SIGNED_IN, "id"),
}  # fmt: skip
"""By field: how to follow it, who may, and every field of what it sends."""


@dataclass(frozen=True)
class Mutation:
    """Valid input for a mutation on what belongs to sales; ``payload`` are the fields of its payload but ``errors``."""

    policy: Policy
    input: dict[str, Any]
    payload: str
    privilege: str = ""
    stores: bool = True
    """Whether it leaves something in the database when it is done."""


_SHARE = {"recordId": "contact:contact0", "principalId": "principal:clerk"}
_CHANGE = {"mappingId": "mapping:default:CONTACT.jobtitle", "direction": "NONE", "expectedRevision": 1}
_POLICY = {"mappingId": "mapping:default:CONTACT.jobtitle", "policy": "ASK", "expectedRevision": 1}
_MINE = {"rows": [{"attribute": "ownerid", "operator": "IS_ME"}]}
_FILTER = {"filterId": "syncFilter:filter-sales", "expectedRevision": 1}
_RULE = {
    "patternType": "DAILY", "startTime": "2026-03-02T09:00:00Z", "endTime": "2026-03-02T09:30:00Z", "timeZone": "UTC",
}  # fmt: skip
_NEEDED = {
    "Appointment": {"scheduledStart": "2026-03-02T09:00:00Z"},
    "ServiceActivity": {"scheduledStart": "2026-03-02T09:00:00Z"},
    "RecurringAppointment": {"recurrence": _RULE},
}
_LEVEL = {"kind": "CONTACT", "privilege": "DELETE", "level": "NONE"}

MUTATIONS: dict[str, Mutation] = {
    "mappingDirectionsSet": Mutation(P.ADMIN_WRITES, {"changes": [_CHANGE]}, "mappings profile"),
    "mappingPoliciesSet": Mutation(P.ADMIN_WRITES, {"changes": [_POLICY]}, "mappings profile"),
    "profilePublish": Mutation(P.ADMIN_WRITES, {"expectedRevision": 7}, "profile"),
    "profileDraftDiscard": Mutation(P.ADMIN_WRITES, {"expectedRevision": 7}, "profile"),
    "profileRestore": Mutation(P.ADMIN_WRITES, {"number": 1, "expectedRevision": 7}, "profile"),
    "profileCreate": Mutation(P.ADMIN_WRITES, {"name": "Third"}, "profile"),
    "profileUpdate": Mutation(
        P.ADMIN_WRITES, {"profileId": "profile:second", "rank": 3, "expectedRevision": 1}, "profile"
    ),
    "profileDelete": Mutation(P.ADMIN_WRITES, {"profileId": "profile:spare", "expectedRevision": 1}, "profileId"),
    "contactCreate": Mutation(P.CREATE_WRITES, {"lastName": "New"}, "contact"),
    "contactUpdate": Mutation(
        P.RECORD_WRITES, {"contactId": "contact:contact0", "jobTitle": "Boss"}, "contact", "WRITE"
    ),
    "contactDelete": Mutation(P.RECORD_WRITES, {"contactId": "contact:contact0"}, "contactId", "DELETE"),
    **{
        f"{noun(name)}Create": Mutation(P.CREATE_WRITES, {"subject": "New"} | _NEEDED.get(name, {}), noun(name))
        for name in ACTIVITIES
    },
    **{
        f"{noun(name)}Update": Mutation(
            P.RECORD_WRITES, {f"{noun(name)}Id": f"{noun(name)}:{noun(name)}0", "subject": "Other"}, noun(name), "WRITE"
        )
        for name in ACTIVITIES
    },
    "activityDelete": Mutation(P.RECORD_WRITES, {"activityId": "task:task0"}, "activityId", "DELETE"),
    "activityAssign": Mutation(
        P.RECORD_WRITES, {"activityId": "task:task0", "ownerId": "principal:crew"}, "activity", "ASSIGN"
    ),
    "recordShareSet": Mutation(P.RECORD_WRITES, _SHARE | {"rights": ["READ"]}, "contact record", "SHARE"),
    "contactAssign": Mutation(
        P.RECORD_WRITES, {"contactId": "contact:contact0", "ownerId": "principal:crew"}, "contact", "ASSIGN"
    ),
    "columnGrantSet": Mutation(
        P.ADMIN_WRITES, _SHARE | {"attribute": "governmentid", "read": True, "update": False}, "contact record"
    ),
    "mailboxConnect": Mutation(
        P.ADMIN_WRITES,
        {"name": "New", "contactsUrl": "https://mail.example/new/", "userName": "sales", "password": "secret"},
        "mailbox",
    ),
    "mailboxDiscover": Mutation(
        P.ADMIN_WRITES,
        {"url": "https://mail.example/", "userName": "sales", "password": "secret"},
        "collections addresses timeZone",
        stores=False,
    ),
    "mailboxUpdate": Mutation(P.ADMIN_WRITES_SEEN, {"mailboxId": "mailbox:box-sales", "name": "Other"}, "mailbox"),
    "mailboxResume": Mutation(P.OWNER_WRITES, {"mailboxId": "mailbox:box-second"}, "mailbox"),
    "deadLetterRetry": Mutation(P.OWNER_WRITES, {"deadLetterIds": ["deadLetter:letter"]}, "deadLetters"),
    "conflictResolve": Mutation(P.OWNER_WRITES, {"conflictId": "conflict:asked", "choice": "CRM"}, "conflict run"),
    "lostValueRestore": Mutation(P.OWNER_WRITES, {"lostValueId": "lostValue:gave-way"}, "lostValue run"),
    "undoStart": Mutation(P.OWNER_WRITES, {"runId": "run:written"}, "run"),
    "runStart": Mutation(P.OWNER_WRITES, {"mailboxIds": ["mailbox:box-sales"]}, "runs"),
    "runCancel": Mutation(P.OWNER_WRITES, {"runId": "run:queued"}, "run"),
    "businessUnitCreate": Mutation(P.ADMIN_WRITES, {"name": "East", "parentId": "unit:root"}, "businessUnit"),
    "businessUnitUpdate": Mutation(
        P.ADMIN_WRITES, {"businessUnitId": "unit:north", "name": "West", "expectedRevision": 1}, "businessUnit"
    ),
    "businessUnitDelete": Mutation(
        P.ADMIN_WRITES, {"businessUnitId": "unit:empty", "expectedRevision": 1}, "businessUnitId"
    ),
    "userCreate": Mutation(P.ADMIN_WRITES, {"userName": "nancy", "name": "Nancy"}, "principal"),
    "userUpdate": Mutation(
        P.ADMIN_WRITES, {"principalId": "principal:sales", "role": "ADMINISTRATOR", "expectedRevision": 1}, "principal"
    ),
    "teamCreate": Mutation(P.ADMIN_WRITES, {"name": "New", "kind": "OWNER_TEAM"}, "principal"),
    "teamUpdate": Mutation(
        P.ADMIN_WRITES, {"principalId": "principal:crew", "memberIds": [], "expectedRevision": 1}, "principal"
    ),
    "teamDelete": Mutation(P.ADMIN_WRITES, {"principalId": "principal:crew", "expectedRevision": 1}, "principalId"),
    "securityRoleCreate": Mutation(P.ADMIN_WRITES, {"name": "New"}, "securityRole"),
    "securityRoleUpdate": Mutation(
        P.ADMIN_WRITES, {"roleId": "role:seller", "privileges": [_LEVEL], "expectedRevision": 1}, "securityRole"
    ),
    "securityRoleDelete": Mutation(P.ADMIN_WRITES, {"roleId": "role:spare", "expectedRevision": 1}, "roleId"),
    "principalRolesSet": Mutation(
        P.ADMIN_WRITES, {"principalId": "principal:clerk", "roleIds": ["role:seller"], "expectedRevision": 1},
        "principal",
    ),
    "fieldProfileCreate": Mutation(P.ADMIN_WRITES, {"name": "New"}, "fieldProfile"),
    "fieldProfileUpdate": Mutation(
        P.ADMIN_WRITES,
        {"fieldProfileId": "fieldProfile:fp-mobilephone", "memberIds": ["principal:clerk"], "expectedRevision": 1},
        "fieldProfile",
    ),
    "fieldProfileDelete": Mutation(
        P.ADMIN_WRITES, {"fieldProfileId": "fieldProfile:fp-mobilephone", "expectedRevision": 1}, "fieldProfileId"
    ),
    "columnSecure": Mutation(P.ADMIN_WRITES, {"kind": "CONTACT", "attribute": "jobtitle"}, "column"),
    "columnRelease": Mutation(P.ADMIN_WRITES, {"kind": "CONTACT", "attribute": "governmentid"}, "column"),
    "securitySettingsUpdate": Mutation(P.ADMIN_WRITES, {"hierarchy": False, "expectedRevision": 1}, "securitySettings"),
    "syncSettingsUpdate": Mutation(P.ADMIN_WRITES, {"brakeCount": 3, "expectedRevision": 1}, "syncSettings"),
    "heldRelease": Mutation(P.OWNER_WRITES, {"mailboxId": "mailbox:box-sales"}, "heldDeletions run"),
    "quarantineRestore": Mutation(
        P.OWNER_WRITES, {"quarantinedId": "quarantined:copy"}, "quarantined run"
    ),
    "matchReviewsDecide": Mutation(
        P.OWNER_WRITES,
        {"decisions": [{"reviewId": "matchReview:review", "choice": "CREATE"}]},
        "matchReviews",
    ),
    "deletionRulesSet": Mutation(
        P.ADMIN_WRITES,
        {"changes": [{"cell": "CONTACT:RECORD_DELETED:OWNER", "outcome": "DELETE"}], "expectedRevision": 1},
        "deletionMatrix",
    ),
    "syncFilterCreate": Mutation(
        P.OWNER_WRITES, {"kind": "CONTACT", "name": "New", "definition": _MINE, "principalId": "principal:sales"},
        "filter",
    ),
    "syncFilterUpdate": Mutation(P.OWNER_WRITES, _FILTER | {"definition": _MINE}, "filter"),
    "syncFilterActivate": Mutation(P.OWNER_WRITES, _FILTER | {"isActive": False}, "filter"),
    "syncFilterDelete": Mutation(P.OWNER_WRITES, _FILTER, "filterId"),
    "syncFilterTemplateApply": Mutation(P.ADMIN_WRITES, {"principalIds": ["principal:sales"]}, "changes"),
    "incomingRuleUpdate": Mutation(
        P.ADMIN_WRITES, {"kind": "CONTACT", "mode": "TRACKED", "expectedRevision": 1}, "incomingRule"
    ),
    "optOutAdd": Mutation(
        P.OWNER_WRITES, {"mailboxId": "mailbox:box-second", "kind": "CONTACT", "recordId": "contact:contact0"}, "optOut"
    ),
    "optOutRemove": Mutation(P.OWNER_WRITES, {"optOutId": "optOut:out-sales"}, "optOutId"),
    "tokenCreate": Mutation(P.SELF_WRITES, {"name": "New", "scope": "ADMIN"}, "token secret"),
    "tokenRevoke": Mutation(P.JUST_OWNER_WRITES, {"tokenId": "token:spare"}, "token"),
    "passwordChange": Mutation(
        P.SELF_WRITES, {"current": "a password for tests", "new": "another password for tests"}, "ok"
    ),
}  # fmt: skip
