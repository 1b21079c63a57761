"""Notebooks run the same for everybody, and one that ends its kernel is told at once."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from compendium import paths
from compendium.codings.package import DataError
from compendium.workflow import execution

pytestmark = pytest.mark.kernels
FIGURE = """
from IPython.display import SVG, display
from compendium.pages import drawing
import matplotlib.pyplot as plt
import os
figure, axes = drawing.canvas(2)
axes.plot([1, 2, 3], [3, 1, 2])
axes.set_title("a figure")
display(SVG(drawing.to_svg(figure, "one")))
plain = plt.figure(figsize=(1, 1))
plain.gca().plot([1, 2])
display(SVG(drawing.to_svg(plain, "two")))
"""
REST = """
import sys
print("leaked" in globals(), sorted(name for name in globals() if name.startswith("from_")))
get_ipython().ast_node_interactivity
"""
RUN = """
import os, sys
os.environ["WARM_KERNELS_OWNER"] = str(os.getpid())
from pathlib import Path
import nbformat
from compendium.workflow import execution
execution.KERNEL = sys.argv[1]
executed = execution.execute(Path("in.ipynb"), {}, Path("work"))
Path("out.ipynb").write_text(nbformat.writes(executed))
"""


def notebook(path, *cells: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), path)


def settle_in(home) -> dict:
    """Fill a home with all that would change how notebooks run; what the environment says of it."""
    style = (
        "lines.linewidth: 9\nfigure.dpi: 31\naxes.prop_cycle: cycler('color', ['red'])\nsvg.fonttype: path\n"
    )
    leak = "leaked = from_{} = True\nimport matplotlib; matplotlib.rcParams['lines.linewidth'] = 7\n"
    config = (
        "c.InteractiveShell.ast_node_interactivity = 'all'\nc.IPKernelApp.exec_lines = ['from_config = 1']\n"
    )
    profile = ".ipython/profile_default"
    files = {
        ".config/matplotlib/matplotlibrc": style,
        ".matplotlib/matplotlibrc": style,
        "named/matplotlibrc": style,
        f"{profile}/startup/00-mine.py": leak.format("startup"),
        f"{profile}/ipython_config.py": config,
        f"{profile}/ipython_kernel_config.py": config,
        ".config/ipython/profile_default/startup/00-mine.py": leak.format("old_startup"),
        "pythonstartup.py": leak.format("pythonstartup"),
    }
    for folder in (".jupyter", "jupyter-config"):
        for program in ("jupyter", "jupyter_client", "ipython", "ipython_kernel"):
            files[f"{folder}/{program}_config.py"] = config + "c.KernelManager.ip = 'nowhere'\n"
    false = '{"argv": ["false"], "display_name": "no kernel", "language": "python"}'
    for folder in (".local/share/jupyter", "jupyter-path"):
        for kernel in (execution.KERNEL, "python3"):
            files[f"{folder}/kernels/{kernel}/kernel.json"] = false
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, "utf-8")
    return {
        "HOME": str(home),
        "MATPLOTLIBRC": str(home / "named"),
        "MPLCONFIGDIR": str(home / ".config" / "matplotlib"),
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_CONFIG_PATH": str(home / "jupyter-config"),
        "JUPYTER_PATH": str(home / "jupyter-path"),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "PYTHONSTARTUP": str(home / "pythonstartup.py"),
    }


@pytest.mark.parametrize("kernel", [execution.KERNEL, "python3"])
def test_settings_in_the_users_home_change_nothing(tmp_path, kernel):
    def run(name: str, settings: dict, style: bool) -> bytes:
        place = tmp_path / name
        notebook(place / "in.ipynb", FIGURE, REST)
        if style:  # and a style where the notebook works
            (place / "work").mkdir()
            shutil.copy(tmp_path / "full" / "named" / "matplotlibrc", place / "work")
        inherited = {n: v for n, v in os.environ.items() if not n.startswith(("MPL", "IPY", "JUPYTER"))}
        environment = inherited | {"PYTHONPATH": str(paths.ROOT / "src")} | settings
        done = subprocess.run(
            [sys.executable, "-c", RUN, kernel], cwd=place, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return (place / "out.ipynb").read_bytes()

    (tmp_path / "empty").mkdir()
    furnished = settle_in(tmp_path / "full")
    bare = run("bare", {"HOME": str(tmp_path / "empty")}, False)
    assert bare.count(b"image/svg+xml") == 2
    assert run("furnished", furnished, True) == bare


@pytest.mark.parametrize("kernel", [execution.KERNEL, "python3"])
def test_nbval_names_the_cell_that_ends_its_kernel_and_goes_on(tmp_path, kernel):
    killed, ended = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "import os\nos._exit(0)"
    notebook(tmp_path / "analysis" / "killed.ipynb", "a = 1", killed, "b = 1", "c = 1")
    notebook(tmp_path / "analysis" / "last.ipynb", "a = 1")
    notebook(tmp_path / "analysis" / "ended.ipynb", ended)
    shutil.copy(paths.ROOT / "conftest.py", tmp_path)
    program = "import os, sys, pytest\nos.environ['WARM_KERNELS_OWNER'] = str(os.getpid())\nsys.exit(pytest.main(sys.argv[1:]))"
    options = ["--nbval", "-v", "-p", "no:cacheprovider", "--nbval-kernel-name", kernel, "--color=no"]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *options, "analysis"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(paths.ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert time.monotonic() - began < 60
    for line in (
        "killed::ipynb::Cell 0 PASSED",
        "killed::ipynb::Cell 1 FAILED",
        "killed::ipynb::Cell 2 FAILED",
        "killed::ipynb::Cell 3 FAILED",
        "ended::ipynb::Cell 0 FAILED",
        "last::ipynb::Cell 0 PASSED",
        "Cell 1: the kernel died while it ran this cell of killed.ipynb.",
        "Cell 0: the kernel died while it ran this cell of ended.ipynb.",
    ):
        assert line in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("name", "exists", "kernel"),
    [("long" * 30, True, execution.KERNEL), ("long" * 30, True, "python3"), ("missing", False, "python3")],
)
def test_kernels_find_room_for_their_sockets_whatever_tmpdir_says(
    tmp_path, monkeypatch, capfd, name, exists, kernel
):
    if exists:
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    monkeypatch.setenv("WARM_KERNELS_OWNER", str(os.getpid()))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(execution, "KERNEL", kernel)
    notebook(tmp_path / "in.ipynb", "print(1)")
    executed = execution.execute(tmp_path / "in.ipynb", {}, tmp_path / "work")
    assert executed.cells[0].outputs[0].text == "1\n"
    assert "an ordinary kernel serves" not in capfd.readouterr().err


def test_where_nothing_can_be_written_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(DataError, match="set TMPDIR to one that you may write to") as told:
        execution.execute(tmp_path / "in.ipynb", {}, tmp_path)
    assert "\n" not in str(told.value)
