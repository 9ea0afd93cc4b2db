"""The log in SQLite: its arguments, its file, and what survives `kill -9`."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.log import appender
from tests.log.hands import HandClock, fill
from wsdemo.log import Bounds, Entry, Log, Retention, SqliteLog

ROOT = Path(__file__).resolve().parents[2]


async def test_it_is_a_log() -> None:
    """Mypy reads this test, too."""
    log: Log = SqliteLog()
    await log.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"synchronous": "OFF"}, "synchronous is 'FULL' or 'NORMAL', not 'OFF'"),
        ({"path": ":memory:"}, "path ':memory:' is no file; a log in memory has the path None"),
        ({"path": ""}, "path '' is no file"),
        ({"max_body": -1}, "max_body -1 is out of range"),
    ],
)
def test_a_bad_argument_is_refused(arguments: dict[str, Any], words: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ValueError, match=words):
        SqliteLog(**arguments)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda log: log.append("", "ada", 1, b""), "room '' has 0 bytes"),
        (lambda log: log.append("lobby", "x" * 129, 1, b""), "client_id 'x+…' has 129 bytes"),
        (lambda log: log.append("lobby", "ada", -1, b""), "client_seq -1 is out of range"),
        (lambda log: log.append("lobby", "ada", 1, b"123456"), "body has 6 bytes; it takes 5"),
        (lambda log: log.read("lobby", after=-1), "after -1 is out of range"),
        (lambda log: log.read("lobby", limit=0), "limit 0 is out of range"),
        (lambda log: log.read_back("lobby", before=0), "before 0 is out of range"),
        (lambda log: log.read_back("lobby", limit=1_001), "limit 1001 is out of range"),
        (lambda log: log.bounds("x" * 129), "room 'x+…' has 129 bytes"),
        (lambda log: anext(log.subscribe("lobby", after=-1)), "after -1 is out of range"),
    ],
)
async def test_bad_input_is_refused_with_its_value(call: Any, words: str) -> None:
    """And nothing is stored of it."""
    async with SqliteLog(max_body=5) as log:
        with pytest.raises(ValueError, match=words):
            await call(log)
        assert await log.bounds("lobby") == Bounds(1, 0)


async def test_an_entry_bears_the_time_of_its_call() -> None:
    """By the log's clock."""
    async with SqliteLog(clock=HandClock(1_234.5)) as log:
        assert (await log.append("lobby", "ada", 1, b"")).at == 1_234.5


async def test_a_file_that_is_opened_again_goes_on(tmp_path: Path) -> None:
    """With its entries, its offsets, and what it knows of duplicates."""
    for opening in range(1, 4):
        async with SqliteLog(tmp_path / "log.db") as log:
            await fill(log, 2)
            entry = await log.append("lobby", "bob", opening, b"")
            assert (entry.offset, entry.duplicate) == (2 + opening, False)


async def test_offsets_go_on_though_all_entries_are_gone(tmp_path: Path) -> None:
    """A number is never given twice, or a client would take a new message for an old one."""
    clock, keep = HandClock(), Retention(age=60, remember=0)
    async with SqliteLog(tmp_path / "log.db", keep=keep, clock=clock) as log:
        await fill(log, 3)
        clock.now += 61
        assert await log.retain() == 3
    async with SqliteLog(tmp_path / "log.db", keep=keep, clock=clock) as log:
        assert (await log.append("lobby", "ada", 1, b"")).offset == 4


def _live_and_die(path: Path, synchronous: str, life: int, lines: int) -> list[tuple[str, ...]]:
    """Let a process append, kill it after so many acknowledgements, and return all it gave."""
    command = [sys.executable, str(Path(appender.__file__)), str(path), synchronous, str(life)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        try:
            text = [child.stdout.readline() for _ in range(lines)]
        finally:
            child.kill()  # SIGKILL, and on Windows TerminateProcess: nothing is cleaned up
        text += child.stdout.readlines()
    return [tuple(line.decode().split()) for line in text if line.endswith(b"\n")]


async def _everything(path: Path) -> list[Entry]:
    entries: list[Entry] = []
    async with SqliteLog(path) as log:
        while page := await log.read("lobby", after=len(entries), limit=1_000):
            entries += page
    return entries


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_what_was_acknowledged_survives_a_kill(
    tmp_path: Path, synchronous: str, seed: int
) -> None:
    """Three lives and deaths on one file: all is there, at its offset, once, without a hole."""
    rng, path = random.Random(seed), tmp_path / "log.db"
    acknowledged: list[tuple[str, ...]] = []
    for life in range(3):
        acknowledged += _live_and_die(path, synchronous, life, rng.randint(1, 600))
        entries = await _everything(path)
        assert [entry.offset for entry in entries] == list(range(1, len(entries) + 1))
        sent = [(entry.client_id, entry.client_seq) for entry in entries]
        assert len(set(sent)) == len(sent)
        assert all(
            entry.body.decode() == f"{entry.client_id}:{entry.client_seq}" for entry in entries
        )
        by_offset = {str(entry.offset): entry for entry in entries}
        for client_id, seq, offset in acknowledged:
            assert by_offset[offset].body.decode() == f"{client_id}:{seq}"
    assert len({client_id for client_id, _, _ in acknowledged}) > appender.CLIENTS
