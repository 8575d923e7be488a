"""Contacts as cards: which property carries which field, in every program's way of writing."""

import pytest
import vobject

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.vcard.contact import KEYS, ContactCodec, same_contact

CODEC = ContactCodec()
PLACE = {key: position for position, key in enumerate(KEYS)}
WORK = ("Main 1", "House B", "", "Bonn", "NRW", "53111", "Germany", "PB 7")


def card(*lines: str, version: str = "3.0", uid: str = "u1") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid}", *lines, "END:VCARD", ""]).encode()


def read(body: bytes) -> dict[str, str | Value]:
    values = zip(KEYS, CODEC.read(body), strict=True)
    return {key: value[0] if len(value) == 1 else value for key, value in values if any(value)}


def write(body: bytes | None, **fields: str | Value) -> bytes:
    changes = {PLACE[key]: (value,) if isinstance(value, str) else value for key, value in fields.items()}
    return CODEC.write(body, changes, "u1")


def lines(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")[3:-2]


def names(found: list[str]) -> set[str]:
    return {line.partition(":")[0].partition(";")[0].upper() for line in found}


def test_the_fields_are_those_of_the_catalogue_in_its_order() -> None:
    assert tuple(field.key for field in catalogue().fields(RecordKind.CONTACT)) == KEYS
    assert [len(value) for value in CODEC.read(card("FN:x"))] == [
        len(field.empty) for field in catalogue().fields(RecordKind.CONTACT)
    ]


@pytest.mark.parametrize(
    ("key", "line", "value"),
    [
        ("anniversary", "X-ANNIVERSARY:2001-09-09", "2001-09-09"),
        ("assistantname", "X-ASSISTANT:Sue", "Sue"),
        ("assistantphone", "TEL;TYPE=X-EVOLUTION-ASSISTANT:1", "1"),
        ("birthdate", "BDAY:1980-03-22", "1980-03-22"),
        ("fax", "TEL;TYPE=WORK,FAX:1", "1"),
        ("telephone1", "TEL;TYPE=WORK,VOICE:1", "1"),
        ("callback", "TEL;TYPE=X-EVOLUTION-CALLBACK:1", "1"),
        ("childrensnames", "X-MS-CHILD:Zoë", "Zoë"),
        ("company", "TEL;TYPE=X-EVOLUTION-COMPANY:1", "1"),
        ("department", "ORG:;R&D", "R&D"),
        ("emailaddress1", "EMAIL;TYPE=INTERNET,PREF:a@b.c", "a@b.c"),
        ("ftpsiteurl", "URL;TYPE=X-FTP:ftp://x.y/", "ftp://x.y/"),
        ("governmentid", "X-FIELDSYNC-GOVERNMENT-ID:123", "123"),
        ("address2", "ADR;TYPE=HOME:PB 7;;Main 1\\nHouse B;Bonn;NRW;53111;Germany", WORK),
        ("telephone2", "TEL;TYPE=HOME,VOICE:1", "1"),
        ("jobtitle", "TITLE:Buyer", "Buyer"),
        ("address1", "ADR;TYPE=WORK:PB 7;;Main 1\\nHouse B;Bonn;NRW;53111;Germany", WORK),
        ("managername", "X-MANAGER:Bob", "Bob"),
        ("mobilephone", "TEL;TYPE=CELL:1", "1"),
        ("nickname", "NICKNAME:Jim", "Jim"),
        ("description", "NOTE:a\\, b\\nc", "a, b\nc"),
        ("address3", "ADR;TYPE=OTHER:PB 7;;Main 1\\nHouse B;Bonn;NRW;53111;Germany", WORK),
        ("telephone3", "TEL;TYPE=VOICE:1", "1"),
        ("pager", "TEL;TYPE=PAGER:1", "1"),
        ("parentcustomerid", "ORG:Acme\\, Inc.", "Acme, Inc."),
        ("spousesname", "X-SPOUSE:Kim", "Kim"),
        ("websiteurl", "URL;TYPE=WORK:http://x.y/", "http://x.y/"),
        ("yomifirstname", "X-PHONETIC-FIRST-NAME:タロウ", "タロウ"),
        ("yomilastname", "X-PHONETIC-LAST-NAME:ヤマダ", "ヤマダ"),
    ],
)
def test_a_field_has_one_usual_form_in_version_3(key: str, line: str, value: str | Value) -> None:
    body = card("N:;x;;;", "FN:x")

    written = write(body, **{key: value})

    assert lines(written) == ["N:;x;;;", "FN:x", line]
    assert {name: got for name, got in read(written).items() if name != "fullname"} == {key: value}
    assert write(written, **{key: ("",) * 8 if isinstance(value, tuple) else ""}) == body


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("anniversary", "2001-09-09", ["ANNIVERSARY:20010909"]),
        ("anniversary", "2001-09-09", ["X-EVOLUTION-ANNIVERSARY:2001-09-09"]),
        ("anniversary", "2001-09-09", ["X-MS-ANNIVERSARY:20010909"]),
        ("anniversary", "2001-09-09", ["X-KADDRESSBOOK-X-Anniversary:2001-09-09"]),
        ("anniversary", "2001-09-09", ["item1.X-ABDATE:2001-09-09", "item1.X-ABLabel:_$!<Anniversary>!$_"]),
        ("assistantname", "Sue", ["X-EVOLUTION-ASSISTANT:Sue"]),
        ("assistantname", "Sue", ["X-MS-ASSISTANT;N:Sue"]),
        ("assistantname", "Sue", ["RELATED;TYPE=agent;VALUE=text:Sue"]),
        ("assistantname", "Sue", ["ITEM2.X-ABRELATEDNAMES:Sue", "item2.X-ABLABEL:_$!<Assistant>!$_"]),
        ("managername", "Bob", ["X-EVOLUTION-MANAGER:Bob"]),
        ("managername", "Bob", ["X-MS-MANAGER:Bob"]),
        ("managername", "Bob", ["X-MANAGERSNAME:Bob"]),
        ("managername", "Bob", ["X-KADDRESSBOOK-X-ManagersName:Bob"]),
        ("managername", "Bob", ["item1.X-ABRELATEDNAMES;type=pref:Bob", "item1.X-ABLabel:_$!<Manager>!$_"]),
        ("spousesname", "Kim", ["X-EVOLUTION-SPOUSE:Kim"]),
        ("spousesname", "Kim", ["X-MS-SPOUSE:Kim"]),
        ("spousesname", "Kim", ["RELATED;TYPE=spouse;VALUE=text:Kim"]),
        ("spousesname", "Kim", ["item1.X-ABRELATEDNAMES:Kim", "item1.X-ABLabel:_$!<Partner>!$_"]),
        ("childrensnames", "A, B", ["RELATED;TYPE=child;VALUE=text:A", "RELATED;TYPE=child;VALUE=text:B"]),
        ("childrensnames", "A", ["item1.X-ABRELATEDNAMES:A", "item1.X-ABLabel:_$!<Child>!$_"]),
        ("birthdate", "1980-03-22", ["BDAY:19800322"]),
        ("birthdate", "1980-03-22", ["BDAY;VALUE=date:1980-03-22"]),
        ("birthdate", "1980-03-22", ["BDAY:1980-03-22T00:00:00Z"]),
        ("assistantphone", "1", ["X-MS-TEL;TYPE=ASSISTANT:1"]),
        ("assistantphone", "1", ["TEL;TYPE=X-ASSISTANT:1"]),
        ("assistantphone", "1", ["item1.TEL:1", "item1.X-ABLabel:_$!<Assistant>!$_"]),
        ("callback", "1", ["X-MS-TEL;TYPE=CALLBACK:1"]),
        ("company", "1", ["X-MS-TEL;TYPE=COMPANY:1"]),
        ("company", "1", ["TEL;type=MAIN:1"]),
        ("telephone1", "1", ["TEL;TYPE=WORK:1"]),
        ("telephone1", "1", ["TEL;type=work;type=voice:1"]),
        ("telephone1", "1", ['TEL;TYPE="voice,work";VALUE=uri:tel:1']),
        ("telephone2", "1", ["TEL;HOME:1"]),
        ("mobilephone", "1", ["TEL;TYPE=CELL,VOICE:1"]),
        ("mobilephone", "1", ["TEL;TYPE=CELL;TYPE=HOME:1"]),
        ("mobilephone", "1", ["TEL;type=IPHONE:1"]),
        ("telephone3", "1", ["TEL:1"]),
        ("telephone3", "1", ["TEL;TYPE=OTHER:1"]),
        ("telephone3", "1", ["TEL;TYPE=X-Büro:1"]),
        ("fax", "1", ["TEL;TYPE=FAX:1"]),
        ("websiteurl", "http://x.y", ["URL:http://x.y"]),
        ("websiteurl", "http://x.y", ["item1.URL;type=pref:http\\://x.y", "item1.X-ABLabel:_$!<HomePage>!$_"]),
        ("ftpsiteurl", "ftp://x.y", ["URL:ftp://x.y"]),
        ("address3", ("Main 1", "", "", "", "", "", "", ""), ["ADR:;;Main 1;;;;"]),
        ("address3", ("Main 1", "", "", "", "", "", "", ""), ["ADR;TYPE=POSTAL,PARCEL:;;Main 1;;;;"]),
        ("address1", ("Main 1", "Bonn", "", "", "", "", "", ""), ["LABEL;TYPE=WORK:Main 1\\nBonn"]),
        ("yomifirstname", "タロウ", ["SOUND;X-IRMC-N:;タロウ;;;"]),
        ("yomilastname", "ヤマダ", ["N;PHONETIC=script:ヤマダ;;;;"]),
        ("nickname", "Jim, Jimmy", ["NICKNAME:Jim,Jimmy"]),
        ("description", "One\n\nTwo", ["NOTE:One", "NOTE:Two"]),
    ],
)
def test_other_programs_forms_are_read_and_kept_when_written(key: str, value: str | Value, found: list[str]) -> None:
    body = card("N:;x;;;", "FN:x", *found)
    assert {name: got for name, got in read(body).items() if name != "fullname"} == {key: value}

    new = "2011-11-11" if key in ("birthdate", "anniversary") else "ftp://new" if "ftp" in key else "New"
    changed = write(body, **{key: ("New", *[""] * 7) if isinstance(value, tuple) else new})
    cleared = write(body, **{key: ("",) * 8 if isinstance(value, tuple) else ""})

    kept = {line.partition(":")[0].partition(";")[0].upper() for line in lines(changed)[2:]}
    usual = {"LABEL": "ADR"}
    assert kept == {
        usual.get(name, name) for line in found if (name := line.partition(":")[0].partition(";")[0].upper())
    }
    assert read(changed)[key] in (new, ("New", *[""] * 7))
    assert cleared == card("N:;x;;;", "FN:x")


