"""What operations are served with, whichever way they come in."""

from collections.abc import Set
from dataclasses import dataclass, field

from fieldsync.api.answering import Answers, Asked
from fieldsync.api.context import Context
from fieldsync.api.requests import Wanted
from fieldsync.api.trusted import TrustedDocuments
from fieldsync.security.actors import Actors, Credentials
from fieldsync.services.bundle import Services


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a lasting connection is given; ``write`` is how long the other side may leave a message unread."""

    init: float = 10.0
    write: float = 30.0
    quiet: float = 12.0


@dataclass(frozen=True, slots=True)
class Serving:
    """``origins`` are the foreign pages that may use a session; ``withheld_errors`` as in ``Context``."""

    answers: Answers
    services: Services
    actors: Actors
    documents: TrustedDocuments = field(default_factory=TrustedDocuments)
    origins: Set[str] = frozenset()
    withheld_errors: bool = False
    times: Times = field(default_factory=Times)

    def context(self, credentials: Credentials, address: str = "") -> Context:
        """A context of its own for each operation, so that two on one connection cannot disturb each other."""
        return Context(self.services, self.actors, credentials, self.withheld_errors, address=address)

    def asked(self, wanted: Wanted) -> Asked:
        """The operation that is wanted; raises UserFacing for a document that is not answered."""
        return Asked(self.documents.text(wanted.query, wanted.digest), wanted.variables, wanted.operation_name)
