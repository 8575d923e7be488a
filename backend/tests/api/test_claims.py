"""Callers who are confirmed on the way: one statement less, and not a moment longer than their token holds."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from graphql.execution.values import get_variable_values
from sqlalchemy import delete, update

from api.asking import SCHEMA, Both, both
from api.office import Office
from fieldsync.api.answering import Asked
from fieldsync.api.claims import all_confirm
from fieldsync.api.context import Context
from fieldsync.api.documents import Documents
from fieldsync.api.executor import plan_of
from fieldsync.core.privileges import Privilege
from fieldsync.core.rights import Action, Claim
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.database import Connection
from fieldsync.db.repo import rights_clock
from fieldsync.db.tables import Mailbox, Principal, Token
from fieldsync.security import gate

__all__ = ["both"]

CONTACTS = "{ contacts(first: 5) { nodes { fullName } } }"
FILTERED = '{ contacts(first: 5, filter: {lastName: {equals: "Adams"}}) { nodes { fullName } } }'
CONFIRMING = {
    "contact", "contacts", "activity", "activities", "appointment", "appointments", "recurringAppointment",
    "recurringAppointments", "serviceActivity", "serviceActivities", "task", "tasks", "phoneCall", "phoneCalls",
    "letter", "letters", "fax", "faxes",
}  # fmt: skip
_token, _principal = table_of(Token), table_of(Principal)
Change = Callable[[Office], Awaitable[None]]


def made(office: Office) -> str:
    """A contact of sales."""
    return f"contact:{office.contact('sales', fullname='Ann Adams', lastname='Adams')}"


async def sent(both: Both, who: str, query: str) -> list[str]:
    """What is asked of the database for one operation, but for uses of tokens that are noted aside."""
    context = await both.context(who)
    with both.statements() as seen:
        answer = await both.compiled.answer(Asked(query), context)
    await both.office.actors.settle()
    assert b'"errors"' not in b"".join(answer.body)
    return [one for one in seen if one.startswith("SELECT")]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("query", [CONTACTS, FILTERED, "one"])
async def test_whoever_was_seen_before_is_confirmed_by_what_is_asked_for(both: Both, query: str) -> None:
    contact = made(both.office)
    query = f'{{ contact(id: "{contact}") {{ fullName }} }}' if query == "one" else query
    await sent(both, "sales", query)
    assert len(await sent(both, "sales", query)) == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_lies_below_is_asked_for_the_confirmed_caller(both: Both) -> None:
    """What is nested in a record goes through the gate, which decides nothing for a caller who is only remembered."""
    made(both.office)
    query = "{ contacts(first: 5) { totalCount nodes { fullName viewerCan owner { name } shares { rights } } } }"
    data = await both.data("sales", query)
    assert data["contacts"]["totalCount"] == 1
    assert data["contacts"]["nodes"][0]["viewerCan"]
    before = await sent(both, "sales", query)
    assert not any("FROM token" in one.split("WHERE")[0] for one in before)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nothing_found_has_the_caller_looked_up(both: Both) -> None:
    """No rows may mean that the token is gone, so that is looked at."""
    for _ in range(2):
        seen = await sent(both, "sales", CONTACTS)
    assert any("FROM token" in one.split("WHERE")[0] for one in seen)


def plan(query: str) -> Any:
    document = Documents(SCHEMA.core, SCHEMA.rules, SCHEMA.max_tokens).of(query)
    operation = document.operation(None)
    variables = get_variable_values(SCHEMA.core, (), {})
    assert not isinstance(variables, list)
    return plan_of(SCHEMA.core, document, operation, variables)


def test_only_what_reads_records_confirms() -> None:
    """Of all root fields, so that a new one is decided on."""
    query = SCHEMA.core.query_type
    assert query is not None
    resolvers = {name: field.extensions["strawberry-definition"].base_resolver for name, field in query.fields.items()}
    assert {name for name, one in resolvers.items() if all_confirm([one.wrapped_func])} == CONFIRMING


def test_a_plan_confirms_if_all_at_its_root_does() -> None:
    assert plan("{ __typename a: contacts(first: 1) { totalCount } tasks { totalCount } }").confirms_caller
    assert not plan("{ contacts(first: 1) { totalCount } viewer { role } }").confirms_caller
    assert not plan("{ __typename }").confirms_caller


async def _revoke(office: Office) -> None:
    office.write(lambda connection: connection.execute(delete(_token)))


async def _expire(office: Office) -> None:
    office.write(lambda connection: connection.execute(update(_token).values(expires_at=office.clock.now())))


async def _disable(office: Office) -> None:
    who = office.people["sales"]
    office.write(
        lambda connection: connection.execute(update(_principal).where(_principal.c.id == who).values(is_disabled=True))
    )


@pytest.mark.parametrize("change", [_revoke, _expire, _disable])
@pytest.mark.parametrize("query", [CONTACTS, FILTERED])
async def test_a_token_that_holds_no_longer_is_refused_at_once(office: Office, query: str, change: Change) -> None:
    """Though nothing counts the rights up: the statement itself asks whether the token still holds."""
    made(office)
    for _ in range(2):
        assert (await office.ask("sales", query))["data"]["contacts"]["nodes"] == [{"fullName": "Ann Adams"}]
    await change(office)
    answer = await office.ask("sales", query)
    assert answer.get("data") is None
    assert answer["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_a_role_that_was_taken_away_shows_no_more_at_once(office: Office) -> None:
    def demote(connection: Connection) -> None:
        connection.execute(update(_principal).values(role="USER"))
        rights_clock.bump(connection)

    made(office)
    for _ in range(2):
        assert len((await office.ask("admin", CONTACTS))["data"]["contacts"]["nodes"]) == 1
    office.write(demote)
    assert (await office.ask("admin", CONTACTS))["data"]["contacts"]["nodes"] == []


async def test_a_remembered_caller_without_right_to_the_record_learns_nothing(office: Office) -> None:
    contact = made(office)
    await office.ask("manager", CONTACTS)
    for _ in range(2):
        answer = await office.ask("manager", f'{{ contact(id: "{contact}") {{ fullName }} }}')
        assert answer["data"] == {"contact": None}


async def test_whoever_is_remembered_is_nobody_until_confirmed(both: Both) -> None:
    await both.one(both.compiled, "sales", "{ viewer { role } }", None, None)
    context = await both.context("sales")

    assert context.remember()
    with pytest.raises(gate.Unconfirmed):
        context.signed_in()
    assert context.claiming().principal_id == both.office.people["sales"]
    context.confirmed()
    assert context.signed_in().claim is None


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_resolver_that_forgets_to_confirm_has_the_caller_looked_up(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(both.office)
    await sent(both, "sales", CONTACTS)
    monkeypatch.setattr(Context, "confirmed", lambda _: None)
    assert any("FROM token" in one.split("WHERE")[0] for one in await sent(both, "sales", CONTACTS))


async def test_the_gate_decides_nothing_for_a_claim(office: Office) -> None:
    """The second net: whatever a service is asked for, an actor with a claim gets no answer from the gate."""
    actor = replace(office.actor("admin"), claim=Claim("digest", office.clock.now()))
    decide: list[Callable[[Any], Any]] = [
        lambda connection: gate.sight(connection, actor),
        lambda _: gate.visible(actor, table_of(Mailbox)),
        lambda _: gate.permit(actor, Action.MAPPING_EDIT, gate.Target("default")),
        lambda _: gate.sees_everybody(actor),
        lambda _: gate.administrators_only(actor),
    ]
    for one in decide:
        with pytest.raises(gate.Unconfirmed):
            office.database.read_now(one)
    sight = office.database.read_now(lambda connection: gate.sight(connection, office.actor("admin")))
    assert sight.may(RecordKind.CONTACT, Privilege.READ)
