"""The single-page app: its files, its page for every address of its own, and the page to try operations."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

STATIC = Path(__file__).parent / "static"
_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Fieldsync</title>
<h1>The pages are not built</h1>
<p>Run <code>make build</code> once, then load this page again. The API answers at <code>/graphql</code>.</p>
</html>
"""


_PAGES = ("index.html", "graphiql.html")


class Pages:
    """Serves a folder that Vite has built; files under ``assets`` carry a digest in their names."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder.resolve()

    async def answer(self, request: Request) -> Response:
        """A file, the app's page for whoever wants HTML, or 404."""
        path = request.path_params.get("path", "")
        file = (self._folder / path).resolve() if "\x00" not in path else self._folder
        if file.is_relative_to(self._folder) and file.is_file() and file.name not in _PAGES:
            immutable = path.startswith("assets/")
            return FileResponse(
                file,
                headers={"cache-control": "public, max-age=31536000, immutable" if immutable else "no-cache"},
            )
        wants_page = "text/html" in request.headers.get("accept", "") or path in ("", "index.html")
        if not wants_page or path.startswith("assets/"):
            return PlainTextResponse("Not found", 404)
        return self._page("index.html")

    async def graphiql(self, request: Request) -> Response:
        """The page to try operations."""
        return self._page("graphiql.html")

    def _page(self, name: str) -> Response:
        page = self._folder / name
        if not page.is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        return FileResponse(page, headers={"cache-control": "no-cache"})
