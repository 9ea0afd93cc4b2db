"""A transport that writes down what is done with it, and a connection on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

from tests.scratch.clock import HandClock
from tests.scratch.raw import KEY, MASK, REQUEST
from wsdemo.protocol import Frame
from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.handshake import build_request
from wsdemo.protocol.messages import Codec
from wsdemo.protocol.server_endpoint import ServerEndpoint
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.options import Options


class FakeTransport(asyncio.Transport):
    """Goes nowhere."""

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__({"sockname": ("here", 1), "peername": ("there", 2)})
        self.tls = tls
        self.written: list[bytes] = []
        self.done: list[str] = []
        self.limits: tuple[int | None, int | None] | None = None

    def write(self, data: Any) -> None:
        """Keep the bytes."""
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Keep the marks."""
        self.limits = (high, low)

    def can_write_eof(self) -> bool:
        """As TCP can, and TLS can't."""
        return not self.tls

    def write_eof(self) -> None:
        """Note it."""
        self.done.append("write_eof")

    def pause_reading(self) -> None:
        """Note it."""
        self.done.append("pause_reading")

    def resume_reading(self) -> None:
        """Note it."""
        self.done.append("resume_reading")

    def close(self) -> None:
        """Note it."""
        self.done.append("close")

    def abort(self) -> None:
        """Note it."""
        self.done.append("abort")

    def is_closing(self) -> bool:
        """Tell whether it was closed or aborted."""
        return "close" in self.done or "abort" in self.done

    def take(self) -> list[bytes]:
        """Return what was written since the last time."""
        written, self.written = self.written, []
        return written


def open_connection(
    *, tls: bool = False, codec: Codec | None = None, **options: Any
) -> tuple[Connection, FakeTransport, HandClock]:
    """Return a server's connection that has just been opened, its transport and its clock."""
    clock, transport = HandClock(), FakeTransport(tls=tls)
    endpoint = ServerEndpoint()
    connection = Connection(endpoint, Options(clock=clock, **options))
    connection.connection_made(transport)
    endpoint.receive(REQUEST)
    endpoint.accept(codec=codec)
    connection.flush()
    transport.take()
    return connection, transport, clock


def open_client(
    *, codec: Codec | None = None, **options: Any
) -> tuple[Connection, FakeTransport, HandClock]:
    """Return a client's connection that has just been opened, its transport and its clock."""
    clock, transport, server = HandClock(), FakeTransport(), ServerEndpoint()
    request = build_request("ws://server.example.com/chat", key=KEY)
    endpoint = ClientEndpoint(request, masking=lambda size: MASK[:size], agree=lambda _: codec)
    connection = Connection(endpoint, Options(clock=clock, **options))
    connection.connection_made(transport)
    server.receive(b"".join(transport.take()))
    server.accept()
    endpoint.receive(server.take_output())
    return connection, transport, clock


def frames(transport: FakeTransport) -> list[str]:
    """Return what was written since the last time, in words."""
    data, shown = b"".join(transport.take()), []
    while data:
        parsed = Frame.parse(data)
        assert parsed is not None
        shown.append(str(parsed[0]))
        data = data[parsed[1] :]
    return shown


async def outside(*calls: Callable[[], object], context: Context | None = None) -> None:
    """Call functions as the loop calls a protocol: from outside of all tasks."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def called() -> None:
        try:
            for call in calls:
                call()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    loop.call_soon(called, context=context)
    await done
