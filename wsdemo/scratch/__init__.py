"""The engine that the course builds: ``serve()`` and ``connect()`` on asyncio.

It has the verbs of ``websockets``, and a size that can be read in an evening::

    serve, Server                 serving, server
    broadcast                     broadcast
    ServerConnection, opening     server_connection, opening
    connect, ClientConnection     client, client_connection
    Connection                    connection, sending, identity, transport
    flow control, keepalive       inbox, waiter, keepalive, pings
    the rest                      options, counters, fragments, masking, backoff

All rules of the protocol are in ``wsdemo.protocol``; here is only what takes a socket, a clock
and a loop.

Where it differs from ``websockets`` 17, on purpose:

- ``send`` waits *before* it writes, so that to cancel it is safe: nothing was sent.
- A handshake that is late gets 408, or 503 when it was our hook that was late; ``websockets``
  hangs up.
- Silence does not fail a connection while it is only our own program that doesn't read.
- ``async for connection in connect(...)`` waits after a connection that was lost, too, as
  RFC 6455, 7.2.3 asks; to leave the loop closes with 1000.
- A cancelled handler closes with 1001, and ``close()`` may be called on a server again, to end
  its patience.
- A handler that ends because its client has left is no error, and not in the log.
- A message that comes lets the coroutine that waits for it go on at once, and not in the next turn
  of the loop (see ``waiter``).
- ``serve`` takes a function for messages, ``on_message``, beside a handler or instead of one.
- ``max_queue`` counts messages, not frames; ``max_fragments`` is an argument.
- ``state`` has six values instead of four.

Left out: ``recv_streaming``, proxies, redirects, Unix sockets, other extensions.
"""

from wsdemo.errors import (
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    HandshakeError,
)
from wsdemo.protocol.deflate import DeflateConfig
from wsdemo.protocol.handshake import BadResponse
from wsdemo.scratch.backoff import backoff
from wsdemo.scratch.broadcast import broadcast
from wsdemo.scratch.client import connect, process_exception
from wsdemo.scratch.client_connection import ClientConnection
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.counters import Counters
from wsdemo.scratch.options import Clock
from wsdemo.scratch.server import Server
from wsdemo.scratch.server_connection import ServerConnection
from wsdemo.scratch.serving import serve
from wsdemo.scratch.waiter import ConcurrencyError

__all__ = [
    "BadResponse",
    "ClientConnection",
    "Clock",
    "ConcurrencyError",
    "Connection",
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "Counters",
    "DeflateConfig",
    "HandshakeError",
    "Server",
    "ServerConnection",
    "backoff",
    "broadcast",
    "connect",
    "process_exception",
    "serve",
]
