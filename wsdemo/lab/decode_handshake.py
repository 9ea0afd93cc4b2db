"""What the two halves of an opening handshake say about the frames behind them.

Leaves out reading the heads, which is `decode_http`.
"""

from __future__ import annotations

from wsdemo.errors import HandshakeError
from wsdemo.lab.entries import Fault
from wsdemo.protocol.deflate import NAME as DEFLATE
from wsdemo.protocol.deflate import DeflateConfig, DeflateParams
from wsdemo.protocol.extensions import parse_extensions
from wsdemo.protocol.handshake import (
    check_request,
    check_response,
    offered_extensions,
    offered_subprotocols,
)
from wsdemo.protocol.http import Request, Response
from wsdemo.protocol.messages import Codec

__all__ = ["codec_of", "request_fault", "response_fault", "upgrades"]


def upgrades(message: Request | Response) -> bool:
    """Tell whether a message is about WebSocket."""
    return "websocket" in (message.headers.combined("Upgrade") or "").lower()


def request_fault(request: Request) -> Fault | None:
    """Return what is wrong with a request for WebSocket, if anything."""
    try:
        check_request(request)
    except HandshakeError as error:
        return Fault(str(error), error.status)
    return None


def response_fault(request: Request | None, response: Response) -> Fault | None:
    """Return what is wrong with a response that opens a connection, if anything.

    A wrong request has been reported already; nothing can be said about the answer to it.
    """
    if request is None:
        return Fault("101 without a request")
    if request_fault(request) is not None:
        return None
    try:
        check_response(
            response,
            key=request.headers["Sec-WebSocket-Key"],
            subprotocols=offered_subprotocols(request),
            extensions=offered_extensions(request),
        )
        _deflate_params(response)
    except HandshakeError as error:
        return Fault(str(error))
    return None


def codec_of(response: Response, *, from_client: bool) -> Codec | None:
    """Return what inflates the messages of one side; None if compression was not negotiated.

    Args:
        response: The server's answer, which has the last word.
        from_client: Whose messages.
    """
    try:
        params = _deflate_params(response)
    except HandshakeError:
        return None
    # Its receiver is the server if the client sends.
    return None if params is None else DeflateConfig().codec(params, server=from_client)


def _deflate_params(response: Response) -> DeflateParams | None:
    value = response.headers.combined("Sec-WebSocket-Extensions")
    for name, parameters in parse_extensions(value) if value else []:
        if name == DEFLATE:
            return DeflateParams.parse(parameters, offer=False)
    return None
