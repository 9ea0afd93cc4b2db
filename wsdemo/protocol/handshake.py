"""The opening handshake of RFC 6455, section 4: how HTTP turns into WebSocket.

    client                                    server
    build_request   ── GET, Upgrade, Key ──▶  check_request
                                              check_origin, choose_subprotocol
    check_response  ◀── 101, Accept ────────  build_response
                    ◀── 4xx, and why ───────  refusal, reject_response

Each move is a function from message to message; none reads or writes a socket. The
messages are [Request][] and [Response][] of ``http``. After the 101 the same connection
carries frames.

This module only gathers the moves; they live in ``client_handshake``,
``server_handshake``, ``responses`` and ``keys``.

Left out: the agreement on compression, which is ``deflate``'s.
"""

from wsdemo.protocol.client_handshake import BadResponse, build_request, check_response
from wsdemo.protocol.fields import http_date
from wsdemo.protocol.keys import GUID, accept_key, check_key, make_key
from wsdemo.protocol.responses import build_response, refusal, reject_response
from wsdemo.protocol.server_handshake import (
    check_origin,
    check_request,
    choose_subprotocol,
    offered_extensions,
    offered_subprotocols,
)
from wsdemo.protocol.uri import URI, parse_uri

__all__ = [
    "GUID",
    "URI",
    "BadResponse",
    "accept_key",
    "build_request",
    "build_response",
    "check_key",
    "check_origin",
    "check_request",
    "check_response",
    "choose_subprotocol",
    "http_date",
    "make_key",
    "offered_extensions",
    "offered_subprotocols",
    "parse_uri",
    "refusal",
    "reject_response",
]
