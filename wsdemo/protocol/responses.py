"""The server's half of the opening handshake, second part: answer the request.

Left out: checking it (``server_handshake``), and clocks: who has one passes ``date``.
RFC 9110, 6.6.1 asks for a Date in every 2xx, 3xx and 4xx response of a server with a clock.
"""

from __future__ import annotations

from collections.abc import Iterable

from wsdemo.errors import HandshakeError
from wsdemo.protocol.extensions import ExtensionItem, format_extensions
from wsdemo.protocol.fields import add_headers, only
from wsdemo.protocol.headers import Headers, HeadersLike
from wsdemo.protocol.http import Request, Response, http_reason
from wsdemo.protocol.keys import accept_key
from wsdemo.protocol.server_handshake import offered_extensions, offered_subprotocols

__all__ = ["build_response", "refusal", "reject_response"]

# Statuses whose responses have no body and no Content-Length.
_BODILESS = (204, 304)


def build_response(
    request: Request,
    *,
    subprotocol: str | None = None,
    extensions: Iterable[ExtensionItem] = (),
    headers: HeadersLike = (),
    date: str | None = None,
) -> Response:
    """Build the response that opens the connection: 101 Switching Protocols.

    Args:
        request: the client's handshake, already checked.
        subprotocol: the one agreed on; the client must have offered it.
        extensions: those agreed on; the client must have offered them.
        headers: header fields to add.
        date: value of ``Date`` (see ``http_date``); without one there is no such header.

    Raises:
        ValueError: when something wasn't offered, or a header isn't the caller's to set.
    """
    agreed = list(extensions)
    _check_offered(request, subprotocol, agreed)
    answer = Headers([("Upgrade", "websocket"), ("Connection", "Upgrade")])
    answer.add("Sec-WebSocket-Accept", accept_key(only(request.headers, "Sec-WebSocket-Key")))
    if subprotocol is not None:
        answer.add("Sec-WebSocket-Protocol", subprotocol)
    if agreed:
        answer.add("Sec-WebSocket-Extensions", format_extensions(agreed))
    if date is not None:
        answer.add("Date", date)
    add_headers(answer, headers)
    return Response(101, http_reason(101), answer)


def _check_offered(
    request: Request, subprotocol: str | None, agreed: Iterable[ExtensionItem]
) -> None:
    if subprotocol is not None and subprotocol not in offered_subprotocols(request):
        raise ValueError(f"the client didn't offer the subprotocol {subprotocol!r}")
    offered = [name for name, _ in offered_extensions(request)]
    for name, _ in agreed:
        if name not in offered:
            raise ValueError(f"the client didn't offer the extension {name!r}")


def reject_response(
    status: int,
    body: str | bytes = "",
    headers: HeadersLike = (),
    *,
    date: str | None = None,
) -> Response:
    """Build the response that refuses a handshake, or answers plain HTTP, and then closes.

    Args:
        status: 200 to 599; 101 is for ``build_response``.
        body: what to tell the person at the other end, as plain text.
        headers: header fields to add, or a ``Content-Type`` to have instead.
        date: value of ``Date`` (see ``http_date``); without one there is no such header.

    Raises:
        ValueError: when the status opens a connection, or can't have a body and has one.
    """
    if not 200 <= status <= 599:
        raise ValueError(f"status {status} does not refuse anything")
    content = body.encode() if isinstance(body, str) else body
    extra = Headers(headers)
    # RFC 9112, 9.3: "A server that does not support persistent connections MUST send the
    # "close" connection option in every response message that does not have a 1xx".
    answer = Headers([("Connection", ", ".join([*extra.get_all("Connection"), "close"]))])
    if status not in _BODILESS:
        answer.add("Content-Length", str(len(content)))
        if "Content-Type" not in extra:
            answer.add("Content-Type", "text/plain; charset=utf-8")
    elif content:
        raise ValueError(f"a response {status} has no body")
    if date is not None:
        answer.add("Date", date)
    for name, value in extra.items():
        if name.lower() not in ("connection", "content-length"):
            answer.add(name, value)
    return Response(status, http_reason(status), answer, content)


def refusal(error: HandshakeError, *, date: str | None = None) -> Response:
    """Build the response that tells a client why its handshake is refused.

    Args:
        error: what was wrong; it brings status and headers.
        date: value of ``Date``.
    """
    text = f"The WebSocket handshake failed: {error}.\n"
    return reject_response(error.status, text, error.headers, date=date)
