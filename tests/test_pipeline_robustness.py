"""Builds that need no hand, tried on a whole copy: odd times, two at once, damage, disks that take nothing."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from conftest import Table
from project_copy import Project, ran

pytestmark = pytest.mark.pipeline


def date_everything(project: Project, year: int) -> None:
    """Give all files of the copy a time of that year."""
    time = (year - 1970) * 365.25 * 86400
    for place, _, names in os.walk(project.root):  # which does not enter the environment, a link
        for name in names:
            os.utime(os.path.join(place, name), (time, time), follow_symlinks=False)


@pytest.mark.parametrize("year", [2030, 1990])
def test_content_decides_and_times_of_files_do_not(small, year):
    """A clock that was set back, or a folder that was copied, makes no build fail, repeat itself or miss a change."""
    date_everything(small, year)
    assert "Nothing has changed" in small.make("book")
    prose = small.root / "src" / "compendium" / "publishing" / "templates" / "reading.md"
    prose.write_text(prose.read_text("utf-8") + f"\nDated {year}.\n", "utf-8")
    table = Table(small.root / small.package / "codings.csv")
    table.rows[table.find(case="alder", code="programme")]["value"] = "late music"
    table.save()
    date_everything(small, year)
    output = small.make("book")
    assert "case-alder" in ran(output)
    html = small.root / "_build" / "html"
    assert f"Dated {year}." in (html / "reading.html").read_text("utf-8")
    assert "late music" in (html / "studies" / "case-alder.html").read_text("utf-8")
    assert "Nothing has changed" in small.make("book")


def test_two_builds_at_once(small):
    """The second waits, says so, and finds nothing left to do."""
    (small.root / "_build" / "built-from.json").unlink()
    builds = [small.start("book"), small.start("book")]
    outputs = [process.communicate(timeout=900)[0] for process in builds]
    assert [process.returncode for process in builds] == [0, 0], outputs
    waiting = [output for output in outputs if "Another build is running in this folder (process " in output]
    assert len(waiting) == 1, outputs
    assert "Nothing has changed" in waiting[0]
    assert ran(waiting[0]) == []
    assert small.left_behind() == []


def test_what_is_damaged_is_made_anew(small):
    """Products that are cut off, garbage in what was noted, pages Sphinx cannot read back: one build mends all."""
    site, build = small.site(), small.root / "_build"
    products = small.products()
    whole = sorted(build.glob("store/*/*.ipynb"))
    whole[0].write_bytes(b"")
    whole[1].write_bytes(whole[1].read_bytes()[:1000])
    whole[2].write_text("{}")
    for name in ("frame", "plan", "results", "cards", "dates", "built-from"):
        (build / f"{name}.json").write_bytes(b'{"\xff')
    doctrees = sorted(build.glob(".doctrees/**/*.doctree"))
    doctrees[0].write_bytes(doctrees[0].read_bytes()[:-100])
    doctrees[1].write_bytes(b"garbage")
    (build / "html" / "reading.html").write_text("damaged")
    (build / "html" / ".buildinfo").write_text("damaged")
    output = small.make("book")
    assert "Traceback" not in output
    assert set(ran(output)) == {path.stem for path in whole[:3]}
    assert small.products() == products
    assert small.site() == site
    (build / ".doctrees" / "environment.pickle").write_bytes(b"garbage")
    (build / "built-from.json").write_text("[]")
    small.make("book")
    assert small.site() == site


@contextmanager
def mounted(*arguments: str, on):
    """A mount on a folder, for tests as root where mounts are allowed."""
    done = subprocess.run(["mount", *arguments, on], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", on], check=True)


def own_words(output: str) -> list[str]:
    """What a build that fails says, without make's line and those that say how far it came."""
    lines = output.strip().splitlines()
    return [line for line in lines if not line.startswith("make") and not line.endswith(" to do.")]


@pytest.mark.parametrize(
    "left_out",
    [("*",), ("html", ".doctrees", "jupyter_execute"), ("html",)],
    ids=["plan", "reading", "writing"],
)
def test_a_full_disk_is_told_of_in_one_line(small, tmp_path, left_out):
    """Without room for the plan; for what Sphinx reads, when all was run; for what it then writes."""
    build, kept = small.root / "_build", tmp_path / "kept"
    shutil.copytree(build, kept, ignore=shutil.ignore_patterns(*left_out))
    used = sum(path.stat().st_blocks * 512 + 4096 for path in kept.rglob("*"))
    with mounted("-t", "tmpfs", "-o", f"size={used + 500_000}", "tmpfs", on=build):
        shutil.copytree(kept, build, dirs_exist_ok=True)
        process = small.start("book")
        output, _ = process.communicate(timeout=600)
    assert process.returncode != 0
    (line,) = own_words(output)
    assert "_build" in line, output
    assert "no room left on the disk" in line, output
    assert "Nothing has changed" in small.make("book")


def test_a_folder_that_must_not_be_written_to_is_told_of_in_one_line(small):
    build = small.root / "_build"
    (build / "built-from.json").write_text("{}")
    with mounted("--bind", build, on=build):
        subprocess.run(["mount", "-o", "remount,bind,ro", build], check=True)
        process = small.start("book")
        output, _ = process.communicate(timeout=600)
    assert process.returncode != 0
    (line,) = own_words(output)
    assert line.startswith("_build/") and "may not be read or written here" in line, output
    small.make("book")
