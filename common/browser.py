"""The installed Chromium: draws the charts of documents, and drives the browser tests."""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_browser():
    """Return the path of an installed Chromium, BROWSER_PATH first; None when there is none."""
    if path := os.environ.get("BROWSER_PATH"):
        return path
    return next((found for name in NAMES if (found := shutil.which(name))), None)
