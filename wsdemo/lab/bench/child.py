"""The process of a server in Python: ``child.main(peer, copies, deflate)``.

Up stdout goes a line with the port. A line down stdin is the order to collect garbage, and is
answered by a line when that is done. The end of stdin is the end: it also comes when the parent
is killed, so that no child outlives it.

Leaves out a farewell: connections that are open then are cut.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterable
from importlib import import_module
from typing import Any, TextIO

from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.peers import Peer, chosen
from wsdemo.limits import raise_open_files

__all__ = ["main"]


def main() -> None:
    """Serve what the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise_open_files()
    name, *words = sys.argv[1:]
    (peer,) = chosen([name])
    _runner(peer)(_serve(peer, Job.parse(words)))


def _runner(peer: Peer) -> Any:
    if not peer.uvloop:
        return asyncio.run
    return import_module("uvloop").run


async def _serve(peer: Peer, job: Job) -> None:
    module = import_module(f"wsdemo.lab.bench.servers.{peer.module}")
    start: Coroutine[Any, Any, tuple[object, int]] = getattr(module, peer.start)(job)
    server, port = await start
    threading.Thread(target=_attend, args=(server,), daemon=True).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _attend(server: object) -> None:
    """Take orders, in a thread that costs nothing until one comes."""
    try:
        obey(sys.stdin, sys.stdout)
    finally:
        del server  # nobody else holds it
        os._exit(0)


def obey(orders: Iterable[str], answers: TextIO) -> None:
    """Collect garbage at every line, until there are no more.

    Args:
        orders: the lines.
        answers: gets a line for each.
    """
    for _ in orders:
        gc.collect()
        answers.write("collected\n")
        answers.flush()
