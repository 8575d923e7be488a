"""Commands about tokens, subjects and groups of the provider."""

import re
from pathlib import Path
from typing import Any

import pytest

from fieldsync.cli import main
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Permit, Role
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.rights import ROOT
from fieldsync.db.tables import Principal
from fieldsync.security.passwords import hash_now


@pytest.fixture
def command(
    database: Database,
    permit: Permit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Runs a command on a database with the user ada and the team North; its exit code, output and complaint."""
    from datetime import UTC, datetime

    from fieldsync.db.repo import principals

    now = datetime(2026, 3, 1, tzinfo=UTC)

    def unit(connection: Any) -> None:
        hashed = hash_now("a password for tests")
        for name in ("ada", "bob"):
            principals.upsert(connection, user_name=name, name=name, role=Role.USER, password_hash=hashed, now=now)
        team = {
            "id": "north", "kind": PrincipalKind.OWNER_TEAM.value, "name": "North", "role": Role.USER.value,
            "unit_id": ROOT, "is_disabled": False, "is_default_team": False, "revision": 1, "created_at": now,
        }  # fmt: skip
        connection.execute(table_of(Principal).insert(), team)

    database.write_now(permit, unit)
    monkeypatch.setenv("FIELDSYNC_DATA", str(tmp_path))
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", database.url)
    monkeypatch.setenv("FIELDSYNC_OIDC_ISSUER", "https://login.example/tenant")
    monkeypatch.setenv("FIELDSYNC_OIDC_CLIENT_ID", "fieldsync")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_tokens_are_listed_without_their_secrets_and_revoked(command: Any) -> None:
    secret = command("token", "create", "--user", "ada", "--name", "night job", "--days", "3")[1].strip()
    code, listed, _ = command("token", "list", "--user", "ada")

    assert code == 0
    assert secret not in listed
    found = re.fullmatch(r"(\S{36})  read   never used  ends \d{4}-\d\d-\d\d \d\d:\d\d  night job\n", listed)
    assert found, listed
    assert command("token", "revoke", found[1]) == (0, "", "")
    assert command("token", "list", "--user", "ada") == (0, "", "")
    assert command("token", "revoke", found[1]) == (1, "", "fieldsync: There is no such token, or it is not yours.\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("token", "list", "--user", "nobody"), "There is no user 'nobody'."),
        (("user", "link", "nobody", "--subject", "s"), "There is no user 'nobody'."),
        (("user", "unlink", "--subject", "s"), "Nobody is linked to this subject."),
        (("group", "map", "g", "South"), "There is no team 'South'."),
        (("group", "map", "g", "ada"), "There is no team 'ada'."),
        (("group", "unmap", "g", "North"), "The group is not mapped to 'North'."),
    ],
)
def test_what_is_not_there_is_one_sentence(command: Any, arguments: tuple[str, ...], complaint: str) -> None:
    assert command(*arguments) == (1, "", f"fieldsync: {complaint}\n")


def test_a_subject_is_one_user_and_linking_may_be_repeated(command: Any) -> None:
    assert command("user", "link", "ada", "--subject", "s-1") == (0, "", "")
    assert command("user", "link", "ada", "--subject", "s-1") == (0, "", "")
    taken = command("user", "link", "bob", "--subject", "s-1")
    assert taken == (1, "", "fieldsync: This subject is 'ada' already; unlink it first.\n")

    assert command("user", "unlink", "--subject", "s-1") == (0, "", "")
    assert command("user", "link", "bob", "--subject", "s-1") == (0, "", "")


def test_groups_are_mapped_listed_and_unmapped(command: Any) -> None:
    assert command("group", "map", "g-1", "North") == (0, "", "")
    assert command("group", "list") == (0, "g-1  North  (https://login.example/tenant)\n", "")
    assert command("group", "unmap", "g-1", "North") == (0, "", "")
    assert command("group", "list") == (0, "", "")


def test_without_a_provider_there_is_nothing_to_link(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIELDSYNC_OIDC_ISSUER")

    code, _, complaint = command("user", "link", "ada", "--subject", "s-1")

    assert (code, "set FIELDSYNC_OIDC_ISSUER" in complaint) == (1, True)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("OIDC_ISSUER", "http://login.example", "FIELDSYNC_OIDC_ISSUER: Value error, begin it with https://"),
        ("OIDC_ISSUER", "https://login.example/?x=1", "FIELDSYNC_OIDC_ISSUER: Value error, give an address without"),
        ("PUBLIC_URL", "ftp://fieldsync.example", "FIELDSYNC_PUBLIC_URL: Value error, begin it with https://"),
        ("OIDC_CLIENT_ID", "", "Value error, FIELDSYNC_OIDC_ISSUER wants FIELDSYNC_OIDC_CLIENT_ID"),
        ("OIDC_SCOPES", "profile", "Value error, FIELDSYNC_OIDC_SCOPES must hold openid"),
        ("SESSION_IDLE_HOURS", "0", "FIELDSYNC_SESSION_IDLE_HOURS: Input should be greater than 0"),
    ],
)
def test_a_wrong_setting_is_named(
    command: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(f"FIELDSYNC_{name}", value)

    code, _, said = command("group", "list")

    assert code == 1
    assert complaint in said
