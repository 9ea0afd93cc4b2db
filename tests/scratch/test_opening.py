"""How a server answers a handshake."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.scratch.raw import REQUEST, Raw, until
from wsdemo import scratch
from wsdemo.protocol.http import Request, Response
from wsdemo.scratch.opening import SOFTWARE

Connection = scratch.ServerConnection


async def idle(connection: Connection) -> None:
    """Do nothing until the client leaves."""
    await connection.wait_closed()


async def answer(request: bytes = REQUEST, **options: Any) -> Response:
    """Return how a server with these options answers."""
    async with scratch.serve(idle, "127.0.0.1", 0, **options) as server:
        with await Raw.dial(server.sockets[0].getsockname()) as raw:
            await raw.send(request)
            return await raw.response()


async def test_an_answer_is_signed_and_dated() -> None:
    """Whatever it is."""
    for request in (REQUEST, REQUEST.replace(b"Version: 13", b"Version: 12")):
        response = await answer(request, date=lambda: "a date")
        assert response.headers["Server"] == SOFTWARE
        assert response.headers["Date"] == "a date"


async def test_an_answer_may_be_anonymous_and_undated() -> None:
    """For bytes that are the same every time."""
    response = await answer(server_header=None, date=None)
    assert "Server" not in response.headers
    assert "Date" not in response.headers


async def test_a_hook_sees_the_request_before_anything_is_checked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """So it may answer what is no WebSocket handshake at all."""
    caplog.set_level(logging.INFO)

    def health(connection: Connection, request: Request) -> Response:
        return connection.respond(200, "fine\n")

    response = await answer(b"GET /health HTTP/1.1\r\n\r\n", process_request=health)
    assert (response.status, response.body) == (200, b"fine\n")
    assert "answered with 200" in caplog.text


async def test_a_hook_may_be_a_coroutine_function() -> None:
    """It may ask a database first."""

    async def ask(connection: Connection, request: Request) -> None:
        await asyncio.sleep(0)

    async def sign(connection: Connection, request: Request, response: Response) -> None:
        await asyncio.sleep(0)
        response.headers.add("X-Signed", "yes")

    response = await answer(process_request=ask, process_response=sign)
    assert response.status == 101
    assert response.headers["X-Signed"] == "yes"


async def test_the_last_hook_sees_refusals_too() -> None:
    """It may explain them better."""
    seen = []

    def explain(connection: Connection, request: Request, response: Response) -> Response:
        seen.append(response.status)
        return connection.respond(404, "no such room\n")

    request = REQUEST.replace(b"Upgrade: websocket\r\n", b"")
    assert (await answer(request, process_response=explain)).status == 404
    assert seen == [426]


@pytest.mark.parametrize("hook", ["process_request", "process_response"])
async def test_a_hook_can_not_open_what_was_refused(
    hook: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A 101 to somebody who has not asked for one would be a lie."""

    def accept(*_: object) -> Response:
        return Response(101, "Switching Protocols")

    request = REQUEST.replace(b"Upgrade: websocket\r\n", b"")
    assert (await answer(request, **{hook: accept})).status == 500
    assert "can't open" in caplog.text


async def test_a_hook_that_returns_nonsense_is_500(caplog: pytest.LogCaptureFixture) -> None:
    """And told so in the log."""
    response = await answer(process_request=lambda *_: Response(99, "not a status"))
    assert response.status == 500
    assert "99" in caplog.text


async def test_a_failing_hook_is_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Once."""

    def fail(connection: Connection, request: Request) -> None:
        raise LookupError("on purpose")

    assert (await answer(process_request=fail)).status == 500
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage().endswith("the opening handshake failed")
    assert record.exc_info is not None


async def test_a_subprotocol_nobody_offered_is_500(caplog: pytest.LogCaptureFixture) -> None:
    """The client would have to fail the connection."""
    response = await answer(select_subprotocol=lambda *_: "made.up")
    assert response.status == 500
    assert "made.up" in caplog.text


async def test_a_hook_may_refuse_the_choice_of_a_subprotocol() -> None:
    """With a status of its own."""

    def refuse(connection: Connection, offered: object) -> None:
        raise scratch.HandshakeError("only old subprotocols", 403)

    response = await answer(select_subprotocol=refuse)
    assert (response.status, b"only old" in response.body) == (403, True)


class Hesitation:
    """A hook that says when it is asked, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def ask(self, connection: Connection, request: Request) -> None:
        """Let the request pass, in time."""
        self.asked.set()
        await self.go_on.wait()


async def test_a_client_that_leaves_before_the_answer_gets_none() -> None:
    """The hook runs to its end, and nothing else happens."""
    hook = Hesitation()
    async with scratch.serve(idle, "127.0.0.1", 0, process_request=hook.ask) as server:
        with await Raw.dial(server.sockets[0].getsockname()) as raw:
            await raw.send(REQUEST)
            await hook.asked.wait()
            (connection,) = server._present
            connection.transport.abort()
            await until(lambda: server.counters.now == 0)
        hook.go_on.set()
    assert server.counters.accepted == 0
    assert server.counters.abandoned == 1


async def test_a_hasty_client_has_to_wait() -> None:
    """Nothing is read while a hook decides."""
    hook = Hesitation()
    async with scratch.serve(idle, "127.0.0.1", 0, process_request=hook.ask) as server:
        with await Raw.dial(server.sockets[0].getsockname()) as raw:
            await raw.send(REQUEST)
            await hook.asked.wait()
            (connection,) = server._present
            assert not connection.transport.is_reading()
            hook.go_on.set()
            assert (await raw.response()).status == 101
            assert connection.transport.is_reading()
