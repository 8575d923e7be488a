"""What a card says beside its fields."""

from datetime import UTC, datetime

import pytest

from fieldsync.core.traits import ItemTraits
from fieldsync.errors import BrokenItem
from fieldsync.sides.vcard.contact import ContactCodec

CODEC = ContactCodec()


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", "FN:x", *lines, "END:VCARD", ""]).encode()


def test_a_card_that_says_nothing_has_no_traits() -> None:
    assert CODEC.traits(card()) == ItemTraits()


def test_uid_categories_class_and_rev_are_traits() -> None:
    body = card(
        "UID:urn:uuid:1\\,2",
        "CATEGORIES:Tracked,Key\\, Account",
        "item1.CATEGORIES: FRIENDS ,",
        "CLASS:Confidential",
        "REV:2026-01-02T03:04:05Z",
    )

    assert CODEC.traits(body) == ItemTraits(
        uid="urn:uuid:1,2",
        categories=frozenset({"tracked", "key, account", "friends"}),
        private=True,
        modified=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("rev", "modified"),
    [
        ("20260102T030405Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.678Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ("20260102T030405", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("yesterday", None),
        ("1", None),
    ],
)
def test_rev_is_read_in_all_its_forms(rev: str, modified: datetime | None) -> None:
    assert CODEC.traits(card(f"REV:{rev}")).modified == modified


@pytest.mark.parametrize(
    ("secrecy", "private"), [("PUBLIC", False), ("PRIVATE", True), ("private", True), ("X", False)]
)
def test_private_is_what_its_class_says(secrecy: str, private: bool) -> None:
    assert CODEC.traits(card(f"CLASS:{secrecy}")).private is private


def test_categories_of_version_2_1_may_be_quoted_printable() -> None:
    body = card("CATEGORIES;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Sch=C3=B6n,B", version="2.1")

    assert CODEC.traits(body).categories == {"schön", "b"}


def test_a_broken_card_has_no_traits_to_tell() -> None:
    with pytest.raises(BrokenItem):
        CODEC.traits(b"BEGIN:VCARD\r\nFN:x\r\n")
