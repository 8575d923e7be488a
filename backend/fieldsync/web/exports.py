"""Downloads: the contacts that the caller may see, as a table."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from fieldsync.core.rights import Actor
from fieldsync.db.repo.contacts import ATTRIBUTES
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.record_query import records_of
from fieldsync.errors import ErrorCode
from fieldsync.security.actors import Actors, Credentials
from fieldsync.security.origins import is_foreign
from fieldsync.services.paging import MAX_FIRST, PageArguments, cursor_of
from fieldsync.services.records import Records
from fieldsync.services.seen import Seen


class Exports:
    """``/export/contacts.csv``: UTF-8 with the mark that spreadsheets want, one line per contact, read page by page.

    The columns are those of Dataverse; the last one, ``withheld``, names the columns of that line that are empty only
    because the caller's rights do not open them.
    """

    def __init__(self, contacts: Records, actors: Actors, allowed_origins: frozenset[str]) -> None:
        self._contacts = contacts
        self._actors = actors
        self._origins = allowed_origins

    async def contacts(self, request: Request) -> Response:
        credentials = Credentials.of(request.headers, request.cookies)
        if credentials.session and is_foreign(request.headers, self._origins):
            return _refusal(ErrorCode.NOT_ALLOWED, "This page may not call the API.", 403)
        actor = await self._actors.find(credentials)
        if actor is None:
            return _refusal(ErrorCode.NOT_SIGNED_IN, "Sign in first.", 401)
        return StreamingResponse(
            self._lines(actor),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="contacts.csv"', "cache-control": "no-store"},
        )

    async def _lines(self, actor: Actor) -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + _line(["id", *ATTRIBUTES, "withheld"])
        query, after = ListQuery(records_of(self._contacts.kind)), None
        while True:
            page = await self._contacts.page(actor, PageArguments(MAX_FIRST, after), query)
            yield b"".join(_line(_cells(seen)) for seen in page.rows)
            if not page.has_next:
                return
            after = cursor_of(query, page.rows[-1].row)


def _cells(seen: Seen) -> list[str]:
    held = seen.row._asdict()
    values = [held[name] for name in ATTRIBUTES]
    texts = ["" if v is None else v.isoformat() if isinstance(v, date) else str(v) for v in values]
    return [f"contact:{seen.id}", *texts, " ".join(sorted(seen.mask.withheld_on(seen.id)))]


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _refusal(code: ErrorCode, message: str, status: int) -> Response:
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code.value}}]}, status)
