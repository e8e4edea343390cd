"""Makes database and static files ready: ``python -m dezhou_jjj.prepare [--for-serving]``.

Says nothing when nothing is to do. ``--for-serving`` also checks port and broker first, and loads the
shipped data into a site that has no user yet. Exit status 0, or 1 after one sentence on stderr.
"""

import fcntl
import hashlib
import io
import sys
from contextlib import contextmanager
from pathlib import Path

from dezhou_jjj.checks import CannotStart, check_broker, check_database, check_port, load_settings


@contextmanager
def _alone(path):
    """Only one process at a time is inside; the others wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate():
    """Applies the migrations that are not applied yet."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在建立或升级数据库…", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def collect_static(settings):
    """Copies, hashes and compresses the static files into STATIC_ROOT when any of them has changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    print("正在整理静态文件…", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def load_shipped_data():
    """Loads the demonstration into a site without users; never touches a site that has some."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    if not get_user_model().objects.exists():
        print("首次启动，正在载入演示数据…", flush=True)
        call_command("load_demo", stdout=io.StringIO())


def stamp_calendar():
    """Tells the processes of an edited working calendar where the data folder does not."""
    from common.workdays import stamp_if_edited

    stamp_if_edited()


def main(arguments):
    """Returns the exit status."""
    import django

    for_serving = "--for-serving" in arguments
    try:
        settings = load_settings()
        if for_serving:
            check_port(settings.HOST, settings.PORT)
            check_broker(settings.REDIS_URL)
        django.setup()
        check_database()
        with _alone(Path(settings.DATA_DIR) / "prepare.lock"):
            migrate()
            if for_serving:
                load_shipped_data()
            stamp_calendar()
        with _alone(Path(settings.STATIC_ROOT) / ".lock"):
            collect_static(settings)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
