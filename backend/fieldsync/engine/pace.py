"""Pace: how many writes go to a mail server at once.

The server's cost per write decides, and it differs: Radicale gains nothing from a second writer, Xandikos answers 423
and gets slower, others gain. So one writer begins, another joins while that makes things faster, and a server that
refuses gets fewer.
"""

from dataclasses import dataclass

MOST = 4
"""Requests at once per mailbox."""
_WINDOW = 8
"""Writes per writer that are counted before the next decision."""
_WORTH = 1.1
"""What another writer must bring to stay."""


@dataclass(slots=True)
class Pace:
    """``writers`` may write at once. Tell it of every write that is done, and of every refusal."""

    most: int = MOST
    writers: int = 1
    _settled: bool = False
    _done: int = 0
    _since: float | None = None
    _rate: float = 0.0

    def done(self, now: float) -> None:
        """A write was done at ``now`` (seconds of a steady clock)."""
        if self._since is None:
            self._since = now
            return
        self._done += 1
        if self._settled or self._done < _WINDOW * self.writers:
            return
        rate = self._done / (now - self._since) if now > self._since else float("inf")
        if rate <= self._rate * _WORTH:
            # The last one to join brought nothing.
            self.writers -= 1
            self._settled = True
        elif self.writers >= self.most:
            self._settled = True
        else:
            self._rate = rate
            self.writers += 1
        self._done, self._since = 0, now

    def refused(self) -> None:
        """The server was busy, or held a lock: go on with half as many, and stay there."""
        self.writers = max(1, self.writers // 2)
        self._settled = True
