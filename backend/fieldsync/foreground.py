"""`fieldsync sync`: one synchronization in the foreground; the web is not even imported."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from fieldsync.core.rights import Actor
from fieldsync.core.runs import EventType, RunMode, RunState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.run_events import StoredEvent
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.events.log import follow
from fieldsync.ids import raw_id
from fieldsync.logs import configure_when_used
from fieldsync.parts import Parts
from fieldsync.security import gate
from fieldsync.services.mailboxes import Mailboxes
from fieldsync.services.runs import Runs
from fieldsync.settings import Settings

LAST_WORDS = 5.0


class Say(Protocol):
    """Shows a line: ``to`` is ``out`` for the summary, ``err`` for what is told on the way."""

    def __call__(self, line: str, to: str = "out") -> None: ...


async def synchronize(settings: Settings, text: str, kinds: Sequence[str], *, preview: bool) -> int:
    """Run one mailbox to its end in this process; progress on standard error, the summary on standard output.

    Only these kinds, if any are named.
    """
    configure_when_used()
    parts = Parts.assemble(settings)
    try:
        return await run_mailbox(parts, text, kinds, preview=preview, say=_say)
    finally:
        await parts.runner.close()
        parts.database.close()


async def run_mailbox(
    parts: Parts,
    text: str,
    kinds: Sequence[str] = (),
    *,
    preview: bool,
    say: Say,
    begun: Callable[[Actor, str], None] | None = None,
) -> int:
    """Run one mailbox to its end, telling of it; the exit code. ``begun`` is given the run's actor and id."""
    mailbox, runs = await _mailbox(parts, text), Runs(parts.database, parts.bell, parts.clock, parts.runner)
    mode = RunMode.PREVIEW if preview else RunMode.APPLY
    actor = gate.command_line(mailbox.principal_id)
    wanted = [_kind(name) for name in kinds]
    (run,) = await runs.queue(actor, [mailbox.id], kinds=wanted, mode=mode)
    if begun is not None:
        begun(actor, run.id)
    telling = asyncio.create_task(_tell(parts, run.id, say))
    try:
        await parts.runner.run(run.id)
        # A run that lost its mailbox to another process ends here without a last event.
        done, _ = await asyncio.wait([telling], timeout=LAST_WORDS)
        problems = telling.result() if done else 0
    finally:
        telling.cancel()
    ended = await runs.get(actor, run.id)
    say(_summary(mailbox.name, ended, problems))
    return 0 if ended.state == RunState.SUCCEEDED.value and not problems else 1


async def _tell(parts: Parts, run_id: str, say: Say) -> int:
    """Tell each event as it happens, to the run's end; the number of problems."""
    problems = 0
    async for event in follow(parts.database, parts.bell, run_id):
        problems += event.body["type"] == EventType.PROBLEM.value
        say(_line(event), "err")
    return problems


async def _mailbox(parts: Parts, text: str) -> Any:
    wanted = raw_id("mailbox", text) if text.startswith("mailbox:") else text
    found = await Mailboxes(parts.database, parts.bell, parts.box, parts.clock, parts.check).find(gate.OPERATOR, wanted)
    if not found:
        raise NotFound(f"There is no mailbox {text!r}; name it, its id, or its owner's user name.")
    if len(found) > 1:
        names = ", ".join(f"{row.name} (mailbox:{row.id})" for row in found)
        raise NotFound(f"{text!r} may mean several mailboxes: {names}.")
    return found[0]


def _kind(name: str) -> RecordKind:
    try:
        return RecordKind[name.upper().replace("-", "_")]
    except KeyError:
        known = ", ".join(kind.name for kind in RecordKind)
        raise InvalidInput(f"{name!r} is no kind of record; there are {known}.", path=("kind",)) from None


def _line(event: StoredEvent) -> str:
    body = event.body
    problem = body.get("problem")
    if not problem:
        return f"{event.seq:4}  {body['message']}"
    about = f" ({problem['subject']})" if problem.get("subject") else ""
    return f"{event.seq:4}  {problem['code']}: {problem['message']}{about} {problem['remedy']}"


def _summary(name: str, run: Any, problems: int) -> str:
    done = (
        ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in run.counts.items() if count) or "nothing to do"
    )
    said = f"{name}: {run.state.lower()}, {done}; {run.requests} requests, {problems} problems"
    return f"{said}. {run.error_message} {run.error_remedy}" if run.error_message else said


def _say(line: str, to: str = "out") -> None:
    out = sys.stdout if to == "out" else sys.stderr
    out.write(line + "\n")
    out.flush()
