"""The text of an operation: as it was sent, or by its hash, of those that the page was built with."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import orjson
import structlog

from fieldsync.api.limits import check_text
from fieldsync.errors import DocumentNotTrusted, DocumentUnknown, InvalidInput

log = structlog.get_logger("fieldsync.api")


class TrustedDocuments:
    """``known`` are texts by their SHA-256, in lower case hexadecimal digits.

    With ``only`` nothing but these is answered: by hash, or by a text that is one of them to the letter.
    """

    def __init__(self, known: Mapping[str, str] | None = None, *, only: bool = False) -> None:
        self._known = dict(known or {})
        self._only = only

    def __len__(self) -> int:
        return len(self._known)

    @classmethod
    def built_with(cls, file: Path, *, only: bool = False) -> "TrustedDocuments":
        """Those that the build of the page wrote down, but for texts with wrong hashes; none if it is not built."""
        try:
            texts = {key.removeprefix("sha256:"): text for key, text in orjson.loads(file.read_bytes()).items()}
        except FileNotFoundError:
            texts = {}
        right = {digest: text for digest, text in texts.items() if _hash(text) == digest}
        if len(right) < len(texts):
            log.warning("documents of the page have wrong hashes", file=str(file), documents=len(texts) - len(right))
        if only and not right:
            log.warning("only documents of the page are answered, and none is known: build the page", file=str(file))
        return cls(right, only=only)

    def text(self, query: str | None, digest: str | None) -> str:
        """The text to parse, which nests no deeper than can be parsed.

        Raises DocumentUnknown, DocumentNotTrusted, InvalidInput or TooMuchAsked.
        """
        known = self._known.get(digest) if digest is not None else None
        if known is not None and query in (None, "", known):
            return known
        if self._only:
            if query and self._known.get(_hash(query)) == query:
                return query
            raise DocumentUnknown if digest is not None and not query else DocumentNotTrusted
        if not query and digest is not None:
            raise DocumentUnknown
        if query is None:
            raise InvalidInput("Send the operation as `query`.")
        if digest is not None and _hash(query) != digest:
            raise InvalidInput("The hash is not the SHA-256 of the operation that came with it.")
        check_text(query)
        return query


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
