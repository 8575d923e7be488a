"""The enums of the core as GraphQL tells them: each with what it means, value by value."""

from enum import Enum

from fieldsync.api.described import describe as _describe
from fieldsync.core.conflicts import ConflictChoice, ConflictPolicy, ConflictState
from fieldsync.core.deletes import Cause, DecidedBy, EditAgainstDelete, Ending, Progress, When
from fieldsync.core.effective import BlockedReason, CheckStage
from fieldsync.core.invitations import Invitations
from fieldsync.core.letters import LetterState
from fieldsync.core.match import Doubt, MatchChoice
from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege, RoleInheritance, SecuredWrites
from fieldsync.core.rights import Role, Scope
from fieldsync.core.runs import (
    DeletionRule,
    EventType,
    OperationAction,
    OperationState,
    Phase,
    RunConfiguration,
    RunMode,
    RunState,
    SyncMethod,
)
from fieldsync.core.schedule import MailboxHealth
from fieldsync.core.undo import ObstacleKind
from fieldsync.core.values import Direction, RecordKind, Side, Store


class MailboxState(Enum):
    """How a mailbox is doing."""

    READY = "READY"
    SYNCING = "SYNCING"
    FAILING = "FAILING"
    DISABLED = "DISABLED"


class ContradictionReach(Enum):
    """Whether what contradicts the rights works for anybody."""

    EVERYBODY = "EVERYBODY"
    SOME = "SOME"


