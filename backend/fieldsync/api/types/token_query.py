"""Which tokens to list and in which order."""

from fieldsync.api.types.filters import IdFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.rights import Scope

TOKENS = (
    Listed("id", "id", "Its id", IdFilter, "token"),
    Listed("name", "name", "What the token is for"),
    Listed("scope", "scope", "How far it reaches", enum_filter(Scope)),
    Listed("created_at", "createdAt", "When it was made", TimeFilter),
    Listed("last_used_at", "lastUsedAt", "When it was used last", TimeFilter),
    Listed("expires_at", "expiresAt", "When it ends by itself", TimeFilter),
)


@filtered("tokens", TOKENS)
class TokenFilter:
    pass


@ordered("tokens", TOKENS)
class TokenOrder:
    pass
