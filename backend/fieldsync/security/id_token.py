"""Checking the ID token of an OpenID Connect provider (OpenID Connect Core 1.0, 3.1.3.7), with keys given."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jwt import JWTClaimsRegistry

from fieldsync.errors import ProviderFailed

# Signed with a key pair, all of them: a token signed with our own secret, or with nothing, is none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_SECONDS = 60
_KINDS_OF_KEYS = ("RSA", "EC")


class UnknownKey(Exception):
    """The token names a key that is not among those given: they may have been rotated."""


def key_set(document: Mapping[str, Any]) -> KeySet:
    """The usable keys of a JWKS document: public ones for signatures; raises ProviderFailed if there are none."""
    keys = []
    for entry in document.get("keys") or ():
        if not isinstance(entry, dict) or entry.get("kty") not in _KINDS_OF_KEYS or entry.get("use", "sig") != "sig":
            continue
        try:
            keys.append(import_key(entry))
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # one key that cannot be read is no reason to refuse the others
    if not keys:
        raise ProviderFailed("it has published no key that can be used")
    return KeySet(keys)


def check(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime, allowed: tuple[str, ...]
) -> dict[str, Any]:
    """The claims of a token that is genuine, for us, of this very sign-in and not expired.

    Raises UnknownKey, and ProviderFailed for everything that is wrong with it.
    """
    rules = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=[name for name in ALGORITHMS if name in allowed]).claims
        rules.validate(claims)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderFailed(f"its ID token is not valid ({type(error).__name__})") from error
    audience, party = claims["aud"], claims.get("azp")
    if (party is not None or (isinstance(audience, list) and len(audience) > 1)) and party != client_id:
        raise ProviderFailed("its ID token is meant for somebody else (azp)")
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise ProviderFailed("its ID token belongs to another sign-in (nonce)")
    if len(claims["sub"]) > 255 or not claims["sub"].isprintable():
        raise ProviderFailed("its ID token names no usable subject")
    return claims


def groups_of(claims: Mapping[str, Any], claim: str) -> frozenset[str] | None:
    """The groups that the claim lists, none if it is missing; None if they are too many for the token to say.

    Entra ID leaves the list out beyond 200 groups and points to another service instead.
    """
    told = claims.get(claim)
    if told is None:
        elsewhere = claims.get("_claim_names")
        too_many = claims.get("hasgroups") is True or (isinstance(elsewhere, dict) and claim in elsewhere)
        return None if too_many else frozenset()
    if isinstance(told, str):
        told = [told]
    if not isinstance(told, list):
        raise ProviderFailed(f"its claim {claim} is no list")
    return frozenset(str(group) for group in told if isinstance(group, (str, int)))
