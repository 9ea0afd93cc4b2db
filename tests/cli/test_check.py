"""`wsdemo check`, run as a person would, against servers and clients that are there or are not."""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from typer.testing import CliRunner

from tests.lab.handlers import echo
from wsdemo.cli.commands import app
from wsdemo.lab import running

CLIENT = f'"{sys.executable}" -m wsdemo.lab.conformance.echo_client scratch'
NOWHERE = "ws://127.0.0.1:9"  # the port of "discard", which nobody has served for decades

PLAIN = {"NO_COLOR": "1", "COLUMNS": "120"}


@dataclass(frozen=True)
class Done:
    """What a command has printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


async def _check(*words: str) -> Done:
    """Run the command in a thread, while this one may serve."""

    def run() -> Done:
        result = CliRunner(env=PLAIN).invoke(app, ["check", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Done(result.exit_code, result.stdout, result.stderr)

    return await asyncio.to_thread(run)


async def _check_as_a_process(*words: str) -> Done:
    """Run the command as a person does."""
    command = [sys.executable, "-m", "wsdemo.cli", "check", *words]
    env = os.environ | PLAIN | {"PYTHONIOENCODING": "utf-8"}

    def run() -> Done:
        done = subprocess.run(
            command, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return await asyncio.to_thread(run)


@contextlib.asynccontextmanager
async def _answering(answer: bytes) -> AsyncIterator[str]:
    """Serve one answer to everybody, whatever they ask for; nothing when it is empty."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_server_that_conforms_ends_with_0() -> None:
    """The chapters, the summary, and nothing on standard error: it is no terminal."""
    async with running(echo, engine="scratch") as server:
        done = await _check_as_a_process(server.uri, "--cases", "1-5")
    assert (done.returncode, done.stderr) == (0, "")
    assert "fragments" in done.stdout
    assert done.stdout.rstrip().endswith(": 64 of 64 cases passed")


async def _swallow(connection: Any) -> None:
    """Echo, but lose what is empty."""
    async for message in connection:
        if message:
            await connection.send(message)


async def test_a_fault_ends_with_1_and_shows_the_exchange() -> None:
    """What was wanted, the sentence that wants it, and the ladder."""
    async with running(_swallow, engine="scratch") as server:
        done = await _check(server.uri, "--cases", "1.1.1,1.1.2", "--timeout", "0.5")
    assert done.returncode == 1
    assert "1.1.1 text, 0 octets: wanted TEXT [0 octets], got nothing" in done.stdout
    assert "RFC 6455, 5.2" in done.stdout
    assert "▸" in done.stdout
    assert "1 of 2 cases passed, 1 “must” failed" in done.stdout


async def test_as_few_exchanges_are_drawn_as_one_likes() -> None:
    """And the rest is counted, with the option that shows it."""
    async with running(_swallow, engine="scratch") as server:
        words = ("--cases", "1.1.1,1.2.1", "--timeout", "0.5", "--ladders", "1")
        done = await _check(server.uri, *words)
    assert done.stdout.count("▸") == 1
    assert "1 more exchange: --ladders 2" in done.stdout


async def test_json_is_the_whole_report() -> None:
    """For a script: every case with its outcome."""
    async with running(echo, engine="websockets") as server:
        done = await _check(server.uri, "--cases", "7.1", "--json")
    report = json.loads(done.stdout)
    assert report["conforms"]
    outcomes = {case["number"]: case["outcome"] for case in report["cases"]}
    assert outcomes == {f"7.1.{at}": "passed" for at in (1, 2, 3, 4, 6)} | {"7.1.5": "failed"}


async def test_a_should_decides_when_it_is_asked_to() -> None:
    """7.1.5 is one that websockets does not meet."""
    async with running(echo, engine="websockets") as server:
        codes = [
            (await _check(server.uri, "--cases", "7.1.5", *strict)).returncode
            for strict in ([], ["--strict"])
        ]
    assert codes == [0, 1]


