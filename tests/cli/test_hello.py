"""`wsdemo hello`, against servers that answer, refuse, or are not there."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.client.servers import Silence, answering, closing, echo, http, serving, take_and_leave
from wsdemo.cli import hello as greeting

NOWHERE = "ws://127.0.0.1:9/ws"  # the port of "discard", which nobody has served for decades


async def _hello(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, while this one serves."""
    command = [sys.executable, "-m", "wsdemo.cli", "hello", *words]
    env = os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    return await asyncio.to_thread(run)


async def pong(connection: Any) -> None:
    """Answer as the post's server does."""
    async for _ in connection:
        await connection.send("Pong")


@pytest.mark.parametrize("engine", ["websockets", "scratch"])
async def test_it_greets_and_prints_the_answer(engine: str) -> None:
    """Once, unless told otherwise."""
    async with serving(pong) as uri:
        done = await _hello(uri, "--engine", engine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Received: Pong\n", "")


async def test_it_greets_as_often_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever comes is printed."""
    async with serving(echo) as uri:
        await greeting.hello(uri, count=3, interval=0)
    assert capsys.readouterr().out == "Received: Hello, server!\n" * 3


async def test_it_greets_without_end() -> None:
    """With a count of 0; here until somebody has heard enough."""
    heard: list[str] = []

    def say(line: str) -> None:
        heard.append(line)
        if len(heard) == 50:
            raise EOFError

    async with serving(pong) as uri:
        with pytest.raises(EOFError):
            await greeting.hello(uri, count=0, interval=0, say=say)
    assert heard == ["Received: Pong"] * 50


async def test_bytes_are_printed_as_text_as_far_as_they_are() -> None:
    """No traceback for what is no UTF-8."""

    async def answer(connection: Any) -> None:
        await connection.recv()
        await connection.send(b"Pong \xff")
        await connection.wait_closed()

    heard: list[str] = []
    async with serving(answer) as uri:
        await greeting.hello(uri, say=heard.append)
    assert heard == ["Received: Pong \\xff"]


@pytest.mark.parametrize(
    ("uri", "words", "code"),
    [
        (NOWHERE, "no connection to ws://127.0.0.1:9/ws: ", 1),
        ("ws://nobody.invalid/", "no connection to ws://nobody.invalid/: there is no such host", 1),
        ("http://127.0.0.1:9/", "'http://127.0.0.1:9/' begins with neither ws:// nor wss://", 2),
        ("ws://127.0.0.1:99999/", "Port out of range", 2),
        ("nonsense", "'nonsense' begins with neither", 2),
    ],
)
def test_a_fault_is_one_line(
    uri: str, words: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing listens, no such host, no URI: no traceback for any of them."""
    assert greeting.main(uri, count=1, interval=1, engine="websockets", timeout=5) == code
    out, err = capsys.readouterr()
    assert err.startswith("wsdemo: ")
    assert words in err
    assert (out, err.count("\n")) == ("", 1)


async def test_the_exit_code_is_the_commands() -> None:
    """And the line is on standard error."""
    done = await _hello(NOWHERE)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert (await _hello("nonsense")).returncode == 2
    assert (await _hello("--engine", "steam")).returncode == 2


async def _fault(uri: str, capsys: pytest.CaptureFixture[str], timeout: float = 5) -> str:
    """Greet a server that is no good, and return the line."""
    code = await asyncio.to_thread(
        greeting.main, uri, count=1, interval=0, engine="websockets", timeout=timeout
    )
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (1, "", 1)
    return err


async def test_a_server_that_refuses_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """By its own words; it isn't asked twice, not even if it is only busy."""
    for status in ("403 Forbidden", "503 Service Unavailable"):
        async with answering(http(status, "Retry-After: 9", body="not today")) as uri:
            assert f"answered {status}: 'not today'" in await _fault(uri, capsys)


async def test_a_server_that_goes_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """With a code, or without a word."""
    async with serving(closing(1001, "for lunch")) as uri:
        assert "1001 (going away) for lunch" in await _fault(uri, capsys)
    async with serving(closing(1000, "enough")) as uri:
        assert "closed the connection: 1000 (normal closure) enough" in await _fault(uri, capsys)
    async with serving(take_and_leave) as uri:
        assert "was lost: no close frame came" in await _fault(uri, capsys)


async def test_a_server_that_says_nothing_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """At the handshake, and after it."""

    async def stay(connection: Any) -> None:
        async for _ in connection:
            pass

    async with Silence() as silent:
        words = await _fault(silent.uri, capsys, timeout=0.2)
        assert f"connecting to {silent.uri} took longer than 0.2 s" in words
    async with serving(stay) as uri:
        words = await _fault(uri, capsys, timeout=0.2)
        assert "the next message (OPEN) took longer than 0.2 s" in words


def test_an_interrupt_is_the_way_to_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line, no traceback: the exit code that a shell expects."""

    def interrupt(coroutine: Any) -> None:
        coroutine.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(asyncio, "run", interrupt)
    assert greeting.main(NOWHERE, count=0, interval=1, engine="scratch", timeout=5) == 130
