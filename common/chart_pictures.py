"""Pictures of charts for documents: Plotly's own exporter with one resident browser per process.

The picture shows what the page shows: the same figure, the same plotly.js. Texts are set in the documents' own
fonts only, so that a picture does not depend on what else the machine has installed. Pictures are cached
by the figure and by the versions that drew them.
"""

import asyncio
import atexit
import hashlib
import logging
import os
import subprocess
import threading
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape

import orjson
from django.conf import settings

from common import browser
from common.files import write_file

log = logging.getLogger(__name__)

INSTALL = "apt-get install -y chromium-headless-shell"
START_SECONDS = 30
DRAW_SECONDS = 30

FONTS = Path("reports/bulletins/fonts")  # holds Noto Sans CJK SC, the family of the document look
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class ChartsUnavailable(Exception):
    """No picture can be drawn here; the message is a Chinese sentence that says what to do."""


def chart_png(figure: dict, width_px: int, height_px: int, scale: float = 4) -> bytes:
    """The figure as PNG of ``width_px × scale`` pixels; the same figure gives the same bytes.

    Raises ChartsUnavailable when no browser is found, it does not start, or it does not answer in time.
    """
    path = require_browser()
    size = {"format": "png", "width": width_px, "height": height_px, "scale": scale}
    cached = cache_folder() / f"{_cache_key(figure, size, path)}.png"
    if cached.exists():
        return cached.read_bytes()
    picture = _drawer.draw(figure, size, path)
    write_file(cached, picture)
    return picture


def require_browser() -> str:
    """Return the browser's path; ChartsUnavailable says what to do where there is none."""
    found = browser.find_browser()
    if found is None:
        chosen = os.environ.get("BROWSER_PATH")
        missing = f"BROWSER_PATH 所指的浏览器 {chosen} 不能运行" if chosen else "没有找到 Chromium"
        raise ChartsUnavailable(f"{missing}，图未绘制。请以 root 执行：{INSTALL}")
    return found


def cache_folder() -> Path:
    return Path(settings.DATA_DIR) / "chart-cache"


def _cache_key(figure: dict, size: dict, path: str) -> str:
    """SHA-256 of the figure's canonical JSON, its size and everything that takes part in drawing it."""
    content = orjson.dumps([figure, size, _versions(path)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _plotly_bundle() -> Path:
    return Path(settings.BASE_DIR) / "static" / "vendor" / "plotly.min.js"


def _font_folder() -> Path:
    return Path(settings.BASE_DIR) / FONTS


@lru_cache(maxsize=4)
def _versions(browser: str) -> list[str]:
    """The browser's version, kaleido's, the hash of the plotly bundle and of the font list."""
    try:
        answer = subprocess.run([browser, "--version"], capture_output=True, timeout=START_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise ChartsUnavailable(f"浏览器 {browser} 不能启动，图未绘制。请执行：{INSTALL}") from error
    fonts = [f"{path.name} {path.stat().st_size}" for path in sorted(_font_folder().glob("*.?t?"))]
    bundle = hashlib.sha256(_plotly_bundle().read_bytes()).hexdigest()
    return [answer.stdout.decode(errors="replace").strip(), version("kaleido"), bundle, *fonts]


def _fonts_conf() -> Path:
    """A fontconfig file that names the documents' fonts; without a CJK font texts would silently vanish."""
    folder = _font_folder()
    if not any(folder.glob("NotoSansCJK*")):
        raise ChartsUnavailable(f"字体目录 {folder} 中没有 Noto Sans CJK SC，图中文字无法显示，图未绘制。")
    conf = cache_folder() / "fonts.conf"
    text = FONTS_CONF.format(folder=escape(str(folder)), cache=escape(str(cache_folder() / "fonts"))).encode()
    if not conf.exists() or conf.read_bytes() != text:
        write_file(conf, text)
    return conf


class _Drawer:
    """One browser in one thread with its own event loop; started on first use, replaced when it fails."""

    def __init__(self):
        self.lock = threading.Lock()
        self.owner = None  # pid: a forked worker must not use its parent's browser
        self.loop = None
        self.kaleido = None

    def draw(self, figure: dict, size: dict, browser: str) -> bytes:
        """The picture; a dead or stuck browser is replaced once, before the caller hears of it."""
        with self.lock:
            try:
                return self._draw(figure, size, browser)
            except ChartsUnavailable:
                raise
            except Exception as error:  # a dead or stuck browser shows in many ways; a new one most often draws
                log.warning("chart not drawn, trying a new browser: %r", error)
                self.stop()
            try:
                return self._draw(figure, size, browser)
            except Exception as error:
                log.warning("chart not drawn: %r", error)
                self.stop()
                raise ChartsUnavailable("浏览器未能按时画出图，图未绘制。请稍后重新生成。") from error

    def _draw(self, figure: dict, size: dict, browser: str) -> bytes:
        self._start(browser)
        return self._wait(self.kaleido.calc_fig(figure, opts=size), DRAW_SECONDS)

    def _start(self, browser: str) -> None:
        if self.kaleido is not None and self.owner == os.getpid():
            return
        import kaleido
        from choreographer.browsers.chromium import Chromium

        fonts_conf = str(_fonts_conf())

        class WithOwnFonts(Chromium):
            def get_env(self):
                return {**super().get_env(), "FONTCONFIG_FILE": fonts_conf, "LANG": "C.UTF-8", "TZ": "Asia/Shanghai"}

        async def start():
            drawing = kaleido.Kaleido(
                n=1,
                timeout=DRAW_SECONDS,
                plotlyjs=_plotly_bundle(),
                mathjax=False,
                path=browser,
                browser_cls=WithOwnFonts,
            )
            self.kaleido = drawing
            await drawing.open()

        self.owner = os.getpid()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="charts", daemon=True).start()
        self._wait(start(), START_SECONDS)

    def _wait(self, coroutine, seconds: float):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    def stop(self) -> None:
        """Close the browser, by force when it does not answer."""
        drawing, loop, self.kaleido, self.loop = self.kaleido, self.loop, None, None
        if drawing is None or loop is None or self.owner != os.getpid():
            return
        try:
            asyncio.run_coroutine_threadsafe(drawing.close(), loop).result(5)
        except Exception as error:  # closing is best effort: what remains is killed below
            log.info("browser not closed: %r", error)
        process = getattr(drawing, "subprocess", None)
        if process is not None and process.poll() is None:
            process.kill()
        loop.call_soon_threadsafe(loop.stop)


_drawer = _Drawer()
atexit.register(_drawer.stop)
