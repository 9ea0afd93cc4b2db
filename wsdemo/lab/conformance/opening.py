"""The opening handshake as octets, for both sides: what we send, and what the other one sent.

Leaves out judgement: a head is taken apart as far as it can be, and a case says what is wrong.
Nothing of `wsdemo.protocol` is used here: it is one of the things under test.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wsdemo.lab.conformance.frames import quoted

__all__ = ["Head", "Request", "Response", "accept_for", "key_for", "options"]

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
END = b"\r\n\r\n"
REQUEST_LINE = "GET {target} HTTP/1.1"
STATUS_LINE = "HTTP/1.1 101 Switching Protocols"
_STATUS = re.compile("[0-9]{3}")
SHOWN_LINES, LONG_LINE = 3, 72  # of what a description quotes
MAX_HEAD = 65_536  # octets: an endpoint that sends more before the empty line is not speaking HTTP


def key_for(number: str) -> str:
    """Return the Sec-WebSocket-Key of a case: another for each, and the same in every run."""
    return base64.b64encode(hashlib.sha256(number.encode()).digest()[:16]).decode()


def accept_for(key: str) -> str:
    """Return the Sec-WebSocket-Accept that answers a key (RFC 6455, 4.2.2, 5.4)."""
    digest = hashlib.sha1((key + GUID).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def options(value: str) -> list[str]:
    """Split a comma-separated list, and lower its case."""
    return [option.strip().lower() for option in value.split(",") if option.strip()]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an HTTP message, as it came.

    `start` is its first line, `fields` the lines below as (name, value), names in lower case,
    `size` the number of octets with the empty line.
    """

    start: str
    fields: tuple[tuple[str, str], ...]
    size: int

    @classmethod
    def of(cls, data: bytes | bytearray) -> Head | None:
        """Take a head apart; None while its end is missing."""
        at = data.find(END)
        if at < 0:
            return None
        start, *lines = bytes(data[:at]).decode("latin-1").split("\r\n")
        split = (line.partition(":") for line in lines)
        fields = tuple((name.strip().lower(), value.strip()) for name, _, value in split)
        return cls(start, fields, at + len(END))

    def all(self, name: str) -> list[str]:
        """Return the values of all lines with a name."""
        return [value for each, value in self.fields if each == name.lower()]

    def get(self, name: str) -> str:
        """Return the values under a name, joined; the empty string when there is none."""
        return ", ".join(self.all(name))

    @property
    def status(self) -> int:
        """The status code of a response; 0 when the first line has none."""
        words = self.start.split(" ", 2)
        good = len(words) > 1 and words[0].startswith("HTTP/") and _STATUS.fullmatch(words[1])
        return int(words[1]) if good else 0

    @property
    def target(self) -> str:
        """The target of a request; empty when the first line has none."""
        words = self.start.split(" ")
        return words[1] if len(words) == 3 else ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a WebSocket connection, or what is left of it.

    `start` is the first line, `{target}` standing for path and query. `change` gives other values
    to the usual fields, None leaves one out; `add` are further lines. `raw` is sent instead of all
    this. `piece` is the number of octets in each write, one write for all when None.
    """

    start: str = REQUEST_LINE
    change: Mapping[str, str | None] = field(default_factory=dict)
    add: tuple[str, ...] = ()
    raw: bytes | None = None
    piece: int | None = None

    @property
    def odd(self) -> str:
        """What is not as it usually is, in words; empty when all is."""
        if self.raw is not None:
            return f"instead of a request: {quoted(self.raw)}"
        start = "" if self.start == REQUEST_LINE else self.start.format(target="/")
        return _odd("a request", start, self.change, self.add, self.piece)

    def serialize(self, host: str, target: str, key: str, lines: tuple[str, ...] = ()) -> bytes:
        """Return its octets.

        Args:
            host: What the Host field says.
            target: Path and query.
            key: What Sec-WebSocket-Key says.
            lines: What every request to this server carries.
        """
        if self.raw is not None:
            return self.raw
        usual = {
            "Host": host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
        }
        start = self.start.format(target=target)
        return _head(start, usual, self.change, (*self.add, *lines))


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a client's request, right or wrong in one thing; fields as in `Request`.

    With `joined` the first frames go out in the same write. `accept` makes of the right
    Sec-WebSocket-Accept what is sent.
    """

    start: str = STATUS_LINE
    change: Mapping[str, str | None] = field(default_factory=dict)
    add: tuple[str, ...] = ()
    joined: bool = False
    piece: int | None = None
    accept: Callable[[str], str] = str

    @property
    def odd(self) -> str:
        """What is not as it usually is, in words; empty when all is."""
        start = "" if self.start == STATUS_LINE else self.start
        with_frames = ("and the first frames in the same write",) if self.joined else ()
        return _odd("a response", start, self.change, (*self.add, *with_frames), self.piece)

    def serialize(self, key: str, lines: tuple[str, ...] = ()) -> bytes:
        """Return its octets.

        Args:
            key: The client's Sec-WebSocket-Key.
            lines: What the case says besides, such as an extension.
        """
        usual = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": self.accept(accept_for(key)),
        }
        return _head(self.start, usual, self.change, (*self.add, *lines))


def _odd(
    what: str, start: str, change: Mapping[str, str | None], add: tuple[str, ...], piece: int | None
) -> str:
    parts = [start] if start else []
    parts += [
        f"no {name}" if value is None else f"{name}: {value}" for name, value in change.items()
    ]
    parts += [
        line if len(line) < LONG_LINE else f"{line[:LONG_LINE]}…" for line in add[:SHOWN_LINES]
    ]
    parts += [f"and {len(add) - SHOWN_LINES} more"] if len(add) > SHOWN_LINES else []
    parts += [f"in pieces of {piece}"] if piece else []
    return f"{what} with {'; '.join(parts)}" if parts else ""


def _head(
    start: str, usual: dict[str, str], change: Mapping[str, str | None], add: tuple[str, ...]
) -> bytes:
    fields = {**usual, **change}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([start, *lines, *add, "", ""]).encode("latin-1")
