"""What was said in the opening handshake, in little room.

A connection has it for all its life, and needs it seldom. As strings in pairs in lists, the headers
of the two heads would take as much memory as all the rest of an endpoint.

Left out: reading and judging them (``http``, ``handshake``).
"""

from __future__ import annotations

from collections.abc import Callable

from wsdemo.protocol.http import Request, Response
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import ApplyMask
from wsdemo.protocol.whole import WholeMessages

# What was parsed once was within our limits.
NO_LIMITS = Limits(None, None, None, None, None)


class Recorded(WholeMessages):
    """The part of an endpoint that remembers its opening handshake.

    Args:
        limits: what the peer may cost us.
        masking: gives the masking key of each frame; None for a server.
        apply_mask: how to mask and unmask.
    """

    __slots__ = ("_request", "_response")

    def __init__(
        self,
        limits: Limits,
        masking: Callable[[int], bytes] | None,
        apply_mask: ApplyMask,
    ) -> None:
        super().__init__(limits, masking, apply_mask)
        self._request: Request | bytes | None = None
        self._response: Response | bytes | None = None

    @property
    def request(self) -> Request | None:
        """The request of the opening handshake, once it is known."""
        if isinstance(self._request, bytes):
            read = Request.parse(self._request, NO_LIMITS)
            return None if read is None else read[0]
        return self._request

    @property
    def response(self) -> Response | None:
        """The response of the opening handshake, once it is known."""
        if isinstance(self._response, bytes):
            read = Response.parse(self._response, NO_LIMITS)
            return None if read is None else read[0]
        return self._response

    @property
    def status(self) -> int | None:
        """The HTTP status of the response, once there is one."""
        if isinstance(self._response, bytes):
            return int(self._response[9:12])  # "HTTP/1.1 101 Switching Protocols"
        return None if self._response is None else self._response.status

    def fold(self) -> None:
        """Keep the two as the octets they were, to be parsed again when they are asked for."""
        if isinstance(self._request, Request):
            self._request = self._request.serialize()
        if isinstance(self._response, Response):
            self._response = self._response.serialize()
