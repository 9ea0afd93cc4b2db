"""How a server answers a handshake: by the protocol, by its rules, and by its owner's hooks.

In this order: ``process_request`` may answer anything itself; then the protocol is checked,
the origin, the subprotocol, the compression; then ``process_response`` may change the answer,
whatever it is.

Left out: requests that can't be read as HTTP, which the endpoint refuses on its own; and time,
which the connection keeps.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from wsdemo import __version__
from wsdemo.errors import HandshakeError
from wsdemo.protocol import State
from wsdemo.protocol.deflate import DeflateConfig, accept_deflate
from wsdemo.protocol.handshake import (
    build_response,
    check_origin,
    check_request,
    choose_subprotocol,
    http_date,
    offered_extensions,
    offered_subprotocols,
    refusal,
    reject_response,
)
from wsdemo.protocol.http import Request, Response
from wsdemo.protocol.messages import Codec

if TYPE_CHECKING:
    from wsdemo.scratch.server_connection import ServerConnection

SOFTWARE = f"Python/{sys.version_info[0]}.{sys.version_info[1]} wsdemo/{__version__}"

Origins: TypeAlias = Sequence[str | re.Pattern[str] | None]
Answer: TypeAlias = Awaitable[Response | None] | Response | None
SelectSubprotocol: TypeAlias = "Callable[[ServerConnection, Sequence[str]], str | None]"
ProcessRequest: TypeAlias = "Callable[[ServerConnection, Request], Answer]"
ProcessResponse: TypeAlias = "Callable[[ServerConnection, Request, Response], Answer]"

OUR_FAULT = "The server has failed to answer; its log tells why.\n"
SHUTTING_DOWN = "The server is shutting down.\n"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a server asks of a handshake, and how it answers.

    Attributes:
        origins: acceptable values of ``Origin``; None accepts all.
        subprotocols: ours, the best first.
        select_subprotocol: chooses among those that the client offers, instead of us.
        compression: how to compress; None for not at all.
        process_request: may answer a request instead of us.
        process_response: may change our answer, or give another.
        server_header: value of ``Server``; None for none.
        date: gives the value of ``Date``; None for none.
    """

    origins: Origins | None = None
    subprotocols: Sequence[str] = ()
    select_subprotocol: SelectSubprotocol | None = None
    compression: DeflateConfig | None = None
    process_request: ProcessRequest | None = None
    process_response: ProcessResponse | None = None
    server_header: str | None = SOFTWARE
    date: Callable[[], str] | None = http_date


class Opening:
    """One opening handshake, from the request to the answer.

    Args:
        connection: whose request has come.
        rules: how to answer it.
    """

    __slots__ = ("_codec", "_connection", "_may_open", "_reason", "_rules")

    def __init__(self, connection: ServerConnection, rules: Rules) -> None:
        self._connection = connection
        self._rules = rules
        self._codec: Codec | None = None
        self._may_open = False
        self._reason = "a hook has decided so"

    async def answer(self, request: Request) -> None:
        """Answer the request, unless it was answered otherwise in the meantime."""
        response = await self._guarded(self._first_answer(request))
        self._sign(response)
        if (hook := self._rules.process_response) is not None:
            response = await self._guarded(self._last_answer(hook, request, response))
        # By now the client may have left, or lost its patience, or the server is closing.
        if self._connection.state is State.CONNECTING:
            self._send(response)
            self._connection.answered(self._reason)

    async def _guarded(self, step: Awaitable[Response]) -> Response:
        """Take a step in which the owner's code runs, and answer 500 if it fails."""
        try:
            return await step
        except HandshakeError as error:
            self._reason = str(error)
            return refusal(error)
        except Exception:
            self._connection.logger.exception("the opening handshake failed")
            return self._failure()

    def _failure(self) -> Response:
        self._reason = "the server has failed"
        self._may_open = False
        return reject_response(500, OUR_FAULT)

    async def _first_answer(self, request: Request) -> Response:
        if self._rules.process_request is not None:
            response = await _settled(self._rules.process_request(self._connection, request))
            if response is not None:
                return response
        check_request(request)
        check_origin(request, self._rules.origins)
        return self._acceptance(request)

    def _acceptance(self, request: Request) -> Response:
        accepted = None
        if self._rules.compression is not None:
            accepted = accept_deflate(offered_extensions(request), self._rules.compression)
        extension, self._codec = accepted or (None, None)
        response = build_response(
            request,
            subprotocol=self._subprotocol(request),
            extensions=[extension] if extension else [],
        )
        self._may_open = True
        return response

    def _subprotocol(self, request: Request) -> str | None:
        if self._rules.select_subprotocol is not None:
            offered = offered_subprotocols(request)
            return self._rules.select_subprotocol(self._connection, offered)
        # A server that has subprotocols means them: without one, the two would not understand
        # each other. One that doesn't mind says so with select_subprotocol.
        return choose_subprotocol(request, self._rules.subprotocols, required=True)

    def _sign(self, response: Response) -> None:
        """Add the headers that every answer has."""
        if self._rules.date is not None and "Date" not in response.headers:
            # RFC 9110, 6.6.1: "An origin server with a clock [...] MUST generate a Date header
            # field in all 2xx (Successful), 3xx (Redirection), and 4xx (Client Error) responses"
            response.headers.add("Date", self._rules.date())
        if self._rules.server_header is not None and "Server" not in response.headers:
            response.headers.add("Server", self._rules.server_header)

    async def _last_answer(
        self, hook: ProcessResponse, request: Request, response: Response
    ) -> Response:
        return (await _settled(hook(self._connection, request, response))) or response

    def _send(self, response: Response) -> None:
        endpoint = self._connection.endpoint
        if response.status == 101 and self._connection.server.is_closing:
            self._reason = "the server is closing"
            response = reject_response(503, SHUTTING_DOWN)
        try:
            if response.status == 101 and not self._may_open:
                raise ValueError("a hook can't open a connection that was refused")
            codec = self._codec if "Sec-WebSocket-Extensions" in response.headers else None
            endpoint.respond(response, codec)
        except ValueError:
            self._connection.logger.exception("the opening handshake failed")
            endpoint.respond(self._failure())


async def _settled(answer: Answer) -> Response | None:
    """Return what a hook returned, whether it is a coroutine function or not."""
    return await answer if inspect.isawaitable(answer) else answer
