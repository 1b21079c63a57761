"""Run notebooks with Papermill and keep what they produced."""

import os
import re
import tempfile
import time
from pathlib import Path

import nbformat

from compendium import paths
from compendium.studies import Study, write_text

os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # this environment's kernel, not a user's own


def execute(notebook: Path, parameters: dict, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook with `folder` as working directory; the executed notebook, volatile parts removed.

    Raises papermill.PapermillExecutionError where a cell fails.
    """
    import papermill
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
        # A socket path of its own for each kernel: parallel kernels cannot collide on ports.
        # Errors of cells come back as results; what the kernel logs at its end is noise.
        client = Config(
            {
                "KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"},
                "NotebookClient": {"extra_arguments": ["--log-level=50"]},
            }
        )
        folder.mkdir(parents=True, exist_ok=True)
        executed = papermill.execute_notebook(
            str(notebook),
            None,
            parameters,
            cwd=str(folder),
            kernel_name="python3",
            progress_bar=False,
            config=client,
        )
    return strip_volatile(executed)


def strip_volatile(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove times, durations, paths and random ids, so that equal runs are equal files."""
    notebook.metadata = nbformat.from_dict(
        {
            name: notebook.metadata[name]
            for name in ("kernelspec", "language_info")
            if name in notebook.metadata
        }
    )
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict(
            {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        )
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
    return notebook


def run(study: Study) -> None:
    """Run a study and put its notebook into the store, whole or not at all."""
    executed = execute(paths.ANALYSIS / f"{study.notebook}.ipynb", study.parameters, study.product.parent)
    write_text(study.product, nbformat.writes(executed) + "\n")


def run_all(chosen: list[Study], planned: list[Study]) -> list[str]:
    """Run studies one after the other, telling how far it is; the names of those that failed."""
    failed = []
    for study in chosen:
        begun, log = time.monotonic(), paths.LOGS / f"{study.study}.log"
        try:
            run(study)
            outcome = f"{time.monotonic() - begun:.1f} s"
            log.unlink(missing_ok=True)
        except Exception as error:  # a dead kernel or a time-out must not stop the other studies either
            failed.append(study.study)
            write_text(log, _plain(str(error)))
            outcome = f"FAILED {_where(error)} (see {log.relative_to(paths.ROOT)})"
        done = sum(other.product.exists() for other in planned)
        print(f"[{done}/{len(planned)}] {study.study}: {outcome}", flush=True)
    return failed


def _where(error: Exception) -> str:
    """The failing cell with its error, or the error of the kernel."""
    cell = getattr(error, "exec_count", None)
    if cell is None:
        return f"with {type(error).__name__}: {error}"
    return f"in cell {cell}: {error.ename}: {error.evalue}"


def _plain(text: str) -> str:
    """Text without terminal colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
