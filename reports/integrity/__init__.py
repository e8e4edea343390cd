"""Whether what was promised never to change has changed: audit chain, issues, attachments, results, figures."""

from reports.integrity.checking import check_integrity

__all__ = ["check_integrity"]
