"""Settings of the sync engine."""

import strawberry

from fieldsync.core.deletes import EditAgainstDelete
from fieldsync.core.invitations import Invitations
from fieldsync.db.repo.sync_settings import SyncSettings as Settings

TOLD = {
    "brake_count": "How many deletions a run carries out unasked; more, and more than brakeShare, are held. 0 to "
    "1000000.",
    "brake_share": "How many percent of what is linked a run deletes unasked, 0 to 100.",
    "edit_against_delete": "Who wins when one end of a pair was edited and the other one deleted.",
    "newest_guard_seconds": "How many seconds two edits must lie apart before their times decide a conflict, up to a "
    "day.",
    "history_days": "How many days values that gave way are kept, 1 to 3650.",
    "quarantine_days": "How many days copies of what was deleted are kept, 1 to 3650.",
    "journal_days": "How many days it is kept what runs changed, so that it can be undone, 1 to 3650.",
    "shortest_interval": "Seconds between two cycles of a mailbox at least, 5 to 86400.",
    "longest_interval": "Seconds between two cycles of a mailbox at most, 5 to 86400.",
    "dead_after": "After how many attempts what fails is given up until somebody asks for it, 1 to 100.",
    "invitations": "Whether meetings that a run writes may make the mail server send mail.",
}
"""What each setting means."""


@strawberry.type(description="Settings that hold for the sync of every mailbox.")
class SyncSettings:
    brake_count: int = strawberry.field(description=TOLD["brake_count"])
    brake_share: int = strawberry.field(description=TOLD["brake_share"])
    edit_against_delete: EditAgainstDelete = strawberry.field(description=TOLD["edit_against_delete"])
    newest_guard_seconds: int = strawberry.field(description=TOLD["newest_guard_seconds"])
    history_days: int = strawberry.field(description=TOLD["history_days"])
    quarantine_days: int = strawberry.field(description=TOLD["quarantine_days"])
    journal_days: int = strawberry.field(description=TOLD["journal_days"])
    shortest_interval: int = strawberry.field(description=TOLD["shortest_interval"])
    longest_interval: int = strawberry.field(description=TOLD["longest_interval"])
    dead_after: int = strawberry.field(description=TOLD["dead_after"])
    invitations: Invitations = strawberry.field(description=TOLD["invitations"])
    revision: int = strawberry.field(description="Counts their changes; send it back as expectedRevision.")

    @classmethod
    def of(cls, settings: Settings) -> "SyncSettings":
        given = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
        return cls(
            **given
            | {
                "edit_against_delete": EditAgainstDelete(settings.edit_against_delete),
                "invitations": Invitations(settings.invitations),
            }
        )
