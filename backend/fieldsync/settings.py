"""Typed settings, from the environment (``FIELDSYNC_…``) and the defaults."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything an operator may set; the names in the environment are upper case with the prefix."""

    model_config = SettingsConfigDict(env_prefix="FIELDSYNC_", extra="ignore")

    data: Path = Field(
        default=Path(".data"), description="Folder of the database, the secret key and the demo mail server."
    )
    database_url: str | None = Field(
        default=None, description="sqlite:///path or postgresql://…; SQLite in `data` if unset."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    standby_minutes: float = Field(
        default=0, ge=0, allow_inf_nan=False,
        description="How long a process that `fieldsync sync` leaves behind waits for the next one; 0 leaves none.",
    )  # fmt: skip
    secret_key: SecretStr | None = Field(default=None, description="Seals passwords; a file in `data` if unset.")
    session_hours: float = Field(default=12, gt=0, description="How long a sign-in lasts at most.")
    session_idle_hours: float = Field(default=2, gt=0, description="How long a sign-in lasts unused.")
    secure_cookies: bool = Field(default=False, description="Send cookies over https only; set it behind TLS.")
    allowed_origins: list[str] = Field(
        default=[], description="Other origins whose pages may call the API, as a JSON list."
    )
    public_url: str | None = Field(
        default=None, description="The address people use, such as https://fieldsync.example.com; needed behind TLS."
    )
    oidc_issuer: str | None = Field(default=None, description="OpenID Connect provider to sign in with: its issuer.")
    oidc_client_id: str = Field(default="", description="What the provider knows Fieldsync as.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Its secret; none for a public client.")
    oidc_scopes: str = Field(default="openid profile", description="Scopes to ask for, openid among them.")
    oidc_name: str = Field(default="your organization", description="What the button on the sign-in page says.")
    oidc_groups_claim: str = Field(default="groups", description="The claim of the ID token that lists groups.")
    oidc_create_users: bool = Field(default=False, description="Make an account for whoever signs in there first.")
    demo: bool = Field(default=False, description="Serve the demo organization with its mail server.")
    withheld_errors: bool = Field(
        default=False, description="Answer a withheld field with a GraphQL error instead of null."
    )
    introspection: bool = Field(default=True, description="Whether programs may ask for the schema.")
    live_init_seconds: float = Field(
        default=10, gt=0, description="How long a WebSocket may be open before it says who it is."
    )
    live_write_seconds: float = Field(
        default=30, gt=0, description="How long a follower may leave what it is sent unread before it is cut off."
    )
    live_quiet_seconds: float = Field(
        default=12, gt=0, description="After how much silence a stream of server-sent events sends a comment."
    )
    max_body_bytes: int = Field(default=1_000_000, gt=0, description="Longest accepted request body.")
    max_depth: int = Field(default=15, gt=0, description="How deep a GraphQL operation may nest.")
    max_aliases: int = Field(default=50, gt=0, description="How many aliases a GraphQL document may hold.")
    max_tokens: int = Field(default=5_000, gt=0, description="How many tokens a GraphQL document may hold.")
    max_root_fields: int = Field(default=20, gt=0, description="How many root fields a GraphQL operation may ask for.")
    max_list_items: int = Field(default=1_000, gt=0, description="How many items any list of the input may hold.")
    max_cost: int = Field(default=100_000, gt=0, description="What one GraphQL operation may cost, in points.")
    rate_points_per_minute: int = Field(
        default=1_000_000, ge=0, description="Points that one user may ask for in a minute; 0 for any number."
    )
    operation_seconds: float = Field(default=30, gt=0, description="How long a query or mutation may take.")
    trusted_documents_only: bool = Field(
        default=False, description="Answer only the operations that the page was built with."
    )
    graphiql: bool = Field(default=True, description="Whether the page to try operations is served at /graphiql.")

    @field_validator("oidc_issuer", "public_url")
    @classmethod
    def _secure(cls, value: str | None) -> str | None:
        """https, or http on this very machine; a slash at the end is kept, since issuers are compared as they are."""
        if not value:
            return None
        parts = urlsplit(value)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise ValueError("begin it with https:// (http:// is for this machine only)")
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("give an address without a user name, query or fragment")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("FIELDSYNC_OIDC_ISSUER wants FIELDSYNC_OIDC_CLIENT_ID")
        if "openid" not in self.oidc_scopes.split():
            raise ValueError("FIELDSYNC_OIDC_SCOPES must hold openid")
        if 0 < self.rate_points_per_minute < self.max_cost:
            raise ValueError("FIELDSYNC_RATE_POINTS_PER_MINUTE must not be less than FIELDSYNC_MAX_COST")
        return self

    @property
    def database(self) -> str:
        """The database in force, as a URL."""
        return self.database_url or f"sqlite:///{(self.data / 'fieldsync.db').resolve()}"

    def key(self) -> str:
        """The secret key: the setting, or the one kept in the data folder, made at the first use (mode 0600)."""
        if self.secret_key is not None and self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        path = self.data / "secret.key"
        self.data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written aside and linked whole: a process that dies here leaves no half a key, and of two that
            # start at once the first one's key stays.
            draft = path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text(encoding="ascii").strip()
