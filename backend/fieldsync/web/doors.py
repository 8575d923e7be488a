"""Signing in and out, health, and the accounts of the demo."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fieldsync.errors import ErrorCode, NotSignedIn, TooManyAttempts, UserFacing
from fieldsync.security import sessions
from fieldsync.security.origins import is_foreign
from fieldsync.services.bundle import Services

log = structlog.get_logger("fieldsync.web")


class Doors:
    """Endpoints outside of GraphQL.

    ``demo_accounts`` is empty when the demo is not served, ``provider_name`` None without an external provider.
    """

    def __init__(
        self,
        services: Services,
        *,
        is_migrated: Callable[[], bool],
        allowed_origins: frozenset[str],
        secure_cookies: bool,
        demo_accounts: Sequence[dict[str, str]] = (),
        provider_name: str | None = None,
    ) -> None:
        self._services = services
        self._is_migrated = is_migrated
        self._migrated = False
        self._origins = allowed_origins
        self._secure = secure_cookies
        self._demo_accounts = list(demo_accounts)
        self._provider_name = provider_name

    async def health(self, request: Request) -> Response:
        """200 when the database answers and has all our tables, else 503 with the reason."""
        try:
            await self._services.principals.answer()
            # Once migrated, always migrated, as far as this process is concerned.
            self._migrated = self._migrated or await asyncio.to_thread(self._is_migrated)
        except Exception:
            log.exception("the database does not answer")
            return JSONResponse({"status": "failing", "reason": "The database does not answer."}, 503)
        if not self._migrated:
            return JSONResponse({"status": "failing", "reason": "The database is not migrated."}, 503)
        return JSONResponse({"status": "ok"})

    async def demo_accounts(self, request: Request) -> Response:
        if not self._demo_accounts:
            return _error(ErrorCode.NOT_FOUND, "The demo is not served here.", 404)
        return JSONResponse(self._demo_accounts)

    async def sign_in_options(self, request: Request) -> Response:
        """What the sign-in page offers besides user name and password."""
        provider = None if self._provider_name is None else {"name": self._provider_name, "start": "/oidc/start"}
        return JSONResponse({"provider": provider})

    async def refresh(self, request: Request) -> Response:
        """POST by an open page: 204, with a new cookie when the secret is old; 401 once the session has ended."""
        if is_foreign(request.headers, self._origins):
            return _error(ErrorCode.NOT_ALLOWED, "This page may not sign in here.", 403)
        try:
            renewed = await self._services.sign_in.renew(request.cookies.get(sessions.COOKIE, ""))
        except NotSignedIn as error:
            return _error(error.code, error.message, 401)
        response = Response(status_code=204, headers={"cache-control": "no-store"})
        return response if renewed.secret is None else self._with_cookie(response, renewed.secret, renewed.seconds)

    async def session(self, request: Request) -> Response:
        """POST {userName, password} signs in, DELETE signs out."""
        if is_foreign(request.headers, self._origins):
            return _error(ErrorCode.NOT_ALLOWED, "This page may not sign in here.", 403)
        if request.method == "DELETE":
            secret = request.cookies.get(sessions.COOKIE)
            if secret:
                await self._services.sign_in.close(secret)
            return self._with_cookie(Response(status_code=204), "", 0)
        # A JSON type cannot be sent by a plain form of another site.
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            return _error(ErrorCode.INVALID_INPUT, "Send JSON with the type application/json.", 415)
        user_name, password = _credentials(await request.body())
        if user_name is None or password is None:
            return _error(ErrorCode.INVALID_INPUT, "Send userName and password.", 400)
        address = request.client.host if request.client else None
        try:
            opened = await self._services.sign_in.open(
                user_name,
                password,
                address=address,
                replaces=request.cookies.get(sessions.COOKIE),
            )
        except TooManyAttempts as error:
            log.warning("an attempt to sign in has to wait", address=address, seconds=error.seconds)
            refusal = _error(error.code, error.message, 429)
            refusal.headers["retry-after"] = str(error.seconds)
            return refusal
        except UserFacing as error:
            return _error(error.code, error.message, 401)
        person = opened.principal
        response = JSONResponse({"userName": person.user_name, "name": person.name, "role": person.role})
        return self._with_cookie(response, opened.secret, opened.seconds)

    def _with_cookie(self, response: Response, secret: str, seconds: int) -> Response:
        cookie = sessions.cookie_header(secret, seconds=seconds, secure=self._secure)
        response.headers.append("set-cookie", cookie)
        response.headers["cache-control"] = "no-store"
        return response


def _credentials(body: bytes) -> tuple[str | None, str | None]:
    try:
        data: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(data, dict):
        return None, None
    user_name, password = data.get("userName"), data.get("password")
    if not isinstance(user_name, str) or not isinstance(password, str) or len(password) > 1000 or "\x00" in user_name:
        return None, None
    return user_name[:200], password


def _error(code: ErrorCode, message: str, status: int) -> Response:
    return JSONResponse({"error": {"code": code.value, "message": message}}, status)
