"""Whole cards in the style of real programs, and broken ones."""

from pathlib import Path

import pytest

from fieldsync.errors import BrokenItem
from fieldsync.sides.vcard.contact import KEYS, ContactCodec
from fieldsync.sides.vcard.lines import uid_of

CODEC = ContactCodec()
PLACE = {key: position for position, key in enumerate(KEYS)}
CARDS = Path(__file__).parent / "cards"
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "contacts"


def read(path: Path) -> dict[str, str]:
    values = zip(KEYS, CODEC.read(path.read_bytes()), strict=True)
    return {key: "|".join(value).rstrip("|") for key, value in values if any(value)}


EXPECTED: dict[str, dict[str, str]] = {
    "control-3.0": {
        "fullname": "Åsa Lindgren||Åsa||Lindgren",
        "emailaddress1": "asa@example.org",
        "description": "Copied from a word processor:\nsecond line",
    },
    "android-2.1": {
        "fullname": "Dr. Jörg Müller|Dr.|Jörg||Müller",
        "mobilephone": "0171-5550101",
        "telephone2": "030-5550102",
        "telephone1": "030-5550103",
        "fax": "030-5550104",
        "telephone3": "030-5550105",
        "emailaddress1": "joerg@example.org",
        "emailaddress2": "j.mueller@example.com",
        "address2": "Hauptstraße 5|||München||80331|Deutschland",
        "parentcustomerid": "Bäckerei Müller",
        "jobtitle": "Geschäftsführer",
        "websiteurl": "http://www.example.com/baeckerei",
        "description": "Erste Zeile\nZweite Zeile mit = und längerem Text",
        "birthdate": "1975-11-30",
    },
    "gmail-3.0": {
        "fullname": "Prof. Maria del Carmen García López|Prof.|Maria|del Carmen|García López",
        "nickname": "Mari",
        "emailaddress1": "maria@example.org",
        "emailaddress2": "m.garcia@example.com",
        "mobilephone": "+34 600 555 111",
        "telephone1": "+34 91 555 222",
        "telephone3": "+34 91 555 333",
        "address3": "Calle Mayor 1, 2º B|||Madrid||28013|España",
        "parentcustomerid": "Universidad, Madrid",
        "jobtitle": "Catedrática",
        "birthdate": "1968-12-04",
        "websiteurl": "http://www.example.com",
        "anniversary": "1995-06-10",
        "spousesname": "Pedro",
        "yomifirstname": "Maria",
        "description": "Una nota\ncon dos líneas",
    },
    "iphone-3.0": {
        "fullname": "Chidi Emeka Okafor||Chidi|Emeka|Okafor",
        "yomilastname": "OH-ka-for",
        "nickname": "Chi",
        "parentcustomerid": "Lagos Design",
        "department": "Studio",
        "jobtitle": "Designer",
        "emailaddress1": "chidi@example.com",
        "emailaddress2": "okafor@example.net",
        "mobilephone": "+234 802 555 0101",
        "company": "+234 1 555 0103",
        "fax": "+234 1 555 0104",
        "assistantphone": "+234 1 555 0105",
        "address2": "12 Marina Road|Flat 3||Lagos|Lagos State|101241|Nigeria",
        "websiteurl": "http://lagos.example.com",
        "managername": "Ngozi Obi",
        "childrensnames": "Ada, Obi",
    },
    "outlook-2.1": {
        "fullname": "Ms. Grace M. Archer PhD|Ms.|Grace|M.|Archer|PhD",
        "parentcustomerid": "Northwind Traders",
        "department": "Purchasing",
        "jobtitle": "Head Buyer",
        "description": "First line\nSecond; line, with ; marks",
        "telephone1": "(425) 555-0100",
        "business2": "(425) 555-0107",
        "telephone2": "(425) 555-0101",
        "mobilephone": "(425) 555-0102",
        "pager": "(425) 555-0103",
        "fax": "(425) 555-0104",
        "assistantphone": "(425) 555-0106",
        "address1": "1 Main Street|House B||Redmond|WA|98052|United States",
        "websiteurl": "http://www.northwind.example",
        "birthdate": "1970-02-15",
        "emailaddress1": "grace@northwind.example",
        "anniversary": "1999-07-04",
        "spousesname": "Tom",
        "managername": "Bill",
        "assistantname": "Sue",
    },
    "outlook-3.0": {
        "fullname": "Henrik Bäckström||Henrik||Bäckström",
        "nickname": "Hasse",
        "parentcustomerid": "Fabrikam AB",
        "department": "Logistik",
        "jobtitle": "Inköpare",
        "telephone1": "+46 8 555 100",
        "telephone2": "+46 8 555 101",
        "mobilephone": "+46 70 555 102",
        "fax": "+46 8 555 103",
        "company": "+46 8 555 104",
        "callback": "+46 8 555 105",
        "emailaddress1": "henrik@fabrikam.example",
        "emailaddress2": "hb@example.se",
        "emailaddress3": "henrik2@example.se",
        "address1": "Storgatan 1|||Stockholm||111 22|Sverige|Box 12",
        "address2": "Lillgatan 2|||Uppsala||753 11|Sverige",
        "address3": "Postgatan 3|||Lund||222 33|Sverige",
        "websiteurl": "https://fabrikam.example/a?b=1,2",
        "ftpsiteurl": "ftp://ftp.fabrikam.example/",
        "childrensnames": "Ebba, Nils",
        "spousesname": "Karin",
        "birthdate": "1971-01-02",
        "anniversary": "2001-09-09",
    },
    "evolution-3.0": {
        "fullname": "Ing. Jan Novák|Ing.|Jan||Novák",
        "parentcustomerid": "Skála s.r.o.",
        "department": "Vývoj",
        "jobtitle": "Vývojář",
        "managername": "Petr Svoboda",
        "assistantname": "Eva Malá",
        "spousesname": "Hana",
        "anniversary": "2005-05-21",
        "birthdate": "1979-08-09",
        "emailaddress1": "novak@skala.example",
        "emailaddress2": "jan@example.cz",
        "telephone1": "+420 2 555 001",
        "business2": "+420 2 555 004",
        "mobilephone": "+420 6 555 002",
        "company": "+420 2 555 003",
        "callback": "+420 2 555 005",
        "websiteurl": "http://skala.example",
        "address1": "Dlouhá 1|||Praha||110 00|Česko|PB 7",
    },
    "kaddressbook-3.0": {
        "birthdate": "1990-02-28",
        "emailaddress1": "lena@kde.example",
        "emailaddress2": "lena2@kde.example",
        "fullname": "Lena Vogt||Lena||Vogt",
        "parentcustomerid": "KDE e.V.",
        "telephone2": "+49 30 5550",
        "mobilephone": "+49 171 5550",
        "anniversary": "2015-06-01",
        "assistantname": "Tim",
        "managername": "Ute",
        "spousesname": "Kai",
        "websiteurl": "https://kde.example",
    },
    "nextcloud-4.0": {
        "fullname": "Amélie Dubois|Mme|Amélie|Louise Marie|Dubois",
        "emailaddress1": "a.dubois@example.com",
        "emailaddress2": "amelie@example.fr",
        "mobilephone": "+33-6-55-55-01-01",
        "telephone1": "+33-1-55-55-01-02;ext=7",
        "telephone2": "+33 1 55 55 01 03",
        "address2": "5 rue de la Paix|||Paris||75001|France",
        "parentcustomerid": "Société Générale d'Essais",
        "department": "Recherche",
        "jobtitle": "Chercheuse",
        "anniversary": "2012-07-14",
        "spousesname": "Jean",
        "childrensnames": "Zoé",
        "managername": "Claire",
        "description": "Une note\n\nUne autre",
        "websiteurl": "https://dubois.example",
    },
    "latin1-2.1": {"fullname": "José Fernández||José||Fernández", "jobtitle": "Diseñador"},
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_card_is_read_as_its_program_meant_it(name: str) -> None:
    assert read(CARDS / f"{name}.vcf") == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_change_touches_its_own_line_and_no_other(name: str) -> None:
    body = (CARDS / f"{name}.vcf").read_bytes()

    written = CODEC.write(body, {PLACE["pager"]: ("+1 new",)}, "")

    assert CODEC.read(written)[PLACE["pager"]] == ("+1 new",)
    before, after = body.splitlines(), written.splitlines()
    left = [line for line in before if line not in after]
    fresh = [line for line in after if line not in before]
    assert len(fresh) == 1
    assert len(left) == (1 if "pager" in EXPECTED[name] else 0)
    assert CODEC.write(written, {PLACE["pager"]: CODEC.read(body)[PLACE["pager"]]}, "") == body or left


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no-end", "line 5 is the last, and the card has no END:VCARD"),
        ("no-begin", "line 1 comes before BEGIN:VCARD: 'VERSION:3.0'"),
        ("two-cards", "line 5 begins a second card"),
        ("no-colon", "line 5 has no colon: 'was not indented'"),
        ("nul", "line 3 holds a NUL character"),
        ("html", "line 2 comes before BEGIN:VCARD: '<html><body>Please sign in: now</body></html>'"),
        ("empty", "line 1 does not begin a card"),
    ],
)
def test_a_broken_card_says_where(name: str, reason: str) -> None:
    with pytest.raises(BrokenItem) as caught:
        CODEC.read((CARDS / f"broken-{name}.vcf").read_bytes())

    assert caught.value.reason == reason


