"""What a collection holds, as far as its server must be told: cards, events, tasks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fieldsync.core.values import Store
from fieldsync.errors import BrokenItem
from fieldsync.ports import Codec
from fieldsync.sides.caldav import multistatus as dav
from fieldsync.sides.vcard.contact import same_contact


@dataclass(frozen=True, slots=True)
class Content:
    """How items of a collection are named, asked for and compared.

    ``same`` tells whether two bodies are the same item with the same values, however a server spelt them.
    ``component`` is what a calendar must support to hold them; None for address books.
    """

    media_type: str
    extension: str
    data: str
    resource_type: str
    no_uid_conflict: str
    multiget: Callable[[Iterable[str]], bytes]
    same: Callable[[bytes, bytes], bool]
    called: str
    component: str | None = None


def _same_calendar_item(one: bytes, other: bytes) -> bool:
    # Loaded for mailboxes with a calendar only.
    from fieldsync.sides.ical.codecs import codec_for
    from fieldsync.sides.ical.kinds import kind_of

    kind = kind_of(one)
    if kind is None or kind is not kind_of(other):
        return one == other
    codec: Codec = codec_for(kind, "UTC")
    try:
        return codec.traits(one).uid == codec.traits(other).uid and codec.read(one) == codec.read(other)
    except BrokenItem:
        return False


CARDS = Content(
    media_type="text/vcard",
    extension=".vcf",
    data=f"{dav.CARD}address-data",
    resource_type=f"{dav.CARD}addressbook",
    no_uid_conflict=f"{dav.CARD}no-uid-conflict",
    multiget=dav.addressbook_multiget,
    same=same_contact,
    called="address book",
)


def _calendar(component: str, called: str) -> Content:
    return Content(
        media_type="text/calendar",
        extension=".ics",
        data=f"{dav.CAL}calendar-data",
        resource_type=f"{dav.CAL}calendar",
        no_uid_conflict=f"{dav.CAL}no-uid-conflict",
        multiget=dav.calendar_multiget,
        same=_same_calendar_item,
        called=called,
        component=component,
    )


CONTENT_OF: dict[Store, Content] = {
    Store.ADDRESS_BOOK: CARDS,
    Store.CALENDAR: _calendar("VEVENT", "calendar"),
    Store.TASK_LIST: _calendar("VTODO", "task list"),
}
