"""`Client`: a connection that is kept, for programs that want to be connected and not to connect.

    async with Client("ws://localhost:8080/ws") as client:
        await client.send("Hello, server!")
        print(await client.recv())
        print(await client.request({"op": "add", "terms": [1, 2]}))

Read in this order, from the parts to the whole::

    errors                      what can go wrong, and whose fault it is
    timing, backoff             deadlines, pauses, and how long to wait before the next attempt
    states, rtt                 what a client tells of itself
    outbox, inbox, requests     what outlives a connection
    endings                     what an end means: try again, give up, be content
    settings, conversation      one connection: one reader, one writer, one heart
    keeper                      one connection after another
    client                      what a program holds in its hand

It runs on either engine, and asks neither for its reconnects, keepalive and timeouts: these are
here, by one clock, and the same on both.

Leaves out guarantees of delivery beyond one connection: an acknowledgement and a resume by offset
need a server that keeps a log (notebook 08).
"""

from wsdemo.client.backoff import Backoff
from wsdemo.client.client import Client
from wsdemo.client.endings import CLOSE_CODES, Verdict
from wsdemo.client.errors import (
    ClientClosed,
    ConnectionLost,
    DeadlineExceeded,
    Dismissed,
    Misbehaved,
    OutboxFull,
    Refused,
    RequestLost,
    Unreachable,
)
from wsdemo.client.requests import fresh_ids
from wsdemo.client.rtt import RoundTrip
from wsdemo.client.settings import Heartbeat
from wsdemo.client.states import Phase, State
from wsdemo.client.timing import Deadlines

__all__ = [
    "CLOSE_CODES",
    "Backoff",
    "Client",
    "ClientClosed",
    "ConnectionLost",
    "DeadlineExceeded",
    "Deadlines",
    "Dismissed",
    "Heartbeat",
    "Misbehaved",
    "OutboxFull",
    "Phase",
    "Refused",
    "RequestLost",
    "RoundTrip",
    "State",
    "Unreachable",
    "Verdict",
    "fresh_ids",
]
