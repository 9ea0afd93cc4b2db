"""What ``serve()`` takes, and what it makes of it.

Left out: everything that happens afterwards; see ``server``.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

from wsdemo.protocol import Limits
from wsdemo.protocol.deflate import SERVER_DEFLATE, DeflateConfig
from wsdemo.protocol.handshake import http_date
from wsdemo.scratch.opening import (
    SOFTWARE,
    Origins,
    ProcessRequest,
    ProcessResponse,
    Rules,
    SelectSubprotocol,
)
from wsdemo.scratch.options import (
    MAX_FRAGMENTS,
    MAX_QUEUE,
    MAX_SIZE,
    WRITE_LIMIT,
    Clock,
    Marks,
    MarksLike,
    Options,
    Tally,
    deflate_config,
)
from wsdemo.scratch.server import Handler, Listen, Server
from wsdemo.scratch.server_connection import ServerConnection

logger = logging.getLogger("wsdemo.scratch.server")


def serve(
    handler: Handler | None,
    host: str | Sequence[str] | None = None,
    port: int | None = None,
    *,
    origins: Origins | None = None,
    subprotocols: Sequence[str] | None = None,
    select_subprotocol: SelectSubprotocol | None = None,
    compression: DeflateConfig | str | None = "deflate",
    process_request: ProcessRequest | None = None,
    process_response: ProcessResponse | None = None,
    server_header: str | None = SOFTWARE,
    open_timeout: float | None = 10,
    ping_interval: float | None = 20,
    ping_timeout: float | None = 20,
    close_timeout: float | None = 10,
    max_size: int | None = MAX_SIZE,
    max_fragments: int | None = MAX_FRAGMENTS,
    max_queue: MarksLike = MAX_QUEUE,
    write_limit: int | tuple[int | None, int | None] = WRITE_LIMIT,
    logger: logging.Logger | logging.LoggerAdapter[Any] = logger,
    clock: Clock | None = None,
    date: Callable[[], str] | None = http_date,
    randbytes: Callable[[int], bytes] = os.urandom,
    tally: Tally | None = None,
    on_message: Callable[[ServerConnection, str | bytes], None] | None = None,
    create_connection: Callable[[Server], ServerConnection] = ServerConnection,
    **listening: Any,
) -> Server:
    """Make a WebSocket server; ``async with`` or ``await`` starts it.

    Args:
        handler: coroutine function, called with each connection once it is open. When it
            returns, the connection is closed with 1000; when it raises, with 1011.
        host: address, or several, on which to listen; None for all.
        port: TCP port; 0 for a free one.
        origins: acceptable values of ``Origin``, as strings or patterns; None in the list
            accepts clients that send none. None instead of the list accepts everything.
        subprotocols: ours, the best first; a client that offers none of them is refused.
        select_subprotocol: called with the connection and what the client offers; returns one
            of them, or None to go on without.
        compression: "deflate", None, or a ``DeflateConfig``.
        process_request: called with the connection and the request before anything is
            checked; returns a response (see ``ServerConnection.respond``) to answer it, or
            None to go on. May be a coroutine function.
        process_response: called with connection, request and response; may change the
            response, or return another one. May be a coroutine function.
        server_header: value of ``Server``; None for none.
        open_timeout: seconds for the opening handshake, and for that of TLS.
        ping_interval: seconds between keepalive pings; None for none.
        ping_timeout: seconds to wait for their pongs; None for ever.
        close_timeout: seconds for the closing handshake and the end of TCP; None for ever.
        max_size: bytes of a message, after decompression; None for any number.
        max_fragments: frames of a message; None for any number.
        max_queue: messages that may wait for ``recv`` before reading stops; or (high, low).
        write_limit: bytes that may wait to be sent before ``send`` waits; or (high, low).
        logger: gets a line for everything that goes wrong.
        clock: tells the time and sets timers; by default the event loop's.
        date: gives the value of ``Date``; None for none.
        randbytes: gives random bytes for the payloads of pings.
        tally: gets the sums of messages and octets; ``wsdemo.metrics`` has one.
        on_message: called with the connection and each message, while the connection is open.
            What it has to say it says by ``connection.send_nowait``. It is the fastest way to
            serve, and the barest: it can wait for nothing, and while it works nobody is served.
            When it raises, the connection is closed with 1011.
        create_connection: makes each connection, given the server: a subclass of
            ``ServerConnection`` that does more, for example.
        **listening: for ``loop.create_server``: ``ssl``, ``sock``, ``reuse_port``, ...

    Raises:
        ValueError: an argument makes no sense.
    """
    if handler is None and on_message is None:
        raise TypeError("serve() needs a handler, or on_message, or both")
    if inspect.iscoroutinefunction(on_message):
        raise TypeError("on_message is a function, not a coroutine function: nobody awaits it")
    if isinstance(subprotocols, str):
        raise TypeError(f"subprotocols are a list, such as [{subprotocols!r}]")
    options = Options(
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
        tally=tally,
        on_message=on_message,
    )
    rules = Rules(
        origins=origins,
        subprotocols=subprotocols or (),
        select_subprotocol=select_subprotocol,
        compression=deflate_config(compression, SERVER_DEFLATE),
        process_request=process_request,
        process_response=process_response,
        server_header=server_header,
        date=date,
    )
    secure = listening.get("ssl") is not None
    if secure:
        listening.setdefault("ssl_handshake_timeout", open_timeout)
        listening.setdefault("ssl_shutdown_timeout", close_timeout)
    listen = _listen(host, port, listening)
    return Server(
        handler, listen, options, rules, secure=secure, create_connection=create_connection
    )


def _listen(
    host: str | Sequence[str] | None, port: int | None, listening: dict[str, Any]
) -> Listen:
    async def listen(make_protocol: Callable[[], asyncio.BaseProtocol]) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(make_protocol, host, port, **listening)

    return listen
