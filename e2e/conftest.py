"""The product as people meet it: a server process of its own and a real browser.

What a failing test leaves behind is in test-results/: a screenshot, a trace for `playwright show-trace`,
and the server's log in the report.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

import browser as chromium
from product import Product, start_product

RESULTS = Path(__file__).resolve().parent.parent / "test-results"
_failed: pytest.StashKey[bool] = pytest.StashKey()
_product: pytest.StashKey[Product] = pytest.StashKey()

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    """The server that tests share; a test that changes what others rely on starts one with `start_product`."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-e2e-") as folder:
        product = start_product(Path(folder))
        request.session.stash[_product] = product
        yield product
        product.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = chromium.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def new_page(browser: Browser, product: Product, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh context (nobody signed in); takes Playwright's context options, such as `viewport`.

    A test fails if one of its pages raised an error that nobody caught.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            **{"base_url": product.url, "viewport": {"width": 1280, "height": 800}, **options}
        )
        context.tracing.start(screenshots=True, snapshots=True)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    failed = request.node.stash.get(_failed, False) or bool(errors)
    for number, context in enumerate(contexts):
        name = re.sub(r"[^\w.-]+", "_", request.node.name) + (f"-{number}" if number else "")
        if failed:
            RESULTS.mkdir(exist_ok=True)
            for page in context.pages[:1]:
                page.screenshot(path=RESULTS / f"{name}.png", full_page=True)
            context.tracing.stop(path=RESULTS / f"{name}.zip")
        context.close()
    assert errors == [], "the page raised errors"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page in a fresh context."""
    return new_page()


@pytest.fixture(scope="session")
def sign_in(product: Product) -> Callable[[Page, str], None]:
    """Signs a page in as a demo user without passing by the form: ``sign_in(page, "admin")``."""

    def sign_in(page: Page, user: str) -> None:
        accounts = page.request.get(f"{product.url}/demo-accounts").json()
        [password] = [account["password"] for account in accounts if account["userName"] == user]
        answer = page.request.post(
            f"{product.url}/session",
            data={"userName": user, "password": password},
            headers={"origin": product.url},
        )
        assert answer.ok, f"signing in as {user}: {answer.status} {answer.text()}"

    return sign_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
        product = item.session.stash.get(_product, None)
        if product is not None:
            report.sections.append(("server log, last lines", product.log[-4000:]))
    return report
