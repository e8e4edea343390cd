"""The installed Chromium: draws the charts of documents, and drives the browser tests."""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/usr/lib/chromium/chromium-headless-shell")


def find_browser() -> str | None:
    """Return the path of an installed Chromium, BROWSER_PATH first; None when there is none that runs."""
    candidates = [chosen] if (chosen := os.environ.get("BROWSER_PATH")) else [*map(shutil.which, NAMES), *PLACES]
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)
