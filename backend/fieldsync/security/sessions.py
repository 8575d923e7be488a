"""Sessions and tokens: a secret for the caller, its digest for the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie

COOKIE = "fieldsync_session"
TOKEN_PREFIX = "fs_"  # noqa: S105 - what tokens begin with is no secret


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long sessions live: at most, unused, with one secret, and with the secret before a renewed one."""

    length: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    renew_after: timedelta = timedelta(hours=1)
    grace: timedelta = timedelta(minutes=1)


def new_session_secret() -> str:
    """256 random bits, for the cookie."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """256 random bits with a prefix that secret scanners can recognize."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. Plain SHA-256 suffices: the secret has 256 bits, nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_header(secret: str, *, seconds: int, secure: bool, name: str = COOKIE, path: str = "/") -> str:
    """The Set-Cookie value; an empty secret with 0 seconds removes the cookie."""
    cookie = SimpleCookie()
    cookie[name] = secret
    morsel = cookie[name]
    morsel["path"] = path
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    morsel["max-age"] = seconds
    if secure:
        morsel["secure"] = True
    return morsel.OutputString()
