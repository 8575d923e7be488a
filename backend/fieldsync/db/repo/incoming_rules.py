"""What comes in from the mailboxes, by kind; a kind without a row has what the product ships with."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from fieldsync.core.incoming import IncomingMode, IncomingPolicy, OptOuts, shipped
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.dialect import upsert
from fieldsync.db.sync_tables import IncomingRule

_table = table_of(IncomingRule)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """What holds for a kind; ``revision`` 1 is what the product ships with."""

    kind: RecordKind
    mode: IncomingMode
    category: str
    includes_private: bool
    revision: int

    def policy(self, opt_outs: OptOuts) -> IncomingPolicy:
        return IncomingPolicy(self.mode, self.category, self.includes_private, opt_outs)


_of_kind = select(_table).where(_table.c.kind == bindparam("kind"))


def get(connection: Connection, kind: RecordKind) -> StoredRule:
    """The rule of a kind."""
    row = connection.execute(_of_kind, {"kind": kind.value}).one_or_none()
    if row is None:
        usual = shipped(kind)
        return StoredRule(kind, usual.mode, usual.category, usual.includes_private, 1)
    return StoredRule(kind, IncomingMode(row.mode), row.category, row.includes_private, row.revision)


def put(connection: Connection, rule: StoredRule) -> None:
    """Store the rule of a kind."""
    cells = {
        "kind": rule.kind.value,
        "mode": rule.mode.value,
        "category": rule.category,
        "includes_private": rule.includes_private,
        "revision": rule.revision,
    }
    connection.execute(upsert(connection, _table, ["kind"], [name for name in cells if name != "kind"]), cells)
