"""Bytes as clients and servers send them, and recordings of them."""

from collections.abc import Iterable
from typing import Any

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.entries import Entry
from wsdemo.lab.recording import Recording
from wsdemo.protocol import Frame, Opcode, build_request, build_response

UP, DOWN = Direction.UP, Direction.DOWN

KEY = bytes.fromhex("37fa213d")
NONCE = "dGhlIHNhbXBsZSBub25jZQ=="

REQUEST = build_request("ws://localhost/chat", key=NONCE)
ACCEPTED = build_response(REQUEST)
HANDSHAKE = ((UP, REQUEST.serialize()), (DOWN, ACCEPTED.serialize()))

DEFLATED = build_request("ws://localhost/chat", key=NONCE, extensions=[("permessage-deflate", [])])
DEFLATING = build_response(DEFLATED, extensions=[("permessage-deflate", [])])
DEFLATE_HANDSHAKE = ((UP, DEFLATED.serialize()), (DOWN, DEFLATING.serialize()))

Step = tuple[Direction, bytes | Kind]


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT, **fields: Any) -> bytes:
    """Return a frame as a client sends it."""
    return Frame(opcode, payload, masking_key=KEY, **fields).serialize()


def plain(payload: bytes, opcode: Opcode = Opcode.TEXT, **fields: Any) -> bytes:
    """Return a frame as a server sends it."""
    return Frame(opcode, payload, **fields).serialize()


def record(*steps: Step, connection: int = 1, **options: Any) -> Recording:
    """Record one thing after the other, a second apart."""
    recording = Recording(**options)
    play(recording, steps, connection)
    return recording


def play(recording: Recording, steps: Iterable[Step], connection: int = 1) -> None:
    """Record what comes next, a second apart."""
    start = len(recording.chunks)
    for at, (direction, item) in enumerate(steps, start):
        if isinstance(item, bytes):
            recording.add(connection, direction, item, at=at)
        else:
            recording.add(connection, direction, kind=item, at=at)


def texts(entries: Iterable[Entry]) -> list[str]:
    """Return the entries as people see them."""
    return [str(entry) for entry in entries]


def said(*steps: Step) -> list[str]:
    """Return what these steps mean, as people see it."""
    return texts(record(*steps).entries())
