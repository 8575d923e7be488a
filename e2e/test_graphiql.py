"""The page to try operations: its examples run, and it loads nothing from elsewhere."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from product import Product

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_an_example_runs_and_nothing_comes_from_elsewhere(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], product: Product, options: dict[str, object]
) -> None:
    page = new_page(**options)
    elsewhere: list[str] = []
    said: list[str] = []
    page.on(
        "request", lambda one: elsewhere.append(one.url) if not one.url.startswith((product.url, "data:")) else None
    )
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    sign_in(page, "admin")

    page.goto("/graphiql")
    expect(page.get_by_role("tab")).to_contain_text(["Directions", "SetDirection", "Mailboxes"])
    expect(page.locator(".graphiql-query-editor")).to_contain_text("canAdminister")
    page.get_by_role("button", name=re.compile("Execute query")).click()

    expect(page.locator(".result-window")).to_contain_text("Ada Admin")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (elsewhere, said) == ([], [])
