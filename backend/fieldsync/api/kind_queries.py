"""Queries of one kind of activities each: what it is listed by, filtered by and sorted by is all that the kind has."""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from fieldsync.api.claims import confirms_caller
from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.paging import AfterArgument, BeforeArgument, Connection, FirstArgument, LastArgument
from fieldsync.api.record_lists import record_seen, records_listed
from fieldsync.api.types.activity import TYPES, activity_of
from fieldsync.api.types.activity_query import INPUTS, PLURALS, kind_query_of
from fieldsync.api.types.list_inputs import SORTED, WHICH
from fieldsync.core.values import RecordKind
from fieldsync.errors import NotFound
from fieldsync.ids import record_name
from fieldsync.services.paging import PageArguments


def _listed(kind: RecordKind) -> Callable[..., Any]:
    of, inputs = TYPES[kind], INPUTS[kind]

    @confirms_caller
    async def listed(
        self: Any,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[inputs.filter | None, WHICH] = None,  # pyright: ignore[reportInvalidTypeForm]
        order_by: Annotated[inputs.order | None, SORTED] = None,  # pyright: ignore[reportInvalidTypeForm]
    ) -> Connection[of]:  # pyright: ignore[reportInvalidTypeForm]
        info.context.claiming()
        service, query = info.context.services.activities[kind], kind_query_of(kind, filter, order_by)
        return await records_listed(info, service, query, PageArguments(first, after, last, before))

    return listed


def _one(kind: RecordKind) -> Callable[..., Any]:
    of = TYPES[kind]

    @confirms_caller
    async def one(
        self: Any, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> of | None:  # pyright: ignore[reportInvalidTypeForm]
        info.context.claiming()
        try:
            raw = parse_id(record_name(kind.value), id, "id")
            return activity_of(info, await record_seen(info, info.context.services.activities[kind], raw))
        except NotFound:
            return None

    return one


def _with_kinds(cls: type) -> type:
    """``tasks`` and ``task(id)``, and likewise for every kind of activities."""
    for kind, plural in PLURALS.items():
        singular = plural[:-2] if kind is RecordKind.FAX else plural.replace("activities", "activity").rstrip("s")
        many = strawberry.field(resolver=_listed(kind), description=f"The {plural} that the caller may see.")
        about = f"One {singular}; null if there is none with this id that the caller may see."
        setattr(cls, plural.replace(" ", "_"), many)
        setattr(cls, singular.replace(" ", "_"), strawberry.field(resolver=_one(kind), description=about))
    return cls


@strawberry.type
@_with_kinds
class KindQueries:
    pass
