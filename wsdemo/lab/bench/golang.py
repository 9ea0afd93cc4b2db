"""The peer in Go: built from `gorilla.go`, on what Debian packages.

Nothing is fetched: gorilla/websocket comes from `golang-github-gorilla-websocket-dev`, or from
where ``WSDEMO_GOPATH`` says.

Leaves out modules and their proxies.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from wsdemo.errors import LocalError

__all__ = ["build", "missing"]

SOURCE = Path(__file__).with_name("gorilla.go")
DEBIAN = "/usr/share/gocode"
PACKAGE = Path("src", "github.com", "gorilla", "websocket")

# Go's own library is compiled, too, where that was never done.
BUILD_TIMEOUT = 300.0


def missing(env: Mapping[str, str] = os.environ) -> str | None:
    """Return what keeps the peer from being built here, in words; None if nothing does."""
    if shutil.which("go", path=env.get("PATH", "")) is None:
        return "no Go on PATH; on Debian, apt install golang-go brings it"
    package = _gopath(env) / PACKAGE
    if not package.is_dir():
        return (
            f"no gorilla/websocket in {package}; on Debian, apt install "
            f"golang-github-gorilla-websocket-dev brings it; or say where in WSDEMO_GOPATH"
        )
    return None


def build(folder: Path, env: Mapping[str, str] = os.environ, source: Path = SOURCE) -> Path:
    """Build the server.

    Args:
        folder: where to put it.
        env: the environment, with ``PATH`` and ``WSDEMO_GOPATH``.
        source: the program.

    Raises:
        LocalError: it can't be built.
    """
    if (reason := missing(env)) is not None:
        raise LocalError(reason)
    go = shutil.which("go", path=env.get("PATH", ""))
    assert go is not None
    program = folder / ("gorilla.exe" if sys.platform == "win32" else "gorilla")
    settings = {"GO111MODULE": "off", "GOPATH": str(_gopath(env)), "GOFLAGS": ""}
    done = subprocess.run(
        [go, "build", "-o", str(program), str(source)],
        env={**env, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT,
        check=False,
    )
    if done.returncode:
        raise LocalError(f"Go can't build it: {' '.join(done.stderr.split())}")
    return program


def _gopath(env: Mapping[str, str]) -> Path:
    return Path(env.get("WSDEMO_GOPATH", DEBIAN))
