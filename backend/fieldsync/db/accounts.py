"""The tables of signing in: failed attempts, and what belongs to an external OpenID Connect provider."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Text
from sqlmodel import Field, SQLModel

from fieldsync.db.columns import UtcDateTime


class SignInAttempt(SQLModel, table=True):
    """Failed attempts to sign in, per user name and per address; ``key`` is a digest of which of them it is."""

    __tablename__ = "sign_in_attempt"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)
    blocked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExternalSignIn(SQLModel, table=True):
    """A sign-in that was sent to the provider and has not come back yet; used once.

    ``state_digest`` is of the state, ``browser_digest`` of the cookie that binds it to one browser; ``verifier_box``
    is the sealed secret of PKCE; ``return_to`` is a path of ours.
    """

    __tablename__ = "external_sign_in"  # pyright: ignore[reportAssignmentType]

    state_digest: str = Field(primary_key=True, max_length=64)
    browser_digest: str = Field(max_length=64)
    issuer: str = Field(max_length=500)
    nonce: str = Field(max_length=64)
    verifier_box: bytes = Field(sa_type=LargeBinary)
    redirect_uri: str = Field(sa_type=Text)
    return_to: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ExternalIdentity(SQLModel, table=True):
    """That a subject of a provider is one of our users; nothing else (no e-mail address) ever matches them."""

    __tablename__ = "external_identity"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_external_identity_principal_id", "principal_id"),)

    issuer: str = Field(primary_key=True, max_length=500)
    subject: str = Field(primary_key=True, max_length=255)
    principal_id: str = Field(
        sa_column=Column(String(36), ForeignKey("principal.id", ondelete="CASCADE"), nullable=False)
    )
    linked_at: datetime = Field(sa_type=UtcDateTime)


class GroupMapping(SQLModel, table=True):
    """That whoever is in a group at the provider is a member of a team here."""

    __tablename__ = "group_mapping"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_group_mapping_team_id", "team_id"),)

    issuer: str = Field(primary_key=True, max_length=500)
    group_name: str = Field(primary_key=True, max_length=255)
    team_id: str = Field(
        sa_column=Column(String(36), ForeignKey("principal.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
