"""`wsdemo feed`, against feeds that answer, stand still, go, or are not there."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.scratch.raw import until
from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.feed import Feed
from wsdemo.cli import feed as command
from wsdemo.cli import terminal

NOWHERE = "ws://127.0.0.1:9/ws"  # the port of "discard", which nobody has served for decades


def still() -> Feed:
    """Return a feed that a test moves."""
    return Feed(["AB", "AC", "B"], rate=0)


def lines(prices: Any, opens: Any, *symbols: str) -> list[str]:
    """Return what is to be printed for some symbols."""
    return [command.line(symbol, prices[symbol], opens[symbol]) for symbol in symbols]


async def _feed(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, while this one serves."""
    argv = [sys.executable, "-m", "wsdemo.cli", "feed", *words]
    env = os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    return await asyncio.to_thread(run)


@pytest.mark.parametrize(
    ("price", "opening", "told"),
    [
        (12345, 12000, "AB           123.45     +3.45"),
        (5, 10005, "AB             0.05   -100.00"),
        (100, 100, "AB             1.00     +0.00"),
    ],
)
def test_a_line_is_a_symbol_a_price_and_a_difference(price: int, opening: int, told: str) -> None:
    """In columns."""
    assert command.line("AB", price, opening) == told


def test_a_line_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """A symbol comes from anybody, and so does the reason of a close; the terminal is ours."""
    assert command.line("\x1b[2J\n", 1, 1).startswith("\\x1b[2J\\n ")
    terminal.tell("the connection was lost: \x1b[2J")
    assert capsys.readouterr().err == "wsdemo: the connection was lost: \\x1b[2J\n"


@pytest.mark.parametrize(
    ("engine", "codec"), [("websockets", "json"), ("scratch", "msgpack")], ids=["json", "msgpack"]
)
async def test_it_prints_what_everything_costs(engine: str, codec: str) -> None:
    """In a process of its own, into a pipe."""
    feed = still()
    async with serving(feed, engine=engine) as server:
        words = (server.uri, "A*", "--count", "2", "--codec", codec, "--engine", engine)
        done = await _feed(*words)
    expected = "\n".join(lines(feed.prices, feed.prices, "AB", "AC"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{expected}\n", "")


async def test_then_it_prints_every_change() -> None:
    """Until there are enough lines."""
    feed, heard = still(), list[str]()
    opens = feed.prices
    async with serving(feed) as server:
        following = asyncio.create_task(command.follow(server.uri, count=8, say=heard.append))
        await until(lambda: len(heard) == 3)
        feed.move(5)
        await following
    changes = [change for _, change in feed._market.changes(0)]
    assert heard[3:] == [
        command.line(change.symbol, change.price, opens[change.symbol]) for change in changes
    ]


async def test_a_reader_who_has_enough_ends_it() -> None:
    """As `head` does; that is no fault."""

    def run(uri: str) -> tuple[int, bytes]:
        argv = [sys.executable, "-m", "wsdemo.cli", "feed", uri]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        with process.stderr:
            return process.wait(60), process.stderr.read()

    async with serving(Feed(3, rate=1000)) as server:
        assert await asyncio.to_thread(run, server.uri) == (0, b"")


async def test_it_tells_of_a_cut_and_goes_on() -> None:
    """The lines go on where they were."""
    feed, heard, told = still(), list[str](), list[str]()
    async with serving(feed) as server, lab.wire(server.uri) as wire:
        following = asyncio.create_task(
            command.follow(wire.uri, count=8, say=heard.append, tell=told.append)
        )
        await until(lambda: len(heard) == 3)
        wire.cut()
        feed.move(5)
        await following
    assert len(heard) == 8
    assert told[0].startswith("WAITING ")
    assert told[-1].startswith("OPEN ")


async def test_a_feed_that_ends_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """After it was looked for in vain."""
    monkeypatch.setattr(command, "FIRST", 0.0)
    heard, told = list[str](), list[str]()
    async with serving(still()) as server:
        following = asyncio.create_task(
            command.follow(server.uri, say=heard.append, tell=told.append)
        )
        await until(lambda: len(heard) == 3)
    with pytest.raises(Exception, match=r"no connection to ws://127\.0\.0\.1"):
        await following
    assert len(told) == command.RETRIES


@pytest.mark.parametrize(
    ("uri", "words", "code"),
    [(NOWHERE, "no connection to ws://127.0.0.1:9/ws: ", 1), ("nonsense", "begins with", 2)],
)
def test_a_fault_is_told_in_lines(
    uri: str,
    words: str,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No traceback."""
    monkeypatch.setattr(command, "FIRST", 0.0)
    assert command.main(uri, ["*"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err.splitlines()[-1]
    assert all(told.startswith("wsdemo: ") for told in err.splitlines())
