"""Starting, stopping and failing to start, with the program as its users run it."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests import services
from tests.program import ROOT, Program, descendants

pytestmark = pytest.mark.services


def run_script(name, program, path=None):
    """Runs scripts/<name> with the program's settings to its end; the CompletedProcess with its output."""
    environment = program.environment | ({"PATH": path} if path else {})
    return subprocess.run(
        [ROOT / "scripts" / name],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def assert_one_sentence(finished, *words):
    """It failed with one line on stderr that holds ``words``, and no traceback anywhere."""
    lines = finished.stderr.strip().splitlines()
    assert finished.returncode not in (0, None)
    assert len(lines) == 1, finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr
    for word in words:
        assert word in lines[0]


def assert_all_end(pids, seconds=30):
    """None of these processes is left after ``seconds``; a zombie does not count as left."""

    def alive(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    deadline = time.monotonic() + seconds
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left


def command_line(pid):
    """The process's words, apart by spaces."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@pytest.fixture
def program(tmp_path):
    """A program of the test's own, not started; whatever it leaves running is ended."""
    program = Program(tmp_path / "data")
    yield program
    if program.process and program.process.poll() is None:
        program.stop()


def test_taken_port_is_one_sentence_and_nothing_is_made(program):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", program.port))
        other.listen()
        finished = run_script("run", program)
    assert_one_sentence(finished, f"端口 {program.port} 已被占用")
    assert not (program.data_dir / "db.sqlite3").exists()


def test_unreachable_database_is_one_sentence(tmp_path):
    port = services.free_port()
    program = Program(tmp_path, DATABASE_URL=f"postgres://nobody:x@127.0.0.1:{port}/none")
    assert_one_sentence(run_script("setup", program), f"连不上数据库 127.0.0.1:{port}", "DATABASE_URL")
    assert_one_sentence(run_script("run", program), f"连不上数据库 127.0.0.1:{port}", "DATABASE_URL")


def test_wrong_database_password_is_one_sentence(tmp_path, postgres_server):
    url = postgres_server.url.replace("tester:", "tester:wrong")
    assert_one_sentence(run_script("setup", Program(tmp_path, DATABASE_URL=url)), "拒绝了用户“tester”的登录")


def test_missing_database_is_one_sentence(tmp_path, postgres_server):
    url = postgres_server.url.rpartition("/")[0] + "/absent"
    assert_one_sentence(run_script("setup", Program(tmp_path, DATABASE_URL=url)), "没有库“absent”")


def test_unreachable_redis_is_one_sentence(tmp_path):
    port = services.free_port()
    program = Program(tmp_path, REDIS_URL=f"redis://127.0.0.1:{port}/0")
    assert_one_sentence(run_script("run", program), f"连不上 Redis 127.0.0.1:{port}", "REDIS_URL")


def test_data_directory_that_is_a_file_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert_one_sentence(run_script("setup", Program(tmp_path / "file")), "数据目录无法使用", "DATA_DIR")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "abc", "PORT 的值“abc”不是端口号"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL 的值“loud”无法识别"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL 无法识别"),
        ("EMAIL_URL", "nonsense", "EMAIL_URL 无法识别"),
        ("HOST", "host.invalid", "请检查 HOST 和 PORT"),
    ],
)
def test_setting_that_cannot_be_read_is_one_sentence(tmp_path, name, value, words):
    assert_one_sentence(run_script("run", Program(tmp_path, **{name: value})), words)


def test_setup_is_quiet_when_nothing_is_to_do(program):
    first = run_script("setup", program)
    assert first.returncode == 0, first.stderr
    second = run_script("setup", program)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_missing_venv_module_names_the_line_to_run(tmp_path):
    """A copy of the scripts, on a machine whose Python lacks ensurepip and where nothing can be installed."""
    shutil.copytree(ROOT / "scripts", tmp_path / "site" / "scripts")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "id", "rm", "cat", "cmp", "env"):
        (programs / name).symlink_to(shutil.which(name))
    python = programs / "python3"
    python.write_text('#!/bin/bash\n[[ "$2" != *ensurepip* ]]\n')
    python.chmod(0o755)
    finished = subprocess.run(
        [tmp_path / "site" / "scripts" / "setup"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert_one_sentence(finished, "python3-venv", "sudo apt-get install -y python3-venv")


def test_old_python_is_one_sentence(tmp_path):
    shutil.copytree(ROOT / "scripts", tmp_path / "site" / "scripts")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "env"):
        (programs / name).symlink_to(shutil.which(name))
    python = programs / "python3"
    python.write_text('#!/bin/bash\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    python.chmod(0o755)
    finished = subprocess.run(
        [tmp_path / "site" / "scripts" / "setup"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert_one_sentence(finished, "Python 3.11", "3.9.2")


def test_second_start_keeps_the_data_and_term_stops_every_process(program):
    program.start()
    accounts = program.accounts
    assert accounts and all(accounts.values())
    children = descendants(program.process.pid)
    assert len(children) >= 4  # web with its two workers, and the background process
    assert program.stop() == 0
    assert_all_end(children)
    shown = program.output()
    assert f"http://127.0.0.1:{program.port}/" in shown
    assert all(password in shown for password in accounts.values())

    with closing(sqlite3.connect(program.data_dir / "db.sqlite3")) as database:
        database.execute("create table kept_by_the_test (x)")
    program.start()
    assert program.accounts == accounts
    with closing(sqlite3.connect(program.data_dir / "db.sqlite3")) as database:
        assert database.execute("select count(*) from kept_by_the_test").fetchone() == (0,)
    assert program.stop(signal.SIGINT) == 0


def test_death_of_one_process_stops_the_others(program):
    program.start()
    children = descendants(program.process.pid)
    worker = next(pid for pid in children if "run_jobs" in command_line(pid))
    os.kill(worker, signal.SIGKILL)
    assert program.process.wait(40) == 1
    assert_all_end(children)
    assert "后台任务意外退出" in program.output()


def test_killed_supervisor_leaves_no_orphan(program):
    program.start()
    children = descendants(program.process.pid)
    program.process.kill()
    program.process.wait()
    assert_all_end(children, seconds=40)


def test_program_on_postgres_and_redis(tmp_path, postgres_server, redis_server):
    program = Program(tmp_path, DATABASE_URL=postgres_server.url, REDIS_URL=redis_server.url)
    with program.running():
        with urllib.request.urlopen(f"{program.url}/readyz") as answer:
            assert answer.status == 200
        children = descendants(program.process.pid)
        commands = " ".join(command_line(pid) for pid in children)
        assert " worker " in commands and " beat " in commands and "run_jobs" not in commands
    assert program.process.returncode == 0
    assert_all_end(children)
    assert not (tmp_path / "db.sqlite3").exists()
