"""Every error a person or a script may see, as one tree.

    FieldsyncError
    ├── UserFacing            the caller did something that cannot be done; nothing was changed
    │   ├── NotSignedIn, NotAllowed, NotFound, InvalidInput, FieldWithheld
    │   ├── TooManyAttempts, SignInBroken, SubjectNotLinked, ProviderFailed
    │   ├── TooMuchAsked, TooCostly, TooManyItems, RateLimited, TimedOut, NotAnswered
    │   ├── DocumentUnknown, DocumentNotTrusted
    │   ├── DirectionNotAllowed, StaleRevision, NothingToPublish, DraftNeedsPreview
    │   ├── NeverSecurable, RightsCycle, InUse
    │   ├── MailboxBusy, MailboxDisabled, KindNotSupported, RunNotActive, AlreadyConnected
    │   └── ConflictEnded, AlreadyRestored, NotRestorable, NothingToUndo
    ├── BrokenItem            one item cannot be read; the item is skipped, the run goes on
    │   └── NotTransferable   it can be read, and the other side has no way to say the same
    └── sides.faults.SideError    a remote side failed; carries its retry rule and remedy

A class's docstring is the sentence for the user; facts are attributes.
"""

from enum import Enum
from typing import Any


class ErrorCode(Enum):
    """Codes that programs may rely on."""

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NOT_ALLOWED = "NOT_ALLOWED"
    NOT_FOUND = "NOT_FOUND"
    INVALID_INPUT = "INVALID_INPUT"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    DIRECTION_NOT_ALLOWED = "DIRECTION_NOT_ALLOWED"
    STALE_REVISION = "STALE_REVISION"
    NOTHING_TO_PUBLISH = "NOTHING_TO_PUBLISH"
    DRAFT_NEEDS_PREVIEW = "DRAFT_NEEDS_PREVIEW"
    MAILBOX_BUSY = "MAILBOX_BUSY"
    MAILBOX_DISABLED = "MAILBOX_DISABLED"
    KIND_NOT_SUPPORTED = "KIND_NOT_SUPPORTED"
    RUN_NOT_ACTIVE = "RUN_NOT_ACTIVE"
    NOT_STOPPED = "NOT_STOPPED"
    CONFLICT_ENDED = "CONFLICT_ENDED"
    ALREADY_RESTORED = "ALREADY_RESTORED"
    NOT_RESTORABLE = "NOT_RESTORABLE"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    ALREADY_CONNECTED = "ALREADY_CONNECTED"
    FIELD_WITHHELD = "FIELD_WITHHELD"
    NEVER_SECURABLE = "NEVER_SECURABLE"
    RIGHTS_CYCLE = "RIGHTS_CYCLE"
    IN_USE = "IN_USE"
    SERVER_UNREACHABLE = "SERVER_UNREACHABLE"
    SERVER_TIMED_OUT = "SERVER_TIMED_OUT"
    SERVER_REFUSED_SIGN_IN = "SERVER_REFUSED_SIGN_IN"
    SERVER_BUSY = "SERVER_BUSY"
    SERVER_ERROR = "SERVER_ERROR"
    COLLECTION_NOT_FOUND = "COLLECTION_NOT_FOUND"
    ITEM_BROKEN = "ITEM_BROKEN"
    ITEM_CHANGED_MEANWHILE = "ITEM_CHANGED_MEANWHILE"
    ITEM_REFUSED = "ITEM_REFUSED"
    LEASE_LOST = "LEASE_LOST"
    RIGHTS_CHANGED = "RIGHTS_CHANGED"
    CANCELLED = "CANCELLED"
    TOO_COSTLY = "TOO_COSTLY"
    TOO_MANY_ITEMS = "TOO_MANY_ITEMS"
    RATE_LIMITED = "RATE_LIMITED"
    TIMED_OUT = "TIMED_OUT"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    DOCUMENT_UNKNOWN = "DOCUMENT_UNKNOWN"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    INTERNAL = "INTERNAL"


class FieldsyncError(Exception):
    """Something went wrong."""

    code: ErrorCode = ErrorCode.INTERNAL


