"""The main job, from the arrows to the address book, as an administrator does it with a real mail server."""

import re
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fieldsync.sides.vcard.contact import ContactCodec
from product import Product, start_product
from scripting import Mailbox, Script, cards

OWN_CARDS = Path(__file__).resolve().parent.parent / "backend/tests/sides/cards"
SAMPLES = Path(__file__).resolve().parents[2] / "shared/samples/contacts"

CONTACTS = """query ($after: String) { contacts(first: 200, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { id fullName jobTitle description telephone1 emailAddress1 } } }"""
UPDATE = """mutation ($input: ContactUpdateInput!) {
  contactUpdate(input: $input) { contact { id } errors { code message } } }"""

PRIVATE = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:story-private\r
N:Story;Paula;;;\r
FN:Paula Story\r
TITLE:Buyer\r
EMAIL;TYPE=INTERNET:paula.story@example.org\r
NOTE:Likes jazz\\, dislikes calls before ten\r
X-STORY;KEEP="as it is":untouched\\; really\r
item1.URL:https://example.org/paula\r
item1.X-ABLabel:Band\r
END:VCARD\r
"""


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A server of its own: this story publishes directions."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-story-") as folder:
        product = start_product(Path(folder))
        yield product
        product.stop()


@pytest.fixture
def sign_in(product: Product):
    def sign_in(page: Page, user: str) -> None:
        page.goto("/")
        page.get_by_role("button", name=f"Sign in as {user}").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    return sign_in


def contacts(script: Script) -> dict[str, dict]:
    found, after = {}, None
    while True:
        page = script.query(CONTACTS, after=after)["contacts"]
        found |= {contact["fullName"]: contact for contact in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def start_sync(page: Page, mailbox: Mailbox) -> None:
    """Start a sync in the page and stay until it has ended well."""
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("button", name="Start a sync").first.click()
    dialog = page.get_by_role("dialog", name="Start a sync")
    for box in dialog.get_by_role("checkbox").all():
        box.uncheck()
    dialog.get_by_role("checkbox", name=mailbox.name).check()
    dialog.get_by_role("button", name="Start sync").click()
    expect(page.get_by_role("heading", name=f"Sync of {mailbox.name}")).to_be_visible()
    expect(page.get_by_text("Succeeded").first).to_be_visible(timeout=120_000)


def as_new_card(body: bytes) -> bytes:
    """The same contact as a card of version 3.0."""
    codec, uid = ContactCodec(), str(uuid.uuid4())
    return codec.write(None, {n: value for n, value in enumerate(codec.read(body)) if any(value)}, uid)


def name_on(card: bytes) -> str | None:
    found = re.search(rb"^FN:(.+?)\r?$", card, re.MULTILINE)
    return found[1].decode().replace("\\,", ",") if found else None


def test_an_admin_sets_directions_and_syncs_real_cards_both_ways(page: Page, sign_in, product: Product) -> None:
    script, mailbox = Script(product), Mailbox(product, "sales")
    private = mailbox.put(PRIVATE, "story-private.vcf")
    stored: dict[str, bytes] = {}
    for folder in (OWN_CARDS, SAMPLES):
        for bodies in cards(folder).values() if folder.is_dir() else ():
            for body in bodies:
                # Radicale answers 400 to some cards of version 2.1; an address book would send those as 3.0.
                name = mailbox.put(body) or mailbox.put(as_new_card(body))
                assert name is not None
                # What counts is what the server kept: it cuts a name at a comma that nobody escaped.
                stored[name] = mailbox.get(name).encode()
    assert len(stored) >= 9

    # The admin keeps notes private, looks at what is mapped, reviews and publishes.
    sign_in(page, "admin")
    grid = page.get_by_role("table", name="Directions for contacts")
    if not grid.is_visible():
        page.get_by_role("tab", name="Contacts").click()
    notes = page.get_by_test_id("mapping-description")
    expect(notes).to_have_attribute("data-direction", "BOTH")
    notes.get_by_role("button", name=re.compile("^Notes: both ways")).click()
    expect(notes).to_have_attribute("data-direction", "NONE")
    page.get_by_role("button", name="Job Title", exact=True).first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("JobTitle")
    expect(page.get_by_role("region", name="Draft")).to_contain_text("1 change")
    page.get_by_role("button", name="Review and publish").click()
    review = page.get_by_role("dialog", name="Review 1 change")
    expect(review.get_by_role("table", name="Changes to publish")).to_contain_text("Notes")
    review.get_by_role("textbox").fill("Notes stay private")
    review.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_role("article", name="Version 2")).to_contain_text("Notes stay private")

    # First sync, watched live.
    start_sync(page, mailbox)
    expect(page.get_by_role("region", name="Phases")).to_contain_text(re.compile("apply", re.IGNORECASE))
    crm = contacts(script)
    assert crm["Paula Story"]["jobTitle"] == "Buyer"
    assert crm["Paula Story"]["description"] is None
    missing = {name_on(body) for body in stored.values()} - set(crm) - {None}
    assert missing == set(), "these cards did not reach the CRM"

    # Edits on both sides, notes included.
    paula = crm["Paula Story"]["id"]
    payload = script.query(
        UPDATE, input={"contactId": paula, "telephone1": "+43 1 2345", "description": "CRM: pays late"}
    )["contactUpdate"]
    assert payload["errors"] == []
    card = mailbox.get(private).replace("TITLE:Buyer", "TITLE:Chief buyer").replace("Likes jazz", "Likes opera")
    mailbox.put(card.encode(), private)
    start_sync(page, mailbox)
    after = contacts(script)["Paula Story"]
    card = mailbox.get(private)
    assert (after["jobTitle"], after["telephone1"]) == ("Chief buyer", "+43 1 2345")
    assert "+43 1 2345" in card
    assert after["description"] == "CRM: pays late"
    assert "Likes opera" in card
    assert "pays late" not in card
    for line in ("untouched\\; really", "item1.X-ABLabel:Band", "https://example.org/paula"):
        assert line.lower() in card.lower()  # Radicale writes property names in capitals

    # A further run has nothing to do.
    start_sync(page, mailbox)
    expect(page.get_by_text("Nothing to do").first).to_be_visible()


def test_what_was_not_mapped_is_still_on_every_card(product: Product) -> None:
    script, mailbox = Script(product), Mailbox(product, "sales")
    before = {name: mailbox.get(name) for name in mailbox.names()}

    run = script.sync(mailbox.id)

    assert run["state"] == "SUCCEEDED"
    assert {name: value for name, value in run["counts"].items() if value} == {}
    assert run["requests"] <= 2
    assert {name: mailbox.get(name) for name in mailbox.names()} == before


def test_a_value_that_goes_back_to_the_earlier_one_travels(product: Product) -> None:
    script, mailbox = Script(product), Mailbox(product, "sales")
    name = mailbox.put(
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:v0\r\nFN:Victor Zero\r\nN:Zero;Victor;;;\r\nTITLE:v0\r\nEND:VCARD\r\n",
        "v0.vcf",
    )
    assert script.sync(mailbox.id)["counts"]["createdInCrm"] == 1
    victor = contacts(script)["Victor Zero"]["id"]

    script.query(UPDATE, input={"contactId": victor, "jobTitle": "v1"})
    script.sync(mailbox.id)
    assert "TITLE:v1" in mailbox.get(name)
    mailbox.put(mailbox.get(name).replace("TITLE:v1", "TITLE:v0").encode(), name)
    script.sync(mailbox.id)

    assert contacts(script)["Victor Zero"]["jobTitle"] == "v0"
    assert "TITLE:v0" in mailbox.get(name)
    assert script.sync(mailbox.id)["counts"]["updatedInOutlook"] == 0


def test_a_user_sees_the_same_grid_and_cannot_change_it(page: Page, sign_in) -> None:
    sign_in(page, "viewer")

    page.get_by_role("tab", name="Contacts").click()

    expect(page.get_by_text("only an administrator changes them")).to_be_visible()
    notes = page.get_by_test_id("mapping-description")
    expect(notes).to_have_attribute("data-direction", "NONE")
    arrow = notes.get_by_role("button", name="Notes: not synchronized")
    expect(arrow).to_have_attribute("aria-disabled", "true")
    arrow.click(force=True)
    expect(notes).to_have_attribute("data-direction", "NONE")
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)
