"""`wsdemo serve`, as a person or a script runs it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from typer.testing import CliRunner

from wsdemo import engines, scratch
from wsdemo.cli.apps import CannotServe
from wsdemo.cli.commands import app
from wsdemo.cli.serve import Setup, Teller, origins_of
from wsdemo.security import EVERYBODY, SAME_HOST

WORDS = [sys.executable, "-m", "wsdemo.cli", "serve"]
BREAK = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT)


@dataclass
class Program:
    """`wsdemo serve`, running."""

    process: subprocess.Popen[str]
    uri: str

    def line(self) -> str:
        """Return the next line on its standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = BREAK) -> tuple[int, str, str]:
        """Send a signal, and return the exit code and what was printed."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@contextlib.contextmanager
def serving(*words: str, **options: Any) -> Iterator[Program]:
    """Run `wsdemo serve`, on any port, for the length of a block."""
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    process = subprocess.Popen(
        [*WORDS, "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=flags,
        **options,
    )
    try:
        assert process.stdout is not None
        yield Program(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


def refused(*words: str) -> str:
    """Run `wsdemo serve` with words that make no sense, and return the line that says so."""
    result = CliRunner().invoke(app, ["serve", *words])
    assert isinstance(result.exception, CannotServe), result
    assert result.stdout == ""
    assert "\n" not in str(result.exception)
    return str(result.exception)


async def ask(uri: str, *messages: str, **options: Any) -> list[Any]:
    """Return what a server answers."""
    async with scratch.connect(uri, **options) as client:
        answers = []
        for message in messages:
            await client.send(message)
            answers.append(await client.recv())
        return answers


@pytest.mark.parametrize("engine", engines.NAMES)
async def test_without_an_argument_it_is_the_original_program(engine: str) -> None:
    """It says where it listens, prints what it gets, and answers Pong."""
    with serving("--engine", engine) as program:
        assert program.uri.startswith("ws://127.0.0.1:")
        assert program.uri.endswith("/ws")
        assert await ask(program.uri, "Hello, server!", "Grüße") == ["Pong", "Pong"]
        assert program.line() == "Received: Hello, server!\n"
        assert program.line() == "Received: Grüße\n"
        assert program.end() == (0, "", "")


def test_the_defaults_are_those_of_the_original_post() -> None:
    """Port 8080, for this machine only."""
    setup = Setup()
    assert (setup.app, setup.host, setup.port, setup.path) == ("pong", "127.0.0.1", 8080, "/ws")


async def test_echo_echoes() -> None:
    """And prints nothing."""
    with serving("echo", "--path", "/deep/echo") as program:
        assert program.uri.endswith("/deep/echo")
        assert await ask(program.uri, "Hello") == ["Hello"]
        assert program.end() == (0, "", "")


async def test_quiet_prints_the_uri_only() -> None:
    """A script reads that, and nothing else."""
    with serving("--quiet") as program:
        assert await ask(program.uri, "Hello") == ["Pong"]
        assert program.end() == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't send these to a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_drains_and_ends_with_0(number: int) -> None:
    """Ctrl-C, too, and without a traceback."""
    with serving() as program:
        client = await scratch.connect(program.uri)
        code, out, err = await asyncio.to_thread(program.end, number)
        await client.wait_closed()
        assert client.close_code == 1001
        assert (code, out, err) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe there breaks differently")
async def test_it_serves_on_when_nobody_reads_what_it_prints() -> None:
    """`wsdemo serve | head -1`, and no client is to suffer for it."""
    with serving() as program:
        assert program.process.stdout is not None
        program.process.stdout.close()
        program.process.stdout = None
        assert await ask(program.uri, "a", "b", "c") == ["Pong"] * 3
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(30) == 0
        assert program.process.stderr is not None
        assert program.process.stderr.read() == ""


async def test_limits_hold() -> None:
    """Of connections, size and fragments."""
    limits = ["--max-connections", "1", "--max-size", "10", "--max-fragments", "2"]
    with serving("echo", *limits, "--no-compression", "--keepalive", "0") as program:
        async with scratch.connect(program.uri) as client:
            assert client.response is not None
            assert "Sec-WebSocket-Extensions" not in client.response.headers
            with pytest.raises(scratch.BadResponse, match="503"):
                await scratch.connect(program.uri)
            await client.send("x" * 11)
            await client.wait_closed()
            assert client.close_code == 1009


async def test_no_limit_is_0() -> None:
    """For size and fragments."""
    with serving("echo", "--max-size", "0", "--max-fragments", "0") as program:
        async with scratch.connect(program.uri, max_size=None) as client:
            await client.send("x" * 2000 for _ in range(1500))
            assert len(await client.recv()) == 3_000_000


async def test_origins_are_checked() -> None:
    """Those that are listed may connect, and whoever sends none."""
    listed = ["--origins", "https://a.example,https://b.example", "--origins", "https://c.example"]
    with serving("echo", *listed) as program:
        for origin in ("https://a.example", "https://b.example", "https://c.example", None):
            assert await ask(program.uri, "x", origin=origin) == ["x"]
        with pytest.raises(scratch.BadResponse, match="403"):
            await ask(program.uri, "x", origin="https://d.example")


def test_the_words_of_origins() -> None:
    """Repeated, with commas, with blanks; and the two that mean something else."""
    assert origins_of([]) == SAME_HOST
    assert origins_of(["https://a, https://b", "https://c"]) == [
        "https://a",
        "https://b",
        "https://c",
        None,
    ]
    assert origins_of(["https://a,*"]) == EVERYBODY
    assert origins_of([SAME_HOST]) == [SAME_HOST, None]


def pem(tmp_path: Path, name: str, blob: trustme.Blob) -> str:
    """Write a file, and return its path."""
    blob.write_to_path(str(tmp_path / name))
    return str(tmp_path / name)


async def test_over_tls(tmp_path: Path) -> None:
    """The certificate and its key in two files, or in one."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert = pem(tmp_path, "cert.pem", issued.cert_chain_pems[0])
    key = pem(tmp_path, "key.pem", issued.private_key_pem)
    both = pem(tmp_path, "both.pem", issued.private_key_and_cert_chain_pem)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    for files in (["--tls-cert", cert, "--tls-key", key], ["--tls-cert", both]):
        with serving("echo", *files) as program:
            assert program.uri.startswith("wss://127.0.0.1:")
            assert await ask(program.uri, "private", ssl=context) == ["private"]


