"""Text inside a vCard or an iCalendar object: escapes, structured values, quoted-printable, folding.

Escapes are undone leniently (an unknown one stays as it is) and written strictly, so that what is
written always reads back the same.
"""

import binascii
import quopri
import re

PRODUCT = "-//Fieldsync//Fieldsync//EN"
"""What items made here say of who made them."""

# Not allowed in XML 1.0 (address books travel inside XML) or without meaning in text.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
"""Word processors put a vertical tab (``\\x0b``) where a line ends and the paragraph does not."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPE = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\", ":": ":"}
_ESCAPE = str.maketrans({"\\": "\\\\", "\n": "\\n", ",": "\\,", ";": "\\;"})
_ESCAPE_21 = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;"})
_LINE = 75
"""Octets a written line may have, without its line end (RFC 2426, 2.6; RFC 5545, 3.1)."""


def clean(text: str) -> str:
    """Text as a card or a calendar can carry it: line ends as ``\\n``, characters that XML forbids left out."""
    if text.isprintable():
        return text
    return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", text))


def cleaned(value: tuple[str, ...]) -> tuple[str, ...]:
    """``clean`` for each part of a value."""
    return value if "".join(value).isprintable() else tuple([clean(part) for part in value])


def escape(text: str) -> str:
    return text.translate(_ESCAPE)


def escape_21(text: str) -> str:
    """Version 2.1 knows no ``\\n``: line ends are left to quoted-printable.

    A comma needs no escape there, but Radicale cuts texts at one that has none.
    """
    return text.translate(_ESCAPE_21)


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: _UNESCAPE.get(match[1], match[0]), text)


def unescape_21(text: str) -> str:
    """As ``unescape``, but ``\\n`` is a backslash and a letter, for values that can hold real line ends."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: match[1] if match[1] in "\\;,:" else match[0], text)


def split(text: str, separator: str) -> list[str]:
    """Parts of a structured value, still escaped."""
    if "\\" not in text:
        return text.split(separator)
    parts: list[str] = []
    start = position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    parts.append(text[start:])
    return parts


def decode(octets: bytes, charset: str) -> str:
    """Text of a value whose octets are known: its declared charset, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8", "cp1252"):
        if not name:
            continue
        try:
            return octets.decode(name)
        except (LookupError, ValueError):
            # No such charset, or these octets are not in it.
            continue
    return octets.decode("latin-1")


def from_quoted_printable(value: str, charset: str) -> str:
    """Soft line breaks must still be in ``value``, as ``=`` at the end of a line."""
    return decode(quopri.decodestring(value.encode("utf-8", "surrogateescape")), charset)


def from_base64(value: str, charset: str) -> str:
    try:
        return decode(binascii.a2b_base64(value.encode("ascii", "ignore")), charset)
    except binascii.Error:
        return ""


def to_quoted_printable(head: str, text: str, line_end: str) -> str:
    """One property line in quoted-printable, soft breaks included; line ends become CRLF."""
    pieces: list[str] = []
    line = f"{head}:"
    for character in text.replace("\n", "\r\n"):
        plain = " " <= character <= "~" and character != "="
        token = character if plain else "".join(f"={octet:02X}" for octet in character.encode("utf-8"))
        # Room for the soft break, and for a space at the end, which would be lost if it were not quoted.
        if len(line) + len(token) > _LINE - 3:
            if line.endswith(" "):
                line = f"{line[:-1]}=20"
            pieces.append(f"{line}=")
            line = ""
        line += token
    if line.endswith(" "):
        line = f"{line[:-1]}=20"
    pieces.append(line)
    return f"{line_end}\n".join(pieces)


def fold(line: str, line_end: str) -> str:
    """The line cut at 75 octets, never inside a character; ``line_end`` is what stands before the LF."""
    if len(line) <= _LINE and line.isascii():
        return line
    octets = line.encode("utf-8", "surrogateescape")
    if len(octets) <= _LINE:
        return line
    pieces: list[bytes] = []
    start, room = 0, _LINE
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80 and end > start + 1:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, _LINE - 1
    pieces.append(octets[start:])
    return f"{line_end}\n ".encode().join(pieces).decode("utf-8", "surrogateescape")
