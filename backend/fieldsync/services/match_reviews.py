"""Use cases of open questions: which record is this item?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.match import MatchChoice
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import cycles, mailboxes
from fieldsync.db.repo import match_reviews as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.events.bell import CYCLES, Bell
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

MOST = 500


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """What somebody says of one review; ``record_id`` with LINK."""

    review_id: str
    choice: MatchChoice
    record_id: str | None = None


class MatchReviews:
    """Users see and decide those of their own mailboxes; administrators all."""

    def __init__(self, database: Database, bell: Bell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Reviews of mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def decide(self, actor: Actor, decisions: Sequence[MatchDecision]) -> list[Any]:
        """Have the next run carry these out, all or none, and let that be soon; their rows.

        A review can be decided anew until then. Raises NotFound, InvalidInput.
        """
        wanted = [one.review_id for one in decisions]
        if not 1 <= len(wanted) <= MOST or len(set(wanted)) < len(wanted):
            raise InvalidInput(f"Decide 1 to {MOST} reviews, each once.", path=("decisions",))
        visible, shown = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)
        found = await self._database.read(lambda connection: rows.by_ids(connection, visible, wanted))
        if len(found) < len(wanted):
            raise NotFound(path=("decisions",))
        of = {row.mailbox_id for row in found.values()}
        owners = await self._database.read(lambda connection: mailboxes.by_ids(connection, shown, of))
        permits = [
            gate.permit(actor, Action.RUN_START, gate.Target(box.id, box.principal_id)) for box in owners.values()
        ]
        now = self._clock.now()

        def unit(connection: Connection) -> list[Any]:
            current = rows.by_ids(connection, visible, wanted)
            for n, one in enumerate(decisions):
                if one.review_id not in current:
                    raise NotFound(path=("decisions", str(n)))
                _check(n, one, {candidate["recordId"] for candidate in current[one.review_id].candidates})
                said = {"choice": one.choice.value, "recordId": one.record_id}
                rows.decide(connection, one.review_id, said, actor.principal_id or None, now)
            for mailbox_id in of:
                cycles.hasten(connection, mailbox_id, now)
            after = rows.by_ids(connection, visible, wanted)
            return [after[review_id] for review_id in wanted]

        decided = await self._database.write(permits[0], unit)
        self._bell.ring(CYCLES)
        return decided


def _check(n: int, one: MatchDecision, candidates: Collection[str]) -> None:
    path = ("decisions", str(n), "recordId")
    if one.choice is MatchChoice.LINK and one.record_id not in candidates:
        raise InvalidInput("Name one of the candidates to link the item with.", path=path)
    if one.choice is not MatchChoice.LINK and one.record_id is not None:
        raise InvalidInput("A record is named only to be linked.", path=path)
