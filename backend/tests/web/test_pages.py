from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from fieldsync.web.pages import Pages

HTML = {"accept": "text/html,application/xhtml+xml"}


def client(folder: Path) -> httpx2.AsyncClient:
    pages = Pages(folder)
    app = Starlette(routes=[Route("/graphiql", pages.graphiql), Route("/{path:path}", pages.answer)])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://office")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>app</title>")
    (folder / "graphiql.html").write_text("<title>graphiql</title>")
    (folder / "assets" / "main-1f2e.js").write_text("1")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


async def test_the_apps_page_answers_at_every_address_of_its_own(built: Path) -> None:
    for path in ("/", "/mappings", "/runs/run:1", "/index.html"):
        response = await client(built).get(path, headers=HTML)
        assert (response.status_code, response.text) == (200, "<title>app</title>")
        assert response.headers["cache-control"] == "no-cache"


async def test_the_page_to_try_operations_answers_at_its_address_only(built: Path) -> None:
    page = await client(built).get("/graphiql", headers=HTML)
    file = await client(built).get("/graphiql.html")

    assert (page.status_code, page.text) == (200, "<title>graphiql</title>")
    assert file.status_code == 404


async def test_files_with_a_digest_in_their_names_are_kept_for_ever(built: Path) -> None:
    asset = await client(built).get("/assets/main-1f2e.js")
    icon = await client(built).get("/icon.svg")

    assert "immutable" in asset.headers["cache-control"]
    assert "javascript" in asset.headers["content-type"]
    assert icon.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/assets/gone.js", HTML),
        ("/data.json", {"accept": "application/json"}),
        ("/%2e%2e/secret.txt", {}),
        ("/a%00b", {}),
    ],
)
async def test_what_is_not_there_is_404(built: Path, path: str, headers: dict[str, str]) -> None:
    response = await client(built).get(path, headers={"accept": "*/*"} | headers)

    assert response.status_code == 404
    assert "secret" not in response.text


async def test_pages_that_are_not_built_say_how_to_build_them(tmp_path: Path) -> None:
    response = await client(tmp_path).get("/", headers=HTML)

    assert response.status_code == 503
    assert "make build" in response.text
