"""A pair whose filters, incoming rules and opt-outs are set by hand, with a clock that is moved by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, update

from engine.pair import KIND, PERMIT, Pair
from fieldsync.core.filters import Group, Joint, Operator, Row
from fieldsync.core.incoming import IncomingMode
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import incoming_rules, mailboxes, opt_outs, sync_filters
from fieldsync.db.repo.sync_filters import FilterScope, StoredFilter
from fieldsync.db.sync_tables import SyncFilter
from fieldsync.db.tables import Mailbox
from fieldsync.engine.connect import with_sides
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import new_id
from fieldsync.sides.memory import MemoryServer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINE = Row("ownerid", Operator.IS_ME)


def all_of(*rows: Row) -> Group:
    return Group(Joint.ALL, rows)


def contains(attribute: str, text: str) -> Group:
    return all_of(MINE, Row(attribute, Operator.CONTAINS, text))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class ScopePair(Pair):
    clock: Hands = field(default_factory=Hands)

    def runner(self) -> Runner:
        return Runner(self.database, Bell(), self.box, self.clock, with_sides(lambda _: self.side()))

    def filters(self, *definitions: Group, kind: RecordKind = KIND) -> list[str]:
        """These filters of the mailbox's owner and no others; their ids."""
        self.database.write_now(PERMIT, lambda c: c.execute(delete(SyncFilter.__table__).where(MINE_ONLY)))
        return [self.add_filter(one, kind=kind) for one in definitions]

    def add_filter(
        self,
        definition: Group,
        *,
        excludes: bool = False,
        active: bool = True,
        scope: FilterScope = FilterScope.USER,
        kind: RecordKind = KIND,
    ) -> str:
        owner = self.principal if scope is FilterScope.USER else None
        one = StoredFilter(
            new_id(), scope, owner, kind, "Filter", active, excludes, definition, None, None, 1, self.clock.at
        )  # fmt: skip
        self.database.write_now(PERMIT, lambda c: sync_filters.add(c, one))
        return one.id

    def incoming(self, mode: IncomingMode, category: str = "Tracked", *, private: bool = False) -> None:
        rule = incoming_rules.StoredRule(KIND, mode, category, private, 2)
        self.database.write_now(PERMIT, lambda c: incoming_rules.put(c, rule))

    def opt_out(self, record_id: str | None = None, uid: str | None = None) -> str:
        def unit(connection):
            pair = opt_outs.pair_of(connection, self.mailbox, KIND, record_id, uid)
            return opt_outs.add(
                connection, self.mailbox, KIND, record_id=pair[0], uid=pair[1], subject="x", principal_id=None,
                now=self.clock.at,
            )  # fmt: skip

        return self.database.write_now(PERMIT, unit)

    def opt_in(self, opt_out_id: str) -> None:
        self.database.write_now(PERMIT, lambda c: opt_outs.remove(c, opt_out_id))

    def reconnect(self) -> None:
        """The mailbox means another collection, which is empty."""
        self.server = MemoryServer()
        self.database.write_now(PERMIT, lambda c: mailboxes.forget_collections(c, self.mailbox, list(RecordKind)))

    def zone(self, name: str) -> None:
        self.database.write_now(PERMIT, lambda c: c.execute(update(Mailbox.__table__).values(time_zone=name)))

    def states(self) -> dict[str, str | None]:
        """Each link by its record: None if it is followed, else why not."""
        return {link["record_id"]: link["reason"] if link["state"] == "UNLINKED" else None for link in self.links()}


MINE_ONLY = SyncFilter.__table__.c.scope == "USER"


def of(pair: Pair) -> ScopePair:
    made = ScopePair(pair.database, pair.principal, pair.mailbox)
    made.other = pair.other
    return made
