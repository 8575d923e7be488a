"""Sessions and tokens: a secret for the caller, its digest for the database."""

import hashlib
import secrets
from http.cookies import SimpleCookie

COOKIE = "fieldsync_session"
TOKEN_PREFIX = "fs_"  # noqa: S105 - what tokens begin with is no secret


def new_session_secret() -> str:
    """256 random bits, for the cookie."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """256 random bits with a prefix that secret scanners can recognize."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. Plain SHA-256 suffices: the secret has 256 bits, nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_header(secret: str, *, seconds: int, secure: bool) -> str:
    """The Set-Cookie value; an empty secret with 0 seconds removes the cookie."""
    cookie = SimpleCookie()
    cookie[COOKIE] = secret
    morsel = cookie[COOKIE]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    morsel["max-age"] = seconds
    if secure:
        morsel["secure"] = True
    return morsel.OutputString()
