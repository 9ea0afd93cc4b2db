"""Start JupyterLab on the learner's folder, from the Python that wsdemo is installed in.

Leaves out finding another JupyterLab: one on PATH would run its kernels without wsdemo.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from wsdemo.errors import LocalError

__all__ = ["command", "shell", "start"]


def command(folder: Path, *, browser: bool = True, port: int | None = None) -> list[str]:
    """Return the command that opens the first notebook of a folder.

    Args:
        folder: The learner's, with the notebooks in it.
        browser: Whether JupyterLab opens a browser window.
        port: Where it listens; by default 8888, or the next that is free.

    Raises:
        LocalError: JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise LocalError(
            f"JupyterLab is missing; install it: {sys.executable} -m pip install jupyterlab"
        )
    # Named as a page, not as a file to run: then the address that is printed leads there, too.
    notebooks = sorted(path.name for path in folder.glob("[0-9][0-9]_*.ipynb"))
    page = f"/lab/tree/{notebooks[0]}" if notebooks else "/lab"
    words = [sys.executable, "-m", "jupyterlab"]
    words += [f"--ServerApp.root_dir={folder.absolute()}", f"--LabApp.default_url={page}"]
    if not browser:
        words.append("--no-browser")
    if port is not None:
        words.append(f"--port={port}")
    if _is_root():
        words.append("--allow-root")  # in a container; JupyterLab refuses otherwise
    return words


def shell(words: Sequence[str]) -> str:
    """Return a command as one would type it."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def start(words: list[str]) -> NoReturn:
    """Become the command: its signals and its exit code are then its own."""
    sys.stdout.flush()
    if sys.platform == "win32":
        # execv there returns to the shell at once, and JupyterLab prints into the prompt.
        sys.exit(subprocess.run(words, check=False).returncode)
    os.execv(words[0], words)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
