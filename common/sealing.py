"""Secrets that must be read again (unlike passwords) rest in the database encrypted under the site's own key.

Fernet (AES-128-CBC with HMAC-SHA256) of the ``cryptography`` package; its key is derived from SECRET_KEY, which is
kept outside the database. GB/T 22239-2019 8.1.4.8: authentication data stay confidential in storage.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Unreadable(Exception):
    """Sealed under another SECRET_KEY, or altered."""


def seal(text: str) -> str:
    """Return ``text`` encrypted; sealing the same text again gives another result."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed, also under one of SECRET_KEY_FALLBACKS. Raises Unreadable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    digest = salted_hmac("common.sealing", "fernet", secret=secret, algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(digest))
