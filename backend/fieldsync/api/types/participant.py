"""People of a meeting, as the CRM keeps them: name and mail address."""

from collections.abc import Sequence

import strawberry

from fieldsync.core import attendees
from fieldsync.errors import InvalidInput


@strawberry.type(description="Somebody who takes part in a meeting.")
class Participant:
    name: str = strawberry.field(description="The name; empty if only the address is known.")
    address: str = strawberry.field(description="The mail address, in small letters; empty if only the name is known.")


@strawberry.input(description="Somebody who takes part in a meeting: a name, a mail address, or both.")
class ParticipantInput:
    name: str = strawberry.field(description="The name.", default="")
    address: str = strawberry.field(description="The mail address; who people are is told by it.", default="")


def participants_of(text: str | None) -> list[Participant]:
    """The people of a column; none if it holds nothing."""
    return [Participant(name=one.name, address=one.address) for one in attendees.parse(text or "")]


def text_of(people: Sequence[ParticipantInput], attribute: str) -> str:
    """People as the column holds them, each once; raises InvalidInput for nobody."""
    found = [attendees.person(one.name, one.address) for one in people]
    if None in found:
        raise InvalidInput("A participant needs a name or a mail address.", path=(attribute,))
    return attendees.written(one for one in found if one is not None)
