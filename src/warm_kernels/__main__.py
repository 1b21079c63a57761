"""`python -m warm_kernels --name NAME --preload MODULE ...` installs a kernel spec into this environment."""

import argparse

from warm_kernels import spec

parser = argparse.ArgumentParser(prog="python -m warm_kernels", description=spec.install.__doc__)
parser.add_argument("--name", default="warm-python")
parser.add_argument("--title", default="Python (warm)")
parser.add_argument("--idle", type=float, default=spec.IDLE, help="seconds that an unused parent stays")
parser.add_argument("--preload", nargs="*", default=[], help="modules that the parent imports")
options = parser.parse_args()
print(spec.install(options.name, options.title, options.preload, options.idle))
