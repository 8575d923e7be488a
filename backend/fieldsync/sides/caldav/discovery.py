"""From a server's address and a sign-in to the address books and calendars behind it (RFC 6764)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from fieldsync.clock import SystemClock
from fieldsync.core.values import Store
from fieldsync.errors import BrokenItem
from fieldsync.sides.caldav import multistatus as dav
from fieldsync.sides.faults import CollectionGone, ServerFailed, SignInRefused
from fieldsync.sides.outbound import Answer, Limits, Outbound, host

if TYPE_CHECKING:
    from fieldsync.sides.caldav.content import Content

_REDIRECTS = 5
_PRINCIPAL = f"{dav.DAV}current-user-principal"
_HOMES = (f"{dav.CARD}addressbook-home-set", f"{dav.CAL}calendar-home-set")
_ADDRESSES = f"{dav.CAL}calendar-user-address-set"
_BOOK, _CALENDAR = f"{dav.CARD}addressbook", f"{dav.CAL}calendar"
_COMPONENTS, _COMPONENT = f"{dav.CAL}supported-calendar-component-set", f"{dav.CAL}comp"
_NAME = f"{dav.DAV}displayname"
_ZONE = f"{dav.CAL}calendar-timezone"
_LOOKS = ("d:resourcetype", "d:displayname", "cal:supported-calendar-component-set", "cal:calendar-timezone")
_WELL_KNOWN = ("/.well-known/carddav", "/.well-known/caldav", "/")


@dataclass(frozen=True, slots=True)
class Found:
    """A collection on a server: where it is, what its owner calls it, what it holds, and its time zone if it says."""

    url: str
    name: str
    holds: frozenset[Store]
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a sign-in can see, and the mail addresses under which the server knows its owner (in lower case)."""

    collections: tuple[Found, ...]
    addresses: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether there is something of everything."""
        return {store for one in self.collections for store in one.holds} == set(Store)

    def also(self, other: "Discovery") -> "Discovery":
        """Both, each collection and address once."""
        collections = {one.url: one for one in (*other.collections, *self.collections)}
        return Discovery(tuple(collections.values()), tuple(dict.fromkeys((*self.addresses, *other.addresses))))

    @property
    def time_zone(self) -> str:
        """The zone (IANA) that a calendar names as its own; empty if none does."""
        return next((one.time_zone for one in self.collections if one.time_zone), "")


async def discover(
    url: str, user: str, password: str, limits: Limits | None = None, *, around: bool = False
) -> Discovery:
    """All collections this sign-in can see, found from the address of the server or of one of them.

    The address of a collection gives just that one, unless ``around`` asks for what else its owner has. Raises a
    SideError; CollectionGone when the server answers but has neither CardDAV nor CalDAV to offer.
    """
    async with Outbound(user, password, limits) as http:
        start = plain_url(url)
        single: tuple[Found, ...] = ()
        told = Discovery(())
        asked: set[str] = set()
        for address in dict.fromkeys((start, *(urljoin(start, path) for path in _WELL_KNOWN))):
            found = await _propfind(http, address, "0", "d:current-user-principal", *_LOOKS)
            if found is None:
                continue
            landed, responses = found
            if address == start and not around:
                single = tuple(one for response in responses if (one := _seen(landed, response)).holds)
            hrefs = [href for response in responses for href in response.hrefs(_PRINCIPAL)]
            principals = {urljoin(landed, href) for href in hrefs} - asked
            asked |= principals
            for principal in sorted(principals):
                if single:
                    return Discovery(single, await _addresses(http, principal))
                told = told.also(await _everything(http, principal))
            if told.whole:
                break
        if not asked and not single:
            raise CollectionGone(host(start), "no CardDAV or CalDAV service found there")
        return Discovery(single) if single else told


async def describe(http: Outbound, url: str, content: "Content") -> Found:
    """The collection at exactly this address; raises CollectionGone when there is none that can hold this content."""
    headers = {**dav.XML_TYPE, "Depth": "0"}
    answer = await http.send("PROPFIND", url, dav.propfind(*_LOOKS), headers, redirects=_REDIRECTS)
    if answer.status == 403:
        raise SignInRefused(host(url), 403, f"no access to this {content.called}")
    if answer.status != 207:
        raise CollectionGone(url, f"status {answer.status}")
    response = next(dav.responses(dav.multistatus(answer)), None)
    if response is None or content.resource_type not in response.kinds():
        article = "an" if content.called[0] in "aeiou" else "a"
        raise CollectionGone(url, f"this is not {article} {content.called}")
    if content.component is not None and content.component not in _components(response):
        raise CollectionGone(url, f"this calendar does not take what a {content.called} holds ({content.component})")
    return _seen(answer.url, response)


def plain_url(url: str) -> str:
    """An address as a person types it, made whole: a scheme, a path, and no sign-in inside."""
    text = url.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path or "/", "", ""))


async def _everything(http: Outbound, principal: str) -> Discovery:
    found = await _propfind(
        http, principal, "0", "c:addressbook-home-set", "cal:calendar-home-set", "cal:calendar-user-address-set"
    )
    responses = found[1] if found else []
    homes = [href for response in responses for name in _HOMES for href in response.hrefs(name)]
    collections: dict[str, Found] = {}
    for home in dict.fromkeys(urljoin(principal, href) for href in homes):
        if host(home) != host(principal):
            # The sign-in was entered for another server; it is not handed on.
            raise CollectionGone(host(principal), f"the collections are on {host(home)}: enter that address")
        listed = await _propfind(http, home, "1", *_LOOKS)
        for response in listed[1] if listed else ():
            one = _seen(urljoin(home, response.href), response)
            if one.holds:
                collections.setdefault(one.url, one)
    return Discovery(tuple(collections.values()), _mail_addresses(responses))


async def _addresses(http: Outbound, principal: str) -> tuple[str, ...]:
    found = await _propfind(http, principal, "0", "cal:calendar-user-address-set")
    return _mail_addresses(found[1]) if found else ()


def _mail_addresses(responses: Sequence[dav.Response]) -> tuple[str, ...]:
    hrefs = [href for response in responses for href in response.hrefs(_ADDRESSES)]
    mails = [href.partition(":")[2].strip().lower() for href in hrefs if href.lower().startswith("mailto:")]
    return tuple(dict.fromkeys(mail for mail in mails if mail))


def _seen(url: str, response: dav.Response) -> Found:
    kinds, holds = response.kinds(), set[Store]()
    if _BOOK in kinds:
        holds.add(Store.ADDRESS_BOOK)
    if _CALENDAR in kinds:
        components = _components(response)
        holds |= {
            store
            for store, component in ((Store.CALENDAR, "VEVENT"), (Store.TASK_LIST, "VTODO"))
            if component in components
        }
    zone = _zone_in(response.text(_ZONE)) if holds & {Store.CALENDAR, Store.TASK_LIST} else ""
    return Found(url, response.text(_NAME) or _last_segment(url), frozenset(holds), zone)


def _zone_in(calendar: str) -> str:
    """The IANA name of the zone that a calendar of nothing but a VTIMEZONE names; empty if it names none."""
    if not calendar:
        return ""
    # Loaded for mailboxes with a calendar only.
    from fieldsync.sides.ical import zones
    from fieldsync.sides.ical.lines import Calendar

    try:
        root = Calendar(calendar.encode()).root
    except BrokenItem:
        return ""
    for definition in root.components("VTIMEZONE"):
        zone = zones.find(definition.text(definition.first("TZID")), root)
        if zone is not None:
            return zones.name_of(zone, SystemClock().now())
    return ""


def _components(response: dav.Response) -> set[str]:
    """What a calendar takes; everything when it does not say (RFC 4791, 5.2.3)."""
    element = response.props.get(_COMPONENTS)
    named = set() if element is None else {str(one.get("name", "")).upper() for one in element.iter(_COMPONENT)}
    return named or {"VEVENT", "VTODO"}


async def _propfind(http: Outbound, url: str, depth: str, *names: str) -> tuple[str, list[dav.Response]] | None:
    """Where it landed and what it said; None for everything that is not a multistatus."""
    headers = {**dav.XML_TYPE, "Depth": depth}
    answer: Answer = await http.send("PROPFIND", url, dav.propfind(*names), headers, redirects=_REDIRECTS)
    if answer.status != 207:
        return None
    try:
        return answer.url, list(dav.responses(dav.multistatus(answer)))
    except ServerFailed:
        # A login page with status 207 has not been seen yet, but one with 200 has.
        return None


def _last_segment(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]
