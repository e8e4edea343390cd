"""Health checks, error pages, and the progress of a job."""

import shutil

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, JsonResponse
from django.shortcuts import render

from accounts.guards import public, requires_login
from common import jobs
from common.models import Job


@public
def livez(request):
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@public
def readyz(request):
    """Database, migrations, disk and broker; a broker that is down degrades the site, it does not stop it."""
    checks = {"database": "ok", "migrations": "ok", "disk": "ok", "broker": "not used"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            checks["migrations"] = "pending"
    except DatabaseError:
        checks["database"] = checks["migrations"] = "unreachable"
    if shutil.disk_usage(settings.DATA_DIR).free < 200 * 1024 * 1024:
        checks["disk"] = "low"
    if settings.REDIS_URL:
        checks["broker"] = "ok" if _broker_answers() else "unreachable"
    ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    degraded = checks["disk"] != "ok" or checks["broker"] == "unreachable"
    status = "degraded" if ready and degraded else "ok" if ready else "unavailable"
    return JsonResponse({"status": status, "checks": checks}, status=200 if ready else 503)


def _broker_answers() -> bool:
    import redis

    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


@requires_login
def job_progress(request, pk):
    """The state of a job that the user asked for, as JSON for the page that waits for it."""
    job = Job.objects.filter(pk=pk, created_by=request.user).first()
    if job is None:
        raise Http404
    return JsonResponse(jobs.shown(job) | {"reload": job.state == Job.State.DONE})


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)
