"""What a program may expect of either engine.

Each scenario is run with every pair of engines, that of ``websockets`` with itself included:
it is the oracle, and a scenario that it fails is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from tests.scratch.engines import Pair

Scenario: TypeAlias = Callable[[Pair], Awaitable[None]]
SCENARIOS: list[Scenario] = []


def scenario(function: Scenario) -> Scenario:
    """Enter a function in the list."""
    SCENARIOS.append(function)
    return function


async def echo(connection: Any) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def idle(connection: Any) -> None:
    """Do nothing until the client leaves."""
    await connection.wait_closed()


MESSAGES = ["", b"", "Hello", "κόσμε 🌍", b"\x00\xff" * 5, "x" * 125, "x" * 126, "y" * 70_000]


@scenario
async def messages_come_back_as_they_were(pair: Pair) -> None:
    """Text stays text, bytes stay bytes, of any length."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for message in MESSAGES:
            await client.send(message)
            assert await client.recv() == message


@scenario
async def messages_come_back_without_compression(pair: Pair) -> None:
    """Compression is a matter of two; one that doesn't want it is enough."""
    async with pair.serve(echo, compression=None) as server, pair.connect(server) as client:
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        for message in MESSAGES:
            await client.send(message)
            assert await client.recv() == message


@scenario
async def compression_is_agreed_on(pair: Pair) -> None:
    """Both want it unless they are told otherwise."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        assert "permessage-deflate" in client.response.headers["Sec-WebSocket-Extensions"]


@scenario
async def bytes_like_objects_are_binary(pair: Pair) -> None:
    """A bytearray and a memoryview are sent as bytes."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for message in (bytearray(b"one"), memoryview(b"two")):
            await client.send(message)
            assert await client.recv() == bytes(message)


@scenario
async def a_message_may_be_sent_in_pieces(pair: Pair) -> None:
    """An iterable of text or bytes is one message."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for pieces, whole in ((["Hel", "lo"], "Hello"), ([b"a", b"", b"b"], b"ab"), (["1"], "1")):
            await client.send(pieces)
            assert await client.recv() == whole


@scenario
async def pieces_may_come_from_an_asynchronous_iterator(pair: Pair) -> None:
    """They leave as they come."""

    async def pieces() -> AsyncIterator[str]:
        for piece in ("Hel", "lo"):
            await asyncio.sleep(0)
            yield piece

    async with pair.serve(echo) as server, pair.connect(server) as client:
        await client.send(pieces())
        assert await client.recv() == "Hello"


@scenario
async def an_empty_iterable_sends_nothing(pair: Pair) -> None:
    """The next message is the next message."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        await client.send([])
        await client.send("something")
        assert await client.recv() == "something"


@scenario
async def a_whole_message_waits_for_one_in_pieces(pair: Pair) -> None:
    """Two messages are never mixed."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def pieces() -> AsyncIterator[str]:
        yield "first, "
        asked.set()
        await go_on.wait()
        yield "in two pieces"

    async with pair.serve(echo) as server, pair.connect(server) as client:
        first = asyncio.create_task(client.send(pieces()))
        await asked.wait()
        second = asyncio.create_task(client.send("second"))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(first, second)
        assert [await client.recv(), await client.recv()] == ["first, in two pieces", "second"]


@scenario
async def a_failing_iterator_fails_the_connection(pair: Pair) -> None:
    """The peer has got half a message, and would wait for the rest for ever."""

    def pieces() -> Any:
        yield "half a"
        raise LookupError("no rest")

    async with pair.serve(idle) as server:
        client = await pair.connect(server)
        with pytest.raises((LookupError, pair.client.Closed)):
            await client.send(pieces())
        await client.wait_closed()
        assert client.close_code == 1006


@scenario
async def what_can_not_be_sent_is_refused(pair: Pair) -> None:
    """A number, a mapping, a list of numbers; the connection stays as it was."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for message in (1, {"a": 1}, None):
            with pytest.raises(TypeError):
                await client.send(message)
        await client.send("still open")
        assert await client.recv() == "still open"