def test_every_program_that_had_the_manager_gets_the_new_one() -> None:
    body = card(
        "FN:x", "X-MANAGER:Bob", "X-EVOLUTION-MANAGER:Bob", "item1.X-ABRELATEDNAMES:Bob", "item1.X-ABLabel:Manager"
    )

    written = write(body, managername="Eve")

    assert lines(written) == [
        "FN:x",
        "X-MANAGER:Eve",
        "X-EVOLUTION-MANAGER:Eve",
        "item1.X-ABRELATEDNAMES:Eve",
        "item1.X-ABLabel:Manager",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "BDAY:--0203",
        "BDAY:---03",
        "BDAY:1980",
        "BDAY:1980-02-31",
        "BDAY;VALUE=text:in spring",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-03",
    ],
)
def test_a_date_without_a_day_reads_as_empty_and_stays_until_one_is_written(line: str) -> None:
    body = card("N:;x;;;", "FN:x", line)
    assert "birthdate" not in read(body)

    assert write(body, birthdate="", jobtitle="") == body
    assert lines(write(body, birthdate="1980-02-03"))[2:] == ["BDAY:1980-02-03"]


class TestPositions:
    three = card("N:;x;;;", "FN:x", "EMAIL:one@x", "EMAIL:two@x", "EMAIL:three@x", "EMAIL:four@x")

    def test_order_counts_first(self) -> None:
        assert [read(self.three)[f"emailaddress{n}"] for n in (1, 2, 3)] == ["one@x", "two@x", "three@x"]

    def test_preference_and_evolutions_slots_count_more_than_order(self) -> None:
        assert read(card("FN:x", "EMAIL:b@x", "EMAIL;TYPE=PREF:a@x"))["emailaddress1"] == "a@x"
        assert read(card("FN:x", "EMAIL;PREF=2:b@x", "EMAIL;PREF=1:a@x"))["emailaddress2"] == "b@x"
        slots = ("TEL;TYPE=WORK,VOICE;X-EVOLUTION-UI-SLOT=2:2", "TEL;TYPE=WORK,VOICE;X-EVOLUTION-UI-SLOT=1:1")
        assert (read(card("FN:x", *slots))["telephone1"], read(card("FN:x", *slots))["business2"]) == ("1", "2")

    def test_writing_the_second_changes_just_the_second(self) -> None:
        written = write(self.three, emailaddress2="new@x")

        assert written == self.three.replace(b"two@x", b"new@x")

    def test_clearing_the_first_moves_none_of_the_others(self) -> None:
        written = write(self.three, emailaddress1="")

        got = read(written)
        assert "emailaddress1" not in got
        assert (got["emailaddress2"], got["emailaddress3"]) == ("two@x", "three@x")
        assert b"four@x" in written
        refilled = read(write(written, emailaddress1="fresh@x"))
        assert [refilled[f"emailaddress{n}"] for n in (1, 2, 3)] == ["fresh@x", "two@x", "three@x"]

    def test_a_surplus_address_stays_and_does_not_move_up(self) -> None:
        written = write(self.three, emailaddress3="")

        assert "emailaddress3" not in read(written)
        assert b"four@x" in written

    def test_thousands_of_surplus_lines_are_no_trouble(self) -> None:
        body = card("N:;x;;;", "FN:x", *(f"EMAIL:{n}@x" for n in range(5000)))

        written = write(body, emailaddress1="", emailaddress3="")

        got = read(written)
        assert [got.get(f"emailaddress{n}") for n in (1, 2, 3)] == [None, "1@x", None]
        assert written.count(b"EMAIL") == 4998

    def test_a_lone_second_number_stays_second(self) -> None:
        assert read(write(None, business2="2")).get("business2") == "2"
        assert "telephone1" not in read(write(None, business2="2"))

    def test_a_pinned_number_follows_when_somebody_changes_its_type(self) -> None:
        pinned = write(card("N:;x;;;", "FN:x"), business2="2")

        moved = pinned.replace(b"TYPE=WORK", b"TYPE=HOME")

        assert read(moved).get("telephone2") == "2"

    def test_two_fax_lines_without_owner_are_nobodys_business_fax(self) -> None:
        assert "fax" not in read(card("FN:x", "TEL;TYPE=FAX:1", "TEL;TYPE=HOME,FAX:2"))


