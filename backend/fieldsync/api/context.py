"""What every resolver has at hand: the services, the actor and the loaders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import strawberry

import fieldsync.api.activity_enums
import fieldsync.api.enums
import fieldsync.api.error_enums
import fieldsync.api.scope_enums  # noqa: F401
from fieldsync.api.loaders import Loaders
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.errors import NotSignedIn
from fieldsync.security.actors import Actors, Credentials
from fieldsync.security.gate import Unconfirmed
from fieldsync.services.bundle import Services


@dataclass(slots=True)
class Context:
    """One HTTP request, or one WebSocket with all its operations.

    ``actor`` is found anew for each operation (``answering``), so that a socket does not
    outlive its session. ``withheld_errors`` makes a withheld field an error of the answer instead of a null.
    ``address`` is where a caller without credentials comes from.
    """

    services: Services
    actors: Actors
    credentials: Credentials
    withheld_errors: bool = False
    actor: Actor | None = None
    address: str = ""
    _loaders: Loaders | None = field(init=False, default=None)

    @property
    def loaders(self) -> Loaders:
        """The loaders, made once somebody asks for one: few plans do."""
        if self._loaders is None:
            self._loaders = Loaders(self.services, self.signed_in)
        return self._loaders

    async def look_up(self) -> None:
        """Find out who the caller is."""
        self.actor = await self.actors.find(self.credentials)

    def remember(self) -> bool:
        """Go by what is remembered of the caller, if anything is; nothing counts until that is ``confirmed``."""
        self.actor = self.actors.claiming(self.credentials)
        return self.actor is not None

    @property
    def is_confirmed(self) -> bool:
        """Whether it is known who the caller is, or that it is nobody."""
        return self.actor is None or self.actor.claim is None

    def signed_in(self) -> Actor:
        """The caller; raises NotSignedIn, Unconfirmed."""
        if not self.is_confirmed:
            raise Unconfirmed
        return self.claiming()

    def claiming(self) -> Actor:
        """The caller, perhaps one that is only remembered; raises NotSignedIn."""
        if self.actor is None:
            raise NotSignedIn
        return self.actor

    def confirmed(self) -> None:
        """Something was found that only the caller who was claimed can see."""
        if self.actor is not None and self.actor.claim is not None:
            self.actor = replace(self.actor, claim=None)


Info: TypeAlias = strawberry.Info[Context, None]


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What resolvers get as ``info`` from a plan: the context, and the columns of records that the answer needs.

    ``columns`` names those columns by the kind of record; a kind that is missing is wanted whole.
    """

    context: Context
    columns: Mapping[RecordKind, tuple[str, ...]] | None = None


def columns_of(info: Info, kind: RecordKind) -> tuple[str, ...] | None:
    """The columns of records of a kind that the answer needs, as far as it is known; None for all."""
    if isinstance(info, PlanInfo) and info.columns is not None:
        return info.columns.get(kind)
    return None
