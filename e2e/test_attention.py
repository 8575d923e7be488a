"""What waits for a person: a conflict is decided on the page, and what a run wrote is undone from its page."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from product import Product, start_product
from scripting import Mailbox, Script

PAULA = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:attention-paula\r
N:Story;Paula;;;\r
FN:Paula Story\r
TITLE:Buyer\r
EMAIL;TYPE=INTERNET:paula.story@example.org\r
END:VCARD\r
"""
CARD = "attention-paula.vcf"

CONTACTS = """{ contacts(filter: {fullName: {equals: "Paula Story"}}) { nodes { id jobTitle } } }"""
UPDATE = """mutation ($input: ContactUpdateInput!) { contactUpdate(input: $input) { errors { code message } } }"""
MAPPINGS = "{ mappings(kind: CONTACT) { id crmAttributes revision } }"
ASK = """mutation ($id: ID!, $revision: Int!) { mappingPoliciesSet(input: {publish: true, changes: [
  {mappingId: $id, policy: ASK, expectedRevision: $revision}]}) { errors { code message } } }"""


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A server of its own: this story publishes a policy."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-attention-") as folder:
        product = start_product(Path(folder))
        yield product
        product.stop()


def sign_in(page: Page, user: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=f"Sign in as {user}").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def ask_about_job_titles(script: Script) -> None:
    [mapping] = [one for one in script.query(MAPPINGS)["mappings"] if one["crmAttributes"] == ["jobtitle"]]
    payload = script.query(ASK, id=mapping["id"], revision=mapping["revision"])["mappingPoliciesSet"]
    assert payload["errors"] == []


def paula(script: Script) -> dict[str, str]:
    [contact] = script.query(CONTACTS)["contacts"]["nodes"]
    return contact


def change_both(script: Script, mailbox: Mailbox, crm: str, outlook: str) -> None:
    """Another job title on either side, and a run that finds both."""
    payload = script.query(UPDATE, input={"contactId": paula(script)["id"], "jobTitle": crm})["contactUpdate"]
    assert payload["errors"] == []
    card = re.sub(r"TITLE:.*\r\n", f"TITLE:{outlook}\r\n", mailbox.get(CARD))
    mailbox.put(card.encode(), CARD)
    assert script.sync(mailbox.id)["counts"]["conflicts"] == 1


def see_the_run(page: Page) -> None:
    """Follow the notice to the run and stay until it has ended well."""
    # By the keyboard: the notice is still sliding in, and a click may go where it was.
    page.get_by_role("link", name="See the run").press("Enter")
    expect(page.get_by_text("Succeeded").first).to_be_visible(timeout=60_000)


def test_a_conflict_is_decided_on_the_page_and_the_run_is_undone_from_its_page(page: Page, product: Product) -> None:
    script, mailbox = Script(product), Mailbox(product, "sales")
    mailbox.put(PAULA, CARD)
    script.sync(mailbox.id)
    ask_about_job_titles(script)
    change_both(script, mailbox, "Head of purchasing", "Chief buyer")

    # Sam, whose mailbox it is, sees that something waits, with both values.
    sign_in(page, "sales")
    page.get_by_role("link", name="Attention, 1 waiting").click()
    conflict = page.get_by_role("article", name="Job Title of Paula Story")
    expect(conflict).to_contain_text("Head of purchasing")
    expect(conflict).to_contain_text("Chief buyer")
    conflict.get_by_role("button", name=re.compile("^Keep Outlook's value")).click()
    expect(page.get_by_text("No conflict waits for you")).to_be_visible()

    # The run that carries it out brings Outlook's value into the CRM.
    see_the_run(page)
    assert paula(script)["jobTitle"] == "Chief buyer"
    assert "TITLE:Chief buyer" in mailbox.get(CARD)

    # Sam thinks better of it.
    page.get_by_role("button", name="Undo", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Undo the sync of"))
    expect(dialog).to_contain_text("1 record or item would be written.")
    preview = dialog.get_by_role("list", name="What undoing would do")
    expect(preview.get_by_role("listitem")).to_contain_text(
        re.compile("Paula Story.*Set back in CRM.*Chief buyer.*Head of purchasing")
    )
    dialog.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=f"Undo of {mailbox.name}")).to_be_visible()
    expect(page.get_by_text("Succeeded").first).to_be_visible(timeout=60_000)
    assert paula(script)["jobTitle"] == "Head of purchasing"

    # The next run leaves it so.
    script.sync(mailbox.id)
    assert paula(script)["jobTitle"] == "Head of purchasing"
    assert "TITLE:Chief buyer" in mailbox.get(CARD)


def test_a_third_value_takes_the_place_of_both(page: Page, product: Product) -> None:
    script, mailbox = Script(product), Mailbox(product, "sales")
    change_both(script, mailbox, "Buyer in the CRM", "Buyer in Outlook")

    sign_in(page, "admin")
    page.goto("/attention")
    page.get_by_role("button", name="Another value: Job Title of Paula Story").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Job Title").fill("Buyer for everybody")
    dialog.get_by_role("button", name="Decide").click()
    see_the_run(page)

    assert paula(script)["jobTitle"] == "Buyer for everybody"
    assert "TITLE:Buyer for everybody" in mailbox.get(CARD)

    # Both values gave way; the contact's history has them.
    page.goto(f"/contacts/{paula(script)['id']}")
    page.get_by_role("link", name="Values that gave way").click()
    lost = page.get_by_role("article", name="Job Title of Paula Story")
    expect(lost.filter(has_text="Buyer in the CRM")).to_have_count(1)
    lost.filter(has_text="Buyer in Outlook").get_by_role("button", name="Put back").click()
    see_the_run(page)
    assert paula(script)["jobTitle"] == "Buyer in Outlook"
    assert "TITLE:Buyer in Outlook" in mailbox.get(CARD)


def test_who_has_no_mailbox_has_nothing_to_decide(page: Page, product: Product) -> None:
    sign_in(page, "viewer")

    page.get_by_role("link", name="Attention", exact=True).click()

    expect(page.get_by_text("No conflict waits for you")).to_be_visible()
