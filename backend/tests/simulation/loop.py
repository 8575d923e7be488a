"""An event loop without a world outside: time is a number, and when nothing can go on, somebody else says what does.

Everything that waits for something real (the mail server, the database) waits here for its turn instead. So one
thread and one source of chance decide the whole order of things, and the same chance gives the same order.
"""

import asyncio
from collections.abc import Callable
from typing import Any


class VirtualLoop(asyncio.BaseEventLoop):
    """``idle`` is called when no task can go on, with the seconds to the next timer (None if there is none)."""

    def __init__(self, idle: Callable[[float | None], None]) -> None:
        super().__init__()
        self._idle = idle
        self._now = 0.0
        self._clock_resolution = 1e-6
        self._selector = self
        self.set_exception_handler(lambda _loop, _context: None)

    def time(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass; timers that are due go off before anything else happens."""
        self._now += seconds

    # what BaseEventLoop asks of its selector

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None or timeout > 0:
            self._idle(timeout)
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        """Nothing comes from outside."""

    def _write_to_self(self) -> None:
        """There is no other thread."""