@scenario
async def the_type_of_a_message_can_be_forced(pair: Pair) -> None:
    """Text may be sent as binary, bytes as text."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        await client.send("text", text=False)
        assert await client.recv() == b"text"
        await client.send(b"bytes", text=True)
        assert await client.recv() == "bytes"


@scenario
async def the_type_of_what_comes_can_be_chosen(pair: Pair) -> None:
    """Text may be received as bytes, bytes as text."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for message in ("text", b"text"):
            for decode, expected in ((True, "text"), (False, b"text"), (None, message)):
                await client.send(message)
                assert await client.recv(decode=decode) == expected


@scenario
async def bytes_that_are_not_text_fail_when_text_is_wanted(pair: Pair) -> None:
    """The peer is told 1007."""
    async with pair.serve(echo) as server:
        client = await pair.connect(server)
        await client.send(b"\xff")
        with pytest.raises(pair.client.ClosedError) as raised:
            await client.recv(decode=True)
        assert raised.value.sent.code == 1007


@scenario
async def iteration_ends_with_a_goodbye(pair: Pair) -> None:
    """Messages that came before are all there; 1000 and 1001 end the loop in silence."""
    for code in (1000, 1001):

        async def speak(connection: Any, code: int = code) -> None:
            await connection.send("one")
            await connection.send("two")
            await connection.close(code, "bye")

        async with pair.serve(speak) as server, pair.connect(server) as client:
            assert [message async for message in client] == ["one", "two"]
            assert (client.close_code, client.close_reason) == (code, "bye")


@scenario
async def iteration_does_not_hide_a_failure(pair: Pair) -> None:
    """Any other code is an error."""

    async def give_up(connection: Any) -> None:
        await connection.close(1011, "sorry")

    async with pair.serve(give_up) as server:
        client = await pair.connect(server)
        with pytest.raises(pair.client.ClosedError) as raised:
            async for _ in client:
                pass
        assert (raised.value.rcvd.code, raised.value.rcvd.reason) == (1011, "sorry")


@scenario
async def both_sides_know_why_it_was_closed(pair: Pair) -> None:
    """Code and reason cross the wire and come back."""
    seen: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    async def watch(connection: Any) -> None:
        await connection.wait_closed()
        seen.set_result((connection.close_code, connection.close_reason))

    async with pair.serve(watch) as server:
        client = await pair.connect(server)
        assert (client.close_code, client.close_reason) == (None, None)
        await client.close(4001, "my own code")
        assert await seen == (client.close_code, client.close_reason) == (4001, "my own code")


@scenario
async def to_close_again_does_nothing(pair: Pair) -> None:
    """The first reason stays."""
    async with pair.serve(idle) as server, pair.connect(server) as client:
        await asyncio.gather(client.close(1000, "first"), client.close(1001, "second"))
        await client.close(1002, "third")
        assert (client.close_code, client.close_reason) == (1000, "first")


@scenario
async def a_code_that_can_not_be_sent_is_refused(pair: Pair) -> None:
    """1006 says that no close frame came; it can't come in one. The connection stays open."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        for code in (1005, 1006, 999):
            with pytest.raises(Exception, match=r"(?i)code|may not"):
                await client.close(code, "no")
        with pytest.raises(Exception, match=r"(?i)long|over"):
            await client.close(1000, "x" * 124)
        await client.send("still open")
        assert await client.recv() == "still open"


@scenario
async def nothing_can_be_sent_after_the_end(pair: Pair) -> None:
    """Every verb says so, in the same words."""
    async with pair.serve(idle) as server:
        client = await pair.connect(server)
        await client.close()
        for verb in (client.recv, lambda: client.send("x"), client.ping, client.pong):
            with pytest.raises(pair.client.ClosedOK) as raised:
                await verb()
            assert raised.value.rcvd.code == raised.value.sent.code == 1000


@scenario
async def messages_can_be_read_after_the_end(pair: Pair) -> None:
    """What has come has come."""

    async def speak(connection: Any) -> None:
        await connection.send("read me later")

    async with pair.serve(speak) as server:
        client = await pair.connect(server)
        await client.wait_closed()
        assert await client.recv() == "read me later"
        with pytest.raises(pair.client.ClosedOK):
            await client.recv()


@scenario
async def two_readers_are_one_too_many(pair: Pair) -> None:
    """The second is told what the first is doing."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        first = asyncio.create_task(client.recv())
        await asyncio.sleep(0)
        with pytest.raises(
            pair.client.Concurrency,
            match="cannot call recv while another coroutine is already running recv",
        ):
            await client.recv()
        await client.send("for the first")
        assert await first == "for the first"


