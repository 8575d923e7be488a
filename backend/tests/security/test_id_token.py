"""The check of an ID token, apart from any provider."""

from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from fieldsync.errors import ProviderFailed
from fieldsync.security import id_token

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHARED = OctKey.import_key("a secret that both sides know, long enough", {"kid": "k"})
PAIR = RSAKey.generate_key(2048, {"kid": "k"})


def check(key: Any, algorithm: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    claims = {"iss": "i", "sub": "s", "aud": "c", "exp": seconds + 60, "iat": seconds, "nonce": "n"}
    token = jwt.encode({"alg": algorithm, "kid": "k"}, claims, key, algorithms=[algorithm])
    return id_token.check(token, KeySet([key]), issuer="i", client_id="c", nonce="n", now=NOW, allowed=allowed)


def test_a_sound_token_is_taken() -> None:
    assert check(PAIR, "PS256", ("RS256", "PS256"))["sub"] == "s"


def test_no_token_signed_with_a_shared_secret_is_taken_whatever_the_provider_allows() -> None:
    with pytest.raises(ProviderFailed):
        check(SHARED, "HS256", ("RS256", "HS256"))


def test_an_algorithm_that_the_provider_does_not_use_is_refused() -> None:
    with pytest.raises(ProviderFailed):
        check(PAIR, "RS512", ("RS256",))


@pytest.mark.parametrize(
    "document", [{}, {"keys": []}, {"keys": [SHARED.as_dict()]}, {"keys": ["x", None, 3]}], ids=str
)
def test_a_key_set_without_a_public_key_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ProviderFailed):
        id_token.key_set(document)