class BrokenItem(FieldsyncError):
    """This item cannot be read."""

    code = ErrorCode.ITEM_BROKEN

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotTransferable(BrokenItem):
    """This item says something that the other side cannot say; both sides are left as they are."""


class UserFacing(FieldsyncError):
    """The request cannot be carried out; nothing was changed."""

    def __init__(self, message: str | None = None, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.path = path

    @property
    def message(self) -> str:
        return str(self)

    def facts(self) -> dict[str, Any]:
        """What programs are told beside the code, by names of GraphQL: numbers, and what to do (``remedy``)."""
        return {}


class NotSignedIn(UserFacing):
    """Sign in first: send the session cookie or an Authorization header with a token."""

    code = ErrorCode.NOT_SIGNED_IN


class NotAllowed(UserFacing):
    """You may not do this; ask an administrator."""

    code = ErrorCode.NOT_ALLOWED


class NotFound(UserFacing):
    """There is nothing with this id, or you may not see it."""

    code = ErrorCode.NOT_FOUND


class InvalidInput(UserFacing):
    """The input is not valid."""

    code = ErrorCode.INVALID_INPUT


class TooManyAttempts(UserFacing):
    """Too many attempts went wrong."""

    code = ErrorCode.TOO_MANY_ATTEMPTS

    def __init__(self, seconds: int) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(f"Too many attempts went wrong; try again in {seconds} {unit}.")
        self.seconds = seconds


class SignInBroken(UserFacing):
    """This sign-in is not one that was begun in this browser within the last ten minutes; begin again."""

    code = ErrorCode.NOT_SIGNED_IN


class SubjectNotLinked(UserFacing):
    """This account of the provider belongs to nobody here."""

    code = ErrorCode.NOT_SIGNED_IN

    def __init__(self, issuer: str, subject: str) -> None:
        super().__init__(
            f"Nobody here is linked to the subject {subject} of {issuer}. "
            f"An administrator can link it: fieldsync user link NAME --subject {subject}"
        )
        self.issuer = issuer
        self.subject = subject


class ProviderFailed(UserFacing):
    """The sign-in provider did not do what it was asked; try again, or sign in another way."""

    code = ErrorCode.SERVER_ERROR

    def __init__(self, reason: str) -> None:
        super().__init__(f"The sign-in provider did not do what it was asked: {reason}. Try again in a while.")
        self.reason = reason


class TooMuchAsked(UserFacing):
    """The operation is larger than one that is answered."""

    code = ErrorCode.INVALID_INPUT

    def __init__(self, what: str, asked: int, limit: int) -> None:
        amount = str(asked) if asked < 1_000_000 else "Very many"
        super().__init__(f"{amount} {what} are asked for; at most {limit} are answered.")
        self.limit = limit

    def facts(self) -> dict[str, Any]:
        return {"limit": self.limit, "remedy": "Ask for it in several smaller operations."}


class TooCostly(UserFacing):
    """The operation may fetch more than is answered at once."""

    code = ErrorCode.TOO_COSTLY

    def __init__(self, requested: int, limit: int) -> None:
        amount = str(requested) if requested < 10**12 else "very many"
        super().__init__(f"This operation costs {amount} points; at most {limit} are answered.")
        self.requested = min(requested, 2**53)
        self.limit = limit

    def facts(self) -> dict[str, Any]:
        remedy = "Ask for smaller pages (first, last), above all where lists are nested, or for less of each thing."
        return {"requested": self.requested, "limit": self.limit, "remedy": remedy}


class TooManyItems(UserFacing):
    """A list of the input holds too much."""

    code = ErrorCode.TOO_MANY_ITEMS

    def __init__(self, items: int, limit: int) -> None:
        super().__init__(f"A list of the input holds {items} items; at most {limit} are taken.")
        self.limit = limit

    def facts(self) -> dict[str, Any]:
        return {"limit": self.limit, "remedy": "Send it in several operations with shorter lists."}


class RateLimited(UserFacing):
    """Too much was asked for within a minute."""

    code = ErrorCode.RATE_LIMITED

    def __init__(self, seconds: int) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(f"Too much was asked for within a minute; send this again in {seconds} {unit}.")
        self.seconds = seconds

    def facts(self) -> dict[str, Any]:
        remedy = "Wait that long, and ask for less at a time; `extensions.cost` of each answer says what it cost."
        return {"retryAfterSeconds": self.seconds, "remedy": remedy}


class TimedOut(UserFacing):
    """The operation took too long and was broken off."""

    code = ErrorCode.TIMED_OUT

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:g} seconds and was broken off.")

    def facts(self) -> dict[str, Any]:
        remedy = "Ask for smaller pages. A mutation may have been carried out all the same: look before you repeat it."
        return {"remedy": remedy}


