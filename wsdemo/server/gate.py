"""Who gets in: what is answered to a request, before any engine has looked at it.

A plain request is for a page, or for what the server says about itself: ``/healthz``, ``/metrics``.
Of a handshake these are looked at, in this order: its path, its form, whether the server is
draining, the origin, the subprotocol; and last, when nothing else can refuse it any more, a slot.

The protocol's own checks are made here, too, so that a client gets the same answer from either
engine.

Leaves out requests that are no HTTP: each engine refuses them in its own way before they are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from wsdemo.errors import HandshakeError
from wsdemo.metrics import CONTENT_TYPE
from wsdemo.protocol.fields import http_date
from wsdemo.protocol.handshake import (
    check_request,
    choose_subprotocol,
    refusal,
    reject_response,
)
from wsdemo.protocol.headers import excerpt
from wsdemo.protocol.http import Request, Response
from wsdemo.security import Origins
from wsdemo.server.connection import Handler
from wsdemo.server.pages import Pages
from wsdemo.server.register import Register, Visit

__all__ = ["HEALTH", "METRICS", "RETRY_AFTER", "Gate", "path_of"]

HEALTH = "/healthz"
METRICS = "/metrics"

# Seconds after which a client that found no slot may try again: long enough that those who are
# refused don't keep a full server busy with refusing them, short enough for a person to wait.
RETRY_AFTER = 5

READING = ("GET", "HEAD")
# RFC 6455, 4.4: a server that can't go on with a handshake says which versions it knows.
_VERSION = ("Sec-WebSocket-Version", "13")
_LATER = ("Retry-After", str(RETRY_AFTER))
# RFC 9110, 8.3: some browsers look into what they get and believe that more than its type.
_NOSNIFF = ("X-Content-Type-Options", "nosniff")

DRAINING = "The server is shutting down.\n"
FULL = "The server has as many connections as it may have.\n"


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules by which a server answers.

    Attributes:
        routes: a handler for each path.
        register: knows whether the server is draining, and has the slots.
        origins: which pages may connect.
        subprotocols: ours, the best first; a client that offers none of them is refused.
        pages: what is served to a browser, if anything.
        date: gives the value of ``Date``.
    """

    routes: Mapping[str, Handler]
    register: Register
    origins: Origins
    subprotocols: Sequence[str] = ()
    pages: Pages | None = None
    date: Callable[[], str] = field(default=http_date)

    def answer(self, request: Request, visit: Visit) -> Response | None:
        """Answer a request, or let it through to its handler.

        Args:
            request: what the client asks for.
            visit: whose request it is; gets the handler and a slot if it is let through.

        Returns:
            The response; None to go on with the handshake.
        """
        try:
            response = self._answer(request, path_of(request), visit)
        except HandshakeError as error:
            response = refusal(_completed(error))
        if response is not None:
            response.headers.add("Date", self.date())
        return response

    def _answer(self, request: Request, path: str, visit: Visit) -> Response | None:
        handler = self.routes.get(path)
        # One path may have both: the page at "/", and the WebSocket that the page opens.
        if handler is None or "Upgrade" not in request.headers:
            plain = self._plain(request, path, visit)
            if plain is not None:
                return plain
        if handler is None:
            return reject_response(404, self._nothing_at(path))
        return self._handshake(request, handler, visit)

    def _plain(self, request: Request, path: str, visit: Visit) -> Response | None:
        """Answer what is no handshake; None if nothing for a browser is at this path."""
        if path == HEALTH:
            visit.refusable = False
            if self.register.draining:
                return _content(request, b"draining\n", "text/plain", 503)
            return _content(request, b"ok\n", "text/plain")
        if path == METRICS:
            return _content(request, self.register.metrics.exposition().encode(), CONTENT_TYPE)
        page = None if self.pages is None else self.pages.find(path)
        return None if page is None else _content(request, page.body, page.content_type)

    def _handshake(self, request: Request, handler: Handler, visit: Visit) -> Response | None:
        """Answer a handshake if there is anything against it."""
        check_request(request)
        if self.register.draining:
            return reject_response(503, DRAINING, [_LATER])
        self.origins.check(request)
        choose_subprotocol(request, self.subprotocols, required=True)
        if not visit.take_slot():
            return reject_response(503, FULL, [_LATER])
        visit.handler = handler
        return None

    def _nothing_at(self, path: str) -> str:
        return (
            f"Nothing is served at {excerpt(path)}.\n"
            f"WebSocket connections are served at {', '.join(self.routes)}.\n"
        )


def path_of(request: Request) -> str:
    """Return the path that a request is for, decoded and without the query.

    Raises:
        HandshakeError: 400, when the target can't be taken apart.
    """
    try:
        return unquote(request.path.partition("?")[0])
    except ValueError as error:
        raise HandshakeError(f"the request target {excerpt(request.target)}: {error}") from None


def _content(request: Request, body: bytes, content_type: str, status: int = 200) -> Response:
    """Answer GET and HEAD with some content, and everything else with 405."""
    if request.method not in READING:
        text = f"The method is {excerpt(request.method)}; only GET and HEAD are answered here.\n"
        return reject_response(405, text, [("Allow", ", ".join(READING))])
    response = reject_response(status, body, [("Content-Type", content_type), _NOSNIFF])
    # RFC 9110, 9.3.2: HEAD is answered with the header fields of GET, its Content-Length too.
    return response if request.method == "GET" else replace(response, body=b"")


def _completed(error: HandshakeError) -> HandshakeError:
    """Let every 426 say which version of the protocol to upgrade to."""
    names = [name for name, _ in error.headers]
    if error.status == 426 and _VERSION[0] not in names:
        error.headers.append(_VERSION)
    return error
