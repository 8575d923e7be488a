"""A data folder with one user and that user's contacts, made once through the API and copied for each contestant."""

import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any

from contacts import Person

from product import Product, start_product

GRAPHQL = {
    "firstname": "firstName", "lastname": "lastName", "jobtitle": "jobTitle", "department": "department",
    "emailaddress1": "emailAddress1", "telephone1": "telephone1", "mobilephone": "mobilePhone",
    "websiteurl": "webSiteUrl", "birthdate": "birthDate", "address1_line1": "address1Line1",
    "address1_city": "address1City", "address1_postalcode": "address1PostalCode",
    "address1_country": "address1Country", "description": "description",
}  # fmt: skip
OWNER = "owner"  # somebody new: no contacts, no mailbox, and the role of everybody who is no administrator


class Api:
    """What a script does with a server: mutations that must succeed, and queries."""

    def __init__(self, product: Product, token: str = "") -> None:
        self._url = f"{product.url}/graphql"
        self.token = token or product.command("token", "create", "--user", "admin", "--scope", "admin").strip()

    def mutate(self, name: str, of_type: str, values: dict[str, Any], select: str) -> dict[str, Any]:
        query = f"mutation ($input: {of_type}!) {{ {name}(input: $input) {{ {select} errors {{ code message }} }} }}"
        payload = self.ask(query, {"input": values})[name]
        if payload["errors"]:
            raise RuntimeError(f"{name}: {payload['errors']}")
        return payload

    def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            self._url,
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = json.load(answer)
        if body.get("errors"):
            raise RuntimeError(body["errors"])
        return body["data"]


class Organization:
    """``owner`` owns the contacts of ``people``; ``contacts`` has their ids by key."""

    def __init__(self, folder: Path, people: list[Person]) -> None:
        self.people = people
        folder.mkdir(parents=True)
        product = start_product(folder)
        try:
            api = Api(product)
            person = {"userName": OWNER, "name": OWNER}
            self.owner = api.mutate("userCreate", "UserCreateInput", person, "principal { id }")["principal"]["id"]
            self.contacts: dict[str, str] = {}
            for one in people:
                values = {GRAPHQL[name]: value for name, value in one.columns().items()}
                values["ownerId"] = self.owner
                made = api.mutate("contactCreate", "ContactCreateInput", values, "contact { id }")
                self.contacts[one.key] = made["contact"]["id"]
        finally:
            product.stop()
        self.token = api.token
        self._data = folder / "data"

    def copy(self, folder: Path) -> None:
        """A data folder of its own in ``folder``."""
        folder.mkdir(parents=True)
        shutil.copytree(self._data, folder / "data")
