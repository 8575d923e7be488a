"""One operation through the compiled plan and through the generic executor, side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from sqlalchemy import event

import fieldsync.api.executor as executor
from api.office import Office
from fieldsync.api.answering import Answer, Answers, Asked
from fieldsync.api.context import Context
from fieldsync.api.schema import build_schema
from fieldsync.security.actors import Credentials
from fieldsync.settings import Settings

SCHEMA = build_schema(Settings())


@dataclass
class Both:
    """Asks twice; ``generic_runs`` counts how often the generic executor answered what a plan was asked."""

    office: Office
    compiled: Answers = field(default_factory=lambda: Answers(SCHEMA))
    generic: Answers = field(default_factory=lambda: Answers(SCHEMA, compiled=False))
    generic_runs: int = 0

    async def context(self, name: str | None) -> Context:
        credentials = Credentials(token=await self.office.token(name)) if name else Credentials()
        return Context(self.office.services, self.office.actors, credentials)

    async def one(self, answers: Answers, name: str | None, query: str, variables: Any, operation: str | None) -> Any:
        return await answers.answer(Asked(query, variables, operation), await self.context(name))

    async def ask(
        self, who: str | None, query: str, *, operation: str | None = None, planned: bool = True, **variables: Any
    ) -> Any:
        """The answer that both give, byte for byte; ``planned`` says whether the plan gives it by itself."""
        before = self.generic_runs
        first = await self.one(self.compiled, who, query, variables, operation)
        ran = self.generic_runs - before
        second = await self.one(self.generic, who, query, variables, operation)
        assert text(first) == text(second)
        assert first.executed == second.executed
        assert ran == (0 if planned else 1), "answered by the plan" if ran == 0 else "answered by the generic executor"
        return orjson.loads(text(first))

    async def data(self, who: str | None, query: str, **more: Any) -> Any:
        answer = await self.ask(who, query, **more)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What is asked of the database meanwhile."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        engine = self.office.database.engine
        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)


def text(answer: Answer) -> bytes:
    return b"".join(answer.body)


@pytest.fixture
def both(office: Office, monkeypatch: pytest.MonkeyPatch) -> Both:
    found = Both(office)
    generic = executor.generic

    async def counted(*arguments: Any) -> Any:
        found.generic_runs += 1
        return await generic(*arguments)

    monkeypatch.setattr(executor, "generic", counted)
    return found
