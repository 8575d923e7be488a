"""What an administrator sets about scope and deletions, and what a run makes of it: nothing is deleted."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from product import Product, start_product
from scripting import Mailbox, Script

CONTACTS = """{ contacts(first: 200) { nodes { id fullName jobTitle owner { name } } } }"""
OWNER = "Sam Lindqvist"
FILTER = "My active contacts"


@pytest.fixture
def product() -> Iterator[Product]:
    """A server of its own: this story changes what everybody's runs go by."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-scope-") as folder:
        product = start_product(Path(folder))
        yield product
        product.stop()


@pytest.fixture
def admin(page: Page) -> Page:
    page.goto("/")
    page.get_by_role("button", name="Sign in as admin").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


def contacts_of_owner(script: Script) -> list[dict]:
    return [one for one in script.query(CONTACTS)["contacts"]["nodes"] if one["owner"]["name"] == OWNER]


def ask_about(page: Page, mailbox: Mailbox, name: str) -> None:
    """Choose a mailbox and a contact in the question on the page."""
    page.get_by_role("combobox", name="Mailbox").select_option(mailbox.id)
    page.get_by_role("combobox", name="Record").fill(name)
    page.get_by_role("option", name=name, exact=True).click()


def filters_of_others(page: Page) -> Locator:
    return page.get_by_role("list", name="Filters of other people").get_by_role("listitem").filter(has_text=OWNER)


def test_a_narrower_filter_unlinks_and_deletes_nothing_and_the_page_says_why(admin: Page, product: Product) -> None:
    page, script, mailbox = admin, Script(product), Mailbox(product, "sales")
    first = script.sync(mailbox.id)
    assert first["state"] == "SUCCEEDED"
    before = contacts_of_owner(script)
    cards = mailbox.names()
    managers = [one for one in before if "manager" in (one["jobTitle"] or "").casefold()]
    leaves = next(one for one in before if one not in managers)
    assert managers

    # The administrator narrows Sam's filter and sees beforehand what would leave.
    page.get_by_role("link", name="Scope", exact=True).click()
    filters_of_others(page).get_by_role("button", name=f"Edit {FILTER}").click()
    dialog = page.get_by_role("dialog", name=f"Edit {FILTER}")
    dialog.get_by_role("button", name="Add a condition", exact=True).click()
    condition = dialog.get_by_role("group", name="Condition 3")
    condition.get_by_role("combobox", name="Field").select_option("jobtitle")
    condition.get_by_role("combobox", name="Operator").select_option(label="contains")
    condition.get_by_role("textbox", name="Value").fill("manager")
    effect = dialog.get_by_role("status", name="What it would do")
    gone = len(before) - len(managers)
    expect(effect).to_contain_text(f"Counted for the mailboxes of {OWNER}.")
    expect(effect).to_contain_text(re.compile(rf"{gone} records? would be unlinked: nothing is deleted"))
    expect(dialog.get_by_text("Job Title contains manager")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(filters_of_others(page)).to_contain_text("Job Title contains manager")

    # A run unlinks; both ends stay as they are.
    counts = script.sync(mailbox.id)["counts"]
    assert counts["unlinked"] == gone
    assert (counts["deletedInCrm"], counts["deletedInOutlook"], counts["held"]) == (0, 0, 0)
    assert sorted(mailbox.names()) == sorted(cards)
    assert contacts_of_owner(script) == before

    # The page says why one of them no longer arrives.
    page.get_by_role("tab", name="Why not?").click()
    ask_about(page, mailbox, leaves["fullName"])
    answer = page.get_by_role("region", name=f"{leaves['fullName']} does not arrive")
    failed = answer.get_by_role("listitem").filter(has=page.get_by_role("img", name="Failed")).first
    expect(failed).to_contain_text(f"The filter {FILTER} does not name it: not so is Job Title contains manager.")
    expect(failed).to_contain_text("Add a filter that names it.")


def test_a_rule_of_the_matrix_decides_over_a_deletion_and_is_told_beforehand(admin: Page, product: Product) -> None:
    page, script, mailbox = admin, Script(product), Mailbox(product, "sales")
    assert script.sync(mailbox.id)["state"] == "SUCCEEDED"
    name = contacts_of_owner(script)[0]["fullName"]

    def answer(title: str) -> Locator:
        page.get_by_role("tab", name="One record").click()
        ask_about(page, mailbox, name)
        return page.get_by_role("region", name=f"{name}: {title}")

    page.get_by_role("link", name="Deletions", exact=True).click()
    expect(answer("Unlink")).to_contain_text("The matrix decides.")

    page.get_by_role("tab", name="Matrix").click()
    table = page.get_by_role("table", name="Deleted in CRM: contacts")
    owned = table.get_by_role("combobox", name="The mailbox's owner owns it", exact=True)
    owned.select_option("DELETE")
    page.get_by_role("region", name="Unsaved changes").get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Unsaved changes")).to_have_count(0)
    expect(table).to_contain_text("Shipped: Unlink")

    expect(answer("Delete")).to_contain_text("The item in Outlook is deleted; a copy of it is kept for a while.")
    page.reload()
    page.get_by_role("tab", name="Matrix").click()
    expect(table).to_contain_text("Shipped: Unlink")
