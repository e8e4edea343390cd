"""One archive of the site's rows and files, the same for SQLite and PostgreSQL."""

from common.backup.making import make_backup
from common.backup.restoring import restore_backup

__all__ = ["make_backup", "restore_backup"]
