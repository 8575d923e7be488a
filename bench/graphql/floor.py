"""What a Python server over these rows costs at least: rows to dicts to orjson, without GraphQL, sign-in or rights.

Starlette under uvicorn as the product runs it, with the product's threads for the database and its driver, psycopg 3:
through SQLAlchemy Core as the product uses it, or with ``BENCH_DIRECT=1`` without SQLAlchemy.
"""

import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import psycopg
import uvicorn
from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select
from sqlalchemy.engine import Connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fieldsync.db.columns import table_of
from fieldsync.db.database import READERS, Database
from fieldsync.db.records import Contact

DATABASE, PORT = os.environ["BENCH_DATABASE"], int(os.environ["BENCH_PORT"])
FIELDS: dict[str, str] = json.loads(os.environ["BENCH_FIELDS"])
WITHHELD: list[str] = json.loads(os.environ["BENCH_WITHHELD"])
NAMES = ("id", *FIELDS.values())
Row = dict[str, Any]


class Core:
    """Through SQLAlchemy Core, in the product's own threads."""

    def __init__(self) -> None:
        self._database, table = Database(DATABASE), table_of(Contact)
        columns: list[ColumnElement[Any]] = [literal_column("'contact:' || id")]
        columns += [literal_column("NULL") if name in WITHHELD else table.c[name] for name in FIELDS]
        select_them = select(*columns).select_from(table)
        self._page = select_them.order_by(table.c.id).limit(bindparam("value"))
        self._one = select_them.where(table.c.id == bindparam("value"))

    async def page(self, first: int) -> list[Row]:
        return await self._rows(self._page, first)

    async def one(self, contact: str) -> list[Row]:
        return await self._rows(self._one, contact)

    async def _rows(self, statement: Select[Any], value: object) -> list[Row]:
        def unit(connection: Connection) -> list[Row]:
            return [dict(zip(NAMES, row, strict=True)) for row in connection.execute(statement, {"value": value})]

        return await self._database.read(unit)


class Direct:
    """psycopg alone: a connection for each of as many threads, prepared statements."""

    def __init__(self) -> None:
        columns = ", ".join("NULL" if name in WITHHELD else name for name in FIELDS)
        self._select = f"SELECT 'contact:' || id, {columns} FROM contact"
        self._threads, self._kept = ThreadPoolExecutor(READERS), threading.local()

    async def page(self, first: int) -> list[Row]:
        return await self._rows(f"{self._select} ORDER BY contact.id LIMIT %s", first)

    async def one(self, contact: str) -> list[Row]:
        return await self._rows(f"{self._select} WHERE id = %s", contact)

    async def _rows(self, statement: str, value: object) -> list[Row]:
        def unit() -> list[Row]:
            if not hasattr(self._kept, "connection"):
                self._kept.connection = psycopg.connect(DATABASE, autocommit=True)
            found = self._kept.connection.execute(statement, (value,), prepare=True).fetchall()
            return [dict(zip(NAMES, row, strict=True)) for row in found]

        return await asyncio.get_running_loop().run_in_executor(self._threads, unit)


CONTACTS = Direct() if os.environ.get("BENCH_DIRECT") == "1" else Core()


async def page(request: Request) -> Response:
    rows = await CONTACTS.page(int(request.query_params["first"]))
    return _json({"data": {"contacts": {"nodes": rows}}})


async def one(request: Request) -> Response:
    rows = await CONTACTS.one(request.path_params["id"])
    return _json({"data": {"contact": rows[0] if rows else None}})


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/contacts", page), Route("/contacts/{id}", one)]),
        port=PORT, log_level="warning", access_log=False, server_header=False,
    )  # fmt: skip
