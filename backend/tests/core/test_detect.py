"""Baselines: keyed, compared field by field, blind to content."""

from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.detect import WIDTH, Digests, moved, replaced

DIGESTS = Digests(b"sixteen bytes!!!")
RECORDS = st.lists(st.tuples(st.text(max_size=5)) | st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=6)


@given(RECORDS, st.data())
def test_exactly_the_changed_fields_moved(values: list, data: st.DataObject) -> None:
    changed = {n for n in range(len(values)) if data.draw(st.booleans())}
    now = [("new" + part for part in value) if n in changed else value for n, value in enumerate(values)]

    found = moved(DIGESTS.baseline(tuple(values)), DIGESTS.baseline(tuple(tuple(value) for value in now)))

    assert found == changed


@given(st.lists(st.tuples(st.text(max_size=5)), min_size=1, max_size=6), st.data())
def test_replacing_digests_marks_just_those_fields_as_seen(values: list, data: st.DataObject) -> None:
    now = [(f"new{n}",) for n in range(len(values))]
    positions = frozenset(n for n in range(len(values)) if data.draw(st.booleans()))
    old, new = DIGESTS.baseline(tuple(values)), DIGESTS.baseline(tuple(now))

    assert moved(replaced(old, new, positions), new) == moved(old, new) - positions


def test_a_field_that_the_catalogue_gained_counts_as_seen_empty() -> None:
    old = DIGESTS.baseline((("a",),))

    assert moved(old, DIGESTS.baseline((("a",), ("",)))) == frozenset()
    assert moved(old, DIGESTS.baseline((("a",), ("b",)))) == {1}


def test_another_key_gives_other_digests_and_an_empty_field_none() -> None:
    assert Digests(b"another key 1234").of(("a",)) != DIGESTS.of(("a",))
    assert DIGESTS.of(("",)) == DIGESTS.of(("", "", "")) == bytes(WIDTH)
    assert DIGESTS.of(("a", "b")) != DIGESTS.of(("ab", ""))
