"""What a run asks people about who belongs together, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from fieldsync.core.identity import LONGEST
from fieldsync.core.match import Decisions, MatchChoice, Unsure
from fieldsync.core.picture import Picture
from fieldsync.core.values import Side
from fieldsync.db.repo import match_reviews as rows
from fieldsync.db.repo.links import linked_among
from fieldsync.engine.kinds import KindSetup
from fieldsync.ids import new_id

MOST_CANDIDATES = 20


@dataclass(slots=True)
class Changes:
    """Questions that are ``over``, new ones, and those that are asked anew with other candidates."""

    over: list[str] = field(default_factory=list)
    fresh: list[dict[str, Any]] = field(default_factory=list)
    other: dict[str, dict[str, Any]] = field(default_factory=dict)

    def store(self, connection: Connection) -> None:
        rows.remove(connection, self.over)
        rows.insert_many(connection, self.fresh)
        for review_id, cells in self.other.items():
            rows.update_one(connection, review_id, **cells)


@dataclass(slots=True)
class Reviews:
    """The open questions of one mailbox and kind, and the decisions that wait to be carried out."""

    mailbox_id: str
    setup: KindSetup
    decisions: Decisions
    records: frozenset[str]
    hrefs: frozenset[str]
    _by_href: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, connection: Connection, mailbox_id: str, setup: KindSetup) -> "Reviews":
        """``records`` and ``hrefs`` are to be looked at though they did not move."""
        found = {row.subject_key: row for row in rows.of_kind(connection, mailbox_id, setup.kind)}
        pairs, alone, ignored = dict[str, str](), set[str](), set[str]()
        for href, row in found.items():
            match MatchChoice(row.decision["choice"]) if row.decision else None:
                case MatchChoice.LINK:
                    pairs[href] = row.decision["recordId"]
                case MatchChoice.CREATE:
                    alone.add(href)
                case MatchChoice.IGNORE:
                    ignored.add(href)
                case None:
                    pass
        asked = [row for href, row in found.items() if href not in ignored]
        records = {one["recordId"] for row in asked for one in row.candidates} | set(pairs.values())
        # What an item to be left alone is not, goes its own way.
        freed = {one["recordId"] for href in ignored for one in found[href].candidates}
        records |= freed - linked_among(connection, mailbox_id, setup.kind, freed)
        decisions = Decisions(pairs, frozenset(alone), frozenset(ignored))
        return cls(mailbox_id, setup, decisions, frozenset(records), frozenset(found) - ignored, found)

    def changes(self, picture: Picture, unsure: Sequence[Unsure], now: datetime) -> "Changes | None":
        """What a run found out; None if it is what was known."""
        asked = {one.item.href: one for one in unsure}
        news = Changes()
        for href, row in self._by_href.items():
            if href not in asked and self._over(href, row, picture):
                news.over.append(row.id)
        for href, one in asked.items():
            said = self._said(one)
            row = self._by_href.get(href)
            if row is None:
                news.fresh.append(said | {"id": new_id(), "found_at": now, "state": "OPEN"})
            elif row.state != "OPEN" or any(getattr(row, name) != value for name, value in said.items()):
                # Who decided meant other candidates.
                news.other[row.id] = said | {"state": "OPEN", "decision": None}
        return news if news.over or news.fresh or news.other else None

    def _over(self, href: str, row: Any, picture: Picture) -> bool:
        if row.linked or href in picture.gone_items or href in picture.left:
            return True
        if href not in self.hrefs:
            return False
        return href not in picture.items or row.state == "OPEN"

    def _said(self, one: Unsure) -> dict[str, Any]:
        subject = self.setup.identity.subject
        candidates = [
            {"recordId": record.id, "subject": subject(record.values)} for record in one.records[:MOST_CANDIDATES]
        ]
        return {
            "mailbox_id": self.mailbox_id,
            "kind": self.setup.kind.value,
            "side": Side.OUTLOOK.value,
            "subject_key": one.item.href,
            "subject": subject(one.item.values)[:LONGEST],
            "candidates": candidates,
            "reason": one.why.value,
        }
