"""The Job Title story, with three people and a real mail server: what rights let travel, and what each sees of it.

Sam syncs and may read the secured job title, not change it; Maya, his manager, may change it; Vera reads contacts and
has no field profile. Told twice: as Fieldsync keeps what may not be written, and as Dynamics 365 blanks it.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from product import Product, start_product
from scripting import Mailbox, Script

FIND = (
    """query ($name: String!) { contacts(filter: {fullName: {equals: $name}}) { nodes { id jobTitle telephone1 } } }"""
)
UPDATE = """mutation ($input: ContactUpdateInput!) {
  contactUpdate(input: $input) { contact { id } errors { code message } } }"""
NANCY = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:rights-story\r
N:Davolio;Nora;;;\r
FN:Nora Davolio\r
TITLE:Site boss\r
TEL;TYPE=WORK:+1 206 555 0142\r
X-KEPT:as it is\r
END:VCARD\r
"""


@pytest.fixture
def product() -> Iterator[Product]:
    """A server of its own: this story secures a column for everybody."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-rights-") as folder:
        product = start_product(Path(folder))
        yield product
        product.stop()


@pytest.fixture
def as_user(new_page: Callable[..., Page], product: Product) -> Callable[[str], Page]:
    """A browser of somebody's own, signed in."""

    def open_page(user: str) -> Page:
        page = new_page()
        page.goto("/")
        page.get_by_role("button", name=f"Sign in as {user}").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        return page

    return open_page


def secure_job_title(page: Page) -> None:
    """Step 1 and 2: secure the column, let the sales people read it and the management do everything."""
    page.goto("/security/fields")
    page.get_by_role("searchbox", name="Search fields").fill("job title")
    row = page.get_by_test_id("column-jobtitle")
    expect(page.get_by_role("table", name="Field security of contacts").get_by_role("switch")).to_have_count(1)
    row.get_by_role("switch", name="Job Title secured").click()
    page.get_by_role("dialog", name="Secure Job Title?").get_by_role("button", name="Secure").click()
    expect(row).to_have_attribute("data-secured", "true")
    for profile, uses in (("Sales people", ["read"]), ("Sales management", ["read", "create", "update"])):
        page.get_by_role("navigation", name="Field profiles").get_by_role("link", name=re.compile(profile)).click()
        for use in uses:
            page.get_by_role("checkbox", name=f"Job Title: {use}", exact=True).check()
        page.get_by_role("region", name="Unsaved changes").get_by_role("button", name="Save").click()
        expect(page.get_by_role("region", name="Unsaved changes")).to_have_count(0)


def blank_what_may_not_be_written(page: Page) -> None:
    page.goto("/directions/contact")
    page.get_by_role("button", name="More about profiles").click()
    page.get_by_role("menuitem", name="Settings").click()
    form = page.get_by_role("form", name=re.compile("^Settings of"))
    form.get_by_role("radio", name=re.compile("^Blank")).check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def sync(page: Page, mailbox: Mailbox) -> None:
    page.get_by_role("link", name="Mailboxes", exact=True).click()
    page.get_by_role("button", name=f"Sync {mailbox.name} now").click()
    expect(page.get_by_role("heading", name=f"Sync of {mailbox.name}")).to_be_visible()
    expect(page.get_by_text("Succeeded").first).to_be_visible(timeout=60_000)


def job_title(page: Page) -> Locator:
    """The row of the grid, as this person sees it."""
    page.goto("/directions/contact")
    return page.get_by_test_id("mapping-jobtitle")


def contact_of(page: Page, name: str) -> Locator:
    """The contact, opened on the contacts page."""
    page.goto("/contacts")
    page.get_by_role("searchbox", name="Search contacts").fill(name)
    page.get_by_role("list", name="Contacts").get_by_role("link", name=re.compile(name)).click()
    return page.get_by_role("dialog", name=name)


@pytest.mark.parametrize("blank", [False, True], ids=["keeps", "blanks"])
def test_the_job_title_story_with_three_people(as_user: Callable[[str], Page], product: Product, blank: bool) -> None:
    mailbox, admin = Mailbox(product, "sales"), as_user("admin")
    secure_job_title(admin)
    if blank:
        blank_what_may_not_be_written(admin)

    # Before anything runs: the contradiction is told, and each sees what rights leave of the arrow.
    admin.goto("/directions/contact")
    admin.get_by_role("button", name="Show contradictions").click()
    expect(admin.get_by_role("list", name="Contradictions")).to_contain_text(
        "Job Title travels both ways but is secured, and 1 of 2 people may not update it."
    )
    sam, maya, vera = as_user("sales"), as_user("manager"), as_user("viewer")
    expect(job_title(sam)).to_have_attribute("data-effective", "TO_OUTLOOK")
    lock = sam.get_by_role(
        "button", name=re.compile("^Locked for you: Job Title is CRM to Outlook instead of both ways")
    )
    expect(lock).to_be_visible()
    expect(job_title(maya)).to_have_attribute("data-effective", "BOTH")
    expect(maya.get_by_role("button", name=re.compile("^Locked for you: Job Title"))).to_have_count(0)
    expect(job_title(vera)).to_have_attribute("data-effective", "NONE")

    # Step 3 and 4: Sam's card comes in without its job title, and his run says why.
    card = mailbox.put(NANCY, "rights-story.vcf")
    assert card is not None
    sync(sam, mailbox)
    problem = sam.get_by_role("region", name="What wants a look").locator("[data-code=NOT_PERMITTED]")
    expect(problem.first).to_contain_text("Job Title")
    script = Script(product)
    [nora] = script.query(FIND, name="Nora Davolio")["contacts"]["nodes"]
    assert (nora["jobTitle"], nora["telephone1"]) == (None, "+1 206 555 0142")
    kept = mailbox.get(card)
    assert ("Site boss" in kept) is not blank
    assert "as it is" in kept

    # Step 5: Maya may write it, and does; Sam reads it, Vera sees that something is withheld and why.
    manager = Script(product, "manager", "--scope", "admin")
    done = manager.query(UPDATE, input={"contactId": nora["id"], "jobTitle": "Construction Manager"})
    assert done["contactUpdate"]["errors"] == []
    refused = Script(product, "sales", "--scope", "admin").query(
        UPDATE, input={"contactId": nora["id"], "jobTitle": "Queen"}
    )
    assert [error["code"] for error in refused["contactUpdate"]["errors"]] == ["FIELD_WITHHELD"]
    for page in (sam, maya):
        shown = contact_of(page, "Nora Davolio").locator("[data-field=jobTitle]")
        expect(shown).to_contain_text("Construction Manager")
    withheld = contact_of(vera, "Nora Davolio").locator("[data-field=jobTitle]")
    expect(withheld.get_by_label("Withheld")).to_be_visible()
    expect(withheld).to_contain_text("secured column")
    expect(withheld).not_to_contain_text("Construction Manager")

    # Step 6: Sam syncs again.
    sam.goto("/mailboxes")
    sync(sam, mailbox)
    assert "TITLE:Construction Manager" in mailbox.get(card)
    assert "as it is" in mailbox.get(card)
    sam.goto("/mailboxes")
    sync(sam, mailbox)
    expect(sam.get_by_text("Nothing to do").first).to_be_visible()

    # And the reasons, step by step, for whoever asks.
    job_title(sam).get_by_role("button", name="Why? Job Title").click()
    checks = sam.get_by_role("list", name="Checks of Outlook to CRM")
    failed = checks.locator("[data-passed=false]")
    expect(failed.filter(has_text="no field profile allows to update it")).to_have_count(1)