@scenario
async def to_cancel_recv_loses_nothing(pair: Pair) -> None:
    """A timeout around recv is how a program waits for a while."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await client.recv()
        await client.send("after all")
        assert await client.recv() == "after all"


@scenario
async def a_ping_measures_the_latency(pair: Pair) -> None:
    """The pong tells it, and the connection remembers it."""
    async with pair.serve(idle) as server, pair.connect(server) as client:
        assert client.latency == 0
        pong = await client.ping()
        latency = await pong
        assert 0 <= latency < 10  # 0 where the clock is coarse
        assert client.latency == latency


@scenario
async def two_pings_with_the_same_data_are_refused(pair: Pair) -> None:
    """Their pongs could not be told apart."""
    async with pair.serve(idle) as server, pair.connect(server) as client:
        pong = await client.ping("data")
        with pytest.raises(pair.client.Concurrency, match="same data"):
            await client.ping(b"data")
        assert await pong >= 0


@scenario
async def a_ping_too_long_is_refused(pair: Pair) -> None:
    """RFC 6455, 5.5: "a payload length of 125 bytes or less"; the connection stays open."""
    async with pair.serve(idle) as server, pair.connect(server) as client:
        with pytest.raises(Exception, match=r"(?i)too long|over"):
            await client.ping(bytes(126))
        assert await (await client.ping(bytes(125))) >= 0


@scenario
async def a_pong_that_never_comes_is_told(pair: Pair) -> None:
    """A program that waits for it learns that the connection is closed."""

    async def leave(connection: Any) -> None:
        connection.transport.abort()

    async with pair.serve(leave) as server:
        client = await pair.connect(server)
        with pytest.raises(pair.client.ClosedError):
            await (await client.ping())


@scenario
async def an_unsolicited_pong_is_harmless(pair: Pair) -> None:
    """It may be a heartbeat."""
    async with pair.serve(echo) as server, pair.connect(server) as client:
        await client.pong(b"thump")
        await client.send("alive")
        assert await client.recv() == "alive"


@scenario
async def a_peer_that_vanishes_is_1006(pair: Pair) -> None:
    """No close frame, no goodbye."""
    ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def watch(connection: Any) -> None:
        with pytest.raises(pair.server.ClosedError) as raised:
            await connection.recv()
        ended.set_result((connection.close_code, raised.value.rcvd, raised.value.sent))

    async with pair.serve(watch) as server:
        client = await pair.connect(server)
        client.transport.abort()
        assert await ended == (1006, None, None)
        await client.wait_closed()
        assert client.close_code == 1006


@scenario
async def a_handler_that_returns_closes_with_1000(pair: Pair) -> None:
    """It has nothing more to say."""

    async def nothing(connection: Any) -> None:
        pass

    async with pair.serve(nothing) as server, pair.connect(server) as client:
        await client.wait_closed()
        assert client.close_code == 1000


@scenario
async def a_handler_that_raises_closes_with_1011(pair: Pair) -> None:
    """The client is told that it's not its fault, and nothing of the exception."""

    async def fail(connection: Any) -> None:
        raise LookupError("a secret")

    async with pair.serve(fail) as server:
        client = await pair.connect(server)
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1011, "")


@scenario
async def an_exception_in_the_clients_block_closes_with_1011(pair: Pair) -> None:
    """The server learns that the client has failed."""
    code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def watch(connection: Any) -> None:
        await connection.wait_closed()
        code.set_result(connection.close_code)

    async with pair.serve(watch) as server:
        with pytest.raises(LookupError):
            async with pair.connect(server):
                raise LookupError
        assert await code == 1011


