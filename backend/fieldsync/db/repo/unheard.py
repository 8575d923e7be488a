"""What runs wrote in a mailbox without hearing of it: the run died, the answer was lost, or it arrived long after."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.engine import Connection

from fieldsync.core.detect import WIDTH, Seen, Sent
from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.records import CHUNK
from fieldsync.db.tables import Link, Operation

_operations = table_of(Operation)
_links = table_of(Link)
_UNHEARD = (OperationState.SKIPPED.value, OperationState.FAILED.value)


def _of(mailbox_id: str, kind: RecordKind) -> tuple[ColumnElement[bool], ...]:
    return (
        _operations.c.mailbox_id == mailbox_id,
        _operations.c.state.in_(_UNHEARD),
        _operations.c.kind == kind.value,
    )


def made_for(connection: Connection, mailbox_id: str, kind: RecordKind, uids: Collection[str]) -> dict[str, str]:
    """The records that items with these UIDs were made for."""
    found = dict[str, str]()
    for some in _chunks(uids):
        wanted = select(_operations.c.item_key, _operations.c.record_id).where(*_of(mailbox_id, kind), some)
        found.update((row[0], row[1]) for row in connection.execute(wanted))
    return found


def sent(connection: Connection, mailbox_id: str, kind: RecordKind, made: Mapping[str, str]) -> dict[str, Sent]:
    """What may stand on items, by record: on those that were ``made``, as UIDs and addresses, and on others.

    What was sent before the pair was last handled is left out: if its item holds that by now, somebody wrote it there.
    """
    columns = ("record_id", "item_key", "fields", "crm_seen", "outlook_seen")
    known = _operations.outerjoin(_links, _links.c.id == _operations.c.link_id)
    rewritten = and_(
        _operations.c.action == OperationAction.UPDATE_ITEM.value,
        or_(_links.c.id.is_(None), _operations.c.record_version >= _links.c.record_version),
    )
    written: dict[str, dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    seen: dict[str, set[Seen]] = defaultdict(set)
    hrefs = dict[str, str]()
    for some in (rewritten, *_chunks(made)):
        wanted = select(*(_operations.c[name] for name in columns)).select_from(known)
        for row in connection.execute(
            wanted.where(*_of(mailbox_id, kind), some, _operations.c.outlook_seen.is_not(None))
        ):
            digests = written[row.record_id]
            for position in row.fields:
                digests[position].add(row.outlook_seen[position * WIDTH : (position + 1) * WIDTH])
            if row.item_key in made:
                seen[row.record_id].add((row.crm_seen, row.outlook_seen))
                hrefs[row.record_id] = made[row.item_key]
    # After several different tries nobody knows which of them made the item.
    only = {record_id: one for record_id, (one, *others) in seen.items() if not others}
    return {one: Sent(dict(digests), only.get(one), hrefs.get(one, "")) for one, digests in written.items()}


def _chunks(uids: Collection[str]) -> Iterator[ColumnElement[bool]]:
    wanted = sorted(uids)
    for start in range(0, len(wanted), CHUNK):
        yield _operations.c.item_key.in_(wanted[start : start + CHUNK])
