"""What an endpoint reports after it was given bytes.

Events are plain values, to be told apart with ``match``:

    for event in endpoint.receive(data):
        match event:
            case Text(text):
                ...

Left out: anything an application does about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from wsdemo.errors import HandshakeError, PeerError
from wsdemo.protocol.closing import Close

if TYPE_CHECKING:
    from wsdemo.protocol.http import Request, Response


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """A server has read a request; it has to be accepted or rejected."""

    request: Request


@dataclass(frozen=True, slots=True)
class Accepted:
    """A client's request was accepted: the connection is open."""

    response: Response


@dataclass(frozen=True, slots=True)
class Rejected:
    """A client's request was answered, but not with an acceptable 101."""

    response: Response
    error: HandshakeError


@dataclass(frozen=True, slots=True)
class Text:
    """A text message has come, whole."""

    data: str


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary message has come, whole."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping has come; its pong is already in the output."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """A pong has come, asked for or not."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """The peer's close frame has come; if it was the first, its echo is in the output."""

    close: Close


@dataclass(frozen=True, slots=True)
class Failed:
    """The peer broke a rule and we have failed the connection; nothing more is read."""

    error: PeerError


@dataclass(frozen=True, slots=True)
class Ended:
    """The transport has ended."""


Event: TypeAlias = (
    RequestReceived | Accepted | Rejected | Text | Binary | Ping | Pong | Closed | Failed | Ended
)
