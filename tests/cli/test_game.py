"""`wsdemo game`, against a game that is there, refuses, or is not there."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from wsdemo.apps.app import serving
from wsdemo.apps.game import Game, Player
from wsdemo.cli import game as command
from wsdemo.cli import terminal

NOWHERE = "ws://127.0.0.1:9/ws"  # the port of "discard", which nobody has served for decades


async def _game(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, while this one serves."""
    line = [sys.executable, "-m", "wsdemo.cli", "game", *words]
    env = os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            line, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    return await asyncio.to_thread(run)


@pytest.mark.parametrize("engine", ["websockets", "scratch"])
async def test_it_plays_and_prints_lines_into_a_pipe(engine: str) -> None:
    """As many as there are times to print, and then it ends by itself."""
    async with serving(Game(bots=1), pages=False, engine=engine) as server:
        done = await _game(
            server.uri, "--engine", engine, "--seconds", "0.4", "--every", "0.2", "--name", "ada"
        )
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines), done.stderr) == (0, 2, "")
    assert all("ada (2)" in line and "bot 1 (1)" in line for line in lines)


def test_what_comes_from_any_server_is_harmless_to_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ours lets in names of letters and digits only; another one may not."""
    client: Any = SimpleNamespace(me=Player(1, "ada", 0, 0), scores={"\x1b[2J (2)": 3, "é (1)": 0})
    assert command.line(client, 1.0).endswith("|  \\x1b[2J (2) 3, é (1) 0")
    terminal.tell("not let in: \x1b[2J")
    assert capsys.readouterr().err == "wsdemo: not let in: \\x1b[2J\n"


async def test_the_arena_is_drawn_on_demand() -> None:
    """With its walls, and everybody in it."""
    said: list[str] = []
    async with serving(Game(bots=1), pages=False) as server:
        await command.play(server.uri, seconds=0.1, draw=True, say=said.append)
    (picture,) = said
    rows = picture.splitlines()
    assert (len(rows), len(rows[0])) == (19 + 2 + 1, 32 + 2)
    arena = "".join(rows[1:-2])
    assert (arena.count("@"), arena.count("o")) == (1, 1)
    assert "|     ###                ###     |" in picture


async def test_it_plays_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 seconds; here until somebody has heard enough."""
    heard: list[str] = []

    def say(line: str) -> None:
        heard.append(line)
        if len(heard) == 3:
            raise EOFError

    async with serving(Game(), pages=False) as server:
        with pytest.raises(EOFError):
            await command.play(server.uri, seconds=0, every=0.1, say=say)
    assert len(heard) == 3


@pytest.mark.parametrize(
    ("uri", "code", "words"),
    [(NOWHERE, 1, "nothing listens there"), ("http://x", 2, "http")],
)
def test_a_server_that_is_not_there_is_one_line(
    uri: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the exit code says whose fault it was."""
    assert command.main(uri, seconds=1.0) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("wsdemo: ")
    assert words in told.err


async def test_a_name_that_is_none_is_refused() -> None:
    """By the server, who says why."""
    async with serving(Game(), pages=False) as server:
        done = await _game(server.uri, "--name", "<b>")
    assert done.returncode == 1
    assert "'<b>' is not let in" in done.stderr
