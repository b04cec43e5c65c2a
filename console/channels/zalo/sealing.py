"""Seals a channel's secrets for storage at the centre, where they are unreadable.

AES-256 in GCM; its key is derived from the secret of the provider's own app, which every gateway of
this channel has in its secret file and the centre never sees (RFC 5869, HKDF-SHA256).
"""

import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.domain.errors import InputError

_NONCE = 12
_USE = b"1022 kept secret 1"


def seal(values: dict[str, object], secret: str, name: str) -> bytes:
    """`values` for nobody but who has `secret`; `name` is bound to it."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(secret).encrypt(nonce, json.dumps(values).encode(), name.encode())


def unseal(body: bytes, secret: str, name: str) -> dict[str, object]:
    """What was sealed under this name.

    Raises:
        InputError: `kept_secret_closed`; another secret, or changed by somebody.
    """
    try:
        text = _cipher(secret).decrypt(body[:_NONCE], body[_NONCE:], name.encode())
        values = json.loads(text)
    except (InvalidTag, ValueError) as error:
        raise InputError("kept_secret_closed", name=name) from error
    return dict(values)


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_USE).derive(secret.encode()))
