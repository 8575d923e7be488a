"""To the OpenID Connect provider and back: ``/oidc/start`` and ``/oidc/callback``."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fieldsync.errors import InvalidInput, NotSignedIn, ProviderFailed, SubjectNotLinked, UserFacing
from fieldsync.security import sessions
from fieldsync.services.external_sign_in import ExternalSignIn

BROWSER_COOKIE = "fieldsync_sign_in"
_COOKIE_PATH = "/oidc"
_TITLES = {
    SubjectNotLinked: "You have no account here yet",
    NotSignedIn: "You cannot sign in",
    ProviderFailed: "The provider did not sign you in",
    InvalidInput: "This cannot be done",
}
_STATUS = {SubjectNotLinked: 403, NotSignedIn: 403, ProviderFailed: 502}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · Fieldsync</title><style>
:root {{ color-scheme: light dark; font: 15px/1.5 "Segoe UI", system-ui, sans-serif }}
body {{ min-height: 90vh; display: grid; place-items: center; margin: 16px; background: light-dark(#fafafa, #1f1f1f) }}
main {{ max-width: 30rem; padding: 32px; border-radius: 16px; border: 1px solid light-dark(#e0e0e0, #525252);
  background: light-dark(#fff, #292929); overflow-wrap: anywhere }}
h1 {{ margin: 0 0 12px; font-size: 22px; line-height: 1.3 }} a {{ color: light-dark(#0f6cbd, #62abf5) }}
</style></head><body><main><h1>{title}</h1><p role="alert">{message}</p>
<p><a href="/">Back to the sign-in page</a></p>
</main></body></html>
"""


class ExternalDoors:
    """Both are opened by browsers, so refusals are pages. ``public_url`` is what people reach us at, if known."""

    def __init__(self, external: ExternalSignIn, *, public_url: str | None, secure_cookies: bool) -> None:
        self._external = external
        self._public_url = public_url
        self._secure = secure_cookies

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider; ``returnTo`` is the path to go on at afterwards."""
        base = (self._public_url or str(request.base_url)).rstrip("/")
        try:
            begun = await self._external.begin(
                redirect_uri=f"{base}/oidc/callback", return_to=request.query_params.get("returnTo", "/")
            )
        except UserFacing as error:
            return _refusal(error)
        response = RedirectResponse(begun.address, 303)
        return self._with_cookies(response, (BROWSER_COOKIE, begun.browser, begun.seconds, _COOKIE_PATH))

    async def callback(self, request: Request) -> Response:
        """Take the provider's answer: a session, or a page that says why there is none."""
        forget = (BROWSER_COOKIE, "", 0, _COOKIE_PATH)
        try:
            opened, return_to = await self._external.finish(
                dict(request.query_params),
                request.cookies.get(BROWSER_COOKIE),
                replaces=request.cookies.get(sessions.COOKIE),
            )
        except UserFacing as error:
            return self._with_cookies(_refusal(error), forget)
        response = RedirectResponse(return_to, 303)
        return self._with_cookies(response, forget, (sessions.COOKIE, opened.secret, opened.seconds, "/"))

    def _with_cookies(self, response: Response, *cookies: tuple[str, str, int, str]) -> Response:
        for name, secret, seconds, path in cookies:
            header = sessions.cookie_header(secret, seconds=seconds, secure=self._secure, name=name, path=path)
            response.headers.append("set-cookie", header)
        response.headers["cache-control"] = "no-store"
        return response


def _refusal(error: UserFacing) -> Response:
    title = _TITLES.get(type(error), "This sign-in did not work")
    page = _PAGE.format(title=escape(title), message=escape(error.message))
    return HTMLResponse(page, _STATUS.get(type(error), 400))
