"""The settings of the sync: everybody reads them, administrators change them."""

from typing import Any

import pytest
from sqlalchemy import select

from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.db.columns import table_of
from fieldsync.db.rights import AuditEvent

ALL = """brakeCount brakeShare editAgainstDelete newestGuardSeconds historyDays quarantineDays journalDays
  shortestInterval longestInterval deadAfter invitations revision"""
UPDATE = f"""mutation($input: SyncSettingsUpdateInput!) {{ syncSettingsUpdate(input: $input) {{
  syncSettings {{ {ALL} }} errors {{ code path message }} }} }}"""
AS_SHIPPED = {
    "brakeCount": 10, "brakeShare": 20, "editAgainstDelete": "EDIT_WINS", "newestGuardSeconds": 120,
    "historyDays": 90, "quarantineDays": 30, "journalDays": 90, "shortestInterval": 60, "longestInterval": 900,
    "deadAfter": 10, "invitations": "NEVER", "revision": 1,
}  # fmt: skip


async def update(office: Office, who: str = "admin", scope: Scope = Scope.ADMIN, **given: Any) -> Any:
    return (await office.data(who, UPDATE, scope=scope, input=given))["syncSettingsUpdate"]


async def test_everybody_signed_in_reads_the_settings_as_they_were_shipped(office: Office) -> None:
    assert (await office.data("sales", f"{{syncSettings{{{ALL}}}}}"))["syncSettings"] == AS_SHIPPED
    assert (await office.ask(None, "{syncSettings{revision}}"))["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_every_setting_can_be_changed_and_the_change_is_audited_once(office: Office) -> None:
    wanted = {
        "brakeCount": 0, "brakeShare": 100, "editAgainstDelete": "DELETE_WINS", "newestGuardSeconds": 0,
        "historyDays": 1, "quarantineDays": 2, "journalDays": 3, "shortestInterval": 5, "longestInterval": 6,
        "deadAfter": 4, "invitations": "ORGANIZER",
    }  # fmt: skip

    changed = await update(office, expectedRevision=1, **wanted)
    again = await update(office, expectedRevision=2, **wanted)

    assert changed == {"syncSettings": {**wanted, "revision": 2}, "errors": []}
    assert again == changed
    table = table_of(AuditEvent)
    (event,) = office.database.read_now(lambda c: c.execute(select(table)).all())
    assert (event.action, event.target_id) == ("SYNC_SETTINGS_UPDATE", "settings:sync")
    assert event.before == {name: value for name, value in AS_SHIPPED.items() if name != "revision"}
    assert event.after == wanted


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"brakeCount": -1}, "brakeCount"),
        ({"brakeShare": 101}, "brakeShare"),
        ({"newestGuardSeconds": 86_401}, "newestGuardSeconds"),
        ({"historyDays": 0}, "historyDays"),
        ({"quarantineDays": 0}, "quarantineDays"),
        ({"journalDays": 3651}, "journalDays"),
        ({"shortestInterval": 4}, "shortestInterval"),
        ({"shortestInterval": 901}, "shortestInterval"),
        ({"longestInterval": 59}, "longestInterval"),
        ({"shortestInterval": 20, "longestInterval": 10}, "longestInterval"),
        ({"deadAfter": 0}, "deadAfter"),
    ],
)
async def test_a_setting_outside_its_bounds_changes_nothing(office: Office, given: dict[str, int], path: str) -> None:
    refused = await update(office, expectedRevision=1, **dict[str, Any](given))

    assert refused["syncSettings"] is None
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("INVALID_INPUT", ["input", path])]
    assert (await office.data("sales", f"{{syncSettings{{{ALL}}}}}"))["syncSettings"] == AS_SHIPPED


async def test_who_saw_older_settings_is_told_to_look_again(office: Office) -> None:
    await update(office, expectedRevision=1, brakeCount=1)

    late = await update(office, expectedRevision=1, brakeCount=2)

    assert [error["code"] for error in late["errors"]] == ["STALE_REVISION"]
    assert (await office.data("sales", "{syncSettings{brakeCount}}"))["syncSettings"] == {"brakeCount": 1}


@pytest.mark.parametrize(("who", "scope"), [("sales", Scope.ADMIN), ("admin", Scope.READ)])
async def test_only_administrators_change_them(office: Office, who: str, scope: Scope) -> None:
    refused = await update(office, who, scope, expectedRevision=1, brakeCount=1)

    assert [error["code"] for error in refused["errors"]] == ["NOT_ALLOWED"]
    assert (await office.data("sales", "{syncSettings{brakeCount}}"))["syncSettings"] == {"brakeCount": 10}
