"""Pictures of charts by a real Chromium; without one a clear sentence."""

import hashlib
import os
import signal
import stat
import struct
import time
import zlib

import pytest

from common import browser, chart_pictures
from common.chart_pictures import ChartsUnavailable, chart_png, require_browser
from common.charts import ChartDescription, Point, Series, document_height, plotly_figure


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def drawing(browser_path, data_dir, monkeypatch):
    """A drawer of its own, closed after the test, so that no browser outlives it."""
    drawer = chart_pictures._Drawer()
    monkeypatch.setattr(chart_pictures, "_drawer", drawer)
    yield drawer
    drawer.stop()


@pytest.fixture
def browser_path():
    try:
        return require_browser()
    except ChartsUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def make_figure(label="齐河县"):
    desc = ChartDescription(
        "progress", "county", "进度", "%", (Series("完成率", (Point(label, 91.7, "green"),)),), pace=92
    )
    return plotly_figure(desc, "document"), document_height(desc)


def pixels(png):
    """Width, height and the unpacked bytes of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    data, position = b"", 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        if png[position + 4 : position + 8] == b"IDAT":
            data += png[position + 8 : position + 8 + length]
        position += 12 + length
    return width, height, zlib.decompress(data)


def test_same_figure_gives_the_same_bytes_drawn_twice(drawing, data_dir):
    figure, height = make_figure()
    first = chart_png(figure, 590, height, scale=2)
    assert pixels(first)[:2] == (1180, height * 2)
    (cached,) = (data_dir / "chart-cache").glob("*.png")
    cached.unlink()
    drawing.stop()  # a new browser draws the second one
    assert chart_png(figure, 590, height, scale=2) == first


def test_second_call_needs_no_browser(drawing):
    figure, height = make_figure()
    first = chart_png(figure, 590, height, scale=1)
    drawing.stop()
    assert chart_png(figure, 590, height, scale=1) == first
    assert drawing.kaleido is None


def test_chinese_text_is_drawn(drawing):
    drawn = {name: hashlib.sha256(pixels(chart_png(*_sized(name)))[2]).hexdigest() for name in ("齐河县", "武城县")}
    assert len(set(drawn.values())) == 2


def _sized(label):
    figure, height = make_figure(label)
    return figure, 590, height, 1


def test_killed_browser_is_replaced_before_anyone_notices(drawing):
    figure, height = make_figure()
    chart_png(figure, 590, height, scale=1)
    os.kill(drawing.kaleido.subprocess.pid, signal.SIGKILL)
    time.sleep(1.5)
    other, height = make_figure("禹城市")
    assert pixels(chart_png(other, 590, height, scale=1))[0] == 590


def test_browser_stuck_at_its_first_start_is_replaced(drawing, tmp_path, monkeypatch, browser_path):
    """A machine under load: the first start hangs, the second one draws."""
    slow = tmp_path / "chromium"
    slow.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {browser_path} --version\n'
        f'[ -e {tmp_path}/started ] && exec {browser_path} "$@"\ntouch {tmp_path}/started\nexec sleep 60\n'
    )
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("BROWSER_PATH", str(slow))
    figure, height = make_figure("临邑县")
    patient, stop = chart_pictures.START_SECONDS, drawing.stop

    def stop_and_be_patient():
        monkeypatch.setattr(chart_pictures, "START_SECONDS", patient)
        stop()

    monkeypatch.setattr(drawing, "stop", stop_and_be_patient)
    monkeypatch.setattr(chart_pictures, "START_SECONDS", 2)
    assert pixels(chart_png(figure, 590, height, scale=1))[0] == 590


def test_browser_that_never_answers_is_given_up(drawing, tmp_path, monkeypatch):
    stuck = tmp_path / "chromium"
    stuck.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Chromium 1 && exit\nexec sleep 60\n')
    stuck.chmod(stuck.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("BROWSER_PATH", str(stuck))
    monkeypatch.setattr(chart_pictures, "START_SECONDS", 2)
    figure, height = make_figure()
    started = time.monotonic()
    with pytest.raises(ChartsUnavailable, match="图未绘制"):
        chart_png(figure, 590, height)
    assert time.monotonic() - started < 20


def test_no_browser_is_one_sentence_with_the_line_to_run(data_dir, monkeypatch):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(browser, "PLACES", ())
    figure, height = make_figure()
    with pytest.raises(ChartsUnavailable, match="apt-get install -y chromium-headless-shell"):
        chart_png(figure, 590, height)
    assert not (data_dir / "chart-cache").exists()


def test_missing_font_is_reported_before_texts_vanish(drawing, tmp_path, monkeypatch):
    monkeypatch.setattr(chart_pictures, "FONTS", tmp_path / "empty")
    figure, height = make_figure()
    with pytest.raises(ChartsUnavailable, match="Noto Sans CJK SC"):
        chart_png(figure, 590, height)
