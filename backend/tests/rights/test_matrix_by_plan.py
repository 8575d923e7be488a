"""The matrix once more, straight through the compiled plan, which answers it: nothing is asked of the generic executor.

What cannot be seen through the mask is not there on this way either: a plan that reads past it fails here.
"""

import json
from functools import lru_cache
from typing import Any

import pytest

from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
from rights import test_matrix as matrix
from rights.oracle import Oracle
from rights.policies import CALLERS, QUERIES, TYPES
from rights.stage import Stage, stage
from rights.test_matrix import (
    instances,
    selection,
    test_a_field_of_a_type_shows_to_whoever_its_policy_names,
    test_a_root_field_answers_whoever_its_policy_names,
    test_anything_by_its_id_shows_to_whoever_its_policy_names,
    test_each_column_of_a_contact_shows_as_the_oracle_says,
    test_lists_hold_what_the_caller_may_see_and_nothing_else,
)

__all__ = [
    "stage",
    "test_a_field_of_a_type_shows_to_whoever_its_policy_names",
    "test_a_root_field_answers_whoever_its_policy_names",
    "test_anything_by_its_id_shows_to_whoever_its_policy_names",
    "test_each_column_of_a_contact_shows_as_the_oracle_says",
    "test_lists_hold_what_the_caller_may_see_and_nothing_else",
]


@pytest.fixture(autouse=True)
def _by_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tests of the matrix ask, a plan is asked."""
    monkeypatch.setattr(matrix, "asked", asked)


@lru_cache(maxsize=1)
def ways_of(stage: Stage) -> Any:
    """Made once, as it is in a server: plans are kept by document."""
    from api.operations.ways import Ways

    return Ways(stage.house.parts[0])


async def asked(stage: Stage, caller: str, query: str, **variables: Any) -> Any:
    from api.operations.generate import Operation

    ways = ways_of(stage)
    return json.loads(await ways.ask(ways.compiled, Operation(query, variables), caller))


COLUMNS = " ".join(GRAPHQL_NAMES.values())
FORMS = {
    "contacts{nodes{%s}}": "contacts nodes",
    "contacts{edges{node{%s}}}": "contacts edges node",
    "contacts{nodes{%s} totalCount}": "contacts nodes",
    'contact(id: "contact:contact0"){%s}': "contact",
    'contact(id: "contact:contact0"){%s owner{id} withheld{field}}': "contact",
    'node(id: "contact:contact0"){...on Contact{%s}}': "node",
}
"""Every form in which a plan reads contacts; with what is said of the mask, and without."""


@pytest.mark.parametrize("form", FORMS)
@matrix.callers
async def test_each_column_shows_as_the_oracle_says_in_every_form(stage: Stage, caller: str, form: str) -> None:
    """All columns at once, and each secured one alone."""
    user, _ = CALLERS[caller]
    oracle = Oracle(stage.org)
    secured = [GRAPHQL_NAMES[one.attribute] for one in stage.org.secured]
    for columns in (f"id {COLUMNS}", *(f"id {name}" for name in secured)):
        answer = await asked(stage, caller, f"{{{form % columns}}}")
        found = {} if user is None else {one["id"]: one for one in instances(answer["data"], FORMS[form].split())}
        for record in stage.org.records:
            shown = found.get(f"contact:{record.id}")
            if shown is None:
                assert user is None or record.id != "contact0" or not oracle.may_see(user, record)
                continue
            assert user is not None
            assert oracle.may_see(user, record)
            for attribute, name in GRAPHQL_NAMES.items():
                if name in shown:
                    assert shown[name] == oracle.shown(user, record, attribute), name


async def test_a_plan_answers_the_matrix(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from fieldsync.api import executor

    again: list[str] = []
    usual = executor.generic

    async def noted(*arguments: Any) -> Any:
        again.append(query)
        return await usual(*arguments)

    monkeypatch.setattr(executor, "generic", noted)
    forms = [form % f"id {COLUMNS}" for form in FORMS]
    reached = forms + [reach.query % selection(name, reach.fields.split()) for name, reach in TYPES.items()]
    for query in (f"{{{one}}}" for one in [*reached, *(root for root, _ in QUERIES.values())]):
        answer = await asked(stage, "administrator", query)
        assert "errors" not in answer, query
    assert not again