class TestNames:
    def test_parts_that_did_not_change_keep_their_spelling(self) -> None:
        body = card("FN:Dr. Ann Mary Jane Lee", "N:Lee;Ann;Mary,Jane;Dr.;M.D.,PhD")
        assert read(body)["fullname"] == ("Dr. Ann Mary Jane Lee", "Dr.", "Ann", "Mary Jane", "Lee", "M.D., PhD")

        written = write(body, fullname=("Dr. Ann Mary Jane Li", "Dr.", "Ann", "Mary Jane", "Li", "M.D., PhD"))

        assert lines(written) == ["FN:Dr. Ann Mary Jane Li", "N:Li;Ann;Mary,Jane;Dr.;M.D.,PhD"]

    def test_a_missing_n_is_guessed_and_not_written_back(self) -> None:
        body = card("FN:Ada King Lovelace")
        assert read(body)["fullname"] == ("Ada King Lovelace", "", "Ada", "King", "Lovelace", "")

        assert lines(write(body, jobtitle="x")) == ["FN:Ada King Lovelace", "TITLE:x"]

    def test_a_company_without_person_is_not_split(self) -> None:
        assert read(card("FN:Acme Corp", "N:;;;;"))["fullname"] == ("Acme Corp", "", "", "", "", "")

    def test_an_empty_fn_is_composed(self) -> None:
        assert read(card("FN:", "N:Lee;Ann;;Dr.;"))["fullname"] == ("Dr. Ann Lee", "Dr.", "Ann", "", "Lee", "")

    @pytest.mark.parametrize(
        ("fields", "name"),
        [({"parentcustomerid": "Acme"}, "Acme"), ({"emailaddress1": "a@b.c"}, "a@b.c"), ({}, "Unnamed")],
    )
    def test_a_new_card_without_name_gets_a_stand_in_that_is_not_read(self, fields: dict[str, str], name: str) -> None:
        written = write(None, **fields)

        assert vobject.readOne(written.decode()).fn.value == name
        assert "fullname" not in read(written)

    def test_a_new_card_is_valid(self) -> None:
        written = write(None, fullname=("", "", "Ada", "", "Lovelace", ""))

        parsed = vobject.readOne(written.decode())
        parsed.validate()
        assert (parsed.version.value, parsed.uid.value, parsed.fn.value) == ("3.0", "u1", "Ada Lovelace")
        assert parsed.n.value.family == "Lovelace"


