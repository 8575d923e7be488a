"""Which media type an Accept header leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.api.accepting import MediaType, negotiated

WEIGHTS = ["", ";q=0", ";q=0.1", ";q=0.5", ";q=0.999", ";q=1", ";q=1.0", "; q=0.7", ";Q=0.3"]
NAMES = [
    *(kind.value for kind in MediaType), "*/*", "application/*", "text/*", "text/html", "a/b",
    "application/JSON", 'application/json;a="x,y;q=1"',
]  # fmt: skip
RANGES = st.builds(str.__add__, st.sampled_from(NAMES), st.sampled_from(WEIGHTS))


@given(st.permutations(list(MediaType)), st.lists(RANGES, max_size=4))
def test_of_types_with_the_same_weight_the_one_named_first_is_taken(kinds: list[MediaType], ranges: list[str]) -> None:
    others = [one.split(";")[0] for one in ranges if "json" not in one.lower() and "event" not in one]

    assert negotiated(", ".join([*others, *(kind.value for kind in kinds)])) is kinds[0]


@given(st.lists(RANGES, max_size=4))
def test_a_type_that_is_named_with_the_highest_weight_is_taken(ranges: list[str]) -> None:
    lower = [one.split(";")[0] + ";q=0.4" for one in ranges if "json" not in one and "*" not in one]

    for kind in MediaType:
        assert negotiated(", ".join([*lower, f"{kind.value};q=0.9"])) is kind


@given(st.lists(RANGES, max_size=4))
def test_a_type_with_no_weight_is_never_taken(ranges: list[str]) -> None:
    for kind in MediaType:
        others = [one for one in ranges if kind.value not in one.lower()]
        assert negotiated(", ".join([*others, f"{kind.value};q=0"])) is not kind


@given(st.text(max_size=60))
def test_no_accept_header_is_too_odd_to_read(accept: str) -> None:
    assert negotiated(accept) in (None, *MediaType)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/event-stream", MediaType.EVENTS),
        ("text/event-stream, application/json;q=0.5", MediaType.EVENTS),
        ("application/json, text/event-stream", MediaType.JSON),
        ("text/event-stream, */*", MediaType.EVENTS),
        ("*/*, application/graphql-response+json", MediaType.GRAPHQL),
        ("text/*", None),
        ("*/*, application/json;q=0", MediaType.GRAPHQL),
        ("*/*;q=0.1, application/json;q=0.01", MediaType.GRAPHQL),
        ("application/json;q=2", None),
        ("application/json;q=", None),
    ],
)
def test_what_media_ranges_mean(accept: str, expected: MediaType | None) -> None:
    assert negotiated(accept) is expected
