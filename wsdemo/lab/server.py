"""`Server`: what a notebook holds in its hand while a server is running.

Leaves out how it comes to run: `wsdemo.lab.running` starts it, and the three modules named in
`PLACES` run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import psutil

from wsdemo import engines
from wsdemo.errors import LocalError
from wsdemo.lab.host import Job
from wsdemo.lab.loop_server import LoopServer
from wsdemo.lab.process_server import ProcessServer
from wsdemo.lab.thread_server import ThreadServer

__all__ = ["PLACES", "Place", "Server"]


class Place(Protocol):
    """Where a server runs."""

    @property
    def where(self) -> str:
        """The place, in words."""

    async def start(self) -> int:
        """Listen, and return the port."""

    async def stop(self) -> None:
        """Close; every failure is in the list when this returns."""


class _Maker(Protocol):
    def __call__(self, job: Job, failures: list[BaseException], /) -> Place: ...


PLACES: Mapping[str, _Maker] = MappingProxyType(
    {"thread": ThreadServer, "loop": LoopServer, "process": ProcessServer}
)
# Addresses that mean "every interface" can be listened on, and not be connected to.
WILDCARDS: Mapping[str, str] = MappingProxyType(
    {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
)


class Server:
    """A running server.

    Attributes:
        name: what it is called.
        engine: what it runs on; ``server.engine.connect`` makes a client of the same make.
        where: "thread", "loop" or "process".
        host: the address it listens on.
        port: the port it listens on.
        failures: what handlers ended in so far, the closing of their own connection apart. The
            failure is in here before the client sees close code 1011. Clear the list to say that
            you have dealt with them; what is in it at the end is raised.
        place: what runs it.
    """

    def __init__(self, job: Job, where: str) -> None:
        self.name = job.name
        self.engine = engines.get(job.engine)
        self.where = where
        self.host = job.host
        self.port = job.port
        self.failures: list[BaseException] = []
        secure = job.options.get("ssl") or job.options.get("tls")  # an engine's word, and ours
        self._scheme = "wss" if secure else "ws"
        self.place = PLACES[where](job, self.failures)
        self._stopped = False

    @property
    def uri(self) -> str:
        """What to connect to; a path may be added: ``server.uri + "/chat"``."""
        host = WILDCARDS.get(self.host, self.host)
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def process(self) -> psutil.Process:
        """The process of a server with ``where="process"``, for whatever psutil can tell.

        Raises:
            LocalError: the server shares the process of the notebook.
        """
        if not isinstance(self.place, ProcessServer):
            raise LocalError(f'{self!r} has no process of its own: start it with where="process"')
        return self.place.process

    def cpu_seconds(self) -> float:
        """Return the CPU time that the server's process has used so far, in seconds."""
        times = self.process.cpu_times()
        return times.user + times.system

    def rss_bytes(self) -> int:
        """Return the memory that the server's process holds, in bytes."""
        rss: int = self.process.memory_info().rss
        return rss

    async def start(self) -> None:
        """Listen; `running` does this."""
        self.port = await self.place.start()

    async def stop(self) -> None:
        """Close every connection with 1001 and end; a second call does nothing.

        Raises:
            BaseException: what a handler ended in.
            ExceptionGroup: what several did.
        """
        failure = await self.end()
        if failure is not None:
            raise failure

    async def end(self) -> BaseException | None:
        """Stop, and return what there is to raise, once."""
        if self._stopped:
            return None
        self._stopped = True
        await self.place.stop()
        return _one(self.failures, f"in server {self.name!r}")

    def __repr__(self) -> str:
        # Without the port, which is another one in every run: nbval compares this.
        end = ", stopped" if self._stopped else ""
        return f"<server {self.name}: {self.engine.name}, {self.place.where}{end}>"


def _one(failures: list[BaseException], where: str) -> BaseException | None:
    """Make one exception of any number of them."""
    if len(failures) <= 1:
        return failures[0] if failures else None
    return BaseExceptionGroup(f"{len(failures)} failures {where}", failures)
