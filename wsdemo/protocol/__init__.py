"""RFC 6455 and RFC 7692 without I/O: bytes in, events out.

Read it from the bytes up:

    masking, frame_header, frames     bytes ⇄ frames
    utf8, messages                    frames → messages
    writer                            messages → bytes
    closing, limits, events           the words for why it ends, how much is too much, what happened
    connection                        the states, as a table
    sender, endpoint                  all of that together: one end of a connection
    whole, record                     the fast path of an endpoint, and what it keeps of its opening
    headers, http, handshake          the opening handshake
    extensions, deflate               what the handshake may add
    server_endpoint, client_endpoint  the two ends, with their halves of the handshake

Left out: sockets, event loops, clocks. Randomness comes in as a parameter.
"""

from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.closing import Close, CloseCode, may_be_sent
from wsdemo.protocol.connection import TRANSITIONS, Cue, State, advance
from wsdemo.protocol.deflate import (
    Deflate,
    DeflateConfig,
    DeflateParams,
    accept_deflate,
    agree_deflate,
    offer_deflate,
)
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
from wsdemo.protocol.extensions import ExtensionItem, format_extensions, parse_extensions
from wsdemo.protocol.frames import Frame, FrameReader, Header, Opcode
from wsdemo.protocol.handshake import (
    GUID,
    URI,
    BadResponse,
    accept_key,
    build_request,
    build_response,
    check_origin,
    check_request,
    check_response,
    choose_subprotocol,
    http_date,
    make_key,
    offered_extensions,
    offered_subprotocols,
    parse_uri,
    refusal,
    reject_response,
)
from wsdemo.protocol.headers import Headers, MultipleValues
from wsdemo.protocol.http import Request, RequestReader, Response, ResponseReader
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import apply_mask
from wsdemo.protocol.messages import Assembler, Codec
from wsdemo.protocol.sender import Role
from wsdemo.protocol.server_endpoint import ServerEndpoint

__all__ = [
    "GUID",
    "TRANSITIONS",
    "URI",
    "Accepted",
    "Assembler",
    "BadResponse",
    "Binary",
    "ClientEndpoint",
    "Close",
    "CloseCode",
    "Closed",
    "Codec",
    "Cue",
    "Deflate",
    "DeflateConfig",
    "DeflateParams",
    "Ended",
    "Endpoint",
    "Event",
    "ExtensionItem",
    "Failed",
    "Frame",
    "FrameReader",
    "Header",
    "Headers",
    "Limits",
    "MultipleValues",
    "Opcode",
    "Ping",
    "Pong",
    "Rejected",
    "Request",
    "RequestReader",
    "RequestReceived",
    "Response",
    "ResponseReader",
    "Role",
    "ServerEndpoint",
    "State",
    "Text",
    "accept_deflate",
    "accept_key",
    "advance",
    "agree_deflate",
    "apply_mask",
    "build_request",
    "build_response",
    "check_origin",
    "check_request",
    "check_response",
    "choose_subprotocol",
    "format_extensions",
    "http_date",
    "make_key",
    "may_be_sent",
    "offer_deflate",
    "offered_extensions",
    "offered_subprotocols",
    "parse_extensions",
    "parse_uri",
    "refusal",
    "reject_response",
]
