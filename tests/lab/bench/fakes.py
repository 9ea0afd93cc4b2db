"""What stands in for a server, or for a peer's end of a connection."""

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest

from wsdemo.lab.bench.generator import Generator
from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.peers import chosen
from wsdemo.lab.bench.processes import ServerProcess, python
from wsdemo.lab.bench.results import Row, Sample
from wsdemo.lab.bench.workloads import Kind, Workload

FEW = 3


def few(kind: Kind = Kind.ECHO, depth: int = 1, **details: bool) -> Workload:
    """Return a workload that takes no time."""
    return Workload("few", kind, FEW, depth=depth, **details)


def row(workload: Workload, peer: str, *costs: float, busy: float = 1.0) -> Row:
    """Return a row with these costs."""
    return Row(workload, peer, tuple(Sample(cost, cost * 10, busy, 0.5) for cost in costs))


SHORT = (
    few(depth=2),
    few(binary=True),
    few(deflate=True),
    few(Kind.FAN_OUT, 2),
    few(Kind.CONNECT),
)


def cases(*names: str) -> list[tuple[str, Workload]]:
    """Return each peer with every short workload that it has an answer to."""
    return [(peer.name, one) for peer in chosen(names) for one in SHORT if peer.can(one)]


def measured(peer: str, workload: Workload) -> Sample:
    """Measure a peer as shortly as can be, in a process of its own."""
    (known,) = chosen([peer])
    if (reason := known.missing()) is not None:
        pytest.skip(reason)
    words = Job.of(workload).words
    with ServerProcess(python("wsdemo.lab.bench.child", peer, *words)) as server:
        return Generator().measure(server.pid, server.port, workload, 0.0, known.raw)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100


@contextlib.contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """Serve on a port: to what comes at once on a connection, an answer; until it ends."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                while data := self.request.recv(65536):
                    self.request.sendall(answer(data))

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
