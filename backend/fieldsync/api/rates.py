"""How much one caller may ask for in a minute."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from fieldsync.errors import RateLimited

MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Bucket:
    points: float
    at: float


class Rates:
    """A bucket of points for each caller; it holds what a minute brings, and fills up evenly.

    The buckets are in the memory of this process: servers that share a database each grant the whole amount.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, caller: str, points: int) -> int:
        """Take that many points out; what is left. Raises RateLimited, and takes nothing, if there are not as many."""
        now = self._clock()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._opened(caller, now)
        held = min(self.per_minute, bucket.points + self._filled(now - bucket.at))
        bucket.points, bucket.at = held, now
        if points > held:
            raise RateLimited(max(1, math.ceil((points - held) * 60 / self.per_minute)))
        bucket.points = held - points
        return int(bucket.points)

    def _filled(self, seconds: float) -> float:
        return seconds * self.per_minute / 60

    def _opened(self, caller: str, now: float) -> _Bucket:
        if len(self._buckets) >= MOST_CALLERS:
            # After a minute every bucket is full, and a full one is as good as none.
            self._buckets = {key: one for key, one in self._buckets.items() if now - one.at < 60}
        if len(self._buckets) >= MOST_CALLERS:
            self._buckets.clear()
        bucket = self._buckets[caller] = _Bucket(self.per_minute, now)
        return bucket