class TestVersions:
    def test_a_card_of_version_4_is_written_in_its_own_way(self) -> None:
        body = card("FN:x", "N:;x;;;", "TEL;TYPE=work;VALUE=uri:tel:+1", version="4.0")

        written = write(
            body,
            anniversary="2001-09-09",
            spousesname="Kim",
            telephone1="+2",
            emailaddress1="a@x",
            childrensnames="A, B",
        )

        assert set(lines(written)[2:]) == {
            "TEL;TYPE=work:+2",
            "EMAIL;TYPE=INTERNET;PREF=1:a@x",
            "RELATED;TYPE=spouse;VALUE=text:Kim",
            "RELATED;TYPE=child;VALUE=text:A",
            "RELATED;TYPE=child;VALUE=text:B",
            "ANNIVERSARY:20010909",
        }

    def test_a_relation_to_another_card_is_no_name_and_stays(self) -> None:
        body = card("FN:x", "N:;x;;;", "RELATED;TYPE=spouse:urn:uuid:1234", version="4.0")

        assert "spousesname" not in read(body)
        assert b"urn:uuid:1234" in write(body, spousesname="Kim")
        assert write(write(body, spousesname="Kim"), spousesname="") == body

    def test_a_card_of_version_2_gets_quoted_printable(self) -> None:
        body = card("FN:x", "N:;x;;;", "TEL;WORK;VOICE:1", version="2.1")

        written = write(body, description="Grüße\naus Köln", telephone1="2", mobilephone="3")

        assert "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe=0D=0Aaus K=" in lines(written)
        assert "TEL;WORK;VOICE:2" in lines(written)
        assert "TEL;TYPE=CELL:3" in lines(written)
        assert read(written)["description"] == "Grüße\naus Köln"

    def test_a_charset_that_the_server_converted_already_is_not_believed(self) -> None:
        assert read(card("FN;CHARSET=ISO-8859-1:Jörg", "N:;Jörg;;;"))["fullname"][0] == "Jörg"


