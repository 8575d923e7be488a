"""Random operations, sound and spoilt, as everybody: the compiled plan answers what the generic executor answers.

Some for each caller run by default; more with ``FIELDSYNC_EXAMPLES=5000 pytest …``. A failing one names its seed and
is made small; ``FIELDSYNC_SEED=… pytest …`` repeats just that one.
"""

import json
import os
import random
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from api.operations.compare import codes, difference
from api.operations.crowd import multiply
from api.operations.generate import Operation, change, operation
from api.operations.reduce import reduced
from api.operations.spoil import spoiled
from api.operations.stock import Stock
from api.operations.ways import SCHEMA, Ways, stock_of
from authority import NOON, PERMIT
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Token
from fieldsync.errors import NotFound
from fieldsync.services.conflicts import Conflicts
from fieldsync.services.effective import EffectiveDirections
from fieldsync.services.field_profiles import FieldProfiles
from fieldsync.services.history import History
from fieldsync.services.mailboxes import Mailboxes
from fieldsync.services.members import Members
from fieldsync.services.principals import Principals
from fieldsync.services.profiles import Profiles
from fieldsync.services.records import Records
from fieldsync.services.roles import SecurityRoles
from fieldsync.services.runs import Runs
from fieldsync.services.teams import Teams
from fieldsync.services.units import BusinessUnits
from rights.policies import CALLERS, MUTATIONS
from rights.stage import Stage, stage

__all__ = ["stage"]

EXAMPLES = int(os.environ.get("FIELDSYNC_EXAMPLES", "60"))
SEED = os.environ.get("FIELDSYNC_SEED")
SPOILT = 0.3
BREAKABLE: list[tuple[Any, str]] = [
    (Principals, "by_ids"), (Principals, "profiles"), (Mailboxes, "conditions"), (Mailboxes, "by_ids"),
    (Runs, "problems"), (Runs, "operations"), (Runs, "by_ids"), (Runs, "record_names"), (Runs, "count"),
    (Teams, "of_users"), (Members, "pages"), (Members, "counts"), (SecurityRoles, "of_principals"),
    (FieldProfiles, "permissions"), (EffectiveDirections, "of"), (EffectiveDirections, "secured"),
    (Profiles, "all"), (Profiles, "versions"), (History, "values"), (Conflicts, "held"),
    (Records, "privileges"), (Records, "shares"), (Records, "column_grants"), (Records, "count"),
    (BusinessUnits, "by_ids"), (BusinessUnits, "counts"),
]  # fmt: skip
"""What services do for fields within an answer, by loaders and without."""
pytestmark = pytest.mark.timeout(max(240, EXAMPLES))


tokens = table_of(Token)


@pytest.fixture(scope="module")
def crowded(stage: Stage) -> Stage:
    multiply(stage.database, 1)
    # Tokens note when they were used, now and then: here they all were, just now.
    stage.database.write_now(PERMIT, lambda connection: connection.execute(update(tokens).values(last_used_at=NOON)))
    stage.keep()
    return stage


def made(stock: Stock, seed: str) -> Operation:
    chance = random.Random(seed)
    sound = operation(SCHEMA.core, stock, chance)
    return spoiled(sound, chance) if chance.random() < SPOILT else sound


def seeds(many: int) -> list[str]:
    """New ones every time, unless one is to be repeated."""
    start = "settled" if os.environ.get("CI") else random.SystemRandom().randbytes(4).hex()
    return [SEED] if SEED else [f"{start}-{number}" for number in range(many)]


@pytest.mark.parametrize("strict", [False, True], ids=["withheld is null", "withheld is an error"])
@pytest.mark.parametrize("caller", CALLERS)
async def test_the_compiled_plan_and_the_generic_executor_answer_alike(
    crowded: Stage, caller: str, strict: bool
) -> None:
    ways = Ways(crowded.house.parts[strict])
    stock = await stock_of(ways)
    for seed in seeds(EXAMPLES // 4 if strict else EXAMPLES):
        asked = made(stock, seed)
        answer = await check(ways, asked, caller, seed)
        assert "INTERNAL" not in codes(answer), f"FIELDSYNC_SEED={seed}, {caller}: {asked}\n{answer}"


@pytest.mark.parametrize("caller", ["administrator", "sales"])
async def test_they_answer_alike_where_resolvers_fail(
    crowded: Stage, caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a service refuses or breaks at: the same nulls, as far up, with the same errors."""
    ways = Ways(crowded.house.parts[0])
    stock = await stock_of(ways)
    for seed in seeds(EXAMPLES):
        chance = random.Random(f"broken {seed}")
        with monkeypatch.context() as patched:
            for service, method in chance.sample(BREAKABLE, chance.choice([1, 1, 2, 4])):
                patched.setattr(service, method, _failing(chance.choice([NotFound(), RuntimeError("broken")])))
            await check(ways, operation(SCHEMA.core, stock, chance), caller, seed)


def _failing(error: Exception) -> Any:
    async def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("caller", ["administrator", "sales", "clerk, who has no role"])
async def test_mutations_answer_and_do_alike(crowded: Stage, caller: str) -> None:
    """Each is done twice from the same state, once on each way."""
    chance = random.Random(SEED or "mutations")
    stage = crowded
    ways = Ways(stage.house.parts[0])
    stock = await stock_of(ways)
    for name in chance.sample(list(MUTATIONS), min(len(MUTATIONS), max(5, EXAMPLES // 12))):
        asked = change(SCHEMA.core, stock, chance, name, MUTATIONS[name].input)
        answers, left = [], []
        for way in (ways.compiled, ways.generic):
            answers.append(await ways.ask(way, asked, caller))
            left.append({table: len(rows) for table, rows in stage.digest().items()})
            stage.restore()
        found = difference(*answers)
        assert found is None, f"{caller}: {found}\n{asked}\n{answers}"
        assert left[0] == left[1]
        assert "INTERNAL" not in codes(answers[0]), f"{caller}: {asked}\n{answers}"


async def test_a_plan_answers_most_of_what_can_be_answered(crowded: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the tests above would compare the generic executor with itself."""
    from fieldsync.api import executor

    ways = Ways(crowded.house.parts[0])
    stock = await stock_of(ways)
    asked_again: list[str] = []
    usual = executor.generic

    async def noted(*arguments: Any) -> Any:
        asked_again.append(seed)
        return await usual(*arguments)

    monkeypatch.setattr(executor, "generic", noted)
    sound = 0
    for seed in map(str, range(EXAMPLES)):
        answer = await ways.ask(ways.compiled, operation(SCHEMA.core, stock, random.Random(seed)), "administrator")
        if "errors" in json.loads(answer):
            asked_again[:] = [one for one in asked_again if one != seed]
        else:
            sound += 1
    assert len(asked_again) <= sound // 4, f"{len(asked_again)} of {sound} were not answered by a plan"


async def check(ways: Ways, asked: Operation, caller: str, seed: str) -> str:
    """The answer, which is the same on both ways."""
    with capture_logs():
        compiled, generic = await ways.both(asked, caller)
        found = difference(compiled, generic)
        if found:
            raise AssertionError(f"FIELDSYNC_SEED={seed}, {caller}: {found}\n{await small(ways, asked, caller)}")
    return compiled


async def small(ways: Ways, asked: Operation, caller: str) -> str:
    """A failing operation made small, with both answers."""

    async def differs(candidate: Operation) -> bool:
        return difference(*await ways.both(candidate, caller)) is not None

    least = await reduced(asked, differs)
    compiled, generic = await ways.both(least, caller)
    return f"{least}\ncompiled: {compiled[:3000]}\ngeneric:  {generic[:3000]}"
