"""More of everything: each row of the stage again, as often as wanted, so that every list of the API grows."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from authority import PERMIT
from fieldsync.db import tables
from fieldsync.db.database import Database

SINGLE = {"security_settings", "sync_settings", "record_clock", "incoming_rule", "deletion_row", "secured_column"}
"""Tables that hold what there is once."""
ONCE = {"is_default": False, "is_default_team": False}
"""Cells that only one row may have so."""


def multiply(database: Database, copies: int) -> None:
    """Each row gets ``copies`` copies that belong to the copies of what it belongs to, and as many that belong to the
    same: there are more parents, and each has more children."""
    database.write_now(PERMIT, lambda connection: _multiply(connection, copies))


def _multiply(connection: Connection, copies: int) -> None:
    copied: set[str] = set()
    for table in tables.metadata.sorted_tables:
        if table.name in SINGLE:
            continue
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        for row, number in itertools.product(rows, range(1, copies + 1)):
            for variant, cells in enumerate(_variants(table, row, number, copied)):
                _put(connection, table, _unique(table, row, cells, f"{number}{'abc'[variant]}"))
        copied |= {row["id"] for row in rows if isinstance(row.get("id"), str)}


def _variants(table: Table, row: Mapping[str, Any], number: int, copied: set[str]) -> Iterator[dict[str, Any]]:
    """The row with all that it points at moved to the copies; with nothing moved; with one thing moved each.

    What points at nothing is copied once, and so are profiles: none of them can do without its version.
    """
    moved = [
        name for name, value in row.items() if _points(table.c[name]) and isinstance(value, str) and value in copied
    ]
    pointing = {name: f"{row[name]}-{number}a" for name in moved}
    yield pointing
    if "id" in row:
        if pointing and table.name != "profile":
            yield {}
    else:
        for name in [name for name in pointing if table.c[name].primary_key][:2]:
            yield {name: pointing[name]}


def _unique(table: Table, row: Mapping[str, Any], cells: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """The row with these cells, and with what must differ made to differ."""
    made = dict(row) | dict(cells) | {name: value for name, value in ONCE.items() if name in row}
    for column in table.columns:
        value = made[column.name]
        if column.name == "id" or (_alone(table, column) and value is not None and column.name not in cells):
            made[column.name] = (
                _marked(value, mark, getattr(column.type, "length", None))
                if isinstance(value, str)
                else _later(value, mark)
            )
    return made


def _alone(table: Table, column: Column[Any]) -> bool:
    """Whether it must differ by itself, or is what makes a row differ in its family."""
    return bool(column.unique) or column.name in (
        "seq",
        "ordinal",
        "href",
        "contacts_url",
        "digest",
        "uid",
        "rank",
        "link_id",
        "subject_key",
    )


def _points(column: Column[Any]) -> bool:
    return bool(column.foreign_keys) or column.name.endswith("_id")


def _marked(value: str, mark: str, most: int | None) -> str:
    """The text with a mark behind it, or in the place of its end where there is no room."""
    return f"{value}-{mark}" if most is None or len(value) + len(mark) < most else f"{value[: most - 4]}-{mark}"


def _later(value: Any, mark: str) -> Any:
    return value if isinstance(value, datetime) else value + 1000 * int(mark[:-1]) + 100 * "abc".index(mark[-1])


def _put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """What may not be there twice after all is left out."""
    try:
        with connection.begin_nested():
            connection.execute(insert(table), row)
    except IntegrityError:
        pass
