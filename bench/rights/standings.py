"""What it costs to know somebody's rights: read anew, from memory, and for everybody at once."""

import asyncio

from organization import Organization
from reading import actor_of, middle

from fieldsync.core.rights import Actor, Role
from fieldsync.db.database import Database
from fieldsync.db.repo import standing
from fieldsync.db.tables import Principal
from fieldsync.security import gate
from fieldsync.services.effective import EffectiveDirections


def measure(database: Database, made: Organization, times: int) -> dict[str, float]:
    """Seconds by what was done."""
    found: dict[str, float] = {}
    with database.engine.connect() as connection:
        for caller in ("own records", "manager, few below", "manager, 100 below", "parent and child"):
            who = made.callers[caller]
            found[f"a standing read anew: {caller}"] = middle(lambda who=who: standing.load(connection, who), times)
        mine = made.callers["parent and child"]
        gate.sight(connection, actor_of(mine))
        found["a standing from memory"] = middle(lambda: gate.sight(connection, actor_of(mine)), times * 5)
        everybody = [who for who in _users(made) if who != made.administrator]
        loaded = standing.load_many(connection, everybody, 1)
        assert len(loaded) == made.size.users - 1
        found[f"standings of {len(everybody):,} users"] = middle(
            lambda: standing.load_many(connection, everybody, 1), max(3, times // 4)
        )
    found[f"contradictions for {made.size.users:,} users"] = asyncio.run(_contradictions(database, made, times))
    return found


async def _contradictions(database: Database, made: Organization, times: int) -> float:
    directions = EffectiveDirections(database)
    administrator = Actor("benchmark", made.administrator, Role.ADMINISTRATOR)
    seconds: list[float] = []
    loop = asyncio.get_running_loop()
    for _ in range(max(3, times // 4)):
        began = loop.time()
        found = await directions.contradictions(administrator, None, draft=False)
        seconds.append(loop.time() - began)
        assert found, "three secured columns contradict nothing"
    return sorted(seconds)[len(seconds) // 2]


def _users(made: Organization) -> list[str]:
    return [row["id"] for row in made.rows[Principal] if row["user_name"]]
