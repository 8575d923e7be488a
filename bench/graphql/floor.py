"""What a Python server over these rows costs at least: rows to dicts to orjson, without GraphQL, sign-in or rights.

Starlette under uvicorn as the product runs it, over the product's database: asked in the event loop as the product
asks, or with ``BENCH_THREADS=1`` as a unit of work in a thread, through SQLAlchemy Core. Garbage is collected as in
the product.
"""

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
import uvicorn
from sqlalchemy import ColumnElement, Integer, String, bindparam, literal_column, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fieldsync.collecting import short_collections
from fieldsync.db.columns import table_of
from fieldsync.db.database import Connection, Database
from fieldsync.db.questions import Question
from fieldsync.db.records import Contact

PORT = int(os.environ["BENCH_PORT"])
FIELDS: dict[str, str] = json.loads(os.environ["BENCH_FIELDS"])
WITHHELD: list[str] = json.loads(os.environ["BENCH_WITHHELD"])
IN_THREADS = os.environ.get("BENCH_THREADS") == "1"
NAMES = ("id", *FIELDS.values())

_database, _table = Database(os.environ["BENCH_DATABASE"]), table_of(Contact)
_columns: list[ColumnElement[Any]] = [literal_column("'contact:' || id")]
_columns += [literal_column("NULL") if name in WITHHELD else _table.c[name] for name in FIELDS]
_select = select(*_columns).select_from(_table)
PAGE = Question(_select.order_by(_table.c.id).limit(bindparam("first", None, Integer)))
ONE = Question(_select.where(_table.c.id == bindparam("id", None, String)), same_plan=True)


async def rows_of(question: Question, **values: Any) -> list[dict[str, Any]]:
    def unit(connection: Connection) -> Sequence[Any]:
        return connection.execute(question.statement, values).all()

    rows = await _database.read(unit) if IN_THREADS else (await _database.ask(question, **values)).plain
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


async def page(request: Request) -> Response:
    rows = await rows_of(PAGE, first=int(request.query_params["first"]))
    return _json({"data": {"contacts": {"nodes": rows}}})


async def one(request: Request) -> Response:
    rows = await rows_of(ONE, id=request.path_params["id"])
    return _json({"data": {"contact": rows[0] if rows else None}})


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    with short_collections():
        yield


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/contacts", page), Route("/contacts/{id}", one)], lifespan=lifespan),
        port=PORT, log_level="warning", access_log=False, server_header=False,
    )  # fmt: skip
