"""Every failure of a remote side as one typed error, with what to do about it.

    SideError
    ├── of the server or the collection, they end the run (``whole_run``)
    │   ├── Unreachable, TimedOut, Throttled, ServerFailed   come and go: tried again
    │   └── SignInRefused, CollectionGone                    a person must act
    └── of one item, the run goes on
        ├── VersionMismatch, ItemGone, ItemLocked            a race: planned again
        └── ItemRefused                                      this body will never be taken

A class's docstring is the sentence for the user; facts are attributes and none of them is a secret.
How to retry belongs to the error, not to its catcher.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from fieldsync.errors import ErrorCode, FieldsyncError


@dataclass(frozen=True, slots=True)
class Retry:
    """Whether a repeat can help, and how long to wait before it at least.

    ``wait`` of zero leaves the pause to the caller's own back-off.
    """

    again: bool
    wait: timedelta

    never: ClassVar["Retry"]
    soon: ClassVar["Retry"]

    @classmethod
    def after(cls, wait: timedelta) -> "Retry":
        return cls(again=True, wait=wait)


Retry.never = Retry(again=False, wait=timedelta(0))
Retry.soon = Retry(again=True, wait=timedelta(0))


class SideError(FieldsyncError):
    """The mail server could not do what it was asked."""

    code = ErrorCode.SERVER_ERROR
    whole_run: ClassVar[bool] = True
    remedy: ClassVar[str] = "Try again; if it stays, ask the mail server's administrator."
    retry: Retry = Retry.never

    def __init__(self, where: str, detail: str = "") -> None:
        """``where`` is the server or address concerned, without credentials; ``detail`` what it said."""
        sentence = (type(self).__doc__ or "").strip().splitlines()[0]
        fact = ": ".join(part for part in (where, detail) if part)
        super().__init__(f"{sentence} ({fact})" if fact else sentence)
        self.where = where
        self.detail = detail


class Unreachable(SideError):
    """The mail server cannot be reached."""

    code = ErrorCode.SERVER_UNREACHABLE
    remedy = "Check the address and that the server is running, then try again; nothing is lost meanwhile."
    retry = Retry.soon


class TimedOut(SideError):
    """The mail server did not answer in time."""

    code = ErrorCode.SERVER_TIMED_OUT
    remedy = "Try again in a while; nothing is lost meanwhile. If it stays, the server is overloaded."
    retry = Retry.soon


class SignInRefused(SideError):
    """The mail server refused the sign-in."""

    code = ErrorCode.SERVER_REFUSED_SIGN_IN
    remedy = "Enter the user name and password again; some providers want an app password."

    def __init__(self, where: str, status: int, detail: str = "") -> None:
        super().__init__(where, detail or f"status {status}")
        self.status = status


class Throttled(SideError):
    """The mail server asked us to slow down."""

    code = ErrorCode.SERVER_BUSY
    remedy = "Try again after the time that the server asked for; nothing is lost meanwhile."

    def __init__(self, where: str, wait: timedelta) -> None:
        super().__init__(where, f"retry after {wait.total_seconds():.0f} s")
        self.wait = wait
        self.retry = Retry.after(wait)


class ServerFailed(SideError):
    """The mail server failed or gave an answer that makes no sense."""

    remedy = "Try again; nothing is lost meanwhile. If it stays, show this message to the server's administrator."
    retry = Retry.soon

    def __init__(self, where: str, detail: str, status: int | None = None) -> None:
        super().__init__(where, detail)
        self.status = status


class AnswerUnreadable(ServerFailed):
    """The mail server's answer is too long, or no XML: one item may be to blame, where several were asked for."""


class CollectionGone(SideError):
    """There is no such address book or calendar on the mail server."""

    code = ErrorCode.COLLECTION_NOT_FOUND
    remedy = "Connect the mailbox again and choose one that exists."


class ItemError(SideError):
    """The mail server could not do this with one item."""

    whole_run = False

    def __init__(self, href: str, detail: str = "") -> None:
        super().__init__(href, detail)
        self.href = href


class VersionMismatch(ItemError):
    """The item was changed by somebody else meanwhile."""

    code = ErrorCode.ITEM_CHANGED_MEANWHILE
    remedy = "Nothing to do; it is read again and planned anew."
    retry = Retry.soon


class ItemGone(ItemError):
    """The item is no longer there."""

    code = ErrorCode.ITEM_CHANGED_MEANWHILE
    remedy = "Nothing to do; the next run sees the deletion."
    retry = Retry.soon


class ItemLocked(ItemError):
    """The item is locked by another program at the moment."""

    code = ErrorCode.SERVER_BUSY
    remedy = "Nothing to do; it is tried again."
    retry = Retry.soon


class ItemRefused(ItemError):
    """The mail server does not accept this item."""

    code = ErrorCode.ITEM_REFUSED
    remedy = "Look at the server's reason; a too long text or a doubled item are the usual causes."

    def __init__(self, href: str, status: int, detail: str = "", conflicting_href: str | None = None) -> None:
        """``conflicting_href`` names the item that already holds this UID, when the server tells."""
        super().__init__(href, detail or f"status {status}")
        self.status = status
        self.conflicting_href = conflicting_href
