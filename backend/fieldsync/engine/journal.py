"""The journal of a run: every write it makes, guarded by the lease, together with the events that tell of it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock
from fieldsync.core.rights import Permit
from fieldsync.core.runs import Counts, EventType, Phase, Problem, RunState, event_body
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Database
from fieldsync.db.repo import leases, run_events, runs
from fieldsync.errors import ErrorCode, FieldsyncError
from fieldsync.events.bell import Bell
from fieldsync.events.log import topic

T = TypeVar("T")
PROBLEMS_TOLD = 200


def cancelling(run_id: str) -> str:
    """The topic that is rung when somebody cancels this run."""
    return f"cancel:{run_id}"


class LeaseLost(FieldsyncError):
    """Another run took over this mailbox; nothing more is written by this one."""

    code = ErrorCode.LEASE_LOST


class RunCancelled(FieldsyncError):
    """The run was cancelled; what it had done stays done, the rest waits for the next run."""

    code = ErrorCode.CANCELLED


@dataclass(slots=True)
class PhaseRow:
    """One phase of one kind, as the run row keeps it."""

    phase: Phase
    kind: RecordKind
    started_at: datetime
    started: float
    finished_at: datetime | None = None
    milliseconds: float | None = None
    done: int = 0
    total: int | None = None

    def pace(self) -> tuple[float | None, float | None]:
        """How many per second so far, and the seconds that are left at that rate; None while nobody can tell."""
        took = time.perf_counter() - self.started
        if self.done <= 0 or took <= 0:
            return None, None
        rate = self.done / took
        left = None if self.total is None else max(0, self.total - self.done) / rate
        return round(rate, 2), None if left is None else round(left, 1)

    def as_dict(self) -> dict[str, Any]:
        return {
            "phase": self.phase.value,
            "kind": self.kind.value,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "milliseconds": self.milliseconds,
            "done": self.done,
            "total": self.total,
        }


@dataclass(slots=True)
class Journal:
    """Collects what there is to tell and writes it with the next unit of work, in order."""

    database: Database
    bell: Bell
    clock: Clock
    permit: Permit
    run_id: str
    mailbox_id: str
    fence: int
    seq: int
    counts: Counts = field(default_factory=Counts)
    phases: list[PhaseRow] = field(default_factory=list)
    state: RunState = RunState.RUNNING
    requests: Callable[[], int] = lambda: 0
    _problems: int = 0
    _told: set[tuple[str | None, ...]] = field(default_factory=set)
    _pending: list[dict[str, Any]] = field(default_factory=list)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def tell(self, kind_of_event: EventType, message: str, **facts: Any) -> None:
        """Add a line; it is stored with the next write."""
        self._pending.append(event_body(kind_of_event, self.state, message, **facts))

    def problem(self, problem: Problem) -> None:
        """Add something that went wrong, once; after two hundred only their number is told."""
        mark = (problem.code, problem.side, problem.subject, problem.field_id)
        if mark in self._told:
            return
        self._told.add(mark)
        self.counts.conflicts += problem.code == "CONFLICT"
        self.counts.strays += problem.code == "STRAY"
        self._problems += 1
        if self._problems <= PROBLEMS_TOLD:
            self.tell(EventType.PROBLEM, problem.message, problem=problem)

    @property
    def problems_untold(self) -> int:
        return max(0, self._problems - PROBLEMS_TOLD)

    @contextmanager
    def phase(self, phase: Phase, kind: RecordKind) -> Iterator[PhaseRow]:
        """Time a phase; its row can be given ``done`` and ``total`` meanwhile."""
        row = PhaseRow(phase, kind, self.clock.now(), time.perf_counter())
        self.phases.append(row)
        self.tell(EventType.PHASE_STARTED, f"{phase.value.capitalize()} started", phase=phase, kind=kind)
        try:
            yield row
        finally:
            row.milliseconds = round((time.perf_counter() - row.started) * 1000, 3)
            row.finished_at = self.clock.now()
            self.tell(
                EventType.PHASE_FINISHED,
                f"{phase.value.capitalize()} finished",
                phase=phase,
                kind=kind,
                done=row.done,
                total=row.total,
                milliseconds=row.milliseconds,
                counts=self.counts,
            )

    def progress(self, row: PhaseRow) -> None:
        rate, remaining = row.pace()
        self.tell(
            EventType.PROGRESS,
            f"{row.done} of {row.total}",
            phase=row.phase,
            kind=row.kind,
            done=row.done,
            total=row.total,
            rate=rate,
            remaining=remaining,
            counts=self.counts,
        )

    async def write(
        self,
        unit: Callable[[Connection], T] | None = None,
        *,
        stoppable: bool = True,
        release: bool = False,
        **cells: Any,
    ) -> T:
        """One short write: lease proved and prolonged (or given back), ``unit`` done, events and run row stored.

        Raises LeaseLost before anything is written; RunCancelled after the write if somebody asked for it.
        """
        async with self._lock:
            bodies, self._pending = self._pending, []
            first = self.seq + 1
            # Taken before the write: if this is cancelled while the write goes on, the numbers are used up.
            self.seq += len(bodies)
            now = self.clock.now()
            cells |= {
                "counts": self.counts.as_dict(),
                "phases": [row.as_dict() for row in self.phases],
                "requests": self.requests(),
                "last_seq": self.seq,
            }

            def work(connection: Connection) -> tuple[Any, bool]:
                if release:
                    held = leases.release(connection, self.mailbox_id, self.fence)
                else:
                    held = leases.extend(connection, self.mailbox_id, self.fence, now)
                if not held:
                    raise LeaseLost(LeaseLost.__doc__)
                result = unit(connection) if unit else None
                run_events.append(connection, self.run_id, first, now, bodies)
                return result, runs.save_run(connection, self.run_id, **cells)

            result, cancel = await self.database.write(self.permit, work)
        self.bell.ring(topic(self.run_id))
        if cancel and stoppable:
            raise RunCancelled(RunCancelled.__doc__)
        return result

    async def beat(self) -> bool:
        """Prolong the lease while the run waits for the mail server; True if the run is to be cancelled.

        Raises LeaseLost.
        """
        now = self.clock.now()

        def unit(connection: Connection) -> bool | None:
            held = leases.extend(connection, self.mailbox_id, self.fence, now)
            return runs.save_run(connection, self.run_id, requests=self.requests()) if held else None

        cancel = await self.database.write(self.permit, unit)
        if cancel is None:
            raise LeaseLost(LeaseLost.__doc__)
        return cancel
