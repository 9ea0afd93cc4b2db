"""The client's half of the opening handshake: build the request, check the answer.

Left out: reading the answer (``http``), redirects, proxies, and trying again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from wsdemo.errors import HandshakeError
from wsdemo.protocol.extensions import ExtensionItem, format_extensions, parse_extensions
from wsdemo.protocol.fields import add_headers, count, only, optional
from wsdemo.protocol.headers import TOKEN, Headers, HeadersLike, excerpt, parse_token_list
from wsdemo.protocol.http import Request, Response
from wsdemo.protocol.keys import accept_key, check_key, make_key
from wsdemo.protocol.uri import URI, parse_uri

__all__ = ["BadResponse", "build_request", "check_response"]

_SUBPROTOCOL = re.compile(TOKEN)


class BadResponse(HandshakeError):
    """The server's answer does not open the connection.

    Args:
        message: what is wrong with it.
        response: the answer, so that a person can see its status and what the body says.
    """

    def __init__(self, message: str, response: Response) -> None:
        super().__init__(message, response.status)
        self.response = response


def build_request(
    uri: str | URI,
    *,
    key: str | None = None,
    origin: str | None = None,
    subprotocols: Sequence[str] = (),
    extensions: Iterable[ExtensionItem] = (),
    headers: HeadersLike = (),
) -> Request:
    """Build the request that asks for a WebSocket connection.

    Args:
        uri: where to connect to; user and password become ``Authorization``.
        key: value of ``Sec-WebSocket-Key``; a new random one by default.
        origin: value of ``Origin``, for clients that act like a browser.
        subprotocols: subprotocols to offer, the best first.
        extensions: extensions to offer, the best first.
        headers: header fields to add.

    Raises:
        ValueError: when a part of it is malformed, or a header isn't the caller's to set.
        TypeError: when the subprotocols are one string instead of a list.
    """
    uri = uri if isinstance(uri, URI) else parse_uri(uri)
    # RFC 6455, 4.1 lists the fields in this order, and asks for none.
    fields = Headers([("Host", uri.host_header), ("Upgrade", "websocket")])
    fields.add("Connection", "Upgrade")
    fields.add("Sec-WebSocket-Key", make_key() if key is None else _own_key(key))
    if origin is not None:
        fields.add("Origin", origin)
    fields.add("Sec-WebSocket-Version", "13")
    if subprotocols:
        fields.add("Sec-WebSocket-Protocol", _subprotocol_list(subprotocols))
    if offers := list(extensions):
        fields.add("Sec-WebSocket-Extensions", format_extensions(offers))
    if uri.user_info is not None:
        fields.add("Authorization", _basic(*uri.user_info))
    add_headers(fields, headers)
    return Request(uri.resource_name, fields)


def _own_key(key: str) -> str:
    try:
        check_key(key)
    except HandshakeError as error:
        raise ValueError(str(error)) from error
    return key


def _subprotocol_list(subprotocols: Sequence[str]) -> str:
    if isinstance(subprotocols, str):
        raise TypeError(f"subprotocols are a list, such as [{subprotocols!r}]")
    for name in subprotocols:
        if not _SUBPROTOCOL.fullmatch(name):
            raise ValueError(f"subprotocol {excerpt(name)} is not a token")
    # RFC 6455, 4.1, 10: "MUST all be unique strings".
    if len(set(subprotocols)) < len(subprotocols):
        raise ValueError(f"a subprotocol is offered twice: {', '.join(subprotocols)}")
    return ", ".join(subprotocols)


def _basic(user: str, password: str) -> str:
    # RFC 7617, 2: "a user-id containing a colon character is invalid, as the first colon in
    # a user-pass string separates user-id and password from one another".
    if ":" in user:
        raise ValueError(f"a user name can't hold a colon: {excerpt(user)}")
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def check_response(
    response: Response,
    *,
    key: str,
    subprotocols: Sequence[str] = (),
    extensions: Iterable[ExtensionItem] = (),
) -> None:
    """Check that a response opens the connection that was asked for.

    The parameters of an extension are left to the extension.

    Args:
        response: the server's answer.
        key: the ``Sec-WebSocket-Key`` of the request.
        subprotocols: what the request offered.
        extensions: what the request offered.

    Raises:
        BadResponse: a HandshakeError that carries the response.
    """
    try:
        _check_status(response)
        _check_upgrade(response.headers)
        _check_accept(response.headers, key)
        _check_subprotocol(response.headers, subprotocols)
        _check_extensions(response.headers, {name for name, _ in extensions})
    except HandshakeError as error:
        raise BadResponse(str(error), response) from None


def _check_status(response: Response) -> None:
    # RFC 6455, 4.1: "If the status code received from the server is not 101, the client
    # handles the response per HTTP [RFC2616] procedures."
    if response.status != 101:
        message = f"the server answered {response.status} {response.reason}".rstrip()
        if text := response.body.decode("utf-8", errors="replace").strip():
            message += f": {excerpt(text, 200)}"
        raise HandshakeError(message)
    if response.version == "HTTP/1.0":
        raise HandshakeError("the server answered 101 in HTTP/1.0, which has no upgrade")


def _check_upgrade(headers: Headers) -> None:
    # RFC 6455, 4.1: 'the |Upgrade| header field contains a value that is not an ASCII case-
    # insensitive match for the value "websocket"': one protocol, unlike in a request.
    upgrade = only(headers, "Upgrade")
    if upgrade.lower() != "websocket":
        raise HandshakeError(f"Upgrade: {excerpt(upgrade)} is not websocket")
    # "[...] or the |Connection| header field doesn't contain a token that is an ASCII case-
    # insensitive match for the value "Upgrade"".
    connection = headers.combined("Connection")
    if connection is None:
        raise HandshakeError("the header Connection is missing")
    if not count(parse_token_list(connection), "upgrade"):
        raise HandshakeError(f"Connection: {excerpt(connection)} does not name upgrade")


def _check_accept(headers: Headers, key: str) -> None:
    accept = only(headers, "Sec-WebSocket-Accept")
    expected = accept_key(key)
    if accept != expected:
        message = f"Sec-WebSocket-Accept: {excerpt(accept)} does not answer the key {key}"
        raise HandshakeError(f"{message}, {expected!r} does")


def _check_subprotocol(headers: Headers, offered: Sequence[str]) -> None:
    # RFC 6455, 11.3.4: "The |Sec-WebSocket-Protocol| header field MUST NOT appear more than
    # once in an HTTP response." And 4.1: one "that was not present in the client's
    # handshake": "the client MUST _Fail the WebSocket Connection_".
    subprotocol = optional(headers, "Sec-WebSocket-Protocol")
    if subprotocol is not None and subprotocol not in offered:
        offer = ", ".join(offered) or "nothing"
        raise HandshakeError(
            f"Sec-WebSocket-Protocol: {excerpt(subprotocol)}, but we offered {offer}"
        )


def _check_extensions(headers: Headers, offered: set[str]) -> None:
    # RFC 6455, 11.3.2: "the |Sec-WebSocket-Extensions| header field MUST NOT appear more
    # than once in an HTTP response." Section 4.2.2, 5.6 lets a server split it over several
    # lines; of two rules that contradict each other, the one with the MUST NOT is kept.
    value = optional(headers, "Sec-WebSocket-Extensions")
    for name, _ in [] if value is None else parse_extensions(value):
        if name not in offered:
            offer = ", ".join(sorted(offered)) or "nothing"
            raise HandshakeError(f"extension {excerpt(name)} is in use, but we offered {offer}")
