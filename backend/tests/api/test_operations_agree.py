"""Random operations, sound and spoilt, as everybody: the compiled plan answers what the generic executor answers.

Some for each caller run by default; more with ``FIELDSYNC_EXAMPLES=5000 pytest …``. A failing one names its seed and
is made small; ``FIELDSYNC_SEED=… pytest …`` repeats just that one.
"""

import os
import random

import pytest
from structlog.testing import capture_logs

from api.operations.compare import codes, difference
from api.operations.crowd import multiply
from api.operations.generate import Operation, operation
from api.operations.reduce import reduced
from api.operations.spoil import spoiled
from api.operations.stock import Stock
from rights.policies import CALLERS
from rights.stage import Stage, stage

pytest.importorskip("fieldsync.api.answering")
from api.operations.ways import SCHEMA, Ways, stock_of

__all__ = ["stage"]

EXAMPLES = int(os.environ.get("FIELDSYNC_EXAMPLES", "80"))
SEED = os.environ.get("FIELDSYNC_SEED")
SPOILT = 0.3
pytestmark = pytest.mark.timeout(max(240, EXAMPLES))


@pytest.fixture(scope="module")
def crowded(stage: Stage) -> Stage:
    multiply(stage.database, 1)
    return stage


def made(stock: Stock, seed: str) -> Operation:
    chance = random.Random(seed)
    sound = operation(SCHEMA._schema, stock, chance)
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
    ways, stock = Ways(crowded.house.parts[strict]), stock_of(crowded.database)
    for seed in seeds(EXAMPLES // 4 if strict else EXAMPLES):
        asked = made(stock, seed)
        with capture_logs() as logs:
            compiled, generic = await ways.both(asked, caller)
            found = difference(compiled, generic)
            if found:
                raise AssertionError(f"FIELDSYNC_SEED={seed}, {caller}: {found}\n{await small(ways, asked, caller)}")
        assert "INTERNAL" not in codes(compiled), f"FIELDSYNC_SEED={seed}, {caller}: {asked}\n{logs}"


async def small(ways: Ways, asked: Operation, caller: str) -> str:
    """A failing operation made small, with both answers."""

    async def differs(candidate: Operation) -> bool:
        return difference(*await ways.both(candidate, caller)) is not None

    least = await reduced(asked, differs)
    compiled, generic = await ways.both(least, caller)
    return f"{least}\ncompiled: {compiled[:3000]}\ngeneric:  {generic[:3000]}"
