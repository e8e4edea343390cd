"""The site's settings on a throw-away DATA_DIR, and never on the databases that ``.env`` names.

TEST_DATABASE=postgres uses DATABASE_URL (``python -m tests.services postgres -- pytest`` sets both);
anything else is SQLite in the throw-away directory.
"""

import atexit
import os
import shutil
import tempfile

_scratch = tempfile.mkdtemp(prefix="dezhou-test-")
_owner = os.getpid()


@atexit.register
def _remove_scratch():
    if os.getpid() == _owner:  # a forked child must not take its parent's files away
        shutil.rmtree(_scratch, ignore_errors=True)


# Set, though empty, each name hides the value that .env may give.
os.environ["DATA_DIR"] = _scratch
os.environ["REDIS_URL"] = ""
if os.environ.get("TEST_DATABASE") != "postgres":
    os.environ["DATABASE_URL"] = ""
os.environ.update(DEBUG="off", HTTPS="off", HOST="127.0.0.1", PORT="8000", SECRET_KEY="only-for-tests-" * 4)
os.environ.update(ALLOWED_HOSTS="", CSRF_TRUSTED_ORIGINS="")

from dezhou_jjj.settings import *  # noqa: E402, F403
from dezhou_jjj.settings import DATABASES  # noqa: E402

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: threads that race then meet the real locks.
    DATABASES["default"]["TEST"] = {"NAME": f"{_scratch}/test.sqlite3"}
