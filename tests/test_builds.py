"""Builds that need no hand: one at a time, decided by content, damage made good, disks told of in one line."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from compendium import errors, files, paths
from compendium.cli import builds
from compendium.cli import main as cli
from compendium.errors import DataError
from compendium.publishing import books, site
from compendium.workflow import execution, freshness, locks, planning

GARBAGE = [b"", b"{", b'{"cells": [', b"\xff\xfe\x00", b"[1]", b"5", b"null", b"[" * 100_000]
# Holds the lock of a folder until it is told to end.
HOLDER = """
import sys
from pathlib import Path
from compendium.workflow import locks
locks.LOCK = Path(sys.argv[1])
with locks.alone() as waited:
    print("waited" if waited else "at once", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A project of a test's own, all its files holding `before`."""
    names = {
        "ROOT": ".",
        "BUILD": "_build",
        "PAGES": "book/studies",
        "HTML": "_build/html",
        "BOOKS": "_build/books",
    }
    names |= {
        "PLAN": "_build/plan.json",
        "STORE": "_build/store",
        "SLICES": "_build/slices",
        "LOGS": "_build/logs",
    }
    for name, folder in names.items():
        monkeypatch.setattr(paths, name, tmp_path / folder)
    monkeypatch.setattr(freshness, "RECORD", tmp_path / "_build" / "built-from.json")
    monkeypatch.setattr(locks, "LOCK", tmp_path / "_build" / "lock")
    monkeypatch.setenv("COMPENDIUM_DATA", str(tmp_path / "data"))
    inputs = ("data/cases.csv", "book/index.md", "analysis/a.ipynb", "src/a.py", "_build/html/index.html")
    for name in (*freshness.FILES, *inputs):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    return tmp_path


@pytest.fixture
def steps(place, monkeypatch) -> list[str]:
    """The steps that a build takes, none of which does anything here."""
    taken = []
    monkeypatch.setattr(builds, "_command", lambda *words: taken.append(words[0]) or 0)
    monkeypatch.setattr(builds, "_share_out", lambda options: taken.append("run") or 0)
    monkeypatch.setattr(planning, "load", lambda: ([], [["a"]]))
    return taken


def fresh() -> bool:
    return freshness.nothing_changed(freshness.state())


def test_the_book_is_fresh_until_the_content_of_an_input_or_a_page_changes(place):
    assert not fresh()
    freshness.record(freshness.state())
    assert fresh()
    (place / "book" / "studies").mkdir()
    (place / "book" / "studies" / "made.ipynb").write_text("generated")
    assert fresh(), "what is generated is no input"
    for changed in (place / "data" / "cases.csv", place / "_build" / "html" / "index.html"):
        facts = changed.stat()
        os.utime(changed, (2e9, 2e9))
        assert fresh(), "times say nothing"
        changed.write_text("after!")
        os.utime(changed, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert not fresh(), "the same size and the same time, but another content"
        freshness.record(freshness.state())
    changed.unlink()
    assert not fresh()


@pytest.mark.parametrize("name", ["link", "pipe"])
def test_what_is_no_regular_file_holds_nobody_up(place, name):
    (place / "book" / "link").symlink_to(place / "nowhere")
    os.mkfifo(place / "data" / "pipe")
    freshness.record(freshness.state())
    assert fresh()


def test_a_build_with_nothing_to_do_takes_no_step_and_says_so(steps, capsys):
    assert builds.main(["book"]) == 0
    assert steps == ["plan", "run", "assemble", "site"]
    assert builds.main(["book"]) == 0
    assert len(steps) == 4
    assert capsys.readouterr().out == f"{builds.NOTHING}\n"


def test_a_build_that_fails_stops_there_and_is_not_recorded(steps, monkeypatch):
    monkeypatch.setattr(builds, "_share_out", lambda options: 1)
    assert builds.main(["book"]) == 1
    assert steps == ["plan"]
    assert not fresh()


def test_an_input_that_changes_during_a_build_is_not_in_the_book_yet(place, steps, monkeypatch):
    monkeypatch.setattr(
        builds, "_share_out", lambda options: (place / "book" / "index.md").write_text("after") * 0
    )
    assert builds.main(["book"]) == 0
    assert not fresh()


def test_a_book_is_bound_from_what_is_up_to_date_behind_the_pages(place, steps, monkeypatch):
    """The site may be whole where what was assembled for it is damaged."""
    builds.main(["book"])
    steps.clear()
    monkeypatch.setattr(books, "up_to_date", lambda book: False)
    assert builds.main(["epub"]) == 0
    assert steps == ["plan", "run", "assemble", "site", "epub"]
    monkeypatch.setattr(books, "up_to_date", lambda book: True)
    steps.clear()
    assert builds.main(["epub"]) == 0
    assert steps == ["epub"]


def test_a_bound_book_that_is_cut_off_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(books, "RECORDS", tmp_path / "bound")
    monkeypatch.setattr(books, "made_from", lambda: "one state")
    book = tmp_path / "a.pdf"
    books.keep(book, b"whole", "one state")
    assert books.up_to_date(book)
    book.write_bytes(b"who")
    assert not books.up_to_date(book)
    books.keep(book, b"whole", "one state")
    (tmp_path / "bound" / "a.pdf.json").write_bytes(b"\xff")
    assert not books.up_to_date(book)


def holder(lock: Path) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(Path(locks.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_build_waits_and_says_for_whom(tmp_path):
    lock = tmp_path / "_build" / "lock"
    first = holder(lock)
    assert first.stdout.readline() == "at once\n"
    second = holder(lock)
    assert second.stdout.readline() == (
        f"Another build is running in this folder (process {first.pid} on {os.uname().nodename}); waiting.\n"
    )
    first.communicate("")
    assert second.stdout.readline() == "waited\n"
    second.communicate("")
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_killed_build_stands_in_nobodys_way(tmp_path):
    first = holder(tmp_path / "lock")
    assert first.stdout.readline() == "at once\n"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second = holder(tmp_path / "lock")
    assert second.communicate("")[0] == "at once\n"


def test_whoever_holds_the_lock_goes_on(place):
    with locks.alone() as first, locks.alone() as second:
        assert (first, second) == (False, False)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_told_of_and_built_in(place, monkeypatch, capsys, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(locks.fcntl, "flock", refuse)
    with locks.alone():
        pass
    assert (
        capsys.readouterr().err == "This file system has no locks: let no other build run here meanwhile.\n"
    )


def test_commands_that_write_wait_for_each_other_but_a_chunk_of_a_build_does_not(place, monkeypatch):
    held = []
    monkeypatch.setattr(
        cli, "COMMANDS", dict.fromkeys(cli.COMMANDS, lambda options: held.append(locks._held) or 0)
    )
    for command in (["plan"], ["run"], ["run", "--chunk", "0"], ["site"], ["claims"]):
        assert cli.main(command) == 0
    assert held == [True, True, False, True, False]


@pytest.mark.parametrize("content", GARBAGE, ids=lambda content: repr(content[:9]))
def test_a_damaged_record_counts_as_none(place, steps, monkeypatch, content):
    path = place / "_build" / "x.json"
    path.write_bytes(content)
    assert files.read_record(path) == {}
    monkeypatch.undo()
    with pytest.raises(DataError, match="'make book' makes it anew"):
        files.read_made(path)
    monkeypatch.setattr(paths, "PLAN", path)
    with pytest.raises(DataError, match="'compendium plan' makes it anew"):
        planning.load()


def test_garbage_in_the_record_of_a_build_means_a_build(place, steps):
    builds.main(["book"])
    for content in GARBAGE:
        freshness.RECORD.write_bytes(content)
        steps.clear()
        assert builds.main(["book"]) == 0
        assert steps == ["plan", "run", "assemble", "site"]


@pytest.mark.parametrize(
    "content", [*GARBAGE, b'{"cells": []}', b'{"cells": [1]}'], ids=lambda content: repr(content[:12])
)
def test_a_damaged_product_is_run_again(place, content):
    whole = (paths.ANALYSIS, Path(__file__).parents[1] / "analysis" / "profile.ipynb")[1].read_bytes()
    run = planning.Run("a", "profile", "A", (), (), {}, key="k" * 20)
    run.product.parent.mkdir(parents=True)
    run.product.write_bytes(whole)
    assert run.done()
    assert planning.save([run], 1) == 0
    run.product.write_bytes(content)
    assert not run.done()
    assert planning.save([run], 1) == 1
    assert not run.product.exists(), "Snakemake runs what is not there"
    run.product.write_bytes(whole[: len(whole) // 2])
    assert planning.save([run, replace(run, name="b")], 1) == 2


def test_damaged_records_of_the_site_mean_a_site_from_nothing(tmp_path, monkeypatch):
    for name, value in {"FRAME": "frame.json", "DOCTREES": "doctrees"}.items():
        monkeypatch.setattr(site, name, tmp_path / value)
    monkeypatch.setattr(paths, "HTML", tmp_path / "html")
    for content in GARBAGE:
        for folder in (site.DOCTREES, paths.HTML):
            folder.mkdir(exist_ok=True)
        site.FRAME.write_bytes(content)
        assert site.forget_outdated({"parsed": "1"}) == {}
        assert not site.DOCTREES.exists()
        assert not paths.HTML.exists()


def told(capsys, task) -> str:
    """The one line that a task which fails says."""
    assert errors.reported(task) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "no room"), (errno.EDQUOT, "no room"), (errno.EROFS, "right"), (errno.EACCES, "right")],
)
def test_a_disk_that_takes_nothing_is_told_of_in_one_line(place, monkeypatch, capsys, number, remedy):
    opened = Path.open

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, content):
            raise OSError(number, os.strerror(number))  # as the system says it: without the name of the file

    def open_full(path, mode="r", *more, **options):
        file = opened(path, mode, *more, **options)
        return Full(file) if mode == "xb" else file

    monkeypatch.setattr(Path, "open", open_full)
    line = told(capsys, lambda: files.write_text(place / "_build" / "page.html", "text"))
    assert line.startswith(f"{place}/_build/page.html: ".replace(f"{Path.cwd()}/", ""))
    assert remedy in line
    assert [path.name for path in (place / "_build").iterdir()] == ["html"], "nothing is left half written"


def test_a_file_where_a_folder_is_needed_is_named(place, capsys):
    (place / "_build" / "html" / "index.html").unlink()
    (place / "_build" / "html").rmdir()
    (place / "_build").rmdir()
    (place / "_build").write_text("in the way")
    for what in builds.BUILDS:
        assert builds.main([what]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"{place}/_build") and said.endswith("move it away and build again.\n"), said
        assert said.count("\n") == 1


def test_ctrl_c_and_a_mistake_of_the_data_are_one_line(capsys):
    def stop():
        raise KeyboardInterrupt

    def refuse():
        raise DataError("cases.csv: what to do.")

    assert errors.reported(stop) == 130
    assert errors.reported(refuse) == 1
    assert capsys.readouterr().err == "Stopped.\ncases.csv: what to do.\n"


def test_a_full_disk_ends_a_chunk_but_a_time_out_only_its_run(place, monkeypatch, capsys):
    planned = [planning.Run(name, "profile", "A", (), (), {}, key="k" * 20) for name in "ab"]

    def fail(error):
        def carry_out(run):
            raise error

        monkeypatch.setattr(execution, "carry_out", carry_out)
        return execution.carry_out_all(planned, planned)

    assert fail(TimeoutError("a cell took too long")) == ["a", "b"]
    with pytest.raises(OSError, match="No space"):
        fail(OSError(errno.ENOSPC, "No space left on device"))


def test_of_a_copy_that_does_not_fit_the_file_that_is_written_is_named():
    error = OSError(
        errno.ENOSPC, "No space left on device", "/elsewhere/theme.js", None, "_build/html/theme.js"
    )
    assert errors.of_disk(error).startswith("_build/html/theme.js: there is no room left")
