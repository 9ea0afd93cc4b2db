"""The machine under the bench: its cores, its clocks, and what to call it.

The CPU time of a server is what this machine can tell most exactly: in nanoseconds and thread
by thread on Linux, in hundredths of a second elsewhere, where short rounds are coarse.

Leaves out what makes clocks drift: frequency scaling and neighbours. Ratios of one run stand
above both.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["Cores", "cpu_time", "described", "has_own_core", "pinned"]

PROC = Path("/proc")
SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


@dataclass(frozen=True, slots=True)
class Cores:
    """Who runs where; None for anywhere.

    Attributes:
        server: the core of the servers.
        load: the core of the load generator.
    """

    server: int | None = None
    load: int | None = None

    @classmethod
    def choose(cls) -> Cores:
        """Choose two cores that share no hardware, if there are two and we may choose."""
        if sys.platform != "linux":
            return cls()
        cores = sorted(os.sched_getaffinity(0))
        server = cores[0]
        others = [core for core in cores[1:] if core not in _siblings(server)] or cores[1:]
        return cls(server, others[0]) if others else cls()

    def __str__(self) -> str:
        if self.server is None:
            return (
                "Nothing is pinned to a core here: servers and load generator share what there "
                "is, and rates say little. CPU time does."
            )
        return f"Servers run on core {self.server} alone, the load generator on core {self.load}."


def has_own_core() -> bool:
    """Tell whether this process is pinned to one core of several, and takes it from nobody."""
    if sys.platform != "linux":
        return False
    return len(os.sched_getaffinity(0)) == 1 and (os.cpu_count() or 1) > 1


def _siblings(core: int) -> set[int]:
    """Return the cores that are the same piece of hardware as one."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for part in Path(SIBLINGS.format(core)).read_text("ascii").split(","):
            first, _, last = part.strip().partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return found


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Pin this thread to a core for the length of a block: processes started in it stay there.

    A process that has threads can't be pinned from outside any more, and Go has some at once.

    Args:
        core: which; None for no change.
    """
    if core is None or sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_time(pid: int, proc: Path = PROC) -> float:
    """Return the CPU time that a process has used, in seconds, of all its threads.

    Args:
        pid: the process.
        proc: where the kernel tells of processes.

    Raises:
        psutil.NoSuchProcess: it has ended.
    """
    tasks = list(proc.glob(f"{pid}/task/*/schedstat"))
    if tasks:
        with contextlib.suppress(OSError):  # a thread that has just ended: ask the other way
            return sum(int(task.read_text("ascii").split()[0]) for task in tasks) / 1e9
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def described() -> str:
    """Return the machine in words, without a name that is anybody's."""
    cores = os.cpu_count() or 1
    return (
        f"{_processor()}, {cores} core{'s' * (cores > 1)}, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in (PROC / "cpuinfo").read_text("utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
