"""The engine that the course builds: ``serve()`` and ``connect()`` on asyncio.

It has the verbs of ``websockets``, and a size that can be read in an evening::

    serve, Server                 serving, server
    ServerConnection, opening     server_connection, opening
    connect, ClientConnection     client, client_connection
    Connection                    connection, sending, identity, transport
    flow control, keepalive       inbox, keepalive, pings
    the rest                      options, counters, fragments, backoff

All rules of the protocol are in ``wsdemo.protocol``; here is only what takes a socket, a clock
and a loop.
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
from wsdemo.scratch.client import connect, process_exception
from wsdemo.scratch.client_connection import ClientConnection
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.counters import Counters
from wsdemo.scratch.inbox import ConcurrencyError
from wsdemo.scratch.options import Clock
from wsdemo.scratch.server import Server
from wsdemo.scratch.server_connection import ServerConnection
from wsdemo.scratch.serving import serve

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
    "connect",
    "process_exception",
    "serve",
]
