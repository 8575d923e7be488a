"""Which mailboxes to list and in which order."""

from fieldsync.api.types.filters import BooleanFilter, IdFilter, IntFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.runs import DeletionRule, SyncMethod
from fieldsync.core.schedule import MailboxHealth

MAILBOXES = (
    Listed("id", "id", "Its id", IdFilter, "mailbox"),
    Listed("principal_id", "principalId", "Whose mailbox it is", IdFilter, "principal"),
    Listed("name", "name", "What it is called here"),
    Listed("contacts_url", "contactsUrl", "Address of the address book collection"),
    Listed("calendar_url", "calendarUrl", "Address of the calendar"),
    Listed("tasks_url", "tasksUrl", "Address of the task list"),
    Listed("time_zone", "timeZone", "Where times without a zone are read"),
    Listed("user_name", "userName", "What the mail server knows the user as"),
    Listed("sync_method", "syncMethod", "Who synchronizes it", enum_filter(SyncMethod)),
    Listed("on_record_deleted", "onRecordDeleted", "What happens to an item whose record is deleted",
           enum_filter(DeletionRule)),
    Listed("on_item_deleted", "onItemDeleted", "What happens to a record whose item is deleted",
           enum_filter(DeletionRule)),
    Listed("health", "health", "How its cycles go", enum_filter(MailboxHealth)),
    Listed("cycles_enabled", "cyclesEnabled", "Whether it is synchronized again and again by itself", BooleanFilter),
    Listed("next_due_at", "nextDueAt", "When its next cycle begins", TimeFilter),
    Listed("interval_seconds", "intervalSeconds", "Seconds from one cycle to the next", IntFilter),
    Listed("last_success_at", "lastSuccessAt", "When a run that writes last went through", TimeFilter),
)  # fmt: skip


@filtered("mailboxes", MAILBOXES)
class MailboxFilter:
    pass


@ordered("mailboxes", MAILBOXES)
class MailboxOrder:
    pass
