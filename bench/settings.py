"""The site's settings with one more address, ``/bench/…``, which only the bench's own server has."""

from dezhou_jjj.settings import *  # noqa: F403
from dezhou_jjj.settings import MIDDLEWARE, STORAGES

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.CountQueries", *MIDDLEWARE]
# The bench fetches no static file; without the manifest it needs no collectstatic.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
