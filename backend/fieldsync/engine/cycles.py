"""After a run: what it means for the cycles of its mailbox, stored with the run's last write."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.engine import Connection

from fieldsync.core.runs import RunMode, RunState
from fieldsync.core.schedule import Interval
from fieldsync.db.repo import cycles, sync_settings
from fieldsync.engine.patience import after_failure
from fieldsync.errors import FieldsyncError
from fieldsync.sides.faults import SideError


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of a mailbox ended.

    ``busy`` if it wrote anything, ``compared`` if it looked at all there is, ``error`` if something ended it.
    """

    mailbox_id: str
    mode: RunMode
    state: RunState
    busy: bool
    compared: bool
    error: FieldsyncError | None
    now: datetime


def closing(ended: Ended, chance: Random) -> Callable[[Connection], None] | None:
    """The unit that goes with the run's last write; None for runs that say nothing about cycles.

    What a person must mend stops the mailbox, also after a run that somebody started by hand; what may pass is tried
    again later. A cancelled run, and one that the rights of its owner ended, is followed by the next cycle as usual.
    """
    if ended.mode is not RunMode.APPLY:
        return None

    def unit(connection: Connection) -> None:
        due_at, interval, failures = cycles.state(connection, ended.mailbox_id)
        settings = sync_settings.get(connection)
        bounds = Interval(settings.shortest_interval, settings.longest_interval)
        following = bounds.next(interval, busy=ended.busy)
        usual = None if due_at is None else ended.now + timedelta(seconds=following)
        if ended.state is RunState.SUCCEEDED:
            cycles.succeeded(connection, ended.mailbox_id, usual, following, ended.now, compared=ended.compared)
            return
        if not isinstance(ended.error, SideError):
            cycles.failed(connection, ended.mailbox_id, usual, failures)
            return
        wait = after_failure(failures + 1, ended.error, chance.random())
        if wait is None:
            reason = {
                "code": ended.error.code.value,
                "message": str(ended.error),
                "remedy": ended.error.remedy,
            }
            cycles.stop(connection, ended.mailbox_id, ended.now, reason)
            return
        cycles.failed(connection, ended.mailbox_id, None if due_at is None else ended.now + wait, failures + 1)

    return unit
