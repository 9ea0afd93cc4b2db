"""Whom the bench compares: as data.

Leaves out how a peer serves: each has a module in `wsdemo.lab.bench.servers`, or a file of Go.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec

from wsdemo.lab.bench.workloads import Kind, Workload

__all__ = ["GORILLA", "PEERS", "Peer", "chosen"]

GORILLA = "gorilla"
ALL = frozenset(Kind)
NO_ROOM = ALL - {Kind.FAN_OUT}


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that can be measured.

    Attributes:
        name: for people.
        module: where its ``start`` is; empty for what is not Python.
        start: the name of that function.
        kinds: the workloads that it has an answer to.
        deflate: whether it can compress.
        needs: the modules that must be installed.
        uvloop: whether it runs on uvloop.
        raw: whether it knows nothing of WebSocket.
        posix: whether Windows can't run it.
    """

    name: str
    module: str = ""
    start: str = "start"
    kinds: frozenset[Kind] = ALL
    deflate: bool = True
    needs: tuple[str, ...] = ()
    uvloop: bool = False
    raw: bool = False
    posix: bool = False

    def can(self, workload: Workload) -> bool:
        """Tell whether it has an answer to a workload."""
        return workload.kind in self.kinds and (self.deflate or not workload.deflate)

    def missing(self) -> str | None:
        """Return what keeps it from running here, in words; None if nothing does."""
        if self.posix and sys.platform == "win32":
            return "it does not run on Windows"
        absent = [name for name in self.needs if find_spec(name) is None]
        if absent:
            return f"no {' and no '.join(absent)} here; pip install 'wsdemo[bench]' brings it"
        return None


def _on_uvloop(name: str, module: str, start: str, kinds: frozenset[Kind] = ALL) -> Peer:
    return Peer(f"{name}+uvloop", module, start, kinds, needs=("uvloop",), uvloop=True)


PEERS = (
    Peer("scratch", "on_scratch"),
    Peer("scratch-callback", "on_scratch", "start_callback", NO_ROOM),
    _on_uvloop("scratch", "on_scratch", "start"),
    _on_uvloop("scratch-callback", "on_scratch", "start_callback", frozenset({Kind.ECHO})),
    Peer("scratch+metrics", "on_wsdemo", kinds=NO_ROOM),
    Peer("websockets", "on_websockets"),
    _on_uvloop("websockets", "on_websockets", "start"),
    Peer("aiohttp", "on_aiohttp"),
    Peer("picows", "on_picows", deflate=False, needs=("picows",)),
    Peer(GORILLA),
    Peer("sendall", "on_sockets", kinds=frozenset({Kind.FAN_OUT}), deflate=False, posix=True),
    Peer("tcp", "on_tcp", kinds=NO_ROOM, deflate=False, raw=True),
)


def chosen(names: Iterable[str]) -> tuple[Peer, ...]:
    """Return the peers of these names, in our order.

    Raises:
        ValueError: there is none of a name.
    """
    wanted = set(names)
    known = [peer.name for peer in PEERS]
    if strangers := sorted(wanted.difference(known)):
        raise ValueError(f"no peer {', '.join(strangers)}; there are {', '.join(known)}")
    return tuple(peer for peer in PEERS if peer.name in wanted)
