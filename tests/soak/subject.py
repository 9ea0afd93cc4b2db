"""The server that is soaked, in a process of its own, where all that is held is its own.

    python -m tests.soak.subject '{"handler": "coroutine", "fault": "none", "times": {}}'

It listens on two ports, and has patience on one of them: there, a visitor of a busy machine is
never too late. On the other its timers run out soon, for visitors that wait for that.

Its parent writes lines to stdin: ``census`` asks for what it holds, ``mark`` notes where Python's
memory is, ``growth`` asks where it has grown since. Each is answered by a line of JSON on stdout,
the first of which tells the ports. The end of stdin, which also comes when the parent is killed,
is the order to close.

Leaves out judgements.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
import threading
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.soak.handlers import FAULTS, Deliberate, answer
from tests.soak.traffic import MAX_FRAGMENTS, MAX_SIZE
from wsdemo import scratch

SHOWN = 5  # places where memory has grown

# In seconds. Pings go out while most visitors are still there; a pong may take its time.
PATIENT: dict[str, Any] = {
    "open_timeout": 120,
    "close_timeout": 120,
    "ping_interval": 0.5,
    "ping_timeout": 120,
}


class Errors(logging.Handler):
    """Keeps what is logged as an error, unless a visitor has asked for it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message, and the exception that came with it."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, Deliberate):
            # The first line: those after it name the connection, and so no two are alike.
            words = record.getMessage().splitlines()[0]
            self.seen[f"{words}: {error!r}{whence(error)}"] += 1

    def take(self) -> list[str]:
        """Return what has come since the last time, each with how often."""
        seen, self.seen = self.seen, Counter()
        return [f"{count} × {error}" for error, count in seen.items()]


def whence(error: BaseException | None) -> str:
    """Return the way of an exception, its last steps first."""
    steps = traceback.extract_tb(error.__traceback__) if error else []
    return "".join(f" < {Path(step.filename).name}:{step.lineno}" for step in reversed(steps))


def tidy() -> None:
    """Free what nobody uses, Python's own caches among it.

    The interpreter remembers where it has found an attribute, and with it the name, which C code
    makes anew for each look: four thousand names, until that cache is full.
    """
    gc.collect()
    # Python 3.13 has a new name for it.
    new: Callable[[], None] | None = getattr(sys, "_clear_internal_caches", None)
    (new or sys._clear_type_cache)()


def descriptors() -> int:
    """Count what this process has open."""
    process = psutil.Process()
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()


def traced() -> dict[tuple[str, int], int]:
    """Return the octets that each line of code has allocated and that are still in use."""
    statistics = tracemalloc.take_snapshot().statistics("lineno")
    return {
        (each.traceback[0].filename, each.traceback[0].lineno): each.size for each in statistics
    }


class Subject:
    """The servers, and what there is to tell of them.

    Args:
        servers: started.
        errors: gets what is logged.
    """

    def __init__(self, servers: Sequence[scratch.Server], errors: Errors) -> None:
        self._servers = servers
        self._errors = errors
        self._marked: dict[tuple[str, int], int] = {}

    def census(self) -> dict[str, Any]:
        """Count what is held."""
        tidy()
        books = [server.counters for server in self._servers]
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        return {
            "connections": sum(each.total for each in books),
            "now": sum(each.now for each in books),
            "open": sum(len(server.connections) for server in self._servers),
            "balanced": all(each.balanced for each in books),
            "descriptors": descriptors(),
            "tasks": Counter(task.get_coro().__qualname__ for task in tasks),  # type: ignore[union-attr]
            "memory": tracemalloc.get_traced_memory()[0],
            "rss": psutil.Process().memory_info().rss,
            "errors": self._errors.take(),
        }

    def mark(self) -> dict[str, Any]:
        """Note where memory is."""
        self._marked = traced()
        return {}

    def growth(self) -> dict[str, Any]:
        """Tell where it has grown, the most first."""
        grown = Counter(traced())
        grown.subtract(self._marked)
        return {
            "places": [
                f"{file}:{line} +{size:,}" for (file, line), size in grown.most_common(SHOWN)
            ]
        }


def listen(loop: asyncio.AbstractEventLoop, words: asyncio.Queue[str]) -> None:
    """Hand on what the parent says, in a thread: on Windows a loop can't watch a pipe."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(words.put_nowait, line.strip())
    loop.call_soon_threadsafe(words.put_nowait, "")


def served(handler: str, fault: str, times: dict[str, Any]) -> scratch.Server:
    """Make a server.

    Args:
        handler: "coroutine" or "callback".
        fault: the one to be implanted in the former.
        times: timeouts, in seconds.
    """
    limits: dict[str, Any] = {"max_size": MAX_SIZE, "max_fragments": MAX_FRAGMENTS, **times}
    if handler == "callback":
        serve: Any = scratch.serve
        server: scratch.Server = serve(None, "127.0.0.1", 0, on_message=answer, **limits)
        return server
    return scratch.serve(FAULTS[fault](), "127.0.0.1", 0, **limits)


async def main(handler: str, fault: str, times: dict[str, Any]) -> None:
    """Serve, and answer the parent, until it says no more.

    Args:
        handler: "coroutine" or "callback".
        fault: to be implanted.
        times: timeouts of the server without patience, in seconds.
    """
    errors, words = Errors(), asyncio.Queue[str]()
    logging.getLogger().addHandler(errors)
    async with (
        served(handler, fault, PATIENT) as patient,
        served(handler, fault, times) as impatient,
    ):
        servers = (patient, impatient)
        subject = Subject(servers, errors)
        say({"ports": [server.sockets[0].getsockname()[1] for server in servers]})
        threading.Thread(
            target=listen, args=(asyncio.get_running_loop(), words), daemon=True
        ).start()
        while word := await words.get():
            say({"census": subject.census, "mark": subject.mark, "growth": subject.growth}[word]())
    say({"errors": errors.take()})


def say(values: dict[str, Any]) -> None:
    """Write a line to the parent."""
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    tracemalloc.start()
    asyncio.run(main(**json.loads(sys.argv[1])))
