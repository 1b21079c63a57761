"""The browser of this machine: under which names it is looked for, and how it is started."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "There is no Chromium on this machine; install it (Debian: apt-get install chromium)."


def find() -> str | None:
    """The path of the first browser that is there; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