class TestAddresses:
    def test_the_extended_part_belongs_to_nobody_and_stays(self) -> None:
        body = card("N:;x;;;", "FN:x", "ADR;TYPE=WORK:;Room 9;Main 1;Bonn;;;")

        assert lines(write(body, address1=("",) * 8))[2:] == ["ADR;TYPE=WORK:;Room 9;;;;;"]
        assert lines(write(body, address1=WORK))[2:] == [
            "ADR;TYPE=WORK:PB 7;Room 9;Main 1\\nHouse B;Bonn;NRW;53111;Germany"
        ]

    def test_the_printed_twin_of_a_changed_address_goes(self) -> None:
        body = card("FN:x", "ADR;TYPE=WORK:;;Main 1;;;;", "LABEL;TYPE=WORK:Main 1", "LABEL;TYPE=HOME:Home 1")

        assert lines(write(body, address1=WORK))[2:] == ["LABEL;TYPE=HOME:Home 1"]

    def test_commas_that_nobody_escaped_are_just_commas(self) -> None:
        body = card("FN:x", "ADR;TYPE=HOME:;;Main 1, 2nd floor;Bonn;;;")

        assert read(body)["address2"][0] == "Main 1, 2nd floor"


def test_vobject_reads_what_we_write() -> None:
    """The oracle knows nothing of our code."""
    written = write(
        None,
        fullname=("Dr. Ada Löve; jr, x", "Dr.", "Ada", "M.", "Löve; jr", "x"),
        jobtitle="Buyer; big, \\ one",
        description="a\nb;c,d\\n " + "é" * 100,
        parentcustomerid="Acme, Inc.; Ltd",
        department="R&D",
        address1=WORK,
        emailaddress1="a@x",
        telephone1="+1",
    )

    parsed = vobject.readOne(written.decode())

    assert parsed.title.value == "Buyer; big, \\ one"
    assert parsed.note.value == "a\nb;c,d\\n " + "é" * 100
    assert parsed.org.value == ["Acme, Inc.; Ltd", "R&D"]
    assert (parsed.n.value.prefix, parsed.n.value.family, parsed.n.value.suffix) == ("Dr.", "Löve; jr", "x")
    assert parsed.adr.value.street == "Main 1\nHouse B"
    assert (parsed.adr.value.box, parsed.adr.value.code, parsed.adr.value.country) == ("PB 7", "53111", "Germany")
    assert parsed.email.value == "a@x"


