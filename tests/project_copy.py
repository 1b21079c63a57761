"""A temporary copy of the project, built as a user builds it."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from compendium import paths
from compendium.workflow import freshness

COPIED = [*freshness.FILES, "pyproject.toml"]
FOLDERS = [*freshness.FOLDERS, "data", "profiles"]


class Project:
    """A copy of the project that shares this one's environment.

    It builds its own data, or those of another package, a copy of which lies in it.
    """

    def __init__(self, root, package: Path | None = None):
        self.root = root
        self.package = package.name if package else "data"
        if package:
            shutil.copytree(package, root / package.name)
        self.kept = root.with_name(f"{root.name}-kept")
        for name in COPIED:
            shutil.copy2(paths.ROOT / name, root / name)
        for name in FOLDERS:
            shutil.copytree(
                paths.ROOT / name, root / name, ignore=shutil.ignore_patterns("studies", "__pycache__")
            )
        (root / ".venv").symlink_to(paths.ROOT / ".venv")
        # a short name of its own for sockets, so that what is left there can be told
        self.runtime = Path(tempfile.mkdtemp(prefix="run-"))
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment["XDG_RUNTIME_DIR"] = str(self.runtime)

    def keep(self) -> None:
        """Remember every file as it is now, for `restore`."""
        shutil.copytree(self.root, self.kept, symlinks=True)

    def restore(self) -> None:
        """Have every file as it was kept, with its time; what a test changed is gone.

        In the same place: a book that has moved is built anew.
        """
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root, symlinks=True)

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["make", f"DATA={self.package}", *arguments],
            cwd=self.root,
            env=self.environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )

    def make(self, *arguments: str, **settings: str) -> str:
        process = self.start(*arguments, **settings)
        output, _ = process.communicate(timeout=900)
        assert process.returncode == 0, output
        return output

    def left_behind(self) -> list[str]:
        """Processes that work for this copy, and sockets; empty within seconds of the end of a build."""
        end = time.monotonic() + 10
        while (found := self._left_behind()) and time.monotonic() < end:
            time.sleep(0.1)
        return found

    def _left_behind(self) -> list[str]:
        found = [str(path) for path in self.runtime.rglob("*")]
        for process in psutil.process_iter(["pid", "cmdline", "environ", "status"]):
            words = " ".join(process.info["cmdline"] or [])
            owned = (process.info["environ"] or {}).get("XDG_RUNTIME_DIR") == str(self.runtime)
            if owned or str(self.runtime) in words:
                found.append(f"{process.info['pid']} {process.info['status']} {words}")
        return found

    def plan(self) -> list[dict]:
        """The planned runs."""
        return json.loads((self.root / "_build" / "plan.json").read_text("utf-8"))["runs"]

    def site(self, exact: bool = False) -> dict[str, str]:
        """Digest of every file of the site; of the search index what counts, or `exact`, to the byte."""
        html = self.root / "_build" / "html"
        files = {str(path.relative_to(html)): path for path in html.rglob("*") if path.is_file()}
        read = Path.read_bytes if exact else content_of
        return {name: hashlib.sha256(read(path)).hexdigest() for name, path in files.items()}

    def products(self) -> dict[str, str]:
        """Digest of every file that the build calculated."""
        made = {
            f"store/{s['name']}": self.root / "_build" / "store" / s["key"] / f"{s['name']}.ipynb"
            for s in self.plan()
        }
        files = {str(p.relative_to(self.root)): p for p in (self.root / "_build" / "downloads").rglob("*.*")}
        files |= made | {"results.json": self.root / "_build" / "results.json"}
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def hear_ctrl_c() -> None:
    """A build is interrupted by Ctrl-C, also where the tests run in the background and hear nothing of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def content_of(path: Path) -> bytes:
    """A file of the site; of the search index, not the words that Sphinx keeps with no page to them."""
    content = path.read_bytes()
    if path.name != "searchindex.js":
        return content
    index = json.loads(content.removeprefix(b"Search.setIndex(").removesuffix(b")"))
    index["terms"] = {word: pages for word, pages in index["terms"].items() if pages != []}
    return json.dumps(index).encode()


def ran(output: str) -> list[str]:
    """Names of the runs that a build carried out, from its progress lines."""
    return [line.split("] ")[1].split(":")[0] for line in output.splitlines() if line.startswith("[")]
