"""The OpenID Connect provider over HTTP: its metadata, its keys, and what it gives for a code.

Metadata and keys are kept for an hour; keys are asked for anew, at most every ten seconds, when a token names one
that is not known, since providers rotate them. Every request has a timeout and a size limit and follows no redirect.
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import orjson
from joserfc.jwk import KeySet

from fieldsync.clock import Clock
from fieldsync.errors import ProviderFailed
from fieldsync.security import id_token

_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=4)
_LARGEST = 1 << 20
_KEPT_FOR = timedelta(hours=1)
_KEYS_AT_MOST_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, repr=False)
class Client:
    """What the provider knows us as; ``secret`` is None for a public client, which PKCE alone protects."""

    issuer: str
    client_id: str
    secret: str | None = None
    scopes: str = "openid profile"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says about itself; ``names_itself`` that it puts its issuer into every answer (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    secret_in_body: bool
    names_itself: bool


class Provider:
    """One provider, shared by all requests of this process."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self._clock = clock
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._asking = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Discovery; raises ProviderFailed, also if the document is another issuer's."""
        async with self._asking:
            if self._metadata is None or self._clock.now() - self._metadata[0] > _KEPT_FOR:
                where = self.client.issuer.rstrip("/") + "/.well-known/openid-configuration"
                document = await self._json("GET", where)
                self._metadata = (self._clock.now(), _read(document, self.client.issuer))
            return self._metadata[1]

    async def begin(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """The address to send the browser to."""
        told = await self.metadata()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self.client.client_id,
                "redirect_uri": redirect_uri,
                "scope": self.client.scopes,
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        return f"{told.authorization_endpoint}{'&' if urlsplit(told.authorization_endpoint).query else '?'}{query}"

    async def claims(self, *, code: str, verifier: str, redirect_uri: str, nonce: str) -> dict[str, Any]:
        """The checked claims of the ID token that the code stands for; raises ProviderFailed."""
        told = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if self.client.secret is None or told.secret_in_body:
            form["client_id"] = self.client.client_id
            if self.client.secret is not None:
                form["client_secret"] = self.client.secret
        else:
            # Form-encoded before they are joined: RFC 6749, 2.3.1.
            pair = f"{quote(self.client.client_id, safe='')}:{quote(self.client.secret, safe='')}"
            headers["authorization"] = "Basic " + b64encode(pair.encode()).decode()
        answer = await self._json("POST", told.token_endpoint, form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderFailed("it gave no ID token")
        try:
            return self._check(token, await self._key_set(told, anew=False), nonce, told)
        except id_token.UnknownKey:
            try:
                return self._check(token, await self._key_set(told, anew=True), nonce, told)
            except id_token.UnknownKey as error:
                raise ProviderFailed("its ID token is signed with a key that it has not published") from error

    def _check(self, token: str, keys: KeySet, nonce: str, told: Metadata) -> dict[str, Any]:
        return id_token.check(
            token,
            keys,
            issuer=self.client.issuer,
            client_id=self.client.client_id,
            nonce=nonce,
            now=self._clock.now(),
            allowed=told.algorithms,
        )

    async def _key_set(self, told: Metadata, *, anew: bool) -> KeySet:
        async with self._asking:
            now = self._clock.now()
            lasts = _KEYS_AT_MOST_EVERY if anew else _KEPT_FOR
            if self._keys is None or now - self._keys[0] > lasts:
                self._keys = (now, id_token.key_set(await self._json("GET", told.jwks_uri)))
            return self._keys[1]

    async def _json(
        self, method: str, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        where = urlsplit(url).hostname or url
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.request(
                    method,
                    url,
                    data=form,
                    headers={"accept": "application/json", **(headers or {})},
                    allow_redirects=False,
                ) as answer,
            ):
                body = await answer.content.read(_LARGEST + 1)
                while len(body) <= _LARGEST and (more := await answer.content.read(_LARGEST)):
                    body += more
                status = answer.status
        except TimeoutError as error:
            raise ProviderFailed(f"{where} did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ProviderFailed(f"{where} cannot be reached") from error
        if len(body) > _LARGEST:
            raise ProviderFailed(f"{where} sent far too much")
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            document = None
        if status != 200 or not isinstance(document, dict):
            reason = document.get("error") if isinstance(document, dict) else None
            known = f" ({reason})" if isinstance(reason, str) and reason.isidentifier() else ""
            raise ProviderFailed(f"{where} answered with status {status}{known}")
        return document


def _read(document: Mapping[str, Any], issuer: str) -> Metadata:
    if document.get("issuer") != issuer:
        raise ProviderFailed("its metadata are those of another issuer")
    secure = urlsplit(issuer).scheme == "https"
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = document.get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in (
            ("https",) if secure else ("http", "https")
        ):
            raise ProviderFailed(f"its metadata name no usable {name}")
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        authorization_endpoint=document["authorization_endpoint"],
        token_endpoint=document["token_endpoint"],
        jwks_uri=document["jwks_uri"],
        algorithms=tuple(document.get("id_token_signing_alg_values_supported") or ("RS256",)),
        secret_in_body="client_secret_basic" not in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )
