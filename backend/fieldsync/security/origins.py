"""Which pages may call us with a user's cookie: those of our own origin, and listed ones."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_foreign(headers: Mapping[str, str], allowed: Collection[str]) -> bool:
    """True if a page of another origin sent this request.

    Browsers send Origin with every request that could change something, and Sec-Fetch-Site with all;
    a request with neither comes from a program. A JSON content type then still proves that no plain
    form sent it, which is for the caller to insist on.
    """
    origin = headers.get("origin")
    if origin is not None:
        return origin not in allowed and not _same(origin, headers.get("host", ""))
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _same(origin: str, host: str) -> bool:
    try:
        parts, ours = urlsplit(origin), urlsplit(f"//{host}")
        default = _DEFAULT_PORTS.get(parts.scheme)
        return (
            default is not None
            and parts.hostname is not None
            and parts.hostname == ours.hostname
            and (parts.port or default) == (ours.port or default)
        )
    except ValueError:
        return False