@scenario
async def a_message_too_big_is_1009(pair: Pair) -> None:
    """It is refused by the side that would have to keep it."""
    async with pair.serve(echo, max_size=100) as server:
        client = await pair.connect(server)
        await client.send("x" * 100)
        assert await client.recv() == "x" * 100
        await client.send("x" * 101)
        with pytest.raises(pair.client.ClosedError) as raised:
            await client.recv()
        assert raised.value.rcvd.code == 1009


@scenario
async def a_small_queue_keeps_every_message_in_order(pair: Pair) -> None:
    """Backpressure delays, it does not lose."""
    received = []

    async def collect(connection: Any) -> None:
        async for message in connection:
            received.append(message)
            await asyncio.sleep(0)

    limits: dict[str, Any] = {"max_queue": 2, "write_limit": 1000}
    async with pair.serve(collect, **limits) as server, pair.connect(server, **limits) as client:
        for number in range(500):
            await client.send(str(number))
    assert received == [str(number) for number in range(500)]


@scenario
async def a_subprotocol_is_agreed_on(pair: Pair) -> None:
    """The server's favourite among those that the client offers."""
    chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def tell(connection: Any) -> None:
        chosen.set_result(connection.subprotocol)

    async with (
        pair.serve(tell, subprotocols=["v2", "v1"]) as server,
        pair.connect(server, subprotocols=["v1", "v2"]) as client,
    ):
        assert client.subprotocol == await chosen == "v2"


@scenario
async def a_client_without_our_subprotocol_is_refused(pair: Pair) -> None:
    """The two would not understand each other."""
    async with pair.serve(idle, subprotocols=["v2"]) as server:
        for offer in (["v1"], None):
            with pytest.raises(pair.client.Refused) as raised:
                await pair.connect(server, subprotocols=offer)
            assert raised.value.response.status_code == 400


@scenario
async def a_subprotocol_may_be_chosen_by_a_function(pair: Pair) -> None:
    """It sees the connection and the client's offer, and may choose none."""
    seen = []

    def choose(connection: Any, offered: Any) -> Any:
        seen.append(list(offered))
        return "b" if "b" in offered else None

    async with pair.serve(idle, subprotocols=["b"], select_subprotocol=choose) as server:
        async with pair.connect(server, subprotocols=["a", "b"]) as client:
            assert client.subprotocol == "b"
        async with pair.connect(server, subprotocols=["a"]) as client:
            assert client.subprotocol is None
    assert seen == [["a", "b"], ["a"]]


@scenario
async def an_origin_may_be_required(pair: Pair) -> None:
    """A page of somebody else's gets 403."""
    async with pair.serve(idle, origins=["https://good.example"]) as server:
        async with pair.connect(server, origin="https://good.example"):
            pass
        for origin in ("https://evil.example", None):
            with pytest.raises(pair.client.Refused) as raised:
                await pair.connect(server, origin=origin)
            assert raised.value.response.status_code == 403


@scenario
async def a_handler_sees_the_request(pair: Pair) -> None:
    """Path, query, headers, addresses."""
    seen: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def tell(connection: Any) -> None:
        request = connection.request
        seen.set_result((request.path, request.headers["X-Colour"], connection.remote_address))

    async with pair.serve(tell) as server:
        headers = {"X-Colour": "blue"}
        async with pair.connect(server, "/room?n=1", additional_headers=headers) as client:
            assert await seen == ("/room?n=1", "blue", client.local_address)
            assert client.request.headers["x-colour"] == "blue"
            assert client.remote_address == server.sockets[0].getsockname()


@scenario
async def every_connection_has_an_id(pair: Pair) -> None:
    """It stays the same, and is nobody else's."""
    async with pair.serve(idle) as server:
        one, two = await pair.connect(server), await pair.connect(server)
        ids = {one.id, one.id, two.id} | {each.id for each in server.connections}
        assert len(ids) == 4
        server.close()
        await asyncio.gather(one.wait_closed(), two.wait_closed())


