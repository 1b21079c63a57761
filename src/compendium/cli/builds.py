"""Building: `python -m compendium.cli.builds book`, or `runs`, `pdf`, `epub`.

One process holds the lock of the folder and takes all steps: plan, run, assemble, write, bind. Each step
decides by content what it does, and writes only what changed. Snakemake is called where runs are
pending, and does nothing but share them out. What is heavy is imported once there is something to do.
"""

import argparse
import signal
import subprocess
import sys

from compendium import errors, paths
from compendium.workflow import freshness, locks

# Products are written whole or not at all, and the lock of this folder is ours, so that what a killed
# Snakemake left in its own books can be ignored.
SNAKEMAKE = ["snakemake", "--nolock", "--ignore-incomplete", "--keep-incomplete", "--keep-going"]
QUIET = ["--quiet", "rules", "progress", "reason", "host"]
NOTHING = "Nothing has changed since the book was built."


def main(arguments: list[str] | None = None) -> int:
    """Build what is asked for; 0 where it is up to date then."""
    parser = argparse.ArgumentParser(prog="compendium.cli.builds", description=__doc__)
    parser.add_argument("what", choices=BUILDS)
    parser.add_argument("--cores", type=int, default=1, help="how many notebooks run at once on this machine")
    parser.add_argument("--jobs", type=int, help="among how many jobs the runs are shared out")
    parser.add_argument("--profile", default="", help="a profile of Snakemake, for jobs on other machines")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Snakemake is ended, too
    return errors.reported(lambda: BUILDS[options.what](options))


def runs(options) -> int:
    """Carry out the runs that are pending, and make pages of all."""
    with locks.alone():
        return _runs(options)


def book(options, whatever: bool = False) -> int:
    """Bring the site up to date; with `whatever` also what lies behind it, where the site itself is."""
    if not whatever and freshness.nothing_changed(freshness.state()):
        print(NOTHING)
        return 0
    with locks.alone() as waited:
        begun = freshness.state()
        if waited and not whatever and freshness.nothing_changed(begun):
            print(NOTHING)
            return 0
        failed = _runs(options) or _command("site")
        if not failed:
            freshness.record(begun)
        return failed


def bound(options) -> int:
    """The book as PDF or EPUB, bound from what lies behind the pages of the site."""
    from compendium.publishing import books

    with locks.alone():
        made = books.file(options.what)
        failed = book(options, whatever=not books.up_to_date(made)) or _command(options.what)
        if not failed:
            print(f"The book is at {made}; the next 'make book' offers it on the site.")
        return failed


def _runs(options) -> int:
    from compendium.workflow.planning import load

    failed = _command("plan", "--jobs", str(options.jobs or options.cores))
    if not failed and load()[1]:
        failed = _share_out(options)
    return failed or _command("assemble")


def _share_out(options) -> int:
    """Have Snakemake run the chunks of the plan. Ctrl-C reaches it too: it stops its jobs, and is waited for."""
    where = ["--cores", str(options.cores)]
    if options.profile:
        where = ["--profile", options.profile, "--jobs", str(options.jobs or options.cores)]
    stopped = None
    sys.stdout.flush()  # what was said so far comes first
    with subprocess.Popen([*SNAKEMAKE, *QUIET, *where, "--", "runs"], cwd=paths.ROOT) as process:
        while process.returncode is None:
            try:
                process.wait()
            except KeyboardInterrupt as error:
                stopped = error
            except SystemExit:
                process.terminate()
                raise
    if stopped:
        raise stopped
    return process.returncode


def _command(*words: str) -> int:
    from compendium.cli.main import main

    return main(list(words))


BUILDS = {"book": book, "runs": runs, "pdf": bound, "epub": bound}

if __name__ == "__main__":
    sys.exit(main())
