"""Signing in with an OpenID Connect provider: authorization code flow with PKCE, one browser, one answer, one user.

Users are found by issuer and subject, never by an e-mail address, which people can change at many providers.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from fieldsync.clock import Clock
from fieldsync.core.rights import Role
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import audit, principals, rights_clock
from fieldsync.db.repo import external as rows
from fieldsync.errors import InvalidInput, NotSignedIn, ProviderFailed, SignInBroken, SubjectNotLinked
from fieldsync.ids import global_id
from fieldsync.security import gate, sessions
from fieldsync.security.id_token import groups_of
from fieldsync.security.provider import Provider
from fieldsync.security.secrets import SecretBox
from fieldsync.services.sign_in import OpenedSession, SignIn

log = structlog.get_logger("fieldsync.services")
BEGUN_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, repr=False)
class BegunSignIn:
    """Where the browser goes next, and the secret that its cookie keeps until it comes back."""

    address: str
    browser: str
    seconds: int


class ExternalSignIn:
    """Begins sign-ins at the provider and finishes them; there is none of these where no provider is configured."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        box: SecretBox,
        sign_in: SignIn,
        provider: Provider,
        *,
        groups_claim: str = "groups",
        create_users: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._sign_in = sign_in
        self._provider = provider
        self._groups_claim = groups_claim
        self._create_users = create_users

    async def begin(self, *, redirect_uri: str, return_to: str) -> BegunSignIn:
        """Remember a sign-in for ten minutes; raises InvalidInput for a foreign ``return_to``, and ProviderFailed."""
        if not is_own_path(return_to):
            raise InvalidInput("After signing in one can go on within Fieldsync only.", path=("returnTo",))
        state, nonce, browser, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        address = await self._provider.begin(redirect_uri=redirect_uri, state=state, nonce=nonce, challenge=challenge)
        now = self._clock.now()
        await self._database.write(
            gate.sign_in("provider"),
            lambda connection: rows.remember(
                connection,
                now=now,
                state_digest=sessions.digest(state),
                browser_digest=sessions.digest(browser),
                issuer=self._provider.client.issuer,
                nonce=nonce,
                verifier_box=self._box.seal(verifier),
                redirect_uri=redirect_uri,
                return_to=return_to,
                expires_at=now + BEGUN_LASTS,
            ),
        )
        return BegunSignIn(address, browser, int(BEGUN_LASTS.total_seconds()))

    async def finish(
        self, answer: Mapping[str, str], browser: str | None, *, replaces: str | None = None
    ) -> tuple[OpenedSession, str]:
        """The session that the provider's answer leads to, and where to go on.

        Raises SignInBroken for an answer that this browser did not ask for or that was used already, ProviderFailed,
        SubjectNotLinked for an unknown subject, and NotSignedIn for a disabled user.
        """
        begun = await self._take(answer.get("state", ""), browser)
        told = await self._provider.metadata()
        issuer = self._provider.client.issuer
        if begun.issuer != issuer or answer.get("iss", "" if told.names_itself else issuer) != issuer:
            raise SignInBroken("The answer came from another provider than the one that was asked; begin again.")
        if "error" in answer:
            raise ProviderFailed(_reason(answer["error"]))
        if not answer.get("code"):
            raise SignInBroken
        claims = await self._provider.claims(
            code=answer["code"],
            verifier=self._box.open(begun.verifier_box),
            redirect_uri=begun.redirect_uri,
            nonce=begun.nonce,
        )
        user = await self._user(claims)
        return await self._sign_in.open_for(user, replaces=replaces), begun.return_to

    async def _take(self, state: str, browser: str | None) -> Any:
        if not state or not browser:
            raise SignInBroken
        now = self._clock.now()
        begun = await self._database.write(
            gate.sign_in("provider"), lambda connection: rows.take(connection, sessions.digest(state), now)
        )
        if begun is None or not hmac.compare_digest(begun.browser_digest, sessions.digest(browser)):
            raise SignInBroken
        return begun

    async def _user(self, claims: Mapping[str, Any]) -> Any:
        issuer, subject = self._provider.client.issuer, claims["sub"]
        groups = groups_of(claims, self._groups_claim)
        if groups is None:
            log.warning("the provider did not list the groups of a user; teams stay as they were", subject=subject)
        now = self._clock.now()

        def unit(connection: Connection) -> Any:
            found = rows.user_of(connection, issuer, subject)
            if found is None and self._create_users:
                principal_id = principals.upsert(
                    connection,
                    user_name=_free_name(connection, claims),
                    name=_text(claims.get("name"), 200) or _text(claims.get("preferred_username"), 200) or "New user",
                    role=Role.USER,
                    password_hash=None,
                    now=now,
                )
                rows.link(connection, issuer=issuer, subject=subject, principal_id=principal_id, now=now)
                rights_clock.bump(connection)
                found = rows.user_of(connection, issuer, subject)
                self._tell(connection, "USER_CREATE", found, None, {"issuer": issuer, "subject": subject})
            if found is None:
                raise SubjectNotLinked(issuer, subject)
            if found.is_disabled:
                raise NotSignedIn("This account is disabled; ask an administrator.")
            if groups is not None:
                before, after = rows.follow_groups(connection, issuer, found.id, groups)
                if before != after:
                    self._tell(connection, "USER_TEAMS_SET", found, _teams(before), _teams(after))
            return found

        return await self._database.write(gate.sign_in("provider"), unit)

    def _tell(
        self, connection: Connection, action: str, user: Any, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        audit.append(
            connection,
            gate.DOOR,
            action,
            target_id=global_id("principal", user.id),
            target_name=user.name,
            before=before,
            after=after,
            now=self._clock.now(),
        )


def _teams(ids: list[str]) -> dict[str, Any]:
    return {"teams": [global_id("principal", team_id) for team_id in ids]}


def is_own_path(path: str) -> bool:
    """Whether a browser that is sent there stays here: browsers take ``//host`` and ``/\\host`` for another server."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and len(path) <= 2000
        and path.isascii()
        and path.isprintable()
        and "\\" not in path
    )


def _free_name(connection: Connection, claims: Mapping[str, Any]) -> str:
    """A user name that nobody has: never that of somebody who is there already, whatever the provider says."""
    wished = _text(claims.get("preferred_username"), 90) or _text(claims.get("email"), 90) or "user"
    name, number = wished, 1
    while principals.by_user_name(connection, name) is not None:
        number += 1
        name = f"{wished}-{number}"
    return name


def _text(value: object, longest: int) -> str:
    return value.strip()[:longest] if isinstance(value, str) and value.isprintable() else ""


def _reason(error: str) -> str:
    known = {"access_denied": "access was denied there", "login_required": "it wants somebody to sign in there"}
    return known.get(error, "it refused the sign-in")
