import re
from html import unescape
from pathlib import Path

import httpx2
import pytest
from graphql import GraphQLEnumType, build_schema
from starlette.applications import Starlette
from starlette.routing import Route

from fieldsync.api.reference import Reference, reference
from fieldsync.api.schema import render
from fieldsync.cli import main

SMALL = '''
"""Everything."""
type Query {
  """Finds `one` of A & B."""
  find(
    """Which one."""
    id: ID! = "<1>"
    """How many."""
    first: Int = null
  ): [Thing!]! @deprecated(reason: "Use Query.seek; removed after 2027-06-30.")
}
"""A or B."""
union Thing = A
"""The first."""
type A { """Its colour.""" colour: Colour }
"""Colours."""
enum Colour { """Like fire.""" RED }
'''


@pytest.fixture(scope="module")
def page() -> str:
    return reference(render())


def test_everything_in_the_schema_has_a_place_and_its_description(page: str) -> None:
    schema = build_schema(render())
    anchors = set(re.findall(r'id="([^"]+)"', page))
    text = unescape(re.sub(r"<[^>]+>", "", page.replace("<code>", "`").replace("</code>", "`")))

    missing: list[str] = []
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        parts = kind.values if isinstance(kind, GraphQLEnumType) else getattr(kind, "fields", {})
        root = kind in (schema.query_type, schema.mutation_type, schema.subscription_type)
        wanted = {} if root else {name: kind}
        for part, element in parts.items():
            wanted[f"{name}.{part}"] = element
            for argument, it in getattr(element, "args", {}).items():
                wanted[f"{name}.{part}({argument}:)"] = it
        missing += [
            anchor
            for anchor, element in wanted.items()
            if anchor not in anchors or (element.description or "") not in text
        ]
    assert missing == []


def test_every_link_leads_somewhere_and_no_place_is_there_twice(page: str) -> None:
    anchors = re.findall(r'id="([^"]+)"', page)

    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)


def test_types_defaults_and_ends_are_told_and_escaped() -> None:
    page = reference(SMALL)

    assert '<code>find: [<a href="#Thing">Thing</a>!]!</code>' in page
    assert "<p>Finds <code>one</code> of A &amp; B.</p>" in page
    assert '<code>id: <a href="#ID">ID</a>! = &quot;&lt;1&gt;&quot;</code>' in page
    assert '<code>first: <a href="#Int">Int</a></code>' in page
    assert '<p class="gone">Deprecated. Use Query.seek; removed after 2027-06-30.</p>' in page
    assert '<p>One of <a href="#A">A</a>.</p>' in page


async def test_the_server_shows_what_the_command_writes(tmp_path: Path) -> None:
    app = Starlette(routes=[Route("/reference", Reference(render).answer)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://office") as client:
        answer, again = await client.get("/reference"), await client.get("/reference")

    assert main(["schema", "--reference", "--output", str(tmp_path / "page.html")]) == 0
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == again.text == (tmp_path / "page.html").read_text("utf-8")
