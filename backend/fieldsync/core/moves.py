"""Items that have another address than before: moved within the mailbox, or found again after it was connected anew.

An item is told by its UID. Two items with one UID at the same time are a fault of the mailbox or a copy: the second one
is left alone, and told.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from fieldsync.core.plan import DELETION_NOT_PERMITTED, DETACHED, ITEM_DELETED, RETURNING, ItemState, LinkState

_GONE = {ITEM_DELETED, DELETION_NOT_PERMITTED}
_BACK = RETURNING | _GONE
"""Reasons for which a pair was no longer followed that do not hold once its item is there again."""


@dataclass(frozen=True, slots=True)
class Moves:
    """``links`` by their ids, with the addresses that their items have now; ``left`` items are none of anybody's.

    ``parted`` are links that are not followed so far, with their new addresses; ``doubled`` are items whose UID another
    one has, which they are told with.
    """

    links: Mapping[str, LinkState] = field(default_factory=dict)
    parted: tuple[LinkState, ...] = ()
    left: frozenset[str] = frozenset()
    doubled: Mapping[str, str] = field(default_factory=dict)


NO_MOVES = Moves()


def follow(strangers: Iterable[ItemState], by_uid: Mapping[str, LinkState], present: Collection[str]) -> Moves:
    """Where items went whose links are ``by_uid``; ``strangers`` have no link yet, ``present`` addresses an item."""
    links, parted, left = dict[str, LinkState](), list[LinkState](), set[str]()
    doubled, first = dict[str, str](), dict[str, str]()
    for item in sorted(strangers, key=lambda one: one.href):
        uid = item.traits.uid
        link = by_uid.get(uid) if uid else None
        other = link.href if link is not None and link.href in present else first.get(uid)
        if uid and other is not None:
            doubled[item.href] = other
            continue
        first[uid] = item.href
        if link is None:
            continue
        if link.linked or link.reason in _BACK:
            reason = DETACHED if link.reason in _GONE else link.reason
            links[link.id] = replace(link, href=item.href, reason=reason)
        else:
            left.add(item.href)
        if not link.linked and link.reason != DETACHED:
            parted.append(replace(link, href=item.href))
    return Moves(links, tuple(parted), frozenset(left) | doubled.keys(), doubled)