def test_what_follows_the_card_is_carried_along() -> None:
    body = b"\xef\xbb\xbfBEGIN:VCARD\nVERSION:3.0\nUID:u\nFN:x\nEND:VCARD\n\n\x1a junk\n"

    written = CODEC.write(body, {PLACE["jobtitle"]: ("Buyer",)}, "")

    assert written == body.replace(b"END:VCARD", b"TITLE:Buyer\nEND:VCARD")
    assert uid_of(written) == "u"


def test_a_card_inside_a_card_is_opaque() -> None:
    body = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Boss\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Agent\r\n"
        b"TEL;CELL:1\r\nEND:VCARD\r\nTITLE:Chief\r\nEND:VCARD\r\n"
    )

    values = CODEC.read(body)

    assert values[PLACE["fullname"]][0] == "Boss"
    assert values[PLACE["mobilephone"]] == ("",)
    written = CODEC.write(body, {PLACE["jobtitle"]: ("",), PLACE["pager"]: ("2",)}, "")
    assert written == body.replace(b"TITLE:Chief", b"TEL;TYPE=PAGER:2")


def test_base64_that_is_not_indented_belongs_to_its_line_however_long() -> None:
    photo = b"\r\n".join([b"QUJD" * 18] * 20_000)
    body = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:x\r\nPHOTO;JPEG;BASE64:\r\n"
        + photo
        + b"\r\n\r\nTITLE:Chief\r\nEND:VCARD\r\n"
    )

    assert CODEC.read(body)[PLACE["jobtitle"]] == ("Chief",)
    assert CODEC.write(body, {PLACE["jobtitle"]: ("New",)}, "") == body.replace(b"Chief", b"New")


