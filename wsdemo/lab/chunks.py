"""What a wire records: bytes and events, each with its time, connection and direction.

Leaves out what the bytes mean: `decode` reads them with `wsdemo.protocol`, `recording` keeps them.
"""

import enum
from dataclasses import dataclass
from typing import Any


class Direction(enum.StrEnum):
    """One of the two streams of a TCP connection."""

    UP = "up"
    """From the client to the server."""

    DOWN = "down"
    """From the server to the client."""

    @property
    def opposite(self) -> "Direction":
        """The other stream of the same connection."""
        return Direction.DOWN if self is Direction.UP else Direction.UP


class Kind(enum.StrEnum):
    """What happened. All but DATA carry no bytes."""

    DATA = "data"
    """An endpoint sent bytes."""

    EOF = "eof"
    """An endpoint ended its stream: a TCP FIN."""

    RESET = "reset"
    """An endpoint broke the connection off: a TCP RST."""

    CUT = "cut"
    """The wire ended the stream in the endpoint's place: a FIN the endpoint never sent."""

    BROKEN = "broken"
    """The wire broke the connection off: a RST that no endpoint sent."""

    HALF_OPEN = "half-open"
    """From here on nothing arrives, and nobody is told."""

    REFUSED = "refused"
    """The server could not be reached."""

    FULL = "full"
    """The recording reached its limit: later bytes are counted and not kept."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes as one read brought them to the wire, or an event in their stream.

    TCP knows no messages: where one chunk ends and the next begins means nothing.
    """

    time: float
    """Seconds since the recording began, when the wire received it."""

    connection: int
    """1 for the first connection of the wire, 2 for the next."""

    direction: Direction
    data: bytes = b""
    kind: Kind = Kind.DATA

    def to_json(self) -> dict[str, Any]:
        """Return the chunk as JSON values, its bytes in hexadecimal."""
        return {
            "time": round(float(self.time), 6),
            "connection": self.connection,
            "direction": self.direction.value,
            "kind": self.kind.value,
            "data": self.data.hex(),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Chunk":
        """Build a chunk from what `to_json` returned.

        Raises:
            KeyError: A value is missing.
            ValueError: A value is none of those that `to_json` writes.
        """
        return cls(
            time=float(values["time"]),
            connection=int(values["connection"]),
            direction=Direction(values["direction"]),
            data=bytes.fromhex(values["data"]),
            kind=Kind(values["kind"]),
        )
