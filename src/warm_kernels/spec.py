"""The kernel spec that has Jupyter start warm kernels."""

import json
import sys
import tempfile
from pathlib import Path

IDLE = 60.0  # seconds that an unused parent stays


def content(title: str, preload: list[str], idle: float) -> dict:
    """What the spec says: ipykernel as ever, provided by this package."""
    return {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": title,
        "language": "python",
        "interrupt_mode": "signal",
        "kernel_protocol_version": "5.5",
        "metadata": {
            "debugger": True,
            "supported_encryption": ["curve"],
            "kernel_provisioner": {
                "provisioner_name": "warm-kernels",
                "config": {"preload": preload, "idle": idle},
            },
        },
    }


def install(name: str, title: str, preload: list[str], idle: float = IDLE, prefix: str = sys.prefix) -> str:
    """Write the kernel spec `name` below `prefix` (by default this environment); the folder it is in.

    `preload` names the modules that the parent imports, `idle` the seconds an unused parent stays.
    """
    from jupyter_client.kernelspec import KernelSpecManager

    with tempfile.TemporaryDirectory() as folder:
        written = json.dumps(content(title, preload, idle), indent=1) + "\n"
        Path(folder, "kernel.json").write_text(written, "utf-8")
        return KernelSpecManager().install_kernel_spec(folder, name, prefix=prefix)
