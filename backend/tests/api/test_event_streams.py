"""GraphQL over server-sent events, in distinct connections mode."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from api.live import EVENTS, served
from api.office import Office
from fieldsync.api.accepting import MediaType, negotiated
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, RunState

VIEWER = "{viewer{principal{userName}}}"


async def stream(office: Office, method: str = "POST", *, who: str | None = "sales", **asked: Any) -> httpx2.Response:
    headers = {"accept": "text/event-stream"}
    if who is not None:
        headers["authorization"] = f"Bearer {await office.token(who)}"
    if method == "POST":
        return await office.client.post("/graphql", json=asked, headers=headers)
    given = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
    return await office.client.request(method, "/graphql", params=given, headers=headers)


def events_of(text: str) -> list[tuple[str, Any]]:
    """Event and data, as an event source reads them."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in block.split("\n") if line
        )
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"]) if fields["data"] else None))
    return found


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_query_is_answered_by_one_event_and_completes(office: Office, method: str) -> None:
    response = await stream(office, method, query=VIEWER)

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    (kind, answer), last = events_of(response.text)
    assert (kind, answer["data"]) == ("next", {"viewer": {"principal": {"userName": "sales"}}})
    assert last == ("complete", None)
    assert response.text.endswith("event: complete\ndata:\n\n")


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_run_is_told_to_its_end(office: Office, method: str) -> None:
    run = office.run(office.mailbox("sales"))
    office.tell(run, 2, EventType.FINISHED, RunState.SUCCEEDED, "Zwei\nZeilen")

    response = await stream(office, method, query=EVENTS, variables={"id": f"run:{run}", "after": 1})

    assert [event for event, _ in events_of(response.text)] == ["next", "complete"]
    assert events_of(response.text)[0][1]["data"]["runEvents"]["message"] == "Zwei\nZeilen"


@pytest.mark.parametrize("query", ["{", "{nothing}", 'subscription{runEvents(runId: "run:x"){seq}}'])
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_what_is_wrong_with_the_operation_is_told_within_the_stream(
    office: Office, method: str, query: str
) -> None:
    response = await stream(office, method, query=query)

    assert response.status_code == 200
    (kind, told), last = events_of(response.text)
    assert (kind, last) == ("next", ("complete", None))
    assert told["errors"][0]["extensions"]["code"] in ("INVALID_INPUT", "NOT_FOUND")
    assert "data" not in told


async def test_a_mutation_comes_by_post_only(office: Office) -> None:
    mutation = 'mutation{tokenRevoke(input: {tokenId: "token:x"}){errors{code}}}'

    posted, got = await stream(office, query=mutation), await stream(office, "GET", query=mutation)

    assert events_of(posted.text)[0][1]["data"]["tokenRevoke"]["errors"] == [{"code": "NOT_FOUND"}]
    assert (got.status_code, got.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"query": 5}', '{"query": "{x}", "variables": 3}'])
async def test_what_is_no_request_is_answered_with_400(office: Office, body: str) -> None:
    headers = {"accept": "text/event-stream", "content-type": "application/json"}
    response = await office.client.post("/graphql", content=body, headers=headers)

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_plain_form_and_other_methods_are_refused(office: Office) -> None:
    headers = {"accept": "text/event-stream", "content-type": "text/plain"}
    form = await office.client.post("/graphql", content='{"query": "{viewer{role}}"}', headers=headers)
    assert form.status_code == 415


async def test_strangers_are_told_so(office: Office) -> None:
    response = await stream(office, who=None, query="subscription{mappingsChanged{id}}")

    assert events_of(response.text)[0][1]["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("text/event-stream, application/json", True),
        ("application/json, text/event-stream", False),
        ("application/json; q=0.5, text/event-stream", True),
        ("text/event-stream; q=0.5, application/json", False),
        ("text/event-stream; q=0", False),
        ("Text/Event-Stream", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("text/event-stream;q=x", False),
    ],
)
def test_server_sent_events_are_for_those_who_prefer_them(accept: str, wanted: bool) -> None:
    assert (negotiated(accept) is MediaType.EVENTS) is wanted


async def _blocks(response: httpx2.Response) -> AsyncIterator[str]:
    text = ""
    async for piece in response.aiter_text():
        text += piece
        *blocks, text = text.split("\n\n")
        for block in blocks:
            yield block


async def test_a_quiet_stream_sends_comments_and_a_revoked_token_ends_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.parts.settings.live_quiet_seconds = 0.05
    monkeypatch.setattr("fieldsync.api.open_connections.TICK", 0.02)
    monkeypatch.setattr("fieldsync.security.watch.CHECK_EVERY", 0.02)
    row, secret = await office.services.tokens.create(office.actor("sales"), scope=Scope.ADMIN, name="x", days=None)
    run = office.run(office.mailbox("sales"))
    headers = {"authorization": f"Bearer {secret}", "accept": "text/event-stream"}
    body = {"query": EVENTS, "variables": {"id": f"run:{run}"}}
    blocks: list[str] = []

    async with (
        served(office) as address,
        httpx2.AsyncClient(timeout=10) as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as response,
    ):
        async for block in _blocks(response):
            blocks.append(block)
            if blocks[-2:] == [":", ":"] and len(blocks) > 3:
                await office.services.tokens.revoke(office.actor("sales"), row.id)

    assert blocks[-1] == "event: complete\ndata:"
    assert next(block for block in blocks if block != ":").startswith("event: next")


async def test_who_leaves_a_stream_is_followed_by_nobody(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    headers = {"authorization": f"Bearer {await office.token('sales')}", "accept": "text/event-stream"}
    body = {"query": EVENTS, "variables": {"id": f"run:{run}"}}

    async with served(office) as address:
        async with (
            httpx2.AsyncClient(timeout=10) as client,
            client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as response,
        ):
            async for block in _blocks(response):
                if block.startswith("event"):
                    break
        async with asyncio.timeout(10):
            while office.parts.bell._listeners:
                await asyncio.sleep(0.01)
