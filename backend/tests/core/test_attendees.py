"""The people of a meeting as one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.attendees import Person, addresses, listed, parse, person, written


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        (" ; ;\n", []),
        ("ada@example.com", [Person("", "ada@example.com")]),
        ("Ada Lovelace <Ada@Example.com>", [Person("Ada Lovelace", "ada@example.com")]),
        ("mailto:ada@example.com", [Person("", "ada@example.com")]),
        ("Ada <mailto:ada@example.com>", [Person("Ada", "ada@example.com")]),
        ("Ada ada@example.com", [Person("Ada", "ada@example.com")]),
        ("Lovelace, Ada <ada@example.com>", [Person("Lovelace, Ada", "ada@example.com")]),
        ("b@x.example, a@x.example", [Person("", "a@x.example"), Person("", "b@x.example")]),
        ("b@x.example\na@x.example", [Person("", "a@x.example"), Person("", "b@x.example")]),
        (
            '"Sales; north" <n@x.example>; o@x.example',
            [Person("Sales; north", "n@x.example"), Person("", "o@x.example")],
        ),
        ('"<Ada>" <a@x.example>', [Person("<Ada>", "a@x.example")]),
        ("Bob", [Person("Bob", "")]),
        ('"bob@home"', [Person("bob@home", "")]),
        ("ada@x.example <ada@x.example>", [Person("", "ada@x.example")]),
        ("'ada@x.example' <ada@x.example>", [Person("", "ada@x.example")]),
        ('Pat O"Brien <p@x.example>', [Person('Pat O"Brien', "p@x.example")]),
        ('"unfinished; b@x.example', [Person('"unfinished', ""), Person("", "b@x.example")]),
    ],
)
def test_a_text_names_people(text: str, people: list[Person]) -> None:
    assert list(parse(text)) == people


def test_two_texts_of_the_same_people_are_written_alike() -> None:
    one = "Bob <bob@x.example>; ada@x.example"
    other = "ada@x.example;BOB@x.example; bob <bob@x.example>; Bob <bob@x.example>"

    assert written(parse(one)) == "ada@x.example; Bob <bob@x.example>"
    assert addresses(one) == addresses(other) == ("ada@x.example", "bob@x.example")


_texts = st.text(alphabet=st.sampled_from("ab <>;,\"\\@.\n'x"), max_size=30)
_names = st.text(max_size=12)
_addresses = st.one_of(st.just(""), st.from_regex(r"\A[a-z;,\"\\ ]{1,4}@[a-z]{1,4}\Z"))


@given(_texts)
def test_what_was_read_is_read_again_as_the_same(text: str) -> None:
    people = parse(text)

    assert parse(written(people)) == people


@given(st.lists(st.tuples(_names, _addresses), max_size=4))
def test_whoever_is_written_is_read_back(pairs: list[tuple[str, str]]) -> None:
    people = listed(one for name, address in pairs if (one := person(name, address)) is not None)

    assert parse(written(people)) == people
