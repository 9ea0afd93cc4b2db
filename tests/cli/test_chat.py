"""`wsdemo chat`, in a pipe and by hand."""

from __future__ import annotations

import asyncio
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scratch.raw import until
from wsdemo import engines
from wsdemo.apps.app import serving
from wsdemo.apps.chat import Chat
from wsdemo.cli import chat as command

NOWHERE = "ws://127.0.0.1:9/ws"  # the port of "discard", which nobody has served for decades
each_engine = pytest.mark.parametrize("engine", engines.NAMES)


async def piped(text: str, *words: str, errors: str = "strict") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, while this one serves."""
    argv = [sys.executable, "-m", "wsdemo.cli", "chat", *words]
    env = os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv,
            env=env,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors=errors,
            check=False,
            timeout=60,
        )

    return await asyncio.to_thread(run)


async def test_it_says_what_comes_through_a_pipe() -> None:
    """In a process of its own, and ends with it."""
    async with serving(Chat(), pages=False) as server:
        done = await piped("one\n\nt\two\n", server.uri, "--nick", "ada")
    assert done.stderr == ""
    assert (done.returncode, done.stdout) == (0, "[lobby] ada: one\n[lobby] ada: t   wo\n")


async def test_what_is_no_text_is_bad_usage() -> None:
    """And the end, not something to wait behind."""
    async with serving(Chat(), pages=False) as server:
        done = await piped("\udcff\n", server.uri, "--nick", "ada", errors="surrogateescape")
    assert (done.returncode, done.stdout) == (2, "")
    assert "can't decode byte 0xff" in done.stderr


async def test_a_long_pipe_is_not_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits, as what it says does."""
    read: list[str] = []

    def endless() -> Iterator[str]:
        while len(read) < 10 * command.AHEAD:
            read.append("x")
            yield "x\n"

    monkeypatch.setattr("sys.stdin", endless())
    lines = command.read_lines()
    assert await anext(lines) == "x"
    ahead = 1 + command.AHEAD + 1  # what was said, what waits, and what has no place yet
    await until(lambda: len(read) >= ahead)
    assert len(read) == ahead
    assert await anext(lines) == "x"
    await until(lambda: len(read) > ahead)


async def typed(monkeypatch: pytest.MonkeyPatch, text: str, *words: str, **options: Any) -> int:
    """Run the command in a thread of this process; return the exit code."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return await asyncio.to_thread(command.main, *words, **options)


async def test_who_reads_no_more_ends_it() -> None:
    """As in `wsdemo chat | head -1`, and that is no fault."""
    argv = [sys.executable, "-m", "wsdemo.cli", "chat"]
    async with serving(Chat(), pages=False) as server:
        child = await asyncio.create_subprocess_exec(
            *argv,
            server.uri,
            "--nick",
            "ada",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"one\n")
        assert await child.stdout.readline() == b"[lobby] ada: one\n"
        child.stdout._transport.close()  # type: ignore[attr-defined]  # nobody reads it any more
        child.stdin.write(b"two\n")
        _, errors = await asyncio.wait_for(child.communicate(), 60)
    assert (child.returncode, errors) == (0, b"")


@each_engine
async def test_the_last_messages_come_first(
    engine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As many as one likes; what comes after /quit is not said."""
    async with serving(Chat(), engine=engine, pages=False) as server:
        code = await typed(monkeypatch, "one\ntwo\n", server.uri, "ada", engine=engine)
        assert (code, capsys.readouterr().out) == (0, "[lobby] ada: one\n[lobby] ada: two\n")
        text = "three\n/quit\nfour\n"
        code = await typed(monkeypatch, text, server.uri, "bob", engine=engine, last=1)
        assert (code, capsys.readouterr().out) == (0, "[lobby] ada: two\n[lobby] bob: three\n")


async def test_a_name_is_kept_by_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is made the first time, and is nobody else's to read."""
    file = tmp_path / "token"
    async with serving(Chat(), pages=False) as server:
        kept = [await typed(monkeypatch, "x\n", server.uri, "ada", token=file) for _ in range(2)]
        capsys.readouterr()
        stolen = await typed(monkeypatch, "x\n", server.uri, "ada")
    assert (kept, stolen) == ([0, 0], 1)
    assert capsys.readouterr() == ("", "wsdemo: nick_taken: this name is somebody else's\n")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_without_a_token_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And stays as it is."""
    file = tmp_path / "notes"
    file.write_text("no token", encoding="utf-8")
    assert command.main(NOWHERE, "ada", token=file) == 2
    assert file.read_text(encoding="utf-8") == "no token"
    assert "there is no token in" in capsys.readouterr().err


@pytest.mark.parametrize(("uri", "code"), [("http://x", 2), (NOWHERE, 1)])
def test_a_server_that_is_not_there(
    uri: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is one line on standard error."""
    monkeypatch.setattr(command, "RETRIES", 0)
    assert command.main(uri, "ada") == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("wsdemo: ")
    assert err.count("\n") == 1