def test_a_certificate_that_is_none_is_one_line(tmp_path: Path) -> None:
    """Whatever is wrong with it."""
    issued = trustme.CA().issue_cert("127.0.0.1")
    cert = pem(tmp_path, "cert.pem", issued.cert_chain_pems[0])
    other = pem(tmp_path, "other.pem", trustme.CA().issue_cert("127.0.0.1").private_key_pem)
    (tmp_path / "text.pem").write_text("no certificate")
    missing, text = str(tmp_path / "missing.pem"), str(tmp_path / "text.pem")
    assert f"{missing} can't be read: No such file" in refused("--tls-cert", missing)
    assert f"no certificate and key in {text}" in refused("--tls-cert", text)
    assert "a key in a file of its own is named by --tls-key" in refused("--tls-cert", cert)
    assert "key values mismatch" in refused("--tls-cert", cert, "--tls-key", other)
    assert "--tls-key needs --tls-cert" in refused("--tls-key", other)


def test_an_encrypted_key_is_one_line(tmp_path: Path) -> None:
    """And no question at the terminal, where there may be nobody."""
    issued = trustme.CA().issue_cert("127.0.0.1")
    cert = pem(tmp_path, "cert.pem", issued.cert_chain_pems[0])
    plain = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    (tmp_path / "key.pem").write_bytes(
        plain.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    words = ["--tls-cert", cert, "--tls-key", str(tmp_path / "key.pem")]
    assert "is encrypted; decrypt it first" in refused(*words)


def test_an_address_that_is_none_is_one_line() -> None:
    """A port that is taken, a host that is not known, and one that is elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = f"port {port} of 127.0.0.1 is taken; name another with --port, or 0 for any"
        assert refused("--port", port) == words
        done = subprocess.run(
            [*WORDS, "--port", port], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"wsdemo: {words}\n")
    assert "there is no host 'nowhere.invalid'" in refused("--host", "nowhere.invalid")
    assert "192.0.2.1 is no address of this machine" in refused("--host", "192.0.2.1")


def test_a_word_that_makes_no_sense_is_one_line() -> None:
    """With the word in it."""
    assert "'ws' is no path" in refused("--path", "ws")
    assert "'a.example' is no origin" in refused("--origins", "a.example")


def test_a_teller_tells_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet, it says only what must be said."""
    Teller().tell("a")
    quiet = Teller(quiet=True)
    quiet.tell("b")
    quiet.say("c")
    assert capsys.readouterr().out == "a\nc\n"


async def test_what_a_terminal_cannot_show_fails_nobody() -> None:
    """A pipe may speak another encoding than the world."""
    with serving(env=os.environ | {"PYTHONIOENCODING": "ascii"}) as program:
        assert await ask(program.uri, "世界") == ["Pong"]
        assert program.line() == "Received: \\u4e16\\u754c\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits on Windows")
def test_it_takes_as_many_open_files_as_it_may(tmp_path: Path) -> None:
    """A shell's soft limit is for programs that use select()."""
    script = f"ulimit -Sn 64; exec {sys.executable} -m wsdemo.cli serve echo --port 0"
    process = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rpartition(":")[2].removesuffix("/ws"))
        with contextlib.ExitStack() as stack:
            for _ in range(100):
                sock = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            sock.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert sock.recv(100).startswith(b"HTTP/1.1 200")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize("name", ["chat", "feed", "game"])
async def test_an_application_says_where_its_page_is(name: str, engine: str) -> None:
    """First the page, which a browser is given at the root, then the URI."""
    with serving(name, "--engine", engine) as program:
        page = program.uri
        assert page.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: ASYNC210 - a child's
            assert b"<!doctype html>" in answer.read(100).lower()
        assert program.line() == f"ws{page.removeprefix('http')}ws\n"
        assert program.end() == (0, "", "")


async def test_a_chat_keeps_what_was_said(tmp_path: Path) -> None:
    """The file is there for the next one."""
    with serving("chat", "--log", str(tmp_path / "chat.db")) as program:
        program.line()
        assert program.end()[0] == 0
    assert (tmp_path / "chat.db").exists()


def test_options_that_make_no_sense_for_an_application_are_named() -> None:
    """In a line, before anything listens."""
    assert refused("game", "--log", "x") == "--log is for chat, not for game"
    assert refused("chat", "--path", "/x") == "--path /x: the page of chat connects to /ws"
    assert refused("chat", "--port", "0", "--log", "/").startswith("/ ")
