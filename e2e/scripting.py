"""The product as a script meets it: GraphQL with a token, and the mailbox by plain HTTP."""

import base64
import json
import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from product import Product

START = """mutation ($ids: [ID!]!) { runStart(input: {mailboxIds: $ids}) { runs { id } errors { code message } } }"""
RUN = """query ($id: ID!) { run(id: $id) { state requests error { code message remedy }
  problems { nodes { code subject } }
  counts { createdInCrm createdInOutlook updatedInCrm updatedInOutlook deletedInCrm deletedInOutlook linked unlinked
           conflicts held skipped failed } } }"""
EVENTS = "subscription ($id: ID!, $after: Int) { runEvents(runId: $id, after: $after) { seq type state message } }"


class Script:
    """A script with a token of a demo user."""

    def __init__(self, product: Product, user: str = "admin", *options: str) -> None:
        self.product = product
        self.token = product.command("token", "create", "--user", user, *options).strip()

    def query(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation; fails on any error."""
        answer = self.ask(document, **variables)
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": document, "variables": variables}).encode()
        with self._open(body, "application/json") as answer:
            return json.load(answer)

    def events(self, document: str, **variables: Any) -> Iterator[dict[str, Any]]:
        """What a subscription sends by server-sent events, until it completes."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        with self._open(body, "text/event-stream") as answer:
            for line in answer:
                text = line.decode().strip()
                if text.startswith("data:") and len(text) > 6:
                    message = json.loads(text[5:])
                    yield message.get("payload", message)["data"]
                elif text == "event: complete":
                    return

    @contextmanager
    def _open(self, body: bytes, accept: str) -> Iterator[Any]:
        request = urllib.request.Request(
            f"{self.product.url}/graphql",
            body,
            {"content-type": "application/json", "accept": accept, "authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            yield answer

    def sync(self, mailbox_id: str) -> dict[str, Any]:
        """One run to its end: followed by server-sent events, then read."""
        payload = self.query(START, ids=[mailbox_id])["runStart"]
        assert payload["errors"] == []
        run_id = payload["runs"][0]["id"]
        *_, last = self.events(EVENTS, id=run_id, after=0)
        assert last["runEvents"]["type"] == "FINISHED"
        return self.query(RUN, id=run_id)["run"]


class Mailbox:
    """A demo mailbox, spoken to by HTTP as any address book program would."""

    def __init__(self, product: Product, owner: str) -> None:
        info = json.loads(product.command("demo", "info", "--json"))
        [found] = [mailbox for mailbox in info["mailboxes"] if mailbox["owner"] == owner]
        self.id, self.name, self.url = found["id"], found["name"], found["contactsUrl"].rstrip("/") + "/"
        sign_in = f"{found['userName']}:{found['password']}".encode()
        self._headers = {"authorization": "Basic " + base64.b64encode(sign_in).decode()}

    def put(self, body: bytes, name: str | None = None) -> str | None:
        """Store a card; its name, or None if the server does not take it."""
        name = name or f"{uuid.uuid4()}.vcf"
        status, _ = self._send("PUT", name, body)
        return name if status in (200, 201, 204) else None

    def get(self, name: str) -> str:
        status, body = self._send("GET", name)
        assert status == 200, f"{name}: {status}"
        return body.decode()

    def delete(self, name: str) -> None:
        assert self._send("DELETE", name)[0] in (200, 204)

    def names(self) -> list[str]:
        _, body = self._send("PROPFIND", "", depth="1")
        return re.findall(r"/([^/<]+\.vcf)</(?:\w+:)?href>", body.decode())

    def _send(self, method: str, name: str, body: bytes | None = None, depth: str | None = None) -> tuple[int, bytes]:
        headers = {**self._headers, "content-type": "text/vcard; charset=utf-8"}
        if depth is not None:
            headers |= {"depth": depth, "content-type": "application/xml"}
        request = urllib.request.Request(self.url + name, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def cards(folder: Path) -> dict[str, list[bytes]]:
    """The single cards in each vCard file of a folder, with a UID where the program that wrote it left it out."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(folder.glob("*.vcf")):
        if path.name.startswith("broken"):
            continue
        single = re.findall(rb"BEGIN:VCARD\r?\n.*?END:VCARD", path.read_bytes(), re.DOTALL)
        found[path.name] = [_with_uid(card) for card in single]
    return found


def _with_uid(card: bytes) -> bytes:
    if re.search(rb"^UID[:;]", card, re.MULTILINE | re.IGNORECASE) is None:
        card = re.sub(
            rb"(VERSION:[\d.]+)(\r?\n)", rb"\1\2UID:" + uuid.uuid4().bytes.hex().encode() + rb"\2", card, count=1
        )
    return card + b"\r\n"
