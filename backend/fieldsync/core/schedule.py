"""When a mailbox is looked at again: plain functions of what the last cycle found.

An interval shrinks while there is something to do and grows while there is not; after a failure that may pass, the
waits grow instead, and the server's own wish (Retry-After) is never undercut (behaviours G8, H7, I3). Unlike
Dynamics, which stops a mailbox after ten such failures, we go on trying: whatever passes by itself heals by itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
GROWTH = 1.5


class MailboxHealth(Enum):
    """How the cycles of a mailbox go: HEALTHY, RETRYING after what may pass, STOPPED until a person acts."""

    HEALTHY = "HEALTHY"
    RETRYING = "RETRYING"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of the wait between two cycles, in seconds."""

    shortest: int
    longest: int

    def next(self, current: int | None, *, busy: bool) -> int:
        """Seconds to the next cycle: half of the last wait after a busy one, half as much again after a quiet one."""
        if current is None:
            return self.shortest
        wanted = current / 2 if busy else current * GROWTH
        return int(min(max(wanted, self.shortest), self.longest))


def back_off(failures: int, asked_for: timedelta = timedelta(0), spread: float = 0.0) -> timedelta:
    """How long to wait after so many failures in a row (1 and more), at least what the server asked for.

    ``spread`` between 0 and 1 lengthens the wait by up to a fifth, so that many mailboxes do not come back at once.
    """
    doubled = FIRST_WAIT * 2 ** min(max(failures, 1) - 1, 12)
    own = min(doubled, LONGEST_WAIT) * (1 + spread / 5)
    return max(own, asked_for)
