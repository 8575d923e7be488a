"""Secrets at rest: sealed with a key that is not in the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from fieldsync.errors import FieldsyncError


class SealBroken(FieldsyncError):
    """A stored secret cannot be opened: the secret key is not the one it was sealed with."""

    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").strip())


class SecretBox:
    """Seals and opens secrets (Fernet: AES-128-CBC with HMAC-SHA256). Its repr shows nothing."""

    __slots__ = ("_fernet", "digest_key")

    def __init__(self, key: str | bytes) -> None:
        """``key`` is any text of high entropy; the keys in use are derived from it, one per purpose."""
        raw = key.encode() if isinstance(key, str) else key
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(raw, b"fieldsync seal")))
        self.digest_key: bytes = _derive(raw, b"fieldsync digest")
        """32 bytes for the keyed digests of baselines."""

    def seal(self, secret: bytes | str) -> bytes:
        return self._fernet.encrypt(secret.encode() if isinstance(secret, str) else secret)

    def open(self, sealed: bytes) -> str:
        """The secret as text; raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SealBroken from error

    def __repr__(self) -> str:
        return "SecretBox(…)"


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(purpose, key=hashlib.sha256(key).digest(), digest_size=32).digest()
