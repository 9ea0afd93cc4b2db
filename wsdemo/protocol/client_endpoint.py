"""The client's end of a connection: an endpoint that asks.

Left out: building the request (``handshake``), and finding the server.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from wsdemo.errors import HandshakeError
from wsdemo.protocol.connection import State
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.events import Accepted, Event, Rejected
from wsdemo.protocol.extensions import ExtensionItem, parse_extensions
from wsdemo.protocol.handshake import check_response, offered_extensions, offered_subprotocols
from wsdemo.protocol.http import Request, Response, ResponseReader
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import ApplyMask, Buffer, apply_mask
from wsdemo.protocol.messages import Codec
from wsdemo.protocol.sender import Role

Agree: TypeAlias = Callable[[Sequence[ExtensionItem]], Codec | None]


def _no_extensions(extensions: Sequence[ExtensionItem]) -> Codec | None:
    """Go on without compression, or not at all if the server has begun with it."""
    if extensions:
        names = ", ".join(name for name, _ in extensions)
        raise HandshakeError(f"the server has agreed to {names}, which we offered and cannot do")
    return None


class ClientEndpoint(Endpoint):
    """The client's end of a connection; its request is in the first output.

    Args:
        request: the opening handshake, as ``build_request`` makes it.
        agree: given the extensions that the server chose among those offered, returns what
            they make of the messages; raises HandshakeError if it cannot agree.
        limits: what the peer may cost us.
        masking: called with 4 for the masking key of each frame.
        apply_mask: how to mask; an engine may bring a faster one.
    """

    __slots__ = ("_agree", "_head")

    role = Role.CLIENT

    def __init__(
        self,
        request: Request,
        *,
        agree: Agree = _no_extensions,
        limits: Limits | None = None,
        masking: Callable[[int], bytes] = os.urandom,
        apply_mask: ApplyMask = apply_mask,
    ) -> None:
        super().__init__(limits=limits or Limits(), masking=masking, apply_mask=apply_mask)
        self._request = request
        self._agree = agree
        self._head = ResponseReader(self.limits)
        self._raw(request.serialize())

    def _feed(self, data: Buffer) -> None:
        if self.state is State.CONNECTING:
            self._head.feed(bytes(data))
        else:
            super()._feed(data)

    def _handshake(self) -> Iterator[Event]:
        response = self._head.read()
        if response is None:
            return
        self._response = response
        try:
            codec = self._agreed(response)
        except HandshakeError as error:
            self.error = error
            self._turn_away()
            yield Rejected(response, error)
        else:
            self._open(response, codec)
            self._rest = self._head.leftover
            yield Accepted(response)
        del self._head  # it holds the octets of the head

    def _agreed(self, response: Response) -> Codec | None:
        """Check the response, and return what its extensions amount to."""
        request = self.request
        assert request is not None, "it was given at the beginning"
        check_response(
            response,
            key=request.headers["Sec-WebSocket-Key"],
            subprotocols=offered_subprotocols(request),
            extensions=offered_extensions(request),
        )
        value = response.headers.get("Sec-WebSocket-Extensions")
        return self._agree([] if value is None else parse_extensions(value))

    def _ending(self) -> list[Event]:
        if self.state is not State.CONNECTING:
            return super()._ending()
        self._head.feed_eof()
        # A refusal whose body is ended by nothing else is complete now.
        return self.receive(b"")
