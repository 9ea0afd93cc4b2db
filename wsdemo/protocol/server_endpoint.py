"""The server's end of a connection: an endpoint that is asked.

Left out: whom to accept. The owner answers each ``RequestReceived`` with ``accept``, ``reject``
or ``respond``, now or later; what a hasty client sends meanwhile has to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from wsdemo.errors import HandshakeError, PeerError, StateError
from wsdemo.protocol.connection import Cue, State, advance
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.events import Event, Failed, RequestReceived
from wsdemo.protocol.extensions import ExtensionItem
from wsdemo.protocol.handshake import build_response, check_request, refusal, reject_response
from wsdemo.protocol.headers import HeadersLike
from wsdemo.protocol.http import RequestReader, Response
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import ApplyMask, Buffer, apply_mask
from wsdemo.protocol.messages import Codec
from wsdemo.protocol.sender import Role


def _no_date() -> str | None:
    """Send no Date, as a server without a clock may."""
    return None


class ServerEndpoint(Endpoint):
    """The server's end of a connection.

    Args:
        limits: what the peer may cost us.
        date: called for the value of each ``Date`` header; ``http_date`` with a clock, None for
            none.
        apply_mask: how to unmask; an engine may bring a faster one.
    """

    __slots__ = ("_date", "_head")

    role = Role.SERVER

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        date: Callable[[], str | None] | None = None,
        apply_mask: ApplyMask = apply_mask,
    ) -> None:
        # RFC 6455, 5.1: "A server MUST NOT mask any frames that it sends to the client."
        super().__init__(limits=limits or Limits(), masking=None, apply_mask=apply_mask)
        self._date = date or _no_date
        self._head = RequestReader(self.limits)

    def accept(
        self,
        *,
        subprotocol: str | None = None,
        extensions: Iterable[ExtensionItem] = (),
        codec: Codec | None = None,
        headers: HeadersLike = (),
    ) -> Response:
        """Check the request and answer it with 101; frames may be sent from now on.

        Call ``receive(b"")`` afterwards for what may have come in the meantime.

        Args:
            subprotocol: the one agreed upon; the client must have offered it.
            extensions: those agreed upon; the client must have offered them.
            codec: what these extensions make of the messages.
            headers: header fields to add.

        Returns:
            The response, which is in the output already.

        Raises:
            StateError: no request is waiting for an answer.
            HandshakeError: the request asks for no WebSocket connection; reject it.
            ValueError: something was agreed upon that was not offered.
        """
        advance(self.state, Cue.ACCEPT)
        request = self.request
        if request is None:
            raise StateError("cannot accept the opening handshake: no request has come")
        check_request(request)
        response = build_response(
            request,
            subprotocol=subprotocol,
            extensions=extensions,
            headers=headers,
            date=self._date(),
        )
        self.respond(response, codec)
        return response

    def reject(self, status: int, body: str | bytes = "", headers: HeadersLike = ()) -> Response:
        """Answer with anything but 101, a request or its absence; the connection ends after it.

        Args:
            status: HTTP status, such as 403, or 200 for a page.
            body: what to tell the person at the other end.
            headers: header fields to add.

        Returns:
            The response, which is in the output already.

        Raises:
            StateError: the handshake is over.
            ValueError: the status does not refuse anything.
        """
        response = reject_response(status, body, headers, date=self._date())
        self.respond(response)
        return response

    def respond(self, response: Response, codec: Codec | None = None) -> None:
        """Answer with a response that somebody else has built; it is sent as it is.

        Args:
            response: 101 opens the connection, anything else ends it.
            codec: what the extensions in a 101 make of the messages.

        Raises:
            StateError: the handshake is over.
        """
        octets = response.serialize()
        if response.status == HTTPStatus.SWITCHING_PROTOCOLS:
            self._open(response, codec)
        else:
            self._turn_away()
        self._raw(octets)
        self._response = response

    def _feed(self, data: Buffer) -> None:
        if self.state is not State.CONNECTING:
            super()._feed(data)
        elif self._request is None:
            self._head.feed(bytes(data))
        else:
            self._rest += data

    def _handshake(self) -> Iterator[Event]:
        if self._request is None and (request := self._head.read()) is not None:
            self._request = request
            self._rest = self._head.leftover
            del self._head  # it holds the octets of the head
            yield RequestReceived(request)
        self._check_haste()

    def _check_haste(self) -> None:
        # RFC 6455, 4.1: "Once the client's opening handshake has been sent, the client MUST
        # wait for a response from the server before sending any further data." One that does
        # not is indulged, as far as a second head would be.
        early, most = len(self._rest), self.limits.handshake_size
        if self.state is State.CONNECTING and most is not None and early > most:
            raise HandshakeError(f"{early} bytes before the handshake was answered, over {most}")

    def _refuse(self, error: PeerError) -> Failed:
        if not isinstance(error, HandshakeError):
            return super()._refuse(error)
        self.error = error
        self.respond(refusal(error, date=self._date()))
        return Failed(error)

    def _ending(self) -> list[Event]:
        if self.state is not State.CONNECTING:
            return super()._ending()
        self.error = HandshakeError("the connection ended before the handshake was answered")
        if self._request is None:
            self.error = self._broken_head()
        return [Failed(self.error)]

    def _broken_head(self) -> HandshakeError:
        self._head.feed_eof()
        try:
            self._head.read()
        except HandshakeError as error:
            return error
        raise AssertionError("a head that is not read by now is not complete")
