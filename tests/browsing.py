"""What tests of the site share: the programs they need, a static host, and the pages of the built site."""

import contextlib
import functools
import gzip
import io
import json
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from compendium import paths
from compendium.publishing.browser import find

TOOLS = paths.ROOT / "tests" / "node_modules"
GZIPPED = (".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".xml")


def need(found, what: str, how: str):
    """`found`, or the test is skipped with a message; with REQUIRE_BROWSER set it fails."""
    if found:
        return found
    reason = f"no {what} on this machine; {how} to test the site"
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(f"REQUIRE_BROWSER is set, but there is {reason}")
    return pytest.skip(reason)


def chromium() -> str:
    """The path of a Chromium."""
    return need(find(), "Chromium", "install it (Debian: apt-get install chromium)")


def program(name: str, package: str) -> str:
    """The path of a program that a Debian package brings."""
    return need(shutil.which(name), name, f"install it (Debian: apt-get install {package})")


def tool(name: str) -> Path:
    """A file of the locked Node tools."""
    path = TOOLS / name
    return need(path if path.exists() else None, name, "say `make browser`, which fetches it (needs npm)")


def pages(site: Path = paths.HTML) -> list[str]:
    """Every page of a built site, as its path below the site; those that only lead on are none."""
    texts = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    return [name for name, path in texts.items() if b'http-equiv="refresh"' not in path.read_bytes()[:2000]]


HEAVIEST = 3


def looked_at(site: Path = paths.HTML) -> list[str]:
    """The pages that are looked at in every window: all where PAGES says so, else those that `chosen` gives."""
    if (which := os.environ.get("PAGES", "")) not in ("", "all"):
        raise pytest.UsageError(f"PAGES is 'all' or not set, not {which!r}.")
    every = pages(site)
    if which == "all" or not every:
        return every
    told = json.loads((site.parent / paths.RESULTS.name).read_text("utf-8"))
    notebooks = {f"{paths.PAGES.name}/{study}": source["notebook"] for study, source in told.items()}
    prose = {path.stem for path in paths.BOOK.glob("*.md")}
    made = {page: page.removesuffix(".html") for page in every}
    kinds = {page: notebooks.get(name, "prose" if name in prose else page) for page, name in made.items()}
    return chosen(kinds, {page: (site / page).stat().st_size for page in every})


def chosen(kinds: dict[str, str], weights: dict[str, int]) -> list[str]:
    """The three heaviest pages, and of each kind that is not among them the lightest.

    A kind is what made a page: the notebook, or somebody's prose; the search, say, is a kind by itself.
    """
    by_weight = sorted(kinds, key=lambda page: (-weights[page], page))
    of_each_kind = {kinds[page]: page for page in by_weight}
    seen = {kinds[page] for page in by_weight[:HEAVIEST]}
    return sorted({*by_weight[:HEAVIEST], *(page for kind, page in of_each_kind.items() if kind not in seen)})


def heaviest(site: Path = paths.HTML) -> list[str]:
    """The three heaviest pages of a built site."""
    return sorted(pages(site), key=lambda page: (-(site / page).stat().st_size, page))[:HEAVIEST]


class StaticHost(SimpleHTTPRequestHandler):
    """Serves files compressed and cacheable, as a static host does."""

    protocol_version = "HTTP/1.1"  # connections are kept, as everywhere

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        body, packed = path.read_bytes(), path.suffix in GZIPPED
        body = _packed(body) if packed else body
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)
        return None

    def log_message(self, *_) -> None:
        """Say nothing."""


@functools.cache
def _packed(body: bytes) -> bytes:
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=0) as packed:
        packed.write(body)
    return stream.getvalue()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; gives the address, which ends with a slash."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(StaticHost, directory=str(folder)))
    thread = threading.Thread(target=host.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{host.server_port}/"
    finally:
        host.shutdown()
        host.server_close()
        thread.join()