def test_a_stray_equals_sign_at_the_end_does_not_swallow_the_end() -> None:
    body = b"BEGIN:VCARD\nVERSION:2.1\nFN:x\nNOTE;QUOTED-PRINTABLE:http://x/?q=\nEND:VCARD\n"

    assert CODEC.read(body)[PLACE["description"]] == ("http://x/?q",)


def _samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.vcf")) if SAMPLES.is_dir() else []


def _cards_of(path: Path) -> list[bytes]:
    """The single cards of an export that holds several."""
    parts = path.read_bytes().split(b"BEGIN:VCARD")
    return [b"BEGIN:VCARD" + part for part in parts[1:]]


@pytest.mark.skipif(not _samples(), reason="2026-11-22: samples are not part of the product")
def test_every_sample_reads_and_survives_a_change() -> None:
    for path in _samples():
        for body in _cards_of(path):
            before = CODEC.read(body)

            written = CODEC.write(body, {PLACE["governmentid"]: ("42",)}, "")

            wanted = list(before)
            wanted[PLACE["governmentid"]] = ("42",)
            assert CODEC.read(written) == tuple(wanted), path.name
            fresh = [line for line in written.splitlines() if line not in body.splitlines()]
            assert fresh == [b"X-FIELDSYNC-GOVERNMENT-ID:42"], path.name
            assert [line for line in written.splitlines() if line not in fresh] == body.splitlines(), path.name
