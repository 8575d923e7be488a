"""What undoing makes of the journal, whatever happened to the ends since."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.changes import Change, Changed, Made, Removed
from fieldsync.core.detect import Digests
from fieldsync.core.plan import ItemState
from fieldsync.core.undo import Act, Allowed, EndPlan, Entry, ObstacleKind, ends, plan_end
from fieldsync.core.values import Side

DIGESTS = Digests(b"sixteen bytes!!!")
NOTHING_FORBIDDEN = Allowed()


def entry(change: Change, number: int = 0, side: Side = Side.OUTLOOK) -> Entry:
    return Entry(f"e{number}", "run", side, "link", "record", "/i", "Somebody", change)


def changed(before: str, after: str, position: int = 0) -> Changed:
    return Changed({position: ((before,), (after,))})


def made(*values: str, version: str = "v1") -> Made:
    return Made(DIGESTS.baseline(tuple((one,) for one in values)), version)


def item(*values: str, version: str = "v1") -> ItemState:
    return ItemState("/i", version, tuple((one,) for one in values))


def plan(*changes: Change, now: ItemState | None, force: bool = False, allowed: Allowed = NOTHING_FORBIDDEN) -> EndPlan:
    (end,) = ends([entry(change, n) for n, change in enumerate(changes)])
    return plan_end(end, now, allowed, DIGESTS, force=force)


TABLE = [
    # what the entries tell, what is there now, and what undoing does: act, fields, obstacle
    ([changed("a", "b")], item("b"), Act.WRITE, {0: ("a",)}, None),
    ([changed("a", "b")], item("a"), None, {}, None),  # undone already
    ([changed("a", "b")], item("c"), None, {}, ObstacleKind.CHANGED_SINCE),
    ([changed("a", "b")], None, None, {}, ObstacleKind.GONE),
    ([changed("a", "b"), changed("b", "c")], item("c"), Act.WRITE, {0: ("a",)}, None),
    ([changed("a", "b"), changed("b", "a")], item("a"), None, {}, None),  # an undo among them
    ([changed("a", "b"), changed("b", "c")], item("b"), None, {}, ObstacleKind.CHANGED_SINCE),
    ([made("a")], item("a"), Act.REMOVE, {}, None),
    ([made("a")], item("a", version="v2"), None, {}, ObstacleKind.CHANGED_SINCE),
    ([made("a", version="")], item("a", version="v2"), Act.REMOVE, {}, None),  # only its values are known
    ([made("a", version="")], item("b", version="v2"), None, {}, ObstacleKind.CHANGED_SINCE),
    ([made("a")], None, None, {}, None),
    ([made("a"), changed("a", "b")], item("b", version="v2"), Act.REMOVE, {}, None),
    ([made("a"), changed("a", "b")], item("a", version="v2"), None, {}, ObstacleKind.CHANGED_SINCE),
    ([made("a"), Removed(b"body")], None, None, {}, None),
    ([made("a"), Removed(b"body"), made("a", version="v3")], item("a", version="v3"), Act.REMOVE, {}, None),
    ([Removed(b"body")], None, Act.PUT_BACK, {}, None),
    ([Removed(b"body")], item("a"), None, {}, None),  # somebody put it back
    ([changed("a", "b"), Removed(b"body")], None, Act.PUT_BACK, {0: ("a",)}, None),
    ([Removed(b"body"), made("a")], item("a"), None, {}, None),
    ([changed("a", "b"), Removed(b"body"), made("b")], item("b"), Act.WRITE, {0: ("a",)}, None),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: "")
def test_each_story_and_what_undoing_makes_of_it(row) -> None:
    changes, now, act, back, obstacle = row

    decided = plan(*changes, now=now)

    assert (decided.act, decided.back) == (act, back)
    kinds = {one.kind for one in [decided.obstacle, *(f.obstacle for f in decided.fields)] if one is not None}
    assert kinds == ({obstacle} if obstacle else set())
    assert decided.obstacles == len(kinds)


def test_force_overwrites_a_later_edit_and_says_so() -> None:
    decided = plan(changed("a", "b"), now=item("c"), force=True)

    assert decided.back == {0: ("a",)}
    assert [(one.now, one.forced) for one in decided.fields] == [(("c",), True)]
    assert plan(made("a"), now=item("x", version="v9"), force=True).act is Act.REMOVE


def test_what_rights_forbid_is_told_and_not_even_force_does_it() -> None:
    allowed = Allowed({0: "no right"}, remove="no", put_back="no")

    for force in (False, True):
        assert plan(changed("a", "b"), now=item("b"), allowed=allowed, force=force).act is None
        assert plan(made("a"), now=item("a"), allowed=allowed, force=force).act is None
        assert plan(Removed(b"body"), now=None, allowed=allowed, force=force).act is None
    assert plan(changed("a", "b"), now=item("b"), allowed=allowed).fields[0].obstacle.because == "no right"


def test_each_end_of_a_pair_is_one_end() -> None:
    told = [
        entry(changed("a", "b"), 0),
        entry(changed("x", "y"), 1, Side.CRM),
        replace(entry(made("a"), 2), link_id="other"),
    ]

    assert [(end.side, end.link_id, len(end.entries)) for end in ends(told)] == [
        (Side.OUTLOOK, "link", 1),
        (Side.CRM, "link", 1),
        (Side.OUTLOOK, "other", 1),
    ]


TEXTS = st.sampled_from(["", "a", "b", "c"])


@given(st.lists(st.tuples(st.integers(0, 2), TEXTS), min_size=1, max_size=8), st.integers(0, 7))
def test_undoing_brings_back_what_was_there_and_undoing_that_brings_it_forth_again(writes: list, first: int) -> None:
    """A row of writes by us alone: undo the last of them, from any on; then undo the undo; then undo again."""
    values = ["", "", ""]
    history, told = [tuple(values)], []
    for number, (position, text) in enumerate(writes):
        told.append(entry(changed(values[position], text, position), number))
        values[position] = text
        history.append(tuple(values))
    first %= len(writes)
    start, end_state = history[first], history[-1]

    def undone(entries: list[Entry], state: tuple[str, ...]) -> tuple[tuple[str, ...], Entry]:
        (end,) = ends(entries)
        back = plan_end(end, item(*state), NOTHING_FORBIDDEN, DIGESTS).back
        after = tuple(back.get(n, (old,))[0] for n, old in enumerate(state))
        write = Changed({n: ((state[n],), value) for n, value in back.items()})
        return after, entry(write, 100)

    once, undo = undone(told[first:], end_state)
    assert once == start
    assert undone(told[first:], once)[0] == start
    forth, redo = undone([undo], once)
    assert forth == end_state
    assert undone([redo], forth)[0] == start
    assert undone([*told[first:], undo], once)[0] == start
