"""What is written reads back, on any card, and nothing else of the card moves."""

from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind, Value
from fieldsync.errors import BrokenItem
from fieldsync.sides.vcard.contact import KEYS, ContactCodec

FIELDS = catalogue().fields(RecordKind.CONTACT)
CARDS = sorted(
    path.read_bytes() for path in (Path(__file__).parent / "cards").glob("*.vcf") if "broken" not in path.name
)
DATES = {"birthdate", "anniversary"}
CODEC = ContactCodec()

awkward = st.sampled_from(
    [
        ",",
        ";",
        "\\",
        "\n",
        "\r\n",
        ":",
        '"',
        "=",
        "\\n",
        "a,b;c",
        "  x ",
        "ünï",
        "日本",
        "😀",
        "x" * 90,
        "é" * 60,
        "\x85",
    ]
)
text = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.lists(st.one_of(awkward, st.text(max_size=6)), max_size=5).map("".join),
    st.sampled_from(
        ["+49 30 1234", "a@example.org", "ftp://x.example", "http://x.example/?a=1,2;b", "tel:1", "Unnamed"]
    ),
)
day = st.one_of(st.just(""), st.dates().map(lambda date: date.isoformat()))


def values(position: int) -> st.SearchStrategy[Value]:
    if KEYS[position] in DATES:
        return st.tuples(day)
    return st.tuples(*([text] * len(FIELDS[position].empty)))


changes = st.dictionaries(st.integers(0, len(FIELDS) - 1), st.none(), max_size=6).flatmap(
    lambda chosen: st.fixed_dictionaries({position: values(position) for position in chosen})
)


def expected(body: bytes | None, moved: dict[int, Value]) -> tuple[Value, ...]:
    before = list(CODEC.read(body)) if body is not None else [field.empty for field in FIELDS]
    for position, value in moved.items():
        before[position] = CODEC.normal(position, value)
    return tuple(before)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.sampled_from([None, *CARDS]), rounds=st.lists(changes, min_size=1, max_size=3))
def test_what_is_written_reads_back_and_no_other_field_moves(
    body: bytes | None, rounds: list[dict[int, Value]]
) -> None:
    for moved in rounds:
        wanted = expected(body, moved)

        body = CODEC.write(body, moved, "uid-1")

        assert CODEC.read(body) == wanted


@settings(max_examples=200)
@given(body=st.sampled_from(CARDS), moved=changes)
def test_writing_what_is_there_already_changes_no_value(body: bytes, moved: dict[int, Value]) -> None:
    written = CODEC.write(body, moved, "")
    values = CODEC.read(written)

    again = CODEC.write(written, dict(enumerate(values)), "")

    assert CODEC.read(again) == values


@given(body=st.sampled_from(CARDS))
def test_writing_nothing_gives_the_same_octets(body: bytes) -> None:
    assert CODEC.write(body, {}, "") == body


@settings(max_examples=200)
@given(body=st.sampled_from([None, *CARDS]), moved=changes)
def test_no_written_line_is_longer_than_75_octets_or_cut_inside_a_character(
    body: bytes | None, moved: dict[int, Value]
) -> None:
    written = CODEC.write(body, moved, "uid-1")

    known = set((body or b"").split(b"\n"))
    fresh = [line.rstrip(b"\r") for line in written.split(b"\n") if line not in known]
    # In version 2.1 a head cannot be folded.
    old = b"VERSION:2.1" in written
    assert all(len(line) <= 75 or (old and line.find(b":") > 40) for line in fresh)
    if body is None:
        for line in fresh:
            line.decode()


damage = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 9),
        st.sampled_from(
            [b"", b";", b'"', b":", b"\r\n", b"\n ", b"=\r\n", b"\\", b"\r\nTEL;WORK:1", b"\xc3", b"item1."]
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=400)
@given(body=st.sampled_from(CARDS), damages=damage, moved=changes)
def test_a_damaged_card_is_broken_or_keeps_all_promises(
    body: bytes, damages: list[tuple[float, int, bytes]], moved: dict[int, Value]
) -> None:
    for where, lost, put in damages:
        place = int(where * len(body))
        body = body[:place] + put + body[place + lost :]
    try:
        wanted = expected(body, moved)
    except BrokenItem:
        assume(False)
        return

    assert CODEC.write(body, {}, "") == body
    assert CODEC.read(CODEC.write(body, moved, "")) == wanted
