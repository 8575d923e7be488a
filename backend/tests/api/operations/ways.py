"""The ways from an operation to its answer: through the compiled plan, and through graphql-core alone."""

import json
from typing import Any

from graphql import get_named_type
from sqlalchemy import select

from api.operations.generate import Operation
from api.operations.stock import Stock
from fieldsync.api.answering import Answers, Asked
from fieldsync.api.context import Context
from fieldsync.api.schema import build_schema
from fieldsync.core.values import RecordKind
from fieldsync.db import rights, sync_tables, tables
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.ids import record_name
from fieldsync.parts import Parts
from fieldsync.security.actors import Actors, Credentials
from fieldsync.settings import Settings
from rights.house import secret
from rights.policies import BOX, CALLERS

_TABLES: dict[str, Any] = {
    "mailbox": tables.Mailbox, "run": tables.Run, "profile": tables.Profile, "principal": tables.Principal,
    "unit": rights.BusinessUnit, "role": rights.SecurityRole, "fieldProfile": rights.FieldProfile,
    "deadLetter": sync_tables.DeadLetter, "conflict": sync_tables.ConflictRow, "lostValue": tables.LostValue,
    "quarantined": sync_tables.Quarantined, "heldDeletion": sync_tables.HeldDeletion,
    "matchReview": sync_tables.MatchReview, "syncFilter": sync_tables.SyncFilter, "optOut": sync_tables.OptOut,
    "token": tables.Token, "operation": tables.Operation, "auditEvent": rights.AuditEvent,
    **{record_name(kind.value): RECORD_MODELS[kind] for kind in RecordKind},
}  # fmt: skip
MAPPINGS = ("CONTACT.jobtitle", "CONTACT.governmentid", "CONTACT.department", "CONTACT.mobilephone")
FAVOURED = frozenset(
    {"contacts", "contact", "node", "nodes", "edges", "activities", "governmentId", "nickName", "mobilePhone", "pager"}
)
"""Where the mask shows, and the way there."""
SCHEMA = build_schema(Settings())
_WANTED = {"kind": "TASK", "mailboxId": BOX}
"""What lists cannot be asked without."""


class Ways:
    """Both ways over one database; every operation gets a context of its own, as every request does."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self.database = parts, parts.database
        self._actors = Actors(parts.database, parts.clock)
        self.compiled, self.generic = Answers(SCHEMA), Answers(SCHEMA, compiled=False)

    async def ask(self, way: Answers, asked: Operation, caller: str) -> str:
        """The JSON of the answer."""
        user, scope = CALLERS[caller]
        credentials = Credentials(token=secret(user, scope) if user else None)
        context = Context(
            self._parts.services, self._actors, credentials, withheld_errors=self._parts.settings.withheld_errors
        )
        answer = await way.answer(Asked(asked.text, asked.variables, asked.name), context)
        return b"".join(answer.body).decode()

    async def both(self, asked: Operation, caller: str) -> tuple[str, str]:
        """What the compiled plan answers, and what graphql-core does."""
        return await self.ask(self.compiled, asked, caller), await self.ask(self.generic, asked, caller)


async def stock_of(ways: Ways, most: int = 6) -> Stock:
    """Ids of what is in a database, a few of each kind, and cursors of all its lists."""
    rows = ways.database.read_now(lambda connection: _ids(connection, most))
    ids = {kind: tuple(f"{kind}:{raw}" for raw in raws) for kind, raws in rows.items() if raws}
    ids["mapping"] = tuple(f"mapping:{profile}:{field}" for profile in rows["profile"] for field in MAPPINGS)
    ids["version"] = ("version:default:1",)
    return Stock(ids, await _cursors(ways), FAVOURED)


def _ids(connection: Any, most: int) -> dict[str, tuple[str, ...]]:
    found = {}
    for kind, model in _TABLES.items():
        found[kind] = tuple(sorted(connection.execute(select(table_of(model).c.id)).scalars())[:most])
    return found


async def _cursors(ways: Ways) -> dict[str, tuple[str, ...]]:
    assert SCHEMA.core.query_type
    found = {}
    for name, field in SCHEMA.core.query_type.fields.items():
        if get_named_type(field.type).name.endswith("Connection"):
            wanted = [f"{one}: {_WANTED[one]}" for one, of in field.args.items() if str(of.type).endswith("!")]
            asked = Operation(f"{{{name}({', '.join([*wanted, 'first: 4'])}){{edges{{cursor}}}}}}")
            answer = json.loads(await ways.ask(ways.generic, asked, "administrator"))
            found[name] = tuple(edge["cursor"] for edge in answer["data"][name]["edges"])
    return {name: cursors for name, cursors in found.items() if cursors}