@scenario
async def a_hook_may_answer_plain_http(pair: Pair) -> None:
    """A health check needs no WebSocket."""

    async def health(connection: Any, request: Any) -> Any:
        return connection.respond(200, "fine\n") if request.path == "/health" else None

    async with pair.serve(echo, process_request=health) as server:
        with pytest.raises(pair.client.Refused) as raised:
            await pair.connect(server, "/health")
        assert (raised.value.response.status_code, raised.value.response.body) == (200, b"fine\n")
        async with pair.connect(server) as client:
            await client.send("and else?")
            assert await client.recv() == "and else?"


@scenario
async def a_hook_may_refuse_with_headers(pair: Pair) -> None:
    """As a login does."""

    def deny(connection: Any, request: Any) -> Any:
        response = connection.respond(401, "who are you?\n")
        response.headers["WWW-Authenticate"] = 'Basic realm="lab"'
        return response

    async with pair.serve(echo, process_request=deny) as server:
        with pytest.raises(pair.client.Refused) as raised:
            await pair.connect(server)
        assert raised.value.response.headers["www-authenticate"] == 'Basic realm="lab"'


@scenario
async def a_hook_may_remember_something_for_the_handler(pair: Pair) -> None:
    """A connection is a place to keep what is known of a peer."""

    def remember(connection: Any, request: Any) -> None:
        connection.user = request.headers["X-User"]

    async def greet(connection: Any) -> None:
        await connection.send(f"Hello, {connection.user}!")

    async with (
        pair.serve(greet, process_request=remember) as server,
        pair.connect(server, additional_headers={"X-User": "Ada"}) as client,
    ):
        assert await client.recv() == "Hello, Ada!"


@scenario
async def a_hook_that_fails_is_500(pair: Pair) -> None:
    """And the client learns no more."""

    def fail(connection: Any, request: Any, *response: Any) -> None:
        raise LookupError("a secret")

    for hook in ("process_request", "process_response"):
        async with pair.serve(echo, **{hook: fail}) as server:
            with pytest.raises(pair.client.Refused) as raised:
                await pair.connect(server)
        assert raised.value.response.status_code == 500
        assert b"secret" not in raised.value.response.body


@scenario
async def a_hook_may_change_the_response(pair: Pair) -> None:
    """Add a header to it, or give another one."""

    async def sign(connection: Any, request: Any, response: Any) -> Any:
        response.headers["X-Server"] = "lab"
        return connection.respond(503, "not now\n") if request.path == "/later" else None

    async with pair.serve(idle, process_response=sign) as server:
        async with pair.connect(server) as client:
            assert client.response.headers["X-Server"] == "lab"
        with pytest.raises(pair.client.Refused) as raised:
            await pair.connect(server, "/later")
        assert raised.value.response.status_code == 503


@scenario
async def a_closing_server_says_goodbye(pair: Pair) -> None:
    """With 1001, to everybody who is still there, and lets nobody in."""
    async with pair.serve(idle) as server:
        clients = [await pair.connect(server) for _ in range(3)]
        assert len(server.connections) == 3
        address = server.sockets[0].getsockname()
        server.close()
        await server.wait_closed()
        for client in clients:
            await client.wait_closed()
            assert client.close_code == 1001
        assert not server.connections
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection(*address)


@scenario
async def a_closing_server_may_say_why(pair: Pair) -> None:
    """1012 tells clients to come back."""
    async with pair.serve(idle) as server:
        client = await pair.connect(server)
        server.close(code=1012, reason="new version")
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1012, "new version")


@scenario
async def a_closing_server_may_let_clients_finish(pair: Pair) -> None:
    """It accepts no new ones, and waits."""
    async with pair.serve(echo) as server:
        async with pair.connect(server) as client:
            server.close(close_connections=False)
            await client.send("a last word")
            assert await client.recv() == "a last word"
            await client.close()
        await server.wait_closed()
        assert client.close_code == 1000
