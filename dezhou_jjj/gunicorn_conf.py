"""How gunicorn serves the site: ``gunicorn -c python:dezhou_jjj.gunicorn_conf dezhou_jjj.wsgi``.

A setting's name here is gunicorn's own.
"""

import os

from dezhou_jjj.settings import HOST, PORT, env

bind = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
worker_class = "gthread"
workers = int(env("WEB_WORKERS", default="") or 2)
threads = int(env("WEB_THREADS", default="") or 4)
timeout = 60
graceful_timeout = 15  # seconds that requests under way have after TERM
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # heartbeats must not wait for a disk
control_socket_disable = True
# One JSON line per event, as everywhere; requests are logged by the site's own middleware.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "common.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": ["console"], "propagate": False}},
}
