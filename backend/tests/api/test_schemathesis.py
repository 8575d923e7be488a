"""schemathesis asks for everything that the schema says can be asked for: no answer is an error of the server.

A few examples for each query and mutation, as an administrator; more with ``FIELDSYNC_EXAMPLES=200 pytest …``.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from api.operations.compare import codes
from api.operations.stock import DAYS, TIMES
from fieldsync.api.schema import build_schema
from fieldsync.app import create_app
from fieldsync.db.database import Database
from fieldsync.settings import Settings
from rights.house import secret
from rights.stage import Stage

EXAMPLES = int(os.environ.get("FIELDSYNC_EXAMPLES", "4"))
HEADERS = {"authorization": f"Bearer {secret('admin', 'admin')}"}

schemathesis.graphql.scalar("DateTime", st.sampled_from([*TIMES, "", "yesterday"]).map(nodes.String))
schemathesis.graphql.scalar("Date", st.sampled_from([*DAYS, "2026-02-30"]).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.sampled_from(["a", ""]).map(nodes.String))


class Served:
    """The application of the moment: the schema is read before there is one."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        # Each request would start and stop what it asks; ours is to stay.
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})


SERVED = Served()
SCHEMA = schemathesis.graphql.from_path(Path(__file__).parents[3] / "schema.graphql")
CORE = build_schema(Settings()).core
SCHEMA.app, SCHEMA.location = SERVED, "/graphql"


@pytest.fixture(scope="module", autouse=True)
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The application over a stage of its own; whatever is changed stays changed for those that follow."""
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    shutil.copyfile(request.getfixturevalue("_sqlite"), folder / "stage.db")
    database = Database(f"sqlite:///{folder / 'stage.db'}")
    SERVED.app = create_app(parts=Stage(database, folder).house.parts[0])
    yield
    database.close()


OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


def test_every_query_and_every_mutation_is_asked_for() -> None:
    assert {one.label for one in OPERATIONS} == {
        f"{root.name}.{name}" for root in (CORE.query_type, CORE.mutation_type) if root for name in root.fields
    }


# Named one by one, since ``SCHEMA.parametrize`` does not know this pytest; and with a check of our own in the place of
# schemathesis' ``not_a_server_error``, to which every refusal in ``errors`` is a failure: ours have a code.
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_answer_is_an_error_of_the_server(operation: Any) -> None:
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers=HEADERS)

        assert answer.status_code < 500, answer.text
        assert not codes(answer.text) & {"INTERNAL", ""}, f"{case.body}\n{answer.text}"

    ask()
