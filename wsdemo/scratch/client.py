"""``connect()``: a WebSocket client on asyncio.

    async with connect("ws://127.0.0.1:8765/") as connection:
        await connection.send("Hello")
        print(await connection.recv())

Left out: proxies, and following redirects. A redirect is raised as what it is, a refusal, and
carries the response with its ``Location``; whether to trust that is for the caller to decide.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from wsdemo.errors import ConnectionClosedOK, HandshakeError
from wsdemo.protocol import Limits
from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.deflate import CLIENT_DEFLATE, DeflateConfig, agree_deflate, offer_deflate
from wsdemo.protocol.handshake import URI, BadResponse, build_request, make_key, parse_uri
from wsdemo.protocol.headers import Headers, HeadersLike
from wsdemo.protocol.keys import NONCE_SIZE
from wsdemo.scratch.backoff import backoff
from wsdemo.scratch.client_connection import ClientConnection
from wsdemo.scratch.masking import apply_mask
from wsdemo.scratch.opening import SOFTWARE
from wsdemo.scratch.options import (
    MAX_FRAGMENTS,
    MAX_QUEUE,
    MAX_SIZE,
    WRITE_LIMIT,
    Clock,
    Marks,
    MarksLike,
    Options,
    deflate_config,
)

# Answers of a server, or of a proxy before it, that may be another one in a moment.
WORTH_ANOTHER_TRY = frozenset({500, 502, 503, 504})

# A client has its piece of memory for itself, so it is a smaller one than a server's.
READ_SIZE = 65_536

logger = logging.getLogger("wsdemo.scratch.client")


def process_exception(error: Exception) -> Exception | None:
    """Tell whether a failure to connect is worth another try.

    Args:
        error: what ``connect`` has raised.

    Returns:
        None if it is; otherwise the error to raise.
    """
    if isinstance(error, OSError):  # TimeoutError is one
        return None
    if isinstance(error, HandshakeError) and isinstance(error.__cause__, (EOFError, OSError)):
        return None
    if isinstance(error, BadResponse) and error.response.status in WORTH_ANOTHER_TRY:
        return None
    return error


class connect:  # noqa: N801 - to its users it is a function
    """Connect to a WebSocket server.

    To be entered (``async with``), awaited, or iterated over: ``async for connection in
    connect(...)`` connects again, after a delay, whenever the body goes on to the next round.

    Args:
        uri: ``ws://...`` or ``wss://...``.
        origin: value of ``Origin``.
        subprotocols: to offer, the best first.
        compression: "deflate", None, or a ``DeflateConfig``.
        additional_headers: header fields to add to the request.
        user_agent_header: value of ``User-Agent``; None for none.
        proxy: None; there for calls that run on either engine, since ``websockets`` goes
            through the system's proxy unless it is told not to.
        process_exception: tells ``async for`` whether to try again: returns None, or the error
            to raise.
        open_timeout: seconds for everything until the connection is open; None for ever.
        ping_interval: seconds between keepalive pings; None for none.
        ping_timeout: seconds to wait for their pongs; None for ever.
        close_timeout: seconds for the closing handshake and the end of TCP; None for ever.
        reconnect_delays: makes an iterator of the delays, in seconds, for a series of failures;
            when it runs out, ``async for`` raises the last of them.
        max_size: bytes of a message, after decompression; None for any number.
        max_fragments: frames of a message; None for any number.
        max_queue: messages that may wait for ``recv`` before reading stops; or (high, low).
        write_limit: bytes that may wait to be sent before ``send`` waits; or (high, low).
        logger: gets a line for everything that goes wrong.
        clock: tells the time and sets timers; by default the event loop's.
        randbytes: gives random bytes for the key, the masking keys and the pings.
        **dialling: for ``loop.create_connection``: ``ssl``, ``sock``, ``server_hostname``, and
            ``host`` and ``port`` to dial another address than the URI's.

    Raises:
        ValueError: an argument makes no sense.
        OSError: there is no way to the server; raised when connecting, as the following are.
        TimeoutError: it took longer than ``open_timeout``.
        HandshakeError: the server did not agree; a ``BadResponse`` carries what it answered.
    """

    def __init__(
        self,
        uri: str,
        *,
        origin: str | None = None,
        subprotocols: Sequence[str] | None = None,
        compression: DeflateConfig | str | None = "deflate",
        additional_headers: HeadersLike | None = None,
        user_agent_header: str | None = SOFTWARE,
        proxy: None = None,
        process_exception: Callable[[Exception], Exception | None] = process_exception,
        open_timeout: float | None = 10,
        ping_interval: float | None = 20,
        ping_timeout: float | None = 20,
        close_timeout: float | None = 10,
        reconnect_delays: Callable[[], Iterator[float]] = backoff,
        max_size: int | None = MAX_SIZE,
        max_fragments: int | None = MAX_FRAGMENTS,
        max_queue: MarksLike = MAX_QUEUE,
        write_limit: int | tuple[int | None, int | None] = WRITE_LIMIT,
        logger: logging.Logger | logging.LoggerAdapter[Any] = logger,
        clock: Clock | None = None,
        randbytes: Callable[[int], bytes] = os.urandom,
        **dialling: Any,
    ) -> None:
        self.uri = uri
        self._uri = parse_uri(uri)
        self._dialling = _check_dialling(dialling, self._uri, proxy)
        self._deflate = deflate_config(compression, CLIENT_DEFLATE)
        self._origin = origin
        self._subprotocols = subprotocols or ()
        self._headers = Headers(additional_headers or ())
        if user_agent_header is not None and "User-Agent" not in self._headers:
            self._headers.add("User-Agent", user_agent_header)
        self._process_exception = process_exception
        self._reconnect_delays = reconnect_delays
        self._connection: ClientConnection | None = None
        self._options = Options(
            limits=Limits(message_size=max_size, fragments=max_fragments),
            queue=Marks.of(max_queue),
            write=Marks.of(write_limit),
            open_timeout=open_timeout,
            close_timeout=close_timeout,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            clock=clock,
            randbytes=randbytes,
            logger=logger,
            memory=memoryview(bytearray(READ_SIZE)),
        )

    # Once: await connect(...), async with connect(...)

    def __await__(self) -> Generator[Any, None, ClientConnection]:
        return self._dial().__await__()

    async def __aenter__(self) -> ClientConnection:
        if self._connection is not None:
            raise RuntimeError("connect() is entered already; call it again for another connection")
        self._connection = await self._dial()
        return self._connection

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.__aexit__(exc_type, exc_value, traceback)

    async def _dial(self) -> ClientConnection:
        """Connect, from the name of the host to an open WebSocket."""
        loop = asyncio.get_running_loop()
        # Made before there is a socket, which asyncio would leak if this failed.
        connection = ClientConnection(self._endpoint(), self._options)
        try:
            async with self._time_limit(loop):
                await loop.create_connection(lambda: connection, **self._dialling)
                try:
                    await connection.opened()
                except BaseException:
                    # Nobody will ever hear of this connection, so nobody can close it.
                    connection.transport.abort()
                    raise
        except TimeoutError as error:
            raise TimeoutError("timed out during opening handshake") from error
        return connection

    @asynccontextmanager
    async def _time_limit(self, loop: asyncio.AbstractEventLoop) -> AsyncIterator[None]:
        """Raise TimeoutError when ``open_timeout`` is over, by whatever clock."""
        clock, limit = self._options.clock or loop, self._options.open_timeout
        async with asyncio.timeout(None) as scope:
            if limit is None:
                yield
                return
            timer = clock.call_later(limit, lambda: scope.reschedule(loop.time()))
            try:
                yield
            finally:
                timer.cancel()

    def _endpoint(self) -> ClientEndpoint:
        """Make the protocol's side of a new connection, with a new key."""
        configs = [] if self._deflate is None else [self._deflate]
        request = build_request(
            self._uri,
            key=make_key(self._options.randbytes(NONCE_SIZE)),
            extensions=offer_deflate(*configs) if configs else (),
            headers=self._headers,
            origin=self._origin,
            subprotocols=self._subprotocols,
        )
        return ClientEndpoint(
            request,
            agree=lambda agreed: agree_deflate(agreed, *configs),
            limits=self._options.limits,
            masking=self._options.randbytes,
            apply_mask=apply_mask,
        )

    # For ever: async for connection in connect(...)

    async def __aiter__(self) -> AsyncIterator[ClientConnection]:
        """Yield one connection after another, each when the one before was done with."""
        delays = self._reconnect_delays()
        while True:
            try:
                connection = await self._dial()
            except Exception as error:
                self._judge(error)
                await self._pause(delays, error)
                continue
            async with connection:
                yield connection
            delays = self._reconnect_delays()
            # RFC 6455, 7.2.3: "clients SHOULD use some form of backoff when trying to reconnect
            # after abnormal closures". A server that accepts and falls over would otherwise be
            # dialled again and again as fast as it can fall.
            ending = connection.closed_error()
            if not isinstance(ending, ConnectionClosedOK):
                await self._pause(delays, ending)

    def _judge(self, error: Exception) -> None:
        """Raise an error that another try would not cure."""
        fatal = self._process_exception(error)
        if fatal is error:
            raise fatal
        if fatal is not None:
            raise fatal from error

    async def _pause(self, delays: Iterator[float], error: Exception) -> None:
        """Wait before the next try; raise the error when the delays have run out."""
        delay = next(delays, None)
        if delay is None:
            raise error
        self._options.logger.info(
            "no connection to %s; next try in %.1f s: %s", self._uri, delay, error
        )
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        timer = (self._options.clock or loop).call_later(delay, over.set_result, None)
        try:
            await over
        finally:
            timer.cancel()


def _check_dialling(dialling: dict[str, Any], uri: URI, proxy: object) -> dict[str, Any]:
    """Complete, and check, what ``loop.create_connection`` is to be called with."""
    if proxy is not None:
        raise ValueError("scratch.connect dials directly; proxy must be None")
    if not uri.secure and dialling.get("ssl") is not None:
        raise ValueError("ssl is for wss:// URIs, and this one is ws://")
    if uri.secure:
        dialling.setdefault("ssl", True)
        if dialling["ssl"] is None:
            raise ValueError("a wss:// URI needs TLS, so ssl can't be None")
        dialling.setdefault("server_hostname", uri.host)
    if dialling.get("sock") is None:
        dialling = {"host": uri.host, "port": uri.port, **dialling}
    return dialling
