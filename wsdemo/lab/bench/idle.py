"""What a connection costs in memory on which nothing happens.

Leaves out what the kernel keeps for it: that is the same for all servers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from wsdemo.lab.bench.results import Sample

__all__ = ["held"]

# So many come and go first: what a server makes once, at its first connections, is not theirs.
FIRST = 50

# Memory has settled when it changes by less than this share between two looks, or at last when
# there were so many.
SETTLED, LOOKS, PAUSE = 0.002, 40, 0.05


class _Server(Protocol):
    @property
    def port(self) -> int: ...
    def memory(self) -> int: ...


class _Generator(Protocol):
    def order(self, name: str, *arguments: object) -> Any: ...


def held(
    server: _Server,
    generator: _Generator,
    connections: int,
    *,
    raw: bool,
    sleep: Callable[[float], object] = time.sleep,
) -> Sample:
    """Open connections and return what each takes of the server's memory, in KiB.

    Args:
        server: one that had no others yet: memory that was freed would be used again unseen.
        generator: opens them.
        connections: how many.
        raw: whether the server knows nothing of WebSocket.
        sleep: waits between two looks.
    """
    generator.order("hold", server.port, FIRST, raw)
    generator.order("drop")
    before = _settled(server, sleep)
    generator.order("hold", server.port, connections, raw)
    after = _settled(server, sleep)
    generator.order("drop")
    return Sample((after - before) / 1024 / connections, 0.0, 0.0, 0.0)


def _settled(server: _Server, sleep: Callable[[float], object]) -> int:
    now = server.memory()
    for _ in range(LOOKS):
        sleep(PAUSE)
        before, now = now, server.memory()
        if abs(now - before) < SETTLED * before:
            break
    return now
