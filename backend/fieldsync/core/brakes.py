"""Brakes: what is set aside until a person agrees."""

DELETIONS_AT_MOST = 10
SHARE_AT_MOST = 0.2
EMPTIED_FROM = 3


def holds_deletions(deletions: int, linked: int) -> bool:
    """True if this many deletions at once look like an accident rather than a wish.

    More than ten that are also more than a fifth of what is linked, or everything of at least three.
    """
    if linked and deletions >= linked and deletions >= EMPTIED_FROM:
        return True
    return deletions > DELETIONS_AT_MOST and deletions > linked * SHARE_AT_MOST
