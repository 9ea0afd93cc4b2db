"""The octets that the load generator sends, and those that it wants back.

They are made once, before anything is measured. Nothing here uses `wsdemo.protocol`: what judges
the answers shares no mistake with what is judged.

Leaves out fragmented messages: no workload has any.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from itertools import cycle, islice

from wsdemo.lab.bench.workloads import Workload

__all__ = ["ACCEPT", "CLOSE", "WELCOME", "Exchange", "exchange", "header", "masked", "request"]

TEXT, BINARY, CLOSE_FRAME, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
FIN, RSV1, MASK = 0x80, 0x40, 0x80

# The same in all frames, so that they can be made beforehand. A server can't profit: it has to
# unmask whatever the key is.
KEY = b"\x12\x34\x56\x78"

# RFC 6455, 1.3: the handshake's example, and the answer to it.
NONCE = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

# What a server sends whose messages go to everybody, when its program has a new member. The opening
# handshake tells less: it may be over some turns of the loop before.
WELCOME = b"welcome"

# RFC 7692, 7.2.1: the end of a message that was flushed, which is not sent.
FLUSHED = b"\x00\x00\xff\xff"


def header(first: int, length: int, mask: int) -> bytes:
    """Return the header of a frame up to the masking key."""
    if length < 126:
        return bytes([first, mask | length])
    if length < 2**16:
        return bytes([first, mask | 126]) + length.to_bytes(2, "big")
    return bytes([first, mask | 127]) + length.to_bytes(8, "big")


def masked(first: int, payload: bytes) -> bytes:
    """Return a frame as a client sends it.

    Args:
        first: its first octet.
        payload: what it carries.
    """
    hidden = bytes(octet ^ key for octet, key in zip(payload, cycle(KEY), strict=False))
    return header(first, len(payload), MASK) + KEY + hidden


# The code of a normal closure, which a server sends back.
CODE = (1000).to_bytes(2, "big")
CLOSE = masked(FIN | CLOSE_FRAME, CODE)


def request(host: str, *, deflate: bool) -> bytes:
    """Return the request of the opening handshake."""
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {NONCE}",
        "Sec-WebSocket-Version: 13",
    ]
    if deflate:
        lines.append("Sec-WebSocket-Extensions: permessage-deflate")
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message, as it goes and as it comes back.

    Attributes:
        frame: what a client sends.
        reply: the frame that a server sends; without compression there is only one way.
        payload: what the message is, uncompressed.
        first: the first octet of the reply.
    """

    frame: bytes
    reply: bytes
    payload: bytes
    first: int


def exchange(workload: Workload, *, raw: bool) -> Exchange:
    """Return what one message of a workload looks like.

    Args:
        workload: what is to be measured.
        raw: whether the server sends back every octet as it came.
    """
    payload = _payload(workload.size)
    first = FIN | (BINARY if workload.binary else TEXT)
    content = payload
    if workload.deflate:
        first |= RSV1
        content = _deflated(payload)
    frame = masked(first, content)
    reply = frame if raw else header(first, len(payload), 0) + payload
    return Exchange(frame, reply, payload, first)


def _payload(size: int) -> bytes:
    """Return what looks like data of a feed, and compresses like it."""
    lines = (
        json.dumps({"symbol": f"S{number % 97:02}", "price": number * 7919 % 10007 / 100})
        for number in range(size // 20 + 1)
    )
    return bytes(islice("".join(lines).encode(), size))


def _deflated(payload: bytes) -> bytes:
    """Compress a message by itself: it may be sent again and again, whatever came before."""
    deflate = zlib.compressobj(wbits=-15)
    data = deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(FLUSHED)
