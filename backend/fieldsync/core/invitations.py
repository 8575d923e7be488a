"""Invitations: whether a meeting that a run writes may make the mail server send mail."""

from enum import Enum


class Invitations(Enum):
    """NEVER, or only from the mailbox of the meeting's ORGANIZER."""

    NEVER = "NEVER"
    ORGANIZER = "ORGANIZER"
