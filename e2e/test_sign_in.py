"""People sign in with a provider or a password, look after their tokens, and change their password."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from oidc import real
from product import Product, free_port, start_product

VIEWER = {"query": "{ viewer { principal { userName } role } }"}
NEW_PASSWORD = "a new password for the viewer"


@pytest.fixture(scope="module")
def contoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server of its own whose people may sign in with a real provider beside it."""
    port = free_port()
    with real.provider(f"http://127.0.0.1:{port}/oidc/callback") as issuer:
        settings = {
            "FIELDSYNC_OIDC_ISSUER": issuer,
            "FIELDSYNC_OIDC_CLIENT_ID": "fieldsync",
            "FIELDSYNC_OIDC_CLIENT_SECRET": "a secret of the tests",
            "FIELDSYNC_OIDC_NAME": "Contoso",
        }
        product = start_product(tmp_path_factory.mktemp("contoso"), settings, port)
        yield product
        product.stop()


@pytest.fixture
def at_contoso(contoso: Product, new_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_page(**options: Any) -> Page:
        return new_page(base_url=contoso.url, **options)

    return open_page


def enter(page: Page, user: str, password: str) -> None:
    page.get_by_label("User name").fill(user)
    page.get_by_role("textbox", name="Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def demo_password(product: Product, user: str) -> str:
    accounts = json.loads(product.command("demo", "info", "--json"))["accounts"]
    return next(account["password"] for account in accounts if account["userName"] == user)


def viewer_by(product: Product, token: str) -> Any:
    request = urllib.request.Request(
        f"{product.url}/graphql",
        json.dumps(VIEWER).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["data"]


def test_a_person_signs_in_with_the_provider_once_an_administrator_linked_them(
    contoso: Product, at_contoso: Callable[..., Page]
) -> None:
    page = at_contoso()
    page.goto("/runs")
    page.get_by_role("link", name="Sign in with Contoso").click()
    page.get_by_placeholder("Enter any login").fill("ada")
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="You have no account here yet")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("fieldsync user link NAME --subject ada")

    contoso.command("user", "link", "sales", "--subject", "ada")
    page.get_by_role("link", name="Back to the sign-in page").click()
    page.goto("/runs")
    page.get_by_role("link", name="Sign in with Contoso").click()

    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    assert page.url == f"{contoso.url}/runs"
    page.get_by_role("button", name="User menu of").click()
    expect(page.get_by_text("sales · User")).to_be_visible()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in with Contoso")).to_be_visible()


def test_a_token_is_made_shown_once_used_and_revoked(contoso: Product, at_contoso: Callable[..., Page]) -> None:
    page = at_contoso()
    page.goto("/")
    enter(page, "admin", demo_password(contoso, "admin"))
    page.get_by_role("button", name="User menu of").click()
    page.get_by_role("menuitem", name="Account").click()
    page.get_by_role("button", name="Create a token").click()
    page.get_by_role("textbox", name="Name").fill("Nightly export")
    page.get_by_role("button", name="Create", exact=True).click()
    token = page.get_by_label("Secret", exact=True).input_value()
    page.get_by_role("button", name="Done").click()

    assert viewer_by(contoso, token)["viewer"]["principal"]["userName"] == "admin"
    page.reload()
    row = page.get_by_role("listitem").filter(has_text="Nightly export")
    expect(row).to_contain_text("Reads only")
    expect(row).to_contain_text("Last used just now")
    assert token not in page.content()

    page.get_by_role("button", name="Revoke Nightly export").click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(page.get_by_text("Nightly export is revoked").last).to_be_visible()
    expect(row).to_have_count(0)
    assert viewer_by(contoso, token) is None


def test_a_changed_password_signs_out_every_browser(contoso: Product, at_contoso: Callable[..., Page]) -> None:
    page, other = at_contoso(), at_contoso(viewport={"width": 390, "height": 800})
    old = demo_password(contoso, "viewer")
    for one in (page, other):
        one.goto("/account")
        enter(one, "viewer", old)
        expect(one.get_by_role("heading", name="Account")).to_be_visible()

    page.get_by_label("Current password").fill(old)
    page.get_by_label("New password", exact=False).first.fill(NEW_PASSWORD)
    page.get_by_label("New password again").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed").last).to_be_visible()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

    other.reload()
    expect(other.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    enter(page, "viewer", old)
    expect(page.get_by_role("alert")).to_contain_text("User name or password are not right.")
    enter(page, "viewer", NEW_PASSWORD)
    expect(page.get_by_role("heading", name="Account")).to_be_visible()


def test_guessing_is_slowed_down_and_the_page_says_for_how_long(at_contoso: Callable[..., Page]) -> None:
    page = at_contoso()
    page.goto("/")
    refusal = page.get_by_role("alert")
    for number in range(5):
        with page.expect_response("**/session") as answer:
            enter(page, "nobody", f"guess {number}")
        assert answer.value.status == 401
    # A second may pass on a busy machine before the next guess is made; the one after it waits two.
    for _ in range(3):
        with page.expect_response("**/session") as answer:
            enter(page, "nobody", "one more")
        if answer.value.status == 429:
            break

    expect(refusal).to_contain_text("Too many attempts went wrong.")
    expect(refusal).to_contain_text("Try again in", timeout=5000)


def test_the_account_page_fits_a_telephone(contoso: Product, at_contoso: Callable[..., Page]) -> None:
    page = at_contoso(viewport={"width": 390, "height": 800})
    page.goto("/account")
    expect(page.get_by_role("link", name="Sign in with Contoso")).to_be_visible()
    enter(page, "manager", demo_password(contoso, "manager"))
    expect(page.get_by_role("button", name="Create a token")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
