"""Deletions: what one of them does on the other side."""

from enum import Enum


class EditAgainstDelete(Enum):
    """Who wins when one end of a pair was edited and the other one deleted."""

    EDIT_WINS = "EDIT_WINS"
    DELETE_WINS = "DELETE_WINS"
