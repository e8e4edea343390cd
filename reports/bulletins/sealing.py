"""The seal of an issue: one digest over all that is frozen, kept in the audit chain at its publishing."""

import hashlib
import json

from reports.models import Bulletin

SEALED = ("kind", "period", "year", "issue", "title", "as_of", "content", "figures", "plain_text", "published_on")


def seal_of(bulletin: Bulletin) -> str:
    """Return the SHA-256 over the frozen text, figures and number of an issue."""
    frozen = [getattr(bulletin, name) for name in SEALED]
    plain = json.loads(json.dumps(frozen, ensure_ascii=False, default=str))
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
