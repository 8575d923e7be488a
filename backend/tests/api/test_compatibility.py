from pathlib import Path

import pytest
from graphql import build_schema

from fieldsync.api.compatibility import bare, unannounced, undated
from fieldsync.api.schema import render
from fieldsync.cli import main

ROOT = Path(__file__).parents[3]
RELEASED = """
directive @slow(by: Int) on FIELD
type Query implements Node { id: ID! contact(id: ID!): Contact colour(of: Int = 1): Colour }
interface Node { id: ID! }
type Contact { name: String! age: Int }
input ContactInput { name: String }
enum Colour { RED GREEN }
union Any = Query | Contact
"""
BROKEN = {
    "Contact.age": RELEASED.replace(" age: Int", ""),
    "Contact.name": RELEASED.replace("type Contact { name: String!", "type Contact { name: String"),
    "Colour.GREEN": RELEASED.replace(" GREEN", ""),
    "Query.colour(of:)": RELEASED.replace("(of: Int = 1)", ""),
    "Query.contact(at:)": RELEASED.replace("contact(id: ID!", "contact(id: ID!, at: Int!"),
    "ContactInput.age": RELEASED.replace("ContactInput { name: String", "ContactInput { name: String age: Int!"),
    "ContactInput": RELEASED.replace("input ContactInput { name: String }", ""),
    "Query": RELEASED.replace("Query implements Node", "Query"),
    "@slow(by:)": RELEASED.replace("(by: Int)", ""),
}


def test_nothing_that_was_released_breaks_without_a_word_in_the_changelog() -> None:
    released, changelog = (ROOT / name for name in ("schema.released.graphql", "CHANGELOG.md"))

    assert unannounced(released.read_text("utf-8"), render(), changelog.read_text("utf-8")) == []


def test_every_deprecation_has_a_date_and_a_replacement() -> None:
    assert undated(build_schema(render())) == []


@pytest.mark.parametrize("coordinate", BROKEN)
def test_what_breaks_programs_is_found_until_the_changelog_names_it(coordinate: str) -> None:
    found = unannounced(RELEASED, BROKEN[coordinate], "## Unreleased\n\n- `Other.thing`\n")
    elsewhere = f"## Unreleased\n\n- `{coordinate}`\n\n## 1.0\n\n### Breaking\n\n- `{coordinate}`\n"
    announced = f"## Unreleased\n\n- Something.\n\n### Breaking\n\n- `{coordinate}` went.\n\n## 1.0\n"

    assert len(found) == 1
    assert coordinate in found[0]
    assert unannounced(RELEASED, BROKEN[coordinate], elsewhere) == found
    assert unannounced(RELEASED, BROKEN[coordinate], announced) == []


def test_additions_break_nothing() -> None:
    more = RELEASED.replace("age: Int", "age: Int born: Int").replace("GREEN", "GREEN BLUE") + "type New { a: Int }"

    assert unannounced(RELEASED, more, "") == []


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("Use Query.b; removed after 2027-06-30.", None),
        ("Use Query.b(x:); removed after 2027-06-30. It was slow.", None),
        ("It was slow.", "write “Use …; removed after YYYY-MM-DD.”"),
        ("Use Query.b; removed soon.", "write “Use …; removed after YYYY-MM-DD.”"),
        ("Use Query.b; removed after 2027-02-29.", "2027-02-29 is no day"),
        ("Use Query.gone; removed after 2027-06-30.", "there is no Query.gone to use in its place"),
        ("Use Gone.b; removed after 2027-06-30.", "there is no Gone.b to use in its place"),
        ("Use Query.a; removed after 2027-06-30.", "Query.a, to be used in its place, is deprecated too"),
    ],
)
def test_a_deprecation_says_what_to_use_and_until_when(reason: str, fault: str | None) -> None:
    gone = f'@deprecated(reason: "{reason}")'
    schema = build_schema(
        f"type Query {{ a: Int {gone} b(x: Int, y: Int {gone}): E }}enum E {{ V {gone} W }} input I {{ f: Int {gone} }}"
    )

    found = undated(schema)

    if fault is None:
        assert found == []
    else:
        assert [one.split(" ")[0] for one in found] == ["Query.a", "Query.b(y:)", "E.V", "I.f"]
        assert all(fault in one for one in found)


def test_a_release_is_kept_without_descriptions_and_with_everything_else() -> None:
    kept = bare(render())

    assert '"""' not in kept
    assert unannounced(kept, render(), "") == unannounced(render(), kept, "") == []


def test_the_command_names_what_breaks_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (ROOT / "schema.released.graphql").read_text("utf-8")
    (tmp_path / "released").write_text(before.replace("type Query {", "type Query {\n  oldest: Contact\n"), "utf-8")
    (tmp_path / "log").write_text("# Changelog\n", "utf-8")
    asked = ["schema", "--since", str(tmp_path / "released"), "--changelog", str(tmp_path / "log")]

    refused, words = main(asked), capsys.readouterr().err
    (tmp_path / "log").write_text("## Unreleased\n\n### Breaking\n\n- `Query.oldest` is gone.\n", "utf-8")
    passed = main(asked)

    assert (refused, passed) == (1, 0)
    assert "Field Query.oldest was removed." in words
