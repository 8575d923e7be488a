"""A full collection looks at what is new, and once in an hour at everything."""

import gc
import weakref

from fieldsync.collecting import THOROUGH, short_collections


class Node:
    """Part of a cycle, which only a collection ends."""

    def __init__(self) -> None:
        self.me = self


def test_what_outlives_a_full_collection_is_left_alone_for_an_hour() -> None:
    now = 0.0
    with short_collections(lambda: now):
        before = gc.get_freeze_count()
        nodes = [Node() for _ in range(1_000)]
        gc.collect()
        assert gc.get_freeze_count() >= before + 1_000
        dead = weakref.ref(nodes.pop())
        gc.collect()
        assert dead() is not None
        now = THOROUGH + 1
        gc.collect()
        assert dead() is None
        assert gc.get_freeze_count() >= 999


def test_new_garbage_goes_at_once() -> None:
    with short_collections(lambda: 0.0):
        dead = weakref.ref(Node())
        gc.collect()
        assert dead() is None


def test_nothing_is_left_of_it_afterwards() -> None:
    callbacks = list(gc.callbacks)
    with short_collections():
        assert len(gc.callbacks) == len(callbacks) + 1
    assert gc.callbacks == callbacks
    assert gc.get_freeze_count() == 0
