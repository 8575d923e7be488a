"""A server that answers only what its page was built with: the page works, live updates too, and nothing else does."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from product import Product, start_product


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = start_product(tmp_path_factory.mktemp("closed"), {"FIELDSYNC_TRUSTED_DOCUMENTS_ONLY": "true"})
    yield product
    product.stop()


def test_the_page_works_where_only_its_own_operations_are_answered(
    new_page: Callable[..., Page], closed: Product
) -> None:
    one, other = (new_page(base_url=closed.url) for _ in range(2))
    sent: list[str] = []
    one.on("request", lambda request: sent.append(request.post_data or "") if "/graphql" in request.url else None)
    accounts = {account["userName"]: account["password"] for account in one.request.get("/demo-accounts").json()}
    for page in (one, other):
        page.goto("/directions/contact")
        page.get_by_role("textbox", name="User name").fill("admin")
        page.get_by_label("Password").fill(accounts["admin"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_test_id("mapping-mobilephone")).to_have_attribute("data-direction", "BOTH")

    one.get_by_test_id("mapping-mobilephone").get_by_role("button", name=re.compile("^Mobile: ")).click()

    expect(other.get_by_test_id("mapping-mobilephone")).to_have_attribute("data-direction", "NONE")
    assert sent
    assert all("sha256Hash" in body and '"query"' not in body for body in sent)
    other_query = one.request.post("/graphql", data={"query": "{viewer{role}}"}, headers={"origin": closed.url})
    assert other_query.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
