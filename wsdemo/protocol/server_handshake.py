"""The server's half of the opening handshake, first part: check the request.

The checks come in the order in which an answer helps most: what isn't HTTP/1.1 GET at all,
then what isn't WebSocket, then what is WebSocket with a fault.

Left out: reading the request (``http``), answering it (``responses``), and who may connect
at all: cookies, tokens and rates are for the server's owner to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wsdemo.errors import HandshakeError
from wsdemo.protocol.extensions import ExtensionItem, parse_extensions
from wsdemo.protocol.fields import count, only, optional
from wsdemo.protocol.headers import (
    Headers,
    excerpt,
    parse_protocol_list,
    parse_subprotocols,
    parse_token_list,
)
from wsdemo.protocol.http import Request
from wsdemo.protocol.keys import check_key

__all__ = [
    "check_origin",
    "check_request",
    "choose_subprotocol",
    "offered_extensions",
    "offered_subprotocols",
]

VERSION = "13"

# RFC 9110, 15.5.22: "The server MUST send an Upgrade header field in a 426 response to
# indicate the required protocol(s)"; and 7.8: "A sender of Upgrade MUST also send an
# "Upgrade" connection option in the Connection header field".
_UPGRADE = (("Upgrade", "websocket"), ("Connection", "Upgrade"))

# RFC 6455, 4.4: "it MUST respond with a |Sec-WebSocket-Version| header field [...]
# containing all versions it is willing to use."
_SUPPORTED = (("Sec-WebSocket-Version", VERSION),)

# RFC 6455, 4.3: a version is 0 to 255, without leading zeros.
_VERSION = re.compile(r"0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")

# RFC 9110, 7.2: Host = uri-host [ ":" port ], with uri-host of RFC 3986, 3.2.2.
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?")


def check_request(request: Request) -> None:
    """Check that a request asks for a WebSocket connection, and does it rightly.

    Args:
        request: the client's handshake, as read by ``Request.parse``.

    Raises:
        HandshakeError: with the status and the headers to refuse with: 405 for another
            method than GET, 505 for HTTP/1.0, 426 for a request that is no WebSocket
            handshake or one of another version than 13, 400 for any other fault.
    """
    _check_start(request)
    _check_body(request.headers)
    _check_host(request.headers)
    _check_upgrade(request.headers)
    _check_version(request.headers)
    check_key(only(request.headers, "Sec-WebSocket-Key"))
    offered_subprotocols(request)
    offered_extensions(request)


def _check_start(request: Request) -> None:
    # RFC 6455, 4.1, 2: "The method of the request MUST be GET, and the HTTP version MUST be
    # at least 1.1." RFC 9110, 15.5.6: a 405 has "an Allow header field [...] containing a
    # list of the target resource's currently supported methods".
    if request.method != "GET":
        message = f"the method is {excerpt(request.method)}, and a handshake is a GET"
        raise HandshakeError(message, 405, [("Allow", "GET")])
    if request.version == "HTTP/1.0":
        raise HandshakeError("the version is HTTP/1.0, and a handshake needs HTTP/1.1", 505)
    # RFC 6455, 3: "Fragment identifiers are meaningless in the context of WebSocket URIs".
    if not request.path.startswith("/") or "#" in request.target:
        raise HandshakeError(f"the request target {excerpt(request.target)} is no path", 400)


def _check_body(headers: Headers) -> None:
    # What follows the head is frames. A body would be read as frames by us and as a body by
    # a proxy in between: request smuggling.
    lengths = set(headers.get_all("Content-Length")) - {"0"}
    if lengths or "Transfer-Encoding" in headers:
        name = "Content-Length" if lengths else "Transfer-Encoding"
        value = excerpt(headers.combined(name) or "")
        raise HandshakeError(f"{name}: {value} announces a body, and a handshake has none", 400)


def _check_host(headers: Headers) -> None:
    # RFC 9112, 3.2: "A server MUST respond with a 400 (Bad Request) status code to any
    # HTTP/1.1 request message that lacks a Host header field and to any request message
    # that contains more than one Host header field line or a Host header field with an
    # invalid field value."
    host = only(headers, "Host")
    if not _HOST.fullmatch(host):
        raise HandshakeError(f"Host: {excerpt(host)} is no host", 400)


def _check_upgrade(headers: Headers) -> None:
    """Check Upgrade and Connection, which may be lists over several lines."""
    upgrade, connection = headers.combined("Upgrade"), headers.combined("Connection")
    if upgrade is None:
        message = "the header Upgrade is missing: this address speaks WebSocket, not plain HTTP"
        raise HandshakeError(message, 426, _UPGRADE)
    # RFC 6455, 4.2.1, 3 and 4: 'An |Upgrade| header field containing the value "websocket",
    # treated as an ASCII case-insensitive value. A |Connection| header field that includes
    # the token "Upgrade", treated as an ASCII case-insensitive value.'
    _check_named(parse_protocol_list(upgrade), "websocket", f"Upgrade: {excerpt(upgrade)}")
    if connection is None:
        raise HandshakeError("the header Connection is missing", 426, _UPGRADE)
    _check_named(parse_token_list(connection), "upgrade", f"Connection: {excerpt(connection)}")


def _check_named(words: Sequence[str], wanted: str, shown: str) -> None:
    times = count(words, wanted)
    if times == 0:
        raise HandshakeError(f"{shown} does not name {wanted}", 426, _UPGRADE)
    # Different words on several lines are one list, which is legal. The same word twice
    # says that two programs wrote this request, and the next one may trust the other half.
    if times > 1:
        raise HandshakeError(f"{shown} names {wanted} {times} times", 400)


def _check_version(headers: Headers) -> None:
    # RFC 6455, 11.3.5: "The |Sec-WebSocket-Version| header field MUST NOT appear more than
    # once in an HTTP request."
    version = only(headers, "Sec-WebSocket-Version", _SUPPORTED)
    if not _VERSION.fullmatch(version):
        message = f"Sec-WebSocket-Version: {excerpt(version)} is no number from 0 to 255"
        raise HandshakeError(message, 400, _SUPPORTED)
    # RFC 6455, 4.2.2, 4: "If this version does not match a version understood by the server,
    # the server MUST abort the WebSocket handshake [...] and instead send an appropriate
    # HTTP error code (such as 426 Upgrade Required) and a |Sec-WebSocket-Version| header
    # field indicating the version(s) the server is capable of understanding."
    if version != VERSION:
        message = f"Sec-WebSocket-Version: {version} is not supported, {VERSION} is"
        raise HandshakeError(message, 426, [*_SUPPORTED, *_UPGRADE])


def offered_subprotocols(request: Request) -> list[str]:
    """Return the subprotocols a request offers, in the client's order of preference.

    Raises:
        HandshakeError: 400, when the list is malformed or names one twice.
    """
    value = request.headers.combined("Sec-WebSocket-Protocol")
    return [] if value is None else parse_subprotocols(value)


def offered_extensions(request: Request) -> list[ExtensionItem]:
    """Return the extensions a request offers, in the client's order of preference.

    Raises:
        HandshakeError: 400, when the list is malformed.
    """
    value = request.headers.combined("Sec-WebSocket-Extensions")
    return [] if value is None else parse_extensions(value)


def check_origin(request: Request, origins: Sequence[str | re.Pattern[str] | None] | None) -> None:
    """Check that the page a browser's request comes from is one we expect.

    Browsers let any page open a WebSocket to any server and send the cookies along: without
    this check every page on the web speaks to the server in its user's name. Only browsers
    are bound by it; another client can write what it likes.

    Args:
        request: the client's handshake.
        origins: what is acceptable: origins as browsers write them (``https://example.com``,
            without a slash at the end), patterns for the whole of one, and None for clients
            that send no ``Origin``. None instead of the list accepts everything.

    Raises:
        HandshakeError: 403 when it isn't acceptable, 400 when it stands several times.
    """
    origin = optional(request.headers, "Origin")
    if origins is None or any(_matches(origin, accepted) for accepted in origins):
        return
    shown = "no Origin was sent, and one" if origin is None else f"Origin: {excerpt(origin)}"
    raise HandshakeError(f"{shown} is not accepted here", 403)


def _matches(origin: str | None, accepted: str | re.Pattern[str] | None) -> bool:
    if isinstance(accepted, re.Pattern):
        return origin is not None and accepted.fullmatch(origin) is not None
    return origin == accepted


def choose_subprotocol(
    request: Request, supported: Sequence[str], *, required: bool = False
) -> str | None:
    """Choose the first of our subprotocols that the client offers, too.

    Args:
        request: the client's handshake.
        supported: our subprotocols, the best first.
        required: refuse a client that offers none of them, instead of going on without.

    Returns:
        The subprotocol, or None to go on without one.

    Raises:
        HandshakeError: 400, when the offer is malformed, or none fits and one is required.
    """
    offered = offered_subprotocols(request)
    for subprotocol in supported:
        if subprotocol in offered:
            return subprotocol
    if required and supported:
        ours, theirs = ", ".join(supported), ", ".join(offered) or "none"
        raise HandshakeError(f"subprotocols offered: {excerpt(theirs)}; supported: {ours}", 400)
    # RFC 6455, 4.2.2, 4: "if the server does not wish to agree to one of the suggested
    # subprotocols, it MUST NOT send back a |Sec-WebSocket-Protocol| header field".
    return None
