"""Which pages Sphinx reads and writes again: content decides, times of files say nothing.

By itself Sphinx holds the time of a source against the time at which it read it. Where a clock was set back,
or a folder copied, it would read all pages again for ever, or miss those that changed. Here a page is read
again where its source, a file that it depends on, or what Sphinx keeps of it holds something else than when
it was read; what has been read is written, and so is what is not there.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


class SiteBuilder(StandaloneHTMLBuilder):
    """The builder of the site, but it does not compare times: `site` removes what is not as it was written."""

    def get_outdated_docs(self) -> Iterator[str]:
        return (page for page in self.env.found_docs if not Path(self.get_outfilename(page)).exists())


def by_content(app: Sphinx, env, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages to read again, instead of those that Sphinx found by time."""
    # What a source holds now is what will be read; one that changes meanwhile is read again next time.
    env.compendium_sources = {page: digest(env.doc2path(page)) for page in env.found_docs}
    known, now = getattr(env, "compendium_read", {}), parts(env, env.found_docs)
    changed.clear()
    return [page for page in env.found_docs if page in env.reread_always or known.get(page) != now[page]]


def note(app: Sphinx, env) -> None:
    """Keep what all pages were read from with what Sphinx keeps of them."""
    env.compendium_read = parts(env, env.found_docs)


def parts(env, pages) -> dict[str, dict[str, str]]:
    """For each page the digests of its source, of what Sphinx keeps of it, and of what it depends on."""
    once = cache(digest)  # most pages depend on the same few files
    return {
        page: {
            "source": env.compendium_sources[page],
            "kept": once(Path(env.doctreedir) / f"{page}.doctree"),
            **{name: once(Path(env.srcdir) / name) for name in env.dependencies.get(page, ())},
        }
        for page in pages
    }


def digest(path: str | Path) -> str:
    """Digest of a file; empty where there is none."""
    path = Path(path)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def setup(app: Sphinx) -> None:
    """Register the builder and the hooks."""
    app.add_builder(SiteBuilder, override=True)
    app.connect("env-get-outdated", by_content)
    app.connect("env-updated", note)
