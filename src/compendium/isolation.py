"""What notebooks and figures must not read: the settings of whoever builds.

A style for figures, start-up code or another kernel in a user's home would change what is published, and no
key would know. So the libraries are shown folders below the build instead, which hold what they write
themselves (matplotlib its list of fonts, IPython its history).

Nothing but the standard library is imported here: libraries read these settings while they are imported.
"""

import contextlib
import os

from compendium import paths

HOME = paths.BUILD / "home"
SETTINGS = {
    "MPLCONFIGDIR": str(HOME / "matplotlib"),  # matplotlibrc, styles, the list of fonts
    "IPYTHONDIR": str(HOME / "ipython"),  # start-up files, configuration of kernels
    "JUPYTER_CONFIG_DIR": str(HOME / "jupyter"),
    "JUPYTER_NO_CONFIG": "1",  # only that one
    "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernels, not a user's own
}
# These name files of the user that come before all others.
UNSET = ["MATPLOTLIBRC", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "PYTHONSTARTUP"]


def isolate() -> None:
    """Have this process and all that it starts read no settings of the user."""
    with contextlib.suppress(OSError):  # without it, folders of the moment serve, which are empty as well
        HOME.mkdir(parents=True, exist_ok=True)
    os.environ.update(SETTINGS)
    for name in UNSET:
        os.environ.pop(name, None)
