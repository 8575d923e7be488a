"""`fieldsync check`: compare arrows with rights before anything runs; its exit code is for pipelines."""

import asyncio
import json
import sys

from fieldsync.catalogue.fields import catalogue
from fieldsync.db.database import Database
from fieldsync.db.repo import principals
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.effective import EffectiveDirections, Found
from fieldsync.settings import Settings

NAMED = 5


def check(settings: Settings, *, draft: bool, as_json: bool) -> int:
    """Print every contradiction; 1 if there is one, else 0."""
    database = Database(settings.database)
    try:
        found = asyncio.run(EffectiveDirections(database).contradictions(gate.OPERATOR, None, draft=draft))
        people = {who for one in found for who in one.contradiction.people}
        names = {
            who: row.name for who, row in database.read_now(lambda c: principals.by_ids(c, people)).items()
        }  # fmt: skip
    finally:
        database.close()
    if as_json:
        sys.stdout.write(json.dumps([_facts(one) for one in found], indent=2, ensure_ascii=False) + "\n")
    elif not found:
        sys.stdout.write("No contradictions: everything can travel as it is set.\n")
    else:
        sys.stdout.write("".join(_lines(one, names) for one in found))
        sys.stdout.write(f"{len(found)} contradictions between directions and rights.\n")
    return 1 if found else 0


def _lines(found: Found, names: dict[str, str]) -> str:
    one = found.contradiction
    some = [names[who] for who in one.people[:NAMED]]
    rest = len(one.people) - len(some)
    who = ", ".join(some) + (f" and {rest} more" if rest else "")
    narrow = f" Or set the direction to {one.narrow_to.name}." if one.narrow_to else ""
    return f"{found.state.row.name}: {one.message}\n  who:    {who}\n  remedy: {one.refusal.remedy}{narrow}\n"


def _facts(found: Found) -> dict[str, object]:
    one = found.contradiction
    field = catalogue().by_id[one.field_id]
    return {
        "profile": found.state.row.name,
        "mappingId": global_id("mapping", f"{found.state.id}:{one.field_id}"),
        "kind": field.kind.value,
        "label": field.crm_label,
        "flow": one.flow.name,
        "stage": one.refusal.stage.value,
        "reason": one.refusal.reason.value,
        "affected": len(one.people),
        "total": one.total,
        "message": one.message,
        "remedy": one.refusal.remedy,
        "narrowTo": one.narrow_to.name if one.narrow_to else None,
    }
