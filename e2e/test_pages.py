"""What people meet around the main job: the keyboard, two people at once, mistakes, a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from product import Product
from scripting import Mailbox, Script

NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def row(page: Page, key: str) -> Locator:
    return page.get_by_test_id(f"mapping-{key}")


def arrow(page: Page, key: str, label: str) -> Locator:
    return row(page, key).get_by_role("button", name=re.compile(f"^{label}: "))


def discard(page: Page) -> None:
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)


def test_the_keyboard_turns_an_arrow_and_says_so(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "admin")
    page.goto("/directions/contact")
    arrow(page, "pager", "Pager").focus()

    page.keyboard.press("Enter")
    expect(row(page, "pager")).to_have_attribute("data-direction", "NONE")
    page.keyboard.press("ArrowRight")
    expect(row(page, "pager")).to_have_attribute("data-direction", "TO_OUTLOOK")
    page.keyboard.press("ArrowLeft")

    expect(row(page, "pager")).to_have_attribute("data-direction", "NONE")
    expect(arrow(page, "pager", "Pager")).to_be_focused()
    for _ in range(7):  # faster than the server answers, none of them lost: four presses go once round
        page.keyboard.press("ArrowRight")
    expect(row(page, "pager")).to_have_attribute("data-direction", "BOTH")
    page.keyboard.press("ArrowRight")
    expect(row(page, "pager")).to_have_attribute("data-direction", "NONE")
    page.get_by_role("button", name="Undo the change of Pager").click()
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)


def test_a_fixed_field_stays_and_says_why(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "admin")
    page.goto("/directions/contact")
    name = arrow(page, "fullname", "Full Name")

    expect(name).to_have_attribute("aria-disabled", "true")
    name.focus()
    page.keyboard.press("Enter")

    expect(row(page, "fullname")).to_have_attribute("data-direction", "BOTH")
    expect(page.get_by_role("tooltip")).to_contain_text("always keeps this field in step")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_late_answer_about_contradictions_moves_no_row(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, "admin")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if '"Contradictions"' in (route.request.post_data or ""):
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/graphql", hold)
    page.goto("/directions/contact")
    expect(page.get_by_text("Comparing directions with rights")).to_be_visible()
    first = page.get_by_test_id("mapping-anniversary")
    before = first.bounding_box()

    for route in waiting:
        route.continue_()
    expect(page.get_by_role("button", name="Show contradictions")).to_be_visible()

    assert first.bounding_box() == before


def test_two_administrators_see_each_others_changes_at_once(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    one, other = new_page(), new_page()
    for page in (one, other):
        sign_in(page, "admin")
        page.goto("/directions/contact")
        expect(row(page, "mobilephone")).to_have_attribute("data-direction", "BOTH")

    arrow(one, "mobilephone", "Mobile").click()

    expect(row(other, "mobilephone")).to_have_attribute("data-direction", "NONE")
    expect(other.get_by_role("region", name="Draft")).to_contain_text("1 change")
    discard(other)
    expect(row(one, "mobilephone")).to_have_attribute("data-direction", "BOTH")


def test_a_wrong_password_is_told_and_nobody_is_signed_in(page: Page) -> None:
    page.goto("/runs")
    page.get_by_role("textbox", name="User name").fill("admin")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)


def test_a_mailbox_that_cannot_be_reached_is_not_connected(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "admin")
    page.goto("/mailboxes")
    page.get_by_role("button", name="Connect a mailbox").first.click()
    form = page.get_by_role("dialog", name="Connect a mailbox")
    form.get_by_role("textbox", name=re.compile("^Name")).fill("Nowhere")
    form.get_by_role("textbox", name="Address book URL").fill("http://127.0.0.1:9/nobody/contacts/")
    form.get_by_role("textbox", name="User name").fill("nobody")
    form.get_by_role("textbox", name="Password").fill("secret")
    form.get_by_role("button", name="Connect", exact=True).click()

    expect(form).to_contain_text(re.compile("cannot be reached|not reach", re.IGNORECASE))
    form.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("article", name="Mailbox Nowhere")).to_have_count(0)


def test_an_emptied_mailbox_waits_for_a_person(
    page: Page, sign_in: Callable[[Page, str], None], product: Product
) -> None:
    script, mailbox = Script(product), Mailbox(product, "manager")
    script.sync(mailbox.id)
    names = mailbox.names()
    assert len(names) > 10
    for name in names:
        mailbox.delete(name)

    held = script.sync(mailbox.id)
    assert held["counts"]["held"] == len(names)
    sign_in(page, "manager")
    page.goto("/runs")
    page.get_by_role("list", name="Runs").get_by_role("link").first.click()
    panel = page.get_by_role("region", name="What waits for you")
    expect(panel).to_contain_text(f"{len(names)} deletions held back")
    panel.get_by_role("button", name="Carry them out").click()
    page.get_by_role("alertdialog").get_by_role("button", name=f"Carry out {len(names)} deletions").click()

    expect(page.get_by_text(f"{len(names)} unlinked").first).to_be_visible()
    expect(page.get_by_role("region", name="What waits for you")).to_have_count(0)


@pytest.mark.parametrize("path", ["/directions/contact", "/versions", "/runs", "/mailboxes"])
def test_a_phone_shows_every_page_without_scrolling_sideways(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], path: str
) -> None:
    page = new_page(**NARROW)
    sign_in(page, "admin")
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