_describe(
    Direction,
    "Which way the values of one field travel.",
    NONE="Not at all; the two sides may differ.",
    TO_OUTLOOK="From CRM to Outlook; edits in Outlook stay there until CRM changes.",
    TO_CRM="From Outlook to CRM; edits in CRM stay there until Outlook changes.",
    BOTH="Either way.",
)
_describe(
    Doubt,
    "Why a person is asked whether an item is a record that is there already.",
    name="MatchDoubt",
    SEVERAL="It could be several records, or several items could be this record.",
    OTHER_ADDRESSES="Name and company are the same, the mail addresses are others.",
    NAME_ONLY="The name is the same, and nothing else tells.",
)
_describe(
    MatchChoice,
    "What somebody says of an item that may be a record.",
    LINK="It is this record.",
    CREATE="It is none of them, and becomes a record of its own if items may.",
    IGNORE="It is left alone, for good.",
)
_describe(
    ConflictPolicy,
    "Who leads when both sides changed a field that travels both ways; what gives way is put aside.",
    CRM_LEADS="The CRM's value stays.",
    OUTLOOK_LEADS="Outlook's value stays.",
    NEWEST="The newer edit stays; the CRM's where the times cannot tell.",
    ASK="Neither side is written until a person has decided; other fields go on.",
)
_describe(
    ConflictChoice,
    "What becomes of a conflict.",
    CRM="The CRM's value stays.",
    OUTLOOK="Outlook's value stays.",
    VALUE="Another value takes the place of both.",
)
_describe(
    ConflictState,
    "How far a conflict is.",
    OPEN="It waits for a person.",
    RESOLVED="It was decided; the next run carries it out.",
    SETTLED="It was decided and carried out.",
    GONE="The sides came to agree, one changed back, or the pair is no longer followed.",
)
_describe(
    ObstacleKind,
    "Why something is not undone.",
    name="UndoObstacleKind",
    CHANGED_SINCE="Somebody changed it since; force overwrites that.",
    NOT_PERMITTED="The mailbox's owner has no right to it.",
    GONE="It is no longer there.",
    OUT_OF_REACH="The record is no longer among those that the mailbox synchronizes.",
    LINKED_ELSEWHERE="Its record or item belongs to another one by now.",
)
_describe(
    Scope,
    "How far a token reaches.",
    name="TokenScope",
    READ="It reads what its user may read, and changes nothing.",
    ADMIN="It does everything that its user may do.",
)
_describe(
    Store,
    "What a collection of a mailbox is for.",
    ADDRESS_BOOK="Contacts.",
    CALENDAR="Appointments, series and service activities.",
    TASK_LIST="Tasks, phone calls, letters and faxes.",
)
_describe(
    RecordKind,
    "The type of a CRM record.",
    APPOINTMENT="A meeting.",
    RECURRING_APPOINTMENT="A series of meetings.",
    SERVICE_ACTIVITY="A booked service; travels to Outlook only.",
    CONTACT="A person.",
    TASK="A task.",
    PHONE_CALL="A phone call; a task in Outlook.",
    LETTER="A letter; a task in Outlook.",
    FAX="A fax; a task in Outlook.",
)
_describe(
    Role,
    "What a principal may do at all.",
    ADMINISTRATOR="Changes mappings, connects mailboxes and reaches everything.",
    USER="Reads mappings, and works with mailboxes and contacts of their own.",
)
_describe(
    SyncMethod,
    "Who synchronizes a mailbox.",
    SERVER_SIDE="This server.",
    CLIENT="A program on the user's machine.",
    NONE="Nobody.",
)
_describe(
    MailboxState,
    "How a mailbox is doing.",
    READY="The last run went well, or there was none yet.",
    SYNCING="A run is waiting or under way.",
    FAILING="The last run failed.",
    DISABLED="The server does not synchronize it.",
)
_describe(
    RunState,
    "Where a run stands.",
    QUEUED="Waiting to start.",
    RUNNING="Under way.",
    SUCCEEDED="Ended well; single problems may be listed.",
    FAILED="Ended by an error.",
    CANCELLED="Ended by a person.",
)
_describe(
    RunMode,
    "Whether a run writes.",
    APPLY="Writes what it decided.",
    PREVIEW="Stops after deciding; nothing is written.",
    VERIFY="Compares all values and reports what differs; nothing is written.",
)
_describe(
    MailboxHealth,
    "How the cycles of a mailbox go.",
    HEALTHY="As they should.",
    RETRYING="The last ones failed by what may pass; it is tried again by itself, after growing waits.",
    STOPPED="Something failed that only a person can mend; nothing runs by itself until then.",
)
_describe(
    LetterState,
    "What becomes of a dead letter.",
    name="DeadLetterState",
    WAITING="It is tried again, at the time it says.",
    DEAD="It is not tried any more until somebody asks for it, or its record or item changes.",
)
_describe(
    RunConfiguration,
    "Which directions a run obeys.",
    PUBLISHED="Those in force.",
    DRAFT="Those of the draft; for previews only.",
)
_describe(
    Phase,
    "A part of a run.",
    name="RunPhaseName",
    GATHER="Asks both sides what changed.",
    DECIDE="Works out what to write.",
    APPLY="Writes.",
)
_describe(
    EventType,
    "What a run event tells.",
    name="RunEventType",
    QUEUED="The run was ordered.",
    STARTED="The run began.",
    PHASE_STARTED="A phase began.",
    PROGRESS="A phase got further.",
    WAITING="The mail server failed for a moment or asked for patience; the run goes on afterwards.",
    PHASE_FINISHED="A phase ended.",
    PROBLEM="Something went wrong or wants a look.",
    FINISHED="The run ended; no event follows.",
)
_describe(
    OperationAction,
    "What an operation does; an item lies in the mailbox, a record in CRM.",
    CREATE_ITEM="Makes an item from a record.",
    UPDATE_ITEM="Writes fields of an item.",
    DELETE_ITEM="Deletes an item.",
    CREATE_RECORD="Makes a record from an item.",
    UPDATE_RECORD="Writes fields of a record.",
    DELETE_RECORD="Deletes a record.",
    LINK="Notes that a record and an item belong together.",
    UNLINK="Forgets that a record and an item belong together.",
)
_describe(
    OperationState,
    "What became of an operation.",
    PLANNED="Decided by a preview; will not be carried out.",
    INTENDED="About to be written, or written with an unknown outcome.",
    APPLIED="Written.",
    SKIPPED="Not written, on purpose.",
    HELD="Set aside until a person agrees.",
    CONFLICT="Both sides had changed.",
    FAILED="Refused by the other side.",
)
_describe(Side, "One end of a link.", CRM="The record in CRM.", OUTLOOK="The item in the mailbox.")
_describe(
    DeletionRule,
    "What a deletion on one side does on the other.",
    DELETE="Deletes there too, whatever the deletion matrix says.",
    UNLINK="Only forgets the link; the other end stays.",
    MATRIX="As the deletion matrix says for such a record.",
)
_describe(
    EditAgainstDelete,
    "Who wins when one end of a pair was edited and the other one deleted.",
    EDIT_WINS="The edited end stays.",
    DELETE_WINS="It is deleted as if it had not been edited, as far as the deletion matrix says so.",
)
_describe(
    Cause,
    "What happened to an end of a pair.",
    name="DeletionCause",
    RECORD_DELETED="The record was deleted in the CRM.",
    ITEM_DELETED="The item was deleted in the mailbox.",
    RECORD_CANCELLED="The meeting was cancelled in the CRM.",
)
_describe(
    Ending,
    "What a deletion or a cancellation does on the other side.",
    name="DeletionOutcome",
    DELETE="The other end is deleted; a copy of it is kept for a while.",
    UNLINK="The other end stays and is no longer followed.",
    KEEP="Nothing; the pair is followed on.",
    CANCEL="The item is marked as cancelled, whichever way its status travels.",
)
_describe(
    When,
    "Where a record lies in time.",
    name="DeletionTime",
    PAST="It has begun; a series has ended.",
    FUTURE="It lies ahead; a series goes on.",
)
_describe(
    Progress,
    "How far an activity is.",
    name="DeletionState",
    OPEN="Open or scheduled.",
    COMPLETED="Completed.",
    CANCELLED="Cancelled.",
)
_describe(
    DecidedBy,
    "What decides over a deletion.",
    name="DeletionDecidedBy",
    KIND="The kind: nothing else is possible with it.",
    MAILBOX="The mailbox is set to delete always, or never.",
    MATRIX="The deletion matrix.",
    UNKNOWN="Too little is known of the record.",
    RIGHTS="What the mailbox's owner may do.",
    LINK="Nothing: the record has no item in this mailbox.",
)
_describe(
    Invitations,
    "Whether meetings that a run writes may make the mail server send mail.",
    NEVER="They never do.",
    ORGANIZER="Those that the mailbox of the meeting's organizer writes may.",
)
_describe(
    BlockedReason,
    "What stands in the way of a flow.",
    NO_READ="The principal may not read the field.",
    NO_CREATE="The principal may not fill the field of a new record.",
    NO_UPDATE="The principal may not change the field.",
    SYNC_METHOD_NONE="Nobody synchronizes the principal's mailbox.",
)
_describe(
    CheckStage,
    "What is looked at on the way of a value, in this order.",
    CATALOGUE="What the field allows at all.",
    PROFILE="The direction that is set in the profile, and whether that profile holds for the person.",
    MAILBOX="Whether anybody synchronizes a mailbox of the person.",
    ROLE="Whether a security role gives the privilege.",
    RECORD="Whether the right reaches the record.",
    COLUMN="Whether field profiles open the secured columns behind the field.",
)
_describe(
    ContradictionReach,
    "Whom a contradiction concerns.",
    EVERYBODY="The direction works for nobody.",
    SOME="The direction works for some people and not for others.",
)
_describe(
    PrincipalKind,
    "What a principal is.",
    USER="A person.",
    OWNER_TEAM="A team that may own records and hold security roles.",
    ACCESS_TEAM="A team that only works by what is shared with it.",
)
_describe(
    Privilege,
    "What a security role can allow with the records of a kind.",
    CREATE="Make a record.",
    READ="Read a record.",
    WRITE="Change a record.",
    DELETE="Delete a record.",
    APPEND="Attach a record to another one.",
    APPEND_TO="Attach other records to a record.",
    ASSIGN="Give a record to another owner.",
    SHARE="Share a record.",
)
_describe(
    AccessLevel,
    "How far a privilege reaches; each level includes those before it.",
    NONE="Nowhere.",
    USER="To one's own records and those shared.",
    BUSINESS_UNIT="To the records of the business unit.",
    PARENT_CHILD="To the records of the business unit and all units below it.",
    ORGANIZATION="To all records.",
)
_describe(
    RoleInheritance,
    "What a role given to a team means for the team's members.",
    DIRECT="Its user level covers the member's own records too.",
    TEAM_ONLY="Its user level covers the team's records alone.",
)
_describe(
    SecuredWrites,
    "What a sync does with an Outlook value that its user may not write in CRM.",
    KEEP="It stays in Outlook and is reported.",
    BLANK="The CRM's value takes its place at once, as in Dynamics 365; what was there is put aside.",
)
