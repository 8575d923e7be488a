"""WebDAV's XML: requests as bytes, answers as a loop over responses.

The parser is hardened: no entities, no network, no huge trees, no document types. Elements are
found by name, never by their order, as servers differ in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes
from xml.sax.saxutils import escape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # it ships no types

from fieldsync.sides.faults import AnswerUnreadable, ServerFailed
from fieldsync.sides.outbound import Answer, host

DAV = "{DAV:}"
CARD = "{urn:ietf:params:xml:ns:carddav}"
CAL = "{urn:ietf:params:xml:ns:caldav}"
SERVER = "{http://calendarserver.org/ns/}"

XML_TYPE = {"Content-Type": "application/xml; charset=utf-8"}

_RESPONSE, _HREF, _STATUS = f"{DAV}response", f"{DAV}href", f"{DAV}status"
_PROPSTAT, _PROP, _TOKEN = f"{DAV}propstat", f"{DAV}prop", f"{DAV}sync-token"
_SEGMENT_SAFE = "!$&'()*+,;=:@-._~"
_PROPFIND = (
    '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
    ' xmlns:cal="urn:ietf:params:xml:ns:caldav"'
    ' xmlns:s="http://calendarserver.org/ns/"><d:prop>%s</d:prop></d:propfind>'
)


@dataclass(frozen=True, slots=True)
class Response:
    """One resource of a multistatus: its own status (0 if it has none) and the properties that were found."""

    href: str
    status: int
    props: dict[str, etree._Element]
    error: etree._Element | None

    def text(self, name: str) -> str:
        element = self.props.get(name)
        return (element.text or "").strip() if element is not None else ""

    def hrefs(self, name: str) -> list[str]:
        element = self.props.get(name)
        return [] if element is None else [(each.text or "").strip() for each in element.iter(_HREF)]

    def kinds(self) -> set[str]:
        """Names in ``resourcetype``."""
        element = self.props.get(f"{DAV}resourcetype")
        return set() if element is None else {str(child.tag) for child in element}


def parse(answer: Answer) -> etree._Element:
    """The answer's document; raises ServerFailed when it is not well-formed or has a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AnswerUnreadable(host(answer.url), "the answer is not well-formed XML", answer.status) from error
    if root.getroottree().docinfo.doctype:
        raise ServerFailed(host(answer.url), "the answer brings a document type", answer.status)
    return root


def multistatus(answer: Answer) -> etree._Element:
    """The root of a 207 answer; raises ServerFailed when it is something else."""
    root = parse(answer)
    if root.tag != f"{DAV}multistatus":
        raise ServerFailed(host(answer.url), "the answer is not a multistatus", answer.status)
    return root


def responses(root: etree._Element) -> Iterator[Response]:
    for element in root.iterchildren(_RESPONSE):
        href, status, error = "", 0, None
        props: dict[str, etree._Element] = {}
        for child in element:
            tag = child.tag
            if tag == _PROPSTAT:
                found = child.find(_PROP)
                if found is not None and _code(child.findtext(_STATUS)) in (200, 0):
                    for prop in found:
                        props[str(prop.tag)] = prop
            elif tag == _HREF:
                href = (child.text or "").strip()
            elif tag == _STATUS:
                status = _code(child.text)
            elif tag == f"{DAV}error":
                error = child
        yield Response(href, status, props, error)


def sync_token(root: etree._Element) -> str:
    return (root.findtext(_TOKEN) or "").strip()


def preconditions(answer: Answer) -> dict[str, list[str]]:
    """The conditions an error answer names, each with the hrefs in it; none if it is not such XML."""
    if answer.body.lstrip()[:1] != b"<":
        return {}
    try:
        root = parse(answer)
    except ServerFailed:
        return {}
    if root.tag != f"{DAV}error":
        return {}
    return {str(child.tag): [(href.text or "").strip() for href in child.iter(_HREF)] for child in root}


def propfind(*names: str) -> bytes:
    """Body of a PROPFIND for names with the prefixes d (DAV), c (CardDAV) and s (calendarserver)."""
    return (_PROPFIND % "".join(f"<{name}/>" for name in names)).encode()


def sync_collection(token: str) -> bytes:
    """Never with a limit: two of five servers lose changes then."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><d:sync-collection xmlns:d="DAV:"><d:sync-token>'
        f"{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop></d:sync-collection>"
    ).encode()


def addressbook_multiget(hrefs: Iterable[str]) -> bytes:
    return _multiget("addressbook-multiget", "urn:ietf:params:xml:ns:carddav", "address-data", hrefs)


def calendar_multiget(hrefs: Iterable[str]) -> bytes:
    return _multiget("calendar-multiget", "urn:ietf:params:xml:ns:caldav", "calendar-data", hrefs)


def _multiget(report: str, namespace: str, data: str, hrefs: Iterable[str]) -> bytes:
    listed = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><c:{report} xmlns:d="DAV:"'
        f' xmlns:c="{namespace}"><d:prop><d:getetag/><c:{data}/></d:prop>'
        f"{listed}</c:{report}>"
    ).encode()


def canonical(href: str) -> str:
    """The absolute path of an href in one spelling, so that equal paths compare equal."""
    if "://" in href[:10]:
        path = href.partition("://")[2]
        slash = path.find("/")
        href = path[slash:] if slash >= 0 else "/"
    if "%" not in href and href.isascii() and href.isalnum():
        return href
    segments = href.partition("?")[0].split("/")
    return "/".join(quote_from_bytes(unquote_to_bytes(part), safe=_SEGMENT_SAFE) for part in segments)


def version(etag: str) -> str:
    """An etag as it was before a proxy compressed the answer: not weak, no ``-gzip``."""
    etag = etag.strip().removeprefix("W/")
    return etag.removesuffix('-gzip"') + '"' if etag.endswith('-gzip"') else etag


def _code(status_line: str | None) -> int:
    """The number in ``HTTP/1.1 200 OK``, or 0."""
    words = (status_line or "").split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
