"""What is asked, of whom, in which words, and that everybody answers the same."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from organization import SECURED, Organization, contact_id
from serving import FIELDS

from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES

ONE, HUNDRED, THOUSAND, GRID = "one contact", "page of 100", "page of 1,000", "98 mappings with effective directions"
PAGES = {HUNDRED: 100, THOUSAND: 1000}
COLUMNS = {name: GRAPHQL_NAMES[name] for name in FIELDS}
IDS = 50
"""How many contacts are asked for by id, in turn."""
_SELECTED = " ".join(["id", *COLUMNS.values()])
_OF_POSTGRAPHILE = f"id: globalId {' '.join(COLUMNS.values())}"
_GRID = """query Grid($personId: ID!) { mappings { id kind outlookLabel crmLabel outlookProperties crmAttributes
  direction draftDirection defaultDirection allowedDirections nextDirection conflictPolicy draftConflictPolicy computed
  fixedReason note revision viewerCanEdit securedAttributes
  effective(principalId: $personId) { direction directionForNew
    blockedBecause { direction reason message stage rule } } } }"""


@dataclass(frozen=True, slots=True)
class Words:
    """How a server is asked: the operations of its own schema, or paths for one that knows no GraphQL."""

    page: str
    one: str

    def requests(self, step: str, token: str, organization: Organization) -> list[dict[str, Any]]:
        """The requests of a step, each as method, path, headers and body."""
        if step == GRID:
            return [_post(_GRID, {"personId": f"principal:{organization.reader}"}, token)]
        if step == ONE:
            return [self._one(contact_id(n), token) for n in _some(organization.size.contacts)]
        return [self._page(PAGES[step], token)]

    def _page(self, first: int, token: str) -> dict[str, Any]:
        return _post(self.page, {"first": first}, token)

    def _one(self, contact: str, token: str) -> dict[str, Any]:
        return _post(self.one, {"id": f"contact:{contact}"}, token)


class PostGraphileWords(Words):
    """Its one contact is asked for by the row's own id."""

    def _one(self, contact: str, token: str) -> dict[str, Any]:
        return _post(self.one, {"rowId": contact}, token)


class Paths(Words):
    """Without GraphQL."""

    def _page(self, first: int, token: str) -> dict[str, Any]:
        return _get(f"{self.page}?first={first}", token)

    def _one(self, contact: str, token: str) -> dict[str, Any]:
        return _get(f"{self.one}/{contact}", token)


GRAPHQL = Words(
    f"query Page($first: Int!) {{ contacts(first: $first) {{ nodes {{ {_SELECTED} }} }} }}",
    f"query One($id: ID!) {{ contact(id: $id) {{ {_SELECTED} }} }}",
)
# What it calls `id` is an id of its own making, which would cost it more.
POSTGRAPHILE = PostGraphileWords(
    f"query Page($first: Int!) {{ contacts: allContacts(first: $first) {{ nodes {{ {_OF_POSTGRAPHILE} }} }} }}",
    f"query One($rowId: String!) {{ contact: contactByRowId(rowId: $rowId) {{ {_OF_POSTGRAPHILE} }} }}",
)
PATHS = Paths("/contacts", "/contacts")


def check(step: str, organization: Organization, answers: dict[str, Sequence[bytes]]) -> None:
    """That every server gave the data that it should: equal values, in equal order, and nothing withheld."""
    found = {who: [json.loads(one) for one in given] for who, given in answers.items()}
    for who, given in found.items():
        for answer in given:
            assert "errors" not in answer, f"{who}, {step}: {str(answer['errors'])[:500]}"
    if step == GRID:
        for (answer,) in found.values():
            assert len(answer["data"]["mappings"]) == 98
            assert any(one["effective"]["blockedBecause"] for one in answer["data"]["mappings"])
        return
    wanted = [json.dumps(one) for one in _wanted(step, organization)]
    for who, given in found.items():
        assert [json.dumps(answer["data"]) for answer in given] == wanted, f"{who}, {step}: another answer"


def _wanted(step: str, organization: Organization) -> Iterator[dict[str, Any]]:
    """``data`` of each request of a step, from the rows that were loaded."""
    if step == ONE:
        some = set(_some(organization.size.contacts))
        for n, row in enumerate(organization.contacts()):
            if n in some:
                yield {"contact": _shown(row)}
        return
    rows = (row for row, _ in zip(organization.contacts(), range(PAGES[step]), strict=False))
    yield {"contacts": {"nodes": [_shown(row) for row in rows]}}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    value: Callable[[str], str | None] = lambda name: None if name in SECURED else str(row[name])  # noqa: E731
    return {"id": f"contact:{row['id']}"} | {shown: value(name) for name, shown in COLUMNS.items()}


def _some(contacts: int) -> range:
    return range(0, contacts, contacts // IDS)


def _post(query: str, variables: dict[str, Any], token: str) -> dict[str, Any]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Authorization": f"Bearer {token}",
    }
    body = json.dumps({"query": query, "variables": variables})
    return {"method": "POST", "path": "/graphql", "headers": headers, "body": body}


def _get(path: str, token: str) -> dict[str, Any]:
    return {"method": "GET", "path": path, "headers": {"Authorization": f"Bearer {token}"}}
