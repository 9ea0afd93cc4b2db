"""Many at once: ten thousand who vanish, a thousand who are sent away."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.scratch.raw import LINGER, masked, until
from tests.scratch.test_leaks import descriptors
from tests.server.peers import asking, dial, echo
from wsdemo import scratch
from wsdemo.limits import raise_open_files
from wsdemo.protocol import Opcode
from wsdemo.server import Server, serve

DISCONNECTS = 10_000
WAVE = 100  # at a time: more than the server has slots for, fewer than macOS lets wait at a door
SLOTS = 50

REQUEST = asking()
HELLO = masked(Opcode.TEXT, b"Hello")
# What a visitor does before it vanishes: how much it sends, and after which answer the rest.
STAGES = (
    (b"", b""),  # before the request
    (REQUEST[:40], b""),  # in the middle of it
    (REQUEST, b""),  # with the answer on its way
    (REQUEST, b"\x89"),  # right after 101, in the middle of a frame's header
    (REQUEST, HELLO[:7]),  # in the middle of a frame
    (REQUEST, masked(Opcode.TEXT, b"Hel", fin=False)),  # in the middle of a message
    (REQUEST, HELLO * 3),  # with echoes on their way
    (REQUEST, masked(Opcode.CLOSE, b"\x03\xe8")),  # in the middle of the closing handshake
)


def stages() -> Iterator[tuple[tuple[bytes, bytes], bool]]:
    """Yield each stage with a reset and without, again and again."""
    return itertools.cycle(itertools.product(STAGES, (True, False)))


def vanish(sock: socket.socket, *, reset: bool) -> None:
    """End TCP without another word; with a reset, as a program that is killed may."""
    if reset:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
    sock.close()


async def wave(server: Server, visitors: Iterator[tuple[tuple[bytes, bytes], bool]]) -> None:
    """Let a crowd come at the same moment, get each as far as its stage, and vanish."""
    crowd = list(itertools.islice(visitors, WAVE))
    # Without waiting: the kernel takes a connection, and some octets, before the server does.
    socks = [socket.create_connection(("127.0.0.1", server.port)) for _ in crowd]
    for sock, ((first, _), _) in zip(socks, crowd, strict=True):
        sock.setblocking(False)
        sock.send(first)
    for sock, ((_, then), reset) in zip(socks, crowd, strict=True):
        with contextlib.suppress(ConnectionError):  # there are more visitors than slots
            if then:
                await asyncio.get_running_loop().sock_recv(sock, 4096)
                sock.send(then)
        vanish(sock, reset=reset)


async def books_are_closed(server: Server, tasks: int) -> None:
    """Wait until nothing is left of anybody."""
    register = server._register
    await until(lambda: not register.present and not register.open and not register.tasks)
    await until(lambda: len(asyncio.all_tasks()) == tasks)
    assert register.slots.taken == 0


async def test_ten_thousand_who_vanish_leave_nothing_behind(engine: str) -> None:
    """No slot, no task, no descriptor, whenever and however they go; and the next is served."""
    raise_open_files()
    async with serve(echo, port=0, engine=engine, max_connections=SLOTS) as server:
        visitors, tasks = stages(), len(asyncio.all_tasks())
        await wave(server, visitors)  # what is opened once, by the first, is no leak
        await books_are_closed(server, tasks)
        open_files = descriptors()
        for _ in range(DISCONNECTS // WAVE):
            await wave(server, visitors)
        await books_are_closed(server, tasks)
        assert descriptors() == open_files
        snapshot = server.metrics.snapshot()
        assert (snapshot.now, snapshot.errors) == (0, 0)
        assert snapshot.peak <= SLOTS
        assert snapshot.total == snapshot.closed.total() > DISCONNECTS // 4
        async with dial(server) as client:
            await client.send("Hello")
            assert await client.recv() == "Hello"


# A thousand, or as many as a machine with a low limit lets one process have.
CROWD = 1000
SPARE = 100  # descriptors for everything else


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't send SIGTERM to a process")
async def test_sigterm_sends_a_thousand_away_within_the_deadline(engine: str) -> None:
    """All with 1001, and the program ends with 0."""
    allowed = raise_open_files()
    crowd = CROWD if allowed is None else min(CROWD, allowed - SPARE)
    words = ["serve", "echo", "--port", "0", "--engine", engine]
    process = subprocess.Popen(  # noqa: ASYNC220 - it is there when it has been forked
        [sys.executable, "-m", "wsdemo.cli", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        uri = (await asyncio.to_thread(process.stdout.readline)).strip()
        clients = await connected(uri, crowd)
        start = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        await asyncio.gather(*(client.wait_closed() for client in clients))
        assert await asyncio.to_thread(process.wait, 20) == 0
        assert time.monotonic() - start < 10  # the deadline
        assert {client.close_code for client in clients} == {1001}
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


async def connected(uri: str, number: int) -> list[scratch.ClientConnection]:
    """Connect that often, a few at a time."""
    clients: list[scratch.ClientConnection] = []
    while len(clients) < number:
        few = min(50, number - len(clients))
        clients += await asyncio.gather(
            *(scratch.connect(uri, compression=None, open_timeout=30) for _ in range(few))
        )
    return clients
