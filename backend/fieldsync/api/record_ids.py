"""The ids of CRM records: what is before the colon says of which kind."""

from typing import Any

from fieldsync.api.errors import parse_id
from fieldsync.core.values import RecordKind
from fieldsync.errors import NotFound
from fieldsync.ids import record_name
from fieldsync.services.activity_values import ACTIVITY_KINDS
from fieldsync.services.record_rights import Record

PREFIXES: dict[str, RecordKind] = {record_name(kind.value): kind for kind in RecordKind}


def parse_record_id(value: Any, *path: str) -> Record:
    """Kind and row of a record's id; raises NotFound that says where the id stood."""
    kind = PREFIXES.get(str(value).partition(":")[0])
    if kind is None:
        raise NotFound(f"{str(value)[:80]!r} is not the id of a record.", path=path)
    return kind, parse_id(record_name(kind.value), value, *path)


def parse_activity_id(value: Any, *path: str) -> Record:
    """Kind and row of an activity's id; raises NotFound that says where the id stood."""
    kind, raw = parse_record_id(value, *path)
    if kind not in ACTIVITY_KINDS:
        raise NotFound(f"{str(value)[:80]!r} is not the id of an activity.", path=path)
    return kind, raw
