"""Passwords of people who sign in: argon2id hashes, computed in a thread."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_now(password: str) -> str:
    """The hash to store; takes some 50 ms of CPU on purpose."""
    return _hasher.hash(password)


async def hash_aside(password: str) -> str:
    """``hash_now`` without holding up the event loop."""
    return await asyncio.to_thread(hash_now, password)


async def verify(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one. Works as long for unknown users (``stored`` None) as for known ones."""
    return await asyncio.to_thread(_verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        matches = _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")
