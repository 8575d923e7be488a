import stat
from pathlib import Path

import pytest

from fieldsync.security import passwords, sessions
from fieldsync.security.origins import is_foreign
from fieldsync.security.secrets import SealBroken, SecretBox
from fieldsync.settings import Settings


def test_what_is_sealed_can_be_opened_with_the_same_key_only() -> None:
    sealed = SecretBox("key").seal("pässword")

    assert b"ssword" not in sealed
    assert SecretBox("key").open(sealed) == "pässword"
    with pytest.raises(SealBroken):
        SecretBox("other").open(sealed)


def test_a_box_shows_nothing_of_its_key() -> None:
    box = SecretBox("the key itself")

    assert "key itself" not in repr(box)
    assert box.digest_key == SecretBox("the key itself").digest_key != SecretBox("another").digest_key
    assert len(box.digest_key) == 32


async def test_passwords_are_checked_against_their_hash() -> None:
    stored = passwords.hash_now("right")

    assert "right" not in stored
    assert await passwords.verify("right", stored)
    assert not await passwords.verify("wrong", stored)
    assert not await passwords.verify("right", None)
    assert not await passwords.verify("right", "no hash")


def test_tokens_are_random_and_only_their_digest_is_stored() -> None:
    one, two = sessions.new_token(), sessions.new_token()

    assert one != two
    assert one.startswith("fs_")
    assert len(one) >= 40
    assert one not in sessions.digest(one)


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", secret_key=None)

    key = settings.key()

    assert settings.key() == key
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert key not in repr(settings)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"host": "office:8000", "origin": "http://office:8000"}, False),
        ({"host": "office", "origin": "http://office:80"}, False),
        ({"host": "office", "origin": "https://portal.example"}, False),
        ({"host": "office", "origin": "http://office.example"}, True),
        ({"host": "office", "origin": "null"}, True),
        ({"host": "office", "origin": "file://office"}, True),
        ({"host": "office", "origin": "http://["}, True),
        ({"host": "office", "sec-fetch-site": "cross-site"}, True),
        ({"host": "office", "sec-fetch-site": "none"}, False),
        ({"host": "office"}, False),
    ],
)
def test_pages_of_other_origins_are_told_apart(headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(headers, {"https://portal.example"}) is foreign