class NotAnswered(UserFacing):
    """A subscription has no single answer: use a WebSocket, or accept text/event-stream."""

    code = ErrorCode.INVALID_INPUT


class DocumentUnknown(UserFacing):
    """No document with this hash was built with this server's page; send the text, or load the page again."""

    code = ErrorCode.DOCUMENT_UNKNOWN


class DocumentNotTrusted(UserFacing):
    """This server answers only the operations of its own page, by their hash."""

    code = ErrorCode.DOCUMENT_NOT_TRUSTED

    def facts(self) -> dict[str, Any]:
        return {"remedy": "An administrator can open it for others: FIELDSYNC_TRUSTED_DOCUMENTS_ONLY=false."}


class DirectionNotAllowed(UserFacing):
    """This field cannot be set to that direction."""

    code = ErrorCode.DIRECTION_NOT_ALLOWED


class StaleRevision(UserFacing):
    """Somebody changed this meanwhile; read it again and repeat your change with the new revision."""

    code = ErrorCode.STALE_REVISION


class NothingToPublish(UserFacing):
    """The draft holds no change; there is nothing to publish."""

    code = ErrorCode.NOTHING_TO_PUBLISH


class DraftNeedsPreview(UserFacing):
    """A draft can only be tried as a preview; publish it before you apply it."""

    code = ErrorCode.DRAFT_NEEDS_PREVIEW


class MailboxBusy(UserFacing):
    """A run of this mailbox is under way; wait for its end or cancel it."""

    code = ErrorCode.MAILBOX_BUSY


class MailboxDisabled(UserFacing):
    """This mailbox is not synchronized by the server; set its sync method to server-side first."""

    code = ErrorCode.MAILBOX_DISABLED


class KindNotSupported(UserFacing):
    """This mailbox has no collection for this kind; connect its calendar or task list first."""

    code = ErrorCode.KIND_NOT_SUPPORTED


class RunNotActive(UserFacing):
    """This run has ended already."""

    code = ErrorCode.RUN_NOT_ACTIVE


class NotStopped(UserFacing):
    """This mailbox is not stopped; there is nothing to resume."""

    code = ErrorCode.NOT_STOPPED


class ConflictEnded(UserFacing):
    """This conflict has ended: the sides agree, one changed back, or it was decided and carried out."""

    code = ErrorCode.CONFLICT_ENDED


class AlreadyRestored(UserFacing):
    """This value was put back already."""

    code = ErrorCode.ALREADY_RESTORED


class NotRestorable(UserFacing):
    """This value cannot be put back where it was lost."""

    code = ErrorCode.NOT_RESTORABLE


class NothingToUndo(UserFacing):
    """The journal holds nothing of this that could be undone."""

    code = ErrorCode.NOTHING_TO_UNDO


class AlreadyConnected(UserFacing):
    """This address book is connected already."""

    code = ErrorCode.ALREADY_CONNECTED


class FieldWithheld(UserFacing):
    """This field is a secured column, and no field profile of yours opens it; ask an administrator."""

    code = ErrorCode.FIELD_WITHHELD


class NeverSecurable(UserFacing):
    """This column can never be secured."""

    code = ErrorCode.NEVER_SECURABLE


class RightsCycle(UserFacing):
    """This would put something below itself."""

    code = ErrorCode.RIGHTS_CYCLE


class InUse(UserFacing):
    """This is still in use; free it first."""

    code = ErrorCode.IN_USE
