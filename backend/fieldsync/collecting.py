"""Garbage collection that keeps nobody waiting."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

THOROUGH = 3600.0


@contextmanager
def short_collections(clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Meanwhile a full collection looks only at what is new since the one before.

    Python's own looks at everything that lives, each time: with two thousand connections it stops the process for half
    a second. What has survived one full collection is left alone by the next ones, until the first after an hour
    (``THOROUGH``, seconds) looks at everything again: what is garbage by then and part of a cycle waits that long.
    Everything else goes as soon as nobody refers to it, as always.
    """
    looked = clock()

    def between(phase: str, about: dict[str, Any]) -> None:
        nonlocal looked
        if about["generation"] != 2:
            return
        if phase == "stop":
            gc.freeze()
        elif clock() - looked > THOROUGH:
            looked = clock()
            gc.unfreeze()

    gc.collect()
    gc.freeze()
    gc.callbacks.append(between)
    try:
        yield
    finally:
        gc.callbacks.remove(between)
        gc.unfreeze()