async def test_a_client_is_a_command() -> None:
    """It gets the URL, and is asked for every case."""
    done = await _check("--client", CLIENT, "--cases", "7.1,21.2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 of 14 cases passed" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["http://127.0.0.1:1/"], 2, "'http://127.0.0.1:1/' is no WebSocket URL"),
        (["ws://127.0.0.1:99999/"], 2, "'ws://127.0.0.1:99999/' is no URL: Port out of range"),
        (["ws:///chat"], 2, "'ws:///chat' names no host"),
        ([], 2, "name a URL, or with --client a command"),
        ([NOWHERE, "--cases", "5.99"], 2, "there is no case '5.99' for a server"),
        ([NOWHERE, "--cases", "5.9-5.3"], 2, "the range '5.9-5.3' runs backward"),
        ([NOWHERE, "--header", "token"], 2, "'token' is no header"),
        (["wss://127.0.0.1:9", "--ca", "missing.pem"], 2, "missing.pem: No such file"),
        (["--explain", "99.1"], 2, "there is no case 99.1"),
        ([NOWHERE], 3, f"{NOWHERE}: nothing to connect to: "),
        (["--client", "no-such-command"], 3, "cannot start 'no-such-command'"),
        (["--client", f'"{sys.executable}" -c pass'], 3, "ran no case; it ended"),
    ],
)
async def test_what_cannot_run_is_one_line(words: list[str], code: int, told: str) -> None:
    """With the value that is wrong, and an exit code for the kind."""
    done = await _check(*words)
    assert done.returncode == code
    assert told in done.stderr
    assert done.stderr.startswith("wsdemo: ")
    assert done.stderr.count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404, not 101"),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "pass a token with --header"),
        (b"SSH-2.0-x\r\n", "the answer is no HTTP: it begins with b'SSH-2.0-x"),
        (b"", "the connection ends without an answer"),
    ],
)
async def test_what_is_no_websocket_server_ends_with_5(answer: bytes, told: str) -> None:
    """With what it is instead."""
    async with _answering(answer) as url:
        done = await _check(url)
    assert done.returncode == 5
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


async def test_a_server_that_does_not_echo_ends_with_6() -> None:
    """The cases live on the echo: a hundred failures would say less."""

    async def pong(connection: Any) -> None:
        async for _ in connection:
            await connection.send("Pong")

    async with running(pong) as server:
        done = await _check(server.uri)
    assert done.returncode == 6
    assert "not one that echoes" in done.stderr


@pytest.fixture
def authority() -> trustme.CA:
    """Make a certificate authority that nobody trusts by default."""
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Make a server's side of TLS, for 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (lambda server: server.uri, "the certificate is not trusted"),
        (lambda server: server.uri.replace("wss", "ws"), "the server speaks TLS; try wss://"),
    ],
)
async def test_tls_that_does_not_fit_ends_with_4(
    tls: ssl.SSLContext, url: Callable[[Any], str], told: str
) -> None:
    """A certificate that is not trusted, and a URL without TLS for a server with it."""
    async with running(echo, engine="scratch", ssl=tls) as server:
        done = await _check(url(server))
    assert done.returncode == 4
    assert told in done.stderr


async def test_tls_where_none_is_spoken_ends_with_4() -> None:
    """The other way round."""
    async with running(echo, engine="scratch") as server:
        done = await _check(server.uri.replace("ws", "wss"))
    assert done.returncode == 4
    assert "no TLS is spoken there; try ws://" in done.stderr


async def test_tls_runs_all_the_same_cases(
    authority: trustme.CA, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    """With an authority of one's own, or with trust in anybody."""
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    async with running(echo, engine="scratch", ssl=tls) as server:
        for trust in (["--ca", str(ca)], ["--insecure"]):
            done = await _check(server.uri, "--cases", "1-5,20.1,24", *trust)
            assert done.returncode == 0, done.stdout + done.stderr


async def test_a_case_is_explained() -> None:
    """What is sent, what must come back, why, and where it is written."""
    done = await _check("--explain", "5.18")
    assert done.stdout.startswith("5.18  a new message in the middle of a fragmented one\n")
    assert "sent     TEXT 'fragment1' [9 octets, more to come]\n" in done.stdout
    assert "wanted   a close frame with 1002" in done.stdout
    assert "https://www.rfc-editor.org/rfc/rfc6455#section-5.4" in done.stdout


async def test_cases_are_listed() -> None:
    """Number, severity, for whom, about what, and the source."""
    done = await _check("--list", "--cases", "5.3,21.3.1")
    lines = done.stdout.splitlines()
    assert any(line.split()[:3] == ["5.3", "must", "both"] for line in lines)
    assert any(line.split()[:3] == ["21.3.1", "must", "client"] for line in lines)


async def test_a_server_that_dies_fails_the_rest() -> None:
    """Each with the reason, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = (
        "import asyncio, os, sys\n"
        "from wsdemo import engines\n"
        "async def echo(connection):\n"
        "    async for message in connection:\n"
        "        os._exit(0) if message.startswith('frag') else await connection.send(message)\n"
        "async def main():\n"
        f"    async with engines.get('scratch').serve(echo, '127.0.0.1', {port}):\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    words = ("--cases", "5.3,5.19", "--jobs", "1", "--timeout", "1", "--json")
    done = await _check(f"ws://127.0.0.1:{port}", *words)
    await process.wait()
    assert done.returncode == 1
    first, second = json.loads(done.stdout)["cases"]
    assert "without a close frame" in first["words"]
    # Nobody listens, unless the system has not yet put the process away: then it is reset.
    assert any(words in second["words"] for words in ("nothing to connect to", "got RST"))
