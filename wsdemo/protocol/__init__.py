"""RFC 6455 and RFC 7692 without I/O: bytes in, events out.

Left out: sockets, event loops, clocks. Randomness comes in as a parameter.
"""

from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.closing import Close, CloseCode, may_be_sent
from wsdemo.protocol.connection import TRANSITIONS, Cue, State, advance
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.events import (
    Accepted,
    Binary,
    Closed,
    Ended,
    Event,
    Failed,
    Ping,
    Pong,
    Rejected,
    RequestReceived,
    Text,
)
from wsdemo.protocol.frames import Frame, FrameReader, Header, Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import apply_mask
from wsdemo.protocol.messages import Assembler, Codec
from wsdemo.protocol.sender import Role
from wsdemo.protocol.server_endpoint import ServerEndpoint

__all__ = [
    "TRANSITIONS",
    "Accepted",
    "Assembler",
    "Binary",
    "ClientEndpoint",
    "Close",
    "CloseCode",
    "Closed",
    "Codec",
    "Cue",
    "Ended",
    "Endpoint",
    "Event",
    "Failed",
    "Frame",
    "FrameReader",
    "Header",
    "Limits",
    "Opcode",
    "Ping",
    "Pong",
    "Rejected",
    "RequestReceived",
    "Role",
    "ServerEndpoint",
    "State",
    "Text",
    "advance",
    "apply_mask",
    "may_be_sent",
]
