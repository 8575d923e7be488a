"""What an HTTP request asks for, as GraphQL over HTTP writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope

from fieldsync.errors import ErrorCode
from fieldsync.security.actors import Credentials

MOST_PARAMETERS = 20
"""As many as a URL may hold; four have a meaning."""


class Refused(Exception):
    """The request is no GraphQL request, and this is its status."""

    def __init__(
        self,
        message: str,
        status: int = 400,
        code: ErrorCode = ErrorCode.INVALID_INPUT,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of a request; ``digest`` is the SHA-256 of a document, in lower case hexadecimal digits."""

    query: str | None = None
    digest: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def check_content(headers: Mapping[str, str]) -> None:
    """Only JSON in UTF-8 is read: a plain form of another site cannot send that. Raises Refused (415)."""
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    if kind.strip() != "application/json":
        raise Refused("Send JSON with the type application/json.", 415)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            raise Refused("Send JSON in UTF-8.", 415)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused("Send the body as it is, without a content encoding.", 415)


async def wanted_of(scope: Scope, receive: Receive) -> Wanted:
    """The parameters of a request by POST or GET; raises Refused."""
    if scope["method"] == "POST":
        return of_body(await _body(receive))
    return of_query(scope["query_string"].decode("latin-1"))


async def _body(receive: Receive) -> bytes:
    chunks = list[bytes]()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused("The request broke off before its end.")
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by name; of one that is there twice the first."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}


def credentials_of(scope: Scope, headers: Mapping[str, str]) -> Credentials:
    """What the caller showed; ``headers`` are those of the scope."""
    return Credentials.of(headers, HTTPConnection(scope).cookies if "cookie" in headers else {})


def address_of(scope: Scope) -> str:
    """Where the caller is, as far as that is known."""
    return scope["client"][0] if scope.get("client") else ""


def not_allowed(message: str, allowed: str) -> Refused:
    """A method that is not taken; ``allowed`` are those that are."""
    return Refused(message, 405, ErrorCode.METHOD_NOT_ALLOWED, {"allow": allowed})


def mutation_by_get() -> Refused:
    return not_allowed("Mutations are not taken by GET; send it by POST.", "POST")


def of_body(body: bytes) -> Wanted:
    """The parameters in a JSON body; raises Refused."""
    return of_parameters(_json(body, "The body"))


def of_query(text: str) -> Wanted:
    """The parameters in the query of a URL; raises Refused."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise Refused("The query of the URL is not well-formed.") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("A parameter of the URL is given twice.")
    given: dict[str, Any] = dict(found)
    for name in ("variables", "extensions"):
        if name in found:
            given[name] = _json(found[name], name) if found[name] else None
    if not found.get("operationName"):
        given["operationName"] = None
    return of_parameters(given)


def _json(text: str | bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(f"{what} must be JSON in UTF-8.") from error


def of_parameters(given: Any) -> Wanted:
    """The parameters in an object that JSON held; raises Refused."""
    if isinstance(given, list):
        raise Refused("Send one operation per request.")
    if not isinstance(given, dict):
        raise Refused("Send a JSON object with the operation as `query`.")
    query = _typed(given, "query", str, "a text")
    document = _typed(given, "documentId", str, "a text")
    variables = _typed(given, "variables", dict, "an object")
    extensions = _typed(given, "extensions", dict, "an object") or {}
    name = _typed(given, "operationName", str, "a text")
    digest = _digest(document, extensions.get("persistedQuery"))
    if query is None and digest is None:
        raise Refused("Send the operation as `query`.")
    return Wanted(query, digest, variables, name)


def _typed(given: dict[str, Any], name: str, kind: type, what: str) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, kind):
        raise Refused(f"`{name}` must be {what}.")
    return value


def _digest(document: str | None, persisted: Any) -> str | None:
    """From ``documentId`` (``sha256:…``), or from ``extensions.persistedQuery``, as older clients send it."""
    if document is not None:
        return document.removeprefix("sha256:")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else persisted
    if not isinstance(digest, str):
        raise Refused("`extensions.persistedQuery` must hold the text `sha256Hash`.")
    return digest.removeprefix("sha256:")
