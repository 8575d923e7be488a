"""Sets ten directions, publishes them, synchronizes one mailbox and waits for the end of the run.

    FIELDSYNC_TOKEN=fs_… python3 docs/examples/change_ten_directions.py "Sam Lindqvist's contacts"

FIELDSYNC_URL is the server, http://127.0.0.1:8000 when unset. Needs Python 3.11 and nothing else. Run it as often as
you like. Exit codes: 0 the run succeeded; 1 something was refused or the run did not succeed; 2 wrong usage.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from typing import Any

DIRECTIONS = {
    "jobtitle": "TO_OUTLOOK", "department": "TO_OUTLOOK", "managername": "TO_OUTLOOK", "telephone1": "TO_OUTLOOK",
    "fax": "TO_OUTLOOK", "websiteurl": "TO_OUTLOOK", "nickname": "TO_CRM", "spousesname": "TO_CRM",
    "birthdate": "TO_CRM", "anniversary": "NONE",
}  # fmt: skip
URL = os.environ.get("FIELDSYNC_URL", "http://127.0.0.1:8000")

MAILBOXES = "query Mailboxes { mailboxes(first: 1000) { nodes { id name } } }"
REVISIONS = "query Revisions { mappings(kind: CONTACT) { id revision } }"
SET_DIRECTIONS = """mutation SetDirections($input: MappingDirectionsSetInput!) {
  mappingDirectionsSet(input: $input) { errors { code message } } }"""
START = """mutation Start($ids: [ID!]!) {
  runStart(input: {mailboxIds: $ids}) { runs { id } errors { code message } } }"""
WATCH = """subscription Watch($run: ID!, $after: Int!) {
  runEvents(runId: $run, after: $after) { seq state message } }"""


class Refused(Exception):
    """The server said no; the message says why."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(error["message"] for error in errors))
        self.codes = {error.get("code") for error in errors}


def post(query: str, variables: dict[str, Any], accept: str) -> HTTPResponse:
    request = urllib.request.Request(
        f"{URL}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json", "Accept": accept, "Authorization": f"Bearer {TOKEN}"},
    )
    return urllib.request.urlopen(request, timeout=60)


def ask(query: str, **variables: Any) -> Any:
    """What a query or mutation with one root field answers under it; refusals are raised."""
    try:
        with post(query, variables, "application/json") as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    if answer.get("errors"):
        raise Refused(answer["errors"])
    (found,) = answer["data"].values()
    if isinstance(found, dict) and found.get("errors"):
        raise Refused(found["errors"])
    return found


def events(run: str, after: int) -> Iterator[dict[str, Any]]:
    """What happened after that event, and what happens, until the run or the connection ends."""
    with post(WATCH, {"run": run, "after": after}, "text/event-stream") as response:
        for line in response:
            name, _, value = line.decode().rstrip("\r\n").partition(":")
            if name == "data" and value.strip():
                answer = json.loads(value)
                if answer.get("errors"):
                    raise Refused(answer["errors"])
                yield answer["data"]["runEvents"]


def publish() -> None:
    """The revision that is sent back is the one read here: if somebody changes a field meanwhile, read again."""
    for tries_left in (2, 1, 0):
        revisions = {one["id"].rpartition(".")[2]: one for one in ask(REVISIONS)}
        changes = [
            {"mappingId": one["id"], "direction": direction, "expectedRevision": one["revision"]}
            for field, direction in DIRECTIONS.items()
            for one in [revisions[field]]
        ]
        try:
            ask(SET_DIRECTIONS, input={"changes": changes, "publish": True, "message": "Ten directions, by a script"})
            return
        except Refused as refused:
            if refused.codes != {"STALE_REVISION"} or not tries_left:
                raise


def wait_for(run: str) -> str:
    """The state in which the run ended; after a broken connection we ask for what we have not got."""
    seen, state, silent = 0, "QUEUED", 0
    while state in ("QUEUED", "RUNNING"):
        before = seen
        try:
            for event in events(run, seen):
                print(event["message"])
                seen, state = event["seq"], event["state"]
        except (OSError, HTTPException):
            time.sleep(1)
        silent = 0 if seen > before else silent + 1
        if silent > 30:
            raise SystemExit(f"The server told nothing more of the run {run}.")
    return state


def main(name: str) -> None:
    mailbox = next((one["id"] for one in ask(MAILBOXES)["nodes"] if one["name"] == name), None)
    if mailbox is None:
        raise SystemExit(f"There is no mailbox {name} that this token may see.")
    publish()
    print("Published.")
    state = wait_for(ask(START, ids=[mailbox])["runs"][0]["id"])
    if state != "SUCCEEDED":
        raise SystemExit(f"The run ended as {state}.")


if __name__ == "__main__":
    TOKEN = os.environ.get("FIELDSYNC_TOKEN", "")
    if len(sys.argv) != 2 or not TOKEN:
        print(f"usage: FIELDSYNC_TOKEN=… {sys.argv[0]} MAILBOX", file=sys.stderr)
        raise SystemExit(2)
    try:
        main(sys.argv[1])
    except Refused as refused:
        raise SystemExit(str(refused)) from None
    except urllib.error.URLError as error:
        raise SystemExit(f"{URL} does not answer: {error.reason}") from None
