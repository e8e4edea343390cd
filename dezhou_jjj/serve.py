"""Serves the site: starts web and background processes, and stops them all together.

``python -m dezhou_jjj.serve``, after ``python -m dezhou_jjj.prepare``. Without REDIS_URL one process
(``manage.py run_jobs``) does the background work; with it a Celery worker and beat do. Exit status: 0
after INT or TERM, 1 when it could not start or when one of the processes ended by itself.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from dezhou_jjj.checks import CannotStart, check_broker, check_port, load_settings

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
STOP_SECONDS = 25  # more than gunicorn's graceful_timeout
ANNOUNCE_SECONDS = 60


def commands(settings):
    """Name (as shown) → command line of each process to run."""
    python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
    web = [python, "-m", "gunicorn", "-c", "python:dezhou_jjj.gunicorn_conf", "dezhou_jjj.wsgi:application"]
    if not settings.REDIS_URL:
        return {"网页服务": web, "后台任务": [python, manage, "run_jobs"]}
    celery = [python, "-m", "celery", "-A", "dezhou_jjj"]
    schedule = str(settings.DATA_DIR / "celerybeat-schedule")
    return {
        "网页服务": web,
        "后台任务": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-mingle"],
        "定时任务": [*celery, "beat", "--loglevel", "WARNING", "--schedule", schedule, "--pidfile="],
    }


def start(command, directory):
    """The started process, leader of a group of its own, which ends when this supervisor is killed."""
    supervisor = os.getpid()

    def in_child():
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG
            if os.getppid() != supervisor:  # it died in between
                os._exit(1)

    return subprocess.Popen(command, cwd=directory, start_new_session=True, preexec_fn=in_child)


def stop(processes):
    """Asks every process to end, and kills what is left of their groups after STOP_SECONDS."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        process.wait()


def announce(settings):
    """Prints address and demonstration accounts as soon as the web server listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)
    deadline = time.monotonic() + ANNOUNCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, settings.PORT), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    else:
        return
    address = f"[{host}]" if ":" in host else host
    print(f"平台已启动，请在浏览器中打开：http://{address}:{settings.PORT}/（按 Ctrl-C 停止）", flush=True)
    accounts = Path(settings.DATA_DIR) / "demo_accounts.txt"
    if accounts.exists():
        print(f"演示账号（保存在 {accounts}）：\n{accounts.read_text(encoding='utf-8')}", flush=True)


def serve(settings):
    """Runs until a stop signal or until a process ends by itself; returns the exit status."""
    # Blocked signals wait for sigwait; the handler only keeps SIGCHLD from being dropped.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})
    processes = {name: start(command, settings.BASE_DIR) for name, command in commands(settings).items()}
    threading.Thread(target=announce, args=[settings], daemon=True).start()
    ended = None
    while not ended and signal.sigwait(STOP_SIGNALS | {signal.SIGCHLD}) == signal.SIGCHLD:
        ended = next((name for name, process in processes.items() if process.poll() is not None), None)
    if ended:
        status = processes[ended].returncode
        print(f"{ended}意外退出（状态 {status}），正在停止其余进程。", file=sys.stderr, flush=True)
    stop(processes.values())
    return 1 if ended else 0


def main():
    """Returns the exit status."""
    try:
        settings = load_settings()
        check_port(settings.HOST, settings.PORT)
        check_broker(settings.REDIS_URL)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
