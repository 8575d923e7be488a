"""A provider that does what a test tells it to: wrong issuers, foreign audiences, rotated keys, silence."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

SUBJECT = "00u-ada"


@dataclass
class FakeProvider:
    """``claims`` and ``metadata`` go over what a sound provider would say."""

    now: Callable[[], float]
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: list[Any] | None = None
    algorithm: str = "RS256"
    header: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    fail: str = ""
    asked: list[str] = field(default_factory=list)
    tokens_for: list[dict[str, str]] = field(default_factory=list)
    nonce: str = ""

    def answer(self, start: str, **changes: str) -> str:
        """The query with which a browser comes back after it was sent to ``start``."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(start).query).items()}
        self.nonce = query["nonce"]
        told = {"code": "a code", "state": query["state"], "iss": self.issuer} | changes
        return urlencode({name: value for name, value in told.items() if value})

    async def discovery(self, request: web.Request) -> web.Response:
        self.asked.append("metadata")
        if self.fail == "metadata":
            return web.Response(text="<html>", content_type="text/html")
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": True,
            }
            | self.metadata
        )

    async def keys(self, request: web.Request) -> web.Response:
        self.asked.append("keys")
        published = [self.key] if self.published is None else self.published
        return web.json_response(
            {"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in published]}
        )

    async def give(self, request: web.Request) -> web.Response:
        self.asked.append("token")
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.tokens_for.append(form | {"authorization": request.headers.get("authorization", "")})
        if self.fail == "token":
            return web.json_response({"error": "invalid_grant"}, status=400)
        if self.fail == "silence":
            await asyncio.Event().wait()
        if self.fail == "flood":
            return web.Response(body=b"x" * (2 << 20))
        if self.fail == "no token":
            return web.json_response({"access_token": "x"})
        return web.json_response({"access_token": "x", "id_token": self.token or self.signed()})

    def signed(self) -> str:
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": "fieldsync",
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
        } | self.claims
        header = {"alg": self.algorithm, "kid": self.key.kid} | self.header
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


@asynccontextmanager
async def fake_provider(now: Callable[[], float]) -> AsyncIterator[FakeProvider]:
    fake = FakeProvider(now)
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", fake.discovery)
    app.router.add_get("/keys", fake.keys)
    app.router.add_post("/token", fake.give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()
