"""The dead letters of one run and kind: what is left alone for now, what failed anew, what is over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from fieldsync.core.letters import Letter, LetterKey, LetterState, after, key_of
from fieldsync.core.picture import Picture
from fieldsync.core.plan import Step
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.repo import dead_letters, sync_settings
from fieldsync.ids import new_id


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed and why, as it is told to people."""

    key: LetterKey
    version: str
    subject: str
    code: str
    message: str
    remedy: str


@dataclass(slots=True)
class Letters:
    """Loaded once per run and kind; the tables are the truth, this is what they held when the run began."""

    mailbox_id: str
    kind: RecordKind
    known: dict[LetterKey, Letter]
    dead_after: int

    @classmethod
    def load(cls, connection: Connection, mailbox_id: str, kind: RecordKind, *, at_once: bool) -> "Letters":
        """``at_once`` tries everything that waits now: somebody started the run to see it done."""
        known = dead_letters.of_kind(connection, mailbox_id, kind)
        if at_once:
            known = {key: replace(letter, next_at=None) for key, letter in known.items()}
        return cls(mailbox_id, kind, known, sync_settings.get(connection).dead_after)

    def due(self, now: datetime) -> tuple[set[str], set[str]]:
        """What is to be looked at again though nothing moved: ids of records, hrefs of items."""
        keys = [letter.key for letter in self.known.values() if letter.is_due(now)]
        records = {key.subject for key in keys if key.side is Side.CRM}
        return records, {key.subject for key in keys if key.side is Side.OUTLOOK}

    def sift(self, steps: Sequence[Step], now: datetime) -> tuple[list[Step], int]:
        """The steps that may be tried now, and how many are left alone."""
        if not self.known:
            return list(steps), 0
        tried = [step for step in steps if not self._rests(step, now)]
        return tried, len(steps) - len(tried)

    def _rests(self, step: Step, now: datetime) -> bool:
        about = key_of(step)
        letter = self.known.get(about[0]) if about else None
        return letter is not None and about is not None and letter.rests(about[1], now)

    def failed(self, connection: Connection, failure: Failure, now: datetime) -> None:
        """Store that this failed, once more or for the first time."""
        before = self.known.get(failure.key)
        attempts = before.attempts + 1 if before is not None and before.version == failure.version else 1
        self._save(connection, failure, *after(attempts, self.dead_after, now), attempts, now)

    def _save(
        self,
        connection: Connection,
        failure: Failure,
        state: LetterState,
        next_at: datetime | None,
        attempts: int,
        now: datetime,
    ) -> None:
        dead_letters.save(
            connection,
            self.mailbox_id,
            self.kind,
            failure.key,
            id=new_id(),
            subject=failure.subject,
            record_id=failure.key.subject if failure.key.side is Side.CRM else None,
            version=failure.version,
            code=failure.code,
            message=failure.message,
            remedy=failure.remedy,
            state=state.value,
            attempts=attempts,
            first_at=now,
            last_at=now,
            next_at=next_at,
        )

    def over(self, step: Step) -> str | None:
        """The letter that a step, once applied, settles."""
        about = key_of(step) if self.known else None
        letter = self.known.get(about[0]) if about else None
        return letter.id if letter else None

    def looked(self, connection: Connection, picture: Picture, broken: Sequence[Failure], now: datetime) -> None:
        """Store what looking told: items that cannot be read wait for a change, and what is gone has no letter."""
        for failure in broken:
            self._save(connection, failure, LetterState.DEAD, None, 1, now)
        records, hrefs = self.due(now)
        gone = {LetterKey(Side.CRM, record) for record in records - picture.records.keys()}
        gone |= {LetterKey(Side.OUTLOOK, href) for href in hrefs - picture.items.keys() - picture.unreadable}
        dead_letters.remove(connection, [self.known[key].id for key in gone])
