"""The programs of the original post, in Go on gorilla/websocket, talk to ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wsdemo import engines

SOURCES = Path(__file__).resolve().parent / "go"
# Where Debian's golang-github-gorilla-websocket-dev puts it; go's own cache is not asked.
GOPATH = os.environ.get("WSDEMO_GOPATH", "/usr/share/gocode")
GORILLA = Path(GOPATH, "src", "github.com", "gorilla", "websocket")
LINES = 25

Build = dict[str, Path]


def require_go() -> str:
    """Return the path of go; without it skip the test, or fail it under WSDEMO_ALL=1."""
    go = shutil.which("go")
    if go is not None and GORILLA.is_dir():
        return go
    reason = "no Go on PATH" if go is None else f"no gorilla/websocket in {GORILLA}"
    if os.environ.get("WSDEMO_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build the two programs, once."""
    go, folder = require_go(), tmp_path_factory.mktemp("go")
    env = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": GOPATH,
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    programs = {}
    for name in ("server", "client"):
        program = folder / (name + (".exe" if sys.platform == "win32" else ""))
        source = str(SOURCES / f"{name}.go")
        done = subprocess.run(
            [go, "build", "-o", str(program), source],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        programs[name] = program
    return programs


@contextlib.contextmanager
def running(*words: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program for the length of a block."""
    process = subprocess.Popen(
        words,
        env=os.environ | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read(process: subprocess.Popen[str], number: int) -> list[str]:
    """Return the next lines that a program prints."""
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(number)]


def listens(address: tuple[str, int]) -> bool:
    """Tell whether somebody does."""
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
        return True
    return False


@pytest.mark.parametrize("engine", engines.NAMES)
def test_the_client_in_go_talks_to_wsdemo_serve(build: Build, engine: str) -> None:
    """It says hello without end and without a pause, and is answered each time."""
    words = [sys.executable, "-m", "wsdemo.cli", "serve", "--port", "0", "--engine", engine]
    with running(*words) as server:
        (uri,) = read(server, 1)
        with running(str(build["client"]), WSDEMO_GO_URL=uri.strip()) as client:
            assert read(client, LINES) == ["Received: Pong\n"] * LINES
            assert read(server, LINES) == ["Received: Hello, server!\n"] * LINES


def test_wsdemo_hello_talks_to_the_server_in_go(build: Build) -> None:
    """As often as it is told to."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    listening = f"127.0.0.1:{address[1]}"
    with running(str(build["server"]), WSDEMO_GO_ADDRESS=listening) as server:
        while not listens(address):  # it does not say when it does, as the post's does not
            assert server.poll() is None
            time.sleep(0.01)
        words = ["hello", f"ws://{listening}/ws", "--count", "3", "--interval", "0"]
        done = subprocess.run(
            [sys.executable, "-m", "wsdemo.cli", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "Received: Pong\n" * 3), done.stderr
        assert read(server, 3) == ["Received: Hello, server!\n"] * 3


def test_the_programs_in_go_are_those_of_the_post() -> None:
    """Their defaults are its addresses, and every origin is welcome."""
    server = (SOURCES / "server.go").read_text("utf-8")
    client = (SOURCES / "client.go").read_text("utf-8")
    assert 'address = ":8080"' in server
    assert 'http.HandleFunc("/ws", ' in server
    assert 'url = "ws://localhost:8080/ws"' in client
    assert "DefaultDialer" in client
