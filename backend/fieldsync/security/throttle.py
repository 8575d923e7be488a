"""Brakes on guessing passwords: failed attempts make the next one wait, per user name and per address.

The counts are in the database, so they hold over all processes and restarts. An attempt counts as failed from its
beginning and is taken back when it succeeds: attempts made at once cannot slip by each other. Attempts during a wait
are refused unseen and do not make it longer, and no wait is longer than fifteen minutes, so nobody is locked out for
good. Unknown user names are counted like known ones.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from fieldsync.clock import Clock
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import sign_in_attempts as rows
from fieldsync.errors import TooManyAttempts
from fieldsync.security import gate

FREE_PER_USER = 5
FREE_PER_ADDRESS = 20
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing below ``free``, then a second, doubled each time."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt under way, already counted as failed."""

    user: str
    address: str | None
    address_blocked_until: datetime | None


class Throttle:
    """Counts attempts; ``begin`` before a password is looked at, ``succeeded`` when it was right."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, user_name: str, address: str | None) -> Attempt:
        """Count an attempt for this name and address; raises TooManyAttempts if either has to wait."""
        user = _key("user", user_name.strip().casefold())
        free = {user: FREE_PER_USER}
        place = None
        if address:
            place = _key("address", _network(address))
            free[place] = FREE_PER_ADDRESS
        now = self._clock.now()

        def unit(connection: Connection) -> dict[str, datetime | None]:
            counts = rows.lock(connection, free, now)
            until = max((row.blocked_until for row in counts.values() if row.blocked_until), default=now)
            if until > now:
                raise TooManyAttempts(ceil((until - now).total_seconds()))
            blocked: dict[str, datetime | None] = {}
            for key, row in counts.items():
                failures = (0 if row.last_at <= now - FORGOTTEN else row.failures) + 1
                wait = wait_after(failures, free[key])
                blocked[key] = now + wait if wait else None
                rows.note_failure(connection, key, failures=failures, now=now, blocked_until=blocked[key])
            return blocked

        blocked = await self._database.write(gate.sign_in(user), unit)
        return Attempt(user, place, blocked[place] if place else None)

    async def succeeded(self, attempt: Attempt) -> None:
        """Forget the user's failures, and uncount this attempt of the address."""
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            if attempt.address is not None:
                rows.take_back(connection, attempt.address, attempt.address_blocked_until)
            rows.reset(connection, attempt.user)

        await self._database.write(gate.sign_in(attempt.user), unit)
        await self._database.write(
            gate.sign_in(attempt.user), lambda connection: rows.forget_old(connection, now, FORGOTTEN)
        )


def _key(kind: str, value: str) -> str:
    """A digest, since people type their password into the field of the user name at times."""
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()


def _network(address: str) -> str:
    """An address, or the /64 of an IPv6 one, which a single machine has all of."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
