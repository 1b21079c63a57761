"""Run notebooks with Papermill and keep what they produced."""

import re
import tempfile
import time
from pathlib import Path

import nbformat

from compendium import isolation, paths
from compendium.codings.runs import Run
from compendium.errors import DataError, is_of_disk
from compendium.files import write_text
from warm_kernels import client as warm
from warm_kernels import spec

isolation.isolate()
KERNEL = "compendium"
# Third-party libraries only: the project's own code is imported anew in each kernel.
PRELOAD = [
    "jinja2",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "numpy",
    "pandas",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
    "statsmodels.stats.contingency_tables",
]


def prepare_kernels() -> None:
    """Have the parent of the kernels start importing while the workflow is still being set up."""
    warm.prepare(PRELOAD, spec.IDLE)


def install_kernel() -> str:
    """Put the project's kernel into this environment: one that is forked with the libraries loaded."""
    return spec.install(KERNEL, "Compendium", PRELOAD)


def execute(notebook: Path, parameters: dict, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook with `folder` as working directory; the executed notebook, volatile parts removed.

    Raises papermill.PapermillExecutionError where a cell fails.
    """
    import papermill
    from traitlets.config import Config

    with _folder_for_sockets() as sockets:
        # A socket path of its own for each kernel: parallel kernels cannot collide on ports.
        # Errors of cells come back as results; what the kernel logs at its end is noise.
        client = Config(
            {
                "KernelManager": {
                    "transport": "ipc",
                    "ip": f"{sockets}/k",
                    "client_factory": "warm_kernels.prompt.PromptClient",
                },
                "NotebookClient": {"extra_arguments": ["--log-level=50"]},
            }
        )
        folder.mkdir(parents=True, exist_ok=True)
        executed = papermill.execute_notebook(
            str(notebook),
            None,
            parameters,
            cwd=str(folder),
            kernel_name=KERNEL,
            progress_bar=False,
            config=client,
        )
    return strip_volatile(executed)


def _folder_for_sockets() -> tempfile.TemporaryDirectory:
    """A folder that only this user can enter, short enough for the addresses of sockets."""
    try:
        place = warm.with_room(tempfile.gettempdir(), "kernel-12345678/k-12345")
        return tempfile.TemporaryDirectory(prefix="kernel-", dir=place)
    except OSError as error:
        raise DataError(
            f"there is no folder for the sockets of kernels ({error}); set TMPDIR to one that you may write to."
        ) from None


def strip_volatile(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove times, durations, paths, random ids and which kernel served: equal runs are equal files."""
    language = {k: v for k, v in notebook.metadata.get("language_info", {}).items() if k != "version"}
    ordinary = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({"kernelspec": ordinary, "language_info": language})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict(
            {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        )
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
    return notebook


def carry_out(run: Run) -> None:
    """Carry out a run and put its notebook into the store, whole or not at all."""
    executed = execute(paths.ANALYSIS / f"{run.notebook}.ipynb", run.parameters, run.product.parent)
    write_text(run.product, nbformat.writes(executed) + "\n")


def carry_out_all(chosen: list[Run], planned: list[Run]) -> list[str]:
    """Carry out runs one after the other, telling how far the whole plan is; the names of those that failed."""
    failed, begun, progress = [], time.monotonic(), Progress(planned)
    for run, following in zip(chosen, [*chosen[1:], None]):
        started, log = time.monotonic(), paths.LOGS / f"{run.name}.log"
        try:
            carry_out(run)
            outcome = f"{time.monotonic() - started:.1f} s"
            log.unlink(missing_ok=True)
        except Exception as error:  # a dead kernel or a time-out must not stop the other runs either
            if is_of_disk(error):  # which the other runs would meet as well
                raise
            failed.append(run.name)
            write_text(log, _plain(str(error)))
            outcome = f"FAILED {where(error)} (see {log.relative_to(paths.ROOT)})"
        so_far = f"{time.monotonic() - begun:.0f} s, {progress.after(run)}"
        coming = f"; now {following.name}" if following else ""
        print(f"[{so_far}] {run.name}: {outcome}{coming}", flush=True)
    return failed


class Progress:
    """How many runs of a plan are done, by all jobs together; other jobs are asked once a second at most."""

    def __init__(self, planned: list[Run]):
        self.total, self.missing, self.looked = len(planned), {run.name: run for run in planned}, 0.0

    def after(self, run: Run) -> str:
        """What to tell when a run is through."""
        self.missing.pop(run.name, None)
        if time.monotonic() - self.looked > 1:
            self.missing = {run.name: run for run in self.missing.values() if not run.product.exists()}
            self.looked = time.monotonic()
        return f"{len(self.missing)} of {self.total} left"


def where(error: Exception) -> str:
    """The failing cell with its error, or the error of the kernel."""
    cell = getattr(error, "exec_count", None)
    if cell is None:
        return f"with {type(error).__name__}: {error}"
    return f"in cell {cell}: {error.ename}: {error.evalue}"


def _plain(text: str) -> str:
    """Text without terminal colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
