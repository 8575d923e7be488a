"""From a server's address and a sign-in to the address books behind it (RFC 6764)."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from fieldsync.sides.caldav import multistatus as dav
from fieldsync.sides.faults import CollectionGone, ServerFailed, SignInRefused
from fieldsync.sides.outbound import Answer, Limits, Outbound, host

_REDIRECTS = 5
_PRINCIPAL = f"{dav.DAV}current-user-principal"
_HOME = f"{dav.CARD}addressbook-home-set"
_BOOK = f"{dav.CARD}addressbook"
_NAME = f"{dav.DAV}displayname"


@dataclass(frozen=True, slots=True)
class AddressBook:
    """An address book on a server: where it is and what its owner calls it."""

    url: str
    name: str


async def discover(url: str, user: str, password: str, limits: Limits | None = None) -> list[AddressBook]:
    """All address books this sign-in can see, found from the address of the server or of one of them.

    Raises a SideError; CollectionGone when the server answers but has no CardDAV to offer.
    """
    async with Outbound(user, password, limits) as http:
        start = plain_url(url)
        principal = None
        for address in (start, urljoin(start, "/.well-known/carddav"), urljoin(start, "/")):
            found = await _propfind(http, address, "0", "d:current-user-principal", "d:resourcetype")
            if found is None:
                continue
            landed, responses = found
            if any(_BOOK in response.kinds() for response in responses):
                return [await describe(http, landed)]
            hrefs = [href for response in responses for href in response.hrefs(_PRINCIPAL)]
            if hrefs:
                principal = urljoin(landed, hrefs[0])
                break
        if principal is None:
            raise CollectionGone(host(start), "no CardDAV service found there")
        return await _address_books(http, principal)


async def describe(http: Outbound, url: str) -> AddressBook:
    """The address book at exactly this address; raises CollectionGone when there is none."""
    headers = {**dav.XML_TYPE, "Depth": "0"}
    body = dav.propfind("d:resourcetype", "d:displayname")
    answer = await http.send("PROPFIND", url, body, headers, redirects=_REDIRECTS)
    if answer.status == 403:
        raise SignInRefused(host(url), 403, "no access to this address book")
    if answer.status != 207:
        raise CollectionGone(url, f"status {answer.status}")
    found = next(dav.responses(dav.multistatus(answer)), None)
    if found is None or _BOOK not in found.kinds():
        raise CollectionGone(url, "this is not an address book")
    return AddressBook(answer.url, found.text(_NAME) or _last_segment(answer.url))


def plain_url(url: str) -> str:
    """An address as a person types it, made whole: a scheme, a path, and no sign-in inside."""
    text = url.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path or "/", "", ""))


async def _address_books(http: Outbound, principal: str) -> list[AddressBook]:
    found = await _propfind(http, principal, "0", "c:addressbook-home-set")
    homes = [href for response in found[1] for href in response.hrefs(_HOME)] if found else []
    books: list[AddressBook] = []
    for home in dict.fromkeys(urljoin(principal, href) for href in homes):
        if host(home) != host(principal):
            # The sign-in was entered for another server; it is not handed on.
            raise CollectionGone(host(principal), f"the address books are on {host(home)}: enter that address")
        listed = await _propfind(http, home, "1", "d:resourcetype", "d:displayname")
        for response in listed[1] if listed else ():
            if _BOOK in response.kinds():
                address = urljoin(home, response.href)
                books.append(AddressBook(address, response.text(_NAME) or _last_segment(address)))
    return books


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
