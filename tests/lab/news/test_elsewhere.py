"""A newsroom in a process of its own."""

import asyncio
import os
import subprocess
import sys
import time

import psutil

from wsdemo.lab.news.clients import Way, read, take
from wsdemo.lab.news.elsewhere import elsewhere

FEED = [(0.0, "a"), (0.02, "b"), (0.04, "c")]


async def test_it_publishes_by_its_timetable() -> None:
    """Once it is told to begin; it says when that was, on the clock that we have too."""
    async with elsewhere(FEED) as room:
        way = Way.WEBSOCKET
        reading = asyncio.create_task(take(3, read(way, room.uri(way), every=1)))
        before = time.monotonic()
        begun = await room.begin()
        assert before <= begun <= time.monotonic()
        assert [item.text for item in await reading] == ["a", "b", "c"]
        assert time.monotonic() >= begun + FEED[-1][0]


async def test_nothing_is_published_before() -> None:
    """The first poll finds nothing."""
    async with elsewhere(FEED) as room:
        reading = asyncio.create_task(take(3, read(Way.POLLING, room.uri(Way.POLLING), every=0.01)))
        done, _ = await asyncio.wait([reading], timeout=0.1)
        assert not done
        await room.begin()
        await reading


async def test_the_process_ends_with_the_block() -> None:
    """By itself, also when nothing was ever begun."""
    before = set(psutil.Process().children())
    async with elsewhere(FEED):
        (child,) = set(psutil.Process().children()) - before
    assert not child.is_running()


def test_the_process_ends_with_its_parent() -> None:
    """A kernel that is killed leaves none behind."""
    code = (
        "import asyncio, os\n"
        "from wsdemo.lab.news.elsewhere import elsewhere\n"
        "import psutil\n"
        "async def main():\n"
        "    async with elsewhere([]):\n"
        "        print(psutil.Process().children()[0].pid, flush=True)\n"
        "        os._exit(1)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    pid = int(done.stdout)
    assert pid != os.getpid()
    if psutil.pid_exists(pid):
        psutil.wait_procs([psutil.Process(pid)], timeout=10)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