def test_we_read_what_vobject_makes_of_our_card() -> None:
    written = write(None, fullname=("Ada Löve", "", "Ada", "", "Löve", ""), description="a\nb;c,d\\", address2=WORK)

    rewritten = vobject.readOne(written.decode()).serialize().encode()

    assert CODEC.read(rewritten) == CODEC.read(written)
    assert same_contact(written, rewritten)
    assert not same_contact(written, write(written, jobtitle="x"))
    assert not same_contact(written, written.replace(b"UID:u1", b"UID:u2"))


def test_characters_that_cannot_travel_are_left_out() -> None:
    written = write(card("FN:x", "N:;x;;;"), jobtitle="a\x00b\x01c\ud800d\ufffe", nickname=" x\r\ny ")

    assert read(written)["jobtitle"] == "abcd"
    assert read(written)["nickname"] == "x\ny"


def test_nor_do_they_come_in_and_a_word_processors_line_end_is_one() -> None:
    body = card("FN:A\x07da", "N:;A\x07da;;;", "NOTE:a\x0bb\x0cc\u2028d\x1f", "X-KEPT:\x01")

    assert read(body)["fullname"] == ("Ada", "", "Ada", "", "", "")
    assert read(body)["description"] == "a\nb\nc\nd"
    assert b"X-KEPT:\x01\r\n" in write(body, jobtitle="x")
    assert b"NOTE:a\x0bb\x0cc\xe2\x80\xa8d\x1f\r\n" in write(body, jobtitle="x")


@pytest.mark.parametrize(
    "body",
    [
        card("KIND:group", "FN:Family", "MEMBER:urn:uuid:1", version="4.0"),
        card("kind;x-a=b:Group", version="4.0"),
        card("X-ADDRESSBOOKSERVER-KIND:group", "FN:Friends", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"),
        card("item1.X-ADDRESSBOOKSERVER-KIND:group").replace(b"\r\n", b"\n"),
        b"BEGIN:VLIST\r\nUID:1.vlf\r\nVERSION:1.0\r\nFN:Team\r\nEND:VLIST\r\n",
    ],
)
def test_a_group_is_no_contact(body: bytes) -> None:
    assert not CODEC.holds(body)


@pytest.mark.parametrize(
    "body",
    [
        card("FN:x"),
        card("KIND:individual", version="4.0"),
        card("KIND:org", "FN:Acme", version="4.0"),
        card("NOTE:KIND:group", " KIND:group"),
        card("X-KIND:group"),
        b"\xef\xbb\xbfbegin:vcard\nFN:x\nEND:VCARD\n",
        b"BEGIN:VCARD\r\nbroken",
        b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDESCRIPTION:KIND:group\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
        b"no card at all \x00\xff",
        b"",
    ],
)
def test_everything_else_is_a_contact_or_a_broken_one(body: bytes) -> None:
    assert CODEC.holds(body)
