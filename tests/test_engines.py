"""The two engines look the same from above."""

import inspect
from typing import Any

import pytest
import websockets.asyncio.server

from wsdemo import engines
from wsdemo.engines import Engine

VERBS = ["recv", "send", "close", "ping", "pong", "wait_closed", "__aiter__"]
FACTS = ["close_code", "close_reason", "subprotocol", "request", "response", "latency", "id"]


async def echo(connection: Any) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return engines.get(request.param)


def test_the_library_is_the_default() -> None:
    """Who asks for nothing gets `websockets`, as it is and not wrapped."""
    assert engines.get().name == engines.DEFAULT == "websockets"
    assert engines.get().serve is websockets.asyncio.server.serve


@pytest.mark.parametrize("name", ["socketio", "", "Scratch", None, ["scratch"]])
def test_an_unknown_engine_is_named_beside_the_known_ones(name: Any) -> None:
    """The message says what was asked for and what could have been."""
    with pytest.raises(ValueError, match="known ones are 'websockets', 'scratch'") as caught:
        engines.get(name)
    assert repr(name) in str(caught.value)


def test_an_engine_shows_its_name_only(engine: Engine) -> None:
    """A notebook compares what a cell shows: no address of a function may be in it."""
    assert repr(engine) == f"<engine {engine.name}>"
    assert engine == engines.get(engine.name)


async def test_a_message_goes_there_and_back(engine: Engine) -> None:
    """Serving and connecting is the same call on either engine."""
    async with engine.serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with engine.connect(f"ws://127.0.0.1:{port}") as connection:
            await connection.send("Hello")
            assert await connection.recv() == "Hello"


@pytest.mark.parametrize("serving", engines.NAMES)
async def test_each_engine_talks_to_the_other(engine: Engine, serving: str) -> None:
    """Both speak RFC 6455, not a dialect."""
    async with engines.get(serving).serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with engine.connect(f"ws://127.0.0.1:{port}") as connection:
            await connection.send(b"\x00\xff")
            assert await connection.recv() == b"\x00\xff"


async def test_the_end_of_a_connection_is_the_same_exception_with_both_close_frames(
    engine: Engine,
) -> None:
    """`ConnectionClosed` is what recv() raises, and it knows who said what."""

    async def leave(connection: Any) -> None:
        await connection.close(4000, "enough")

    async with engine.serve(leave, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with engine.connect(f"ws://127.0.0.1:{port}") as connection:
            with pytest.raises(engine.ConnectionClosed) as caught:
                await connection.recv()
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4000, "enough")
    assert caught.value.sent.code == 4000


async def test_connections_have_the_same_verbs_and_facts(engine: Engine) -> None:
    """What a notebook calls on one engine exists on the other, on both sides."""
    seen: list[Any] = []

    async def look(connection: Any) -> None:
        seen.append(connection)

    async with engine.serve(look, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with engine.connect(f"ws://127.0.0.1:{port}") as connection:
            await connection.wait_closed()
    for side in [connection, *seen]:
        assert [verb for verb in VERBS if not callable(getattr(side, verb))] == []
        assert [fact for fact in FACTS if not hasattr(side, fact)] == []


@pytest.mark.parametrize("verb", ["serve", "connect"])
def test_options_have_the_same_names(verb: str) -> None:
    """What `websockets` takes by name, `scratch` takes too, but for its own escape hatches."""
    theirs, ours = (
        inspect.signature(getattr(engines.get(name), verb)).parameters for name in engines.NAMES
    )
    shared = {"compression", "open_timeout", "close_timeout", "ping_interval", "ping_timeout"}
    assert shared | {"max_size", "max_queue", "write_limit", "logger"} <= {*theirs} & {*ours}
