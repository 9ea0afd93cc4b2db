"""An application for a notebook: wherever it runs, it ends whole, and its failures are raised."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.apps.toys import Toy
from tests.lab.handlers import ask
from wsdemo import engines, lab
from wsdemo.apps.door import MESSAGE_PACK
from wsdemo.errors import LocalError
from wsdemo.lab.running import Where

PLACES: list[Where] = ["thread", "loop", "process"]
everywhere = pytest.mark.parametrize("where", PLACES)
each_engine = pytest.mark.parametrize("engine", engines.NAMES)

HELLO = '{"type":"say","id":1,"text":"Hello"}'


async def _fail(uri: str) -> int | None:
    """Make a handler fail, and return the close code that its client saw."""
    async with connect(uri) as client:
        await client.send('{"type":"fail"}')
        await client.wait_closed()
    return client.close_code


def _app(**options: Any) -> Any:
    return lab.app(Toy, pages=False, **options)


@everywhere
@each_engine
async def test_an_application_for_a_block(engine: str, where: Where) -> None:
    """It is there inside, and gone outside."""
    async with _app(engine=engine, where=where) as server:
        assert await ask(server.uri, HELLO) == HELLO
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await ask(server.uri)


@everywhere
async def test_what_a_handler_fails_with_is_raised(where: Where) -> None:
    """At the end of the block; the client sees 1011."""
    with pytest.raises(KeyError, match="as told"):
        async with _app(where=where) as server:
            assert await _fail(server.uri) == 1011


async def test_a_cell_that_is_run_again_stops_the_former_one() -> None:
    """As with a handler."""
    former = await _app()
    server = await _app(where="loop")
    assert repr(former) == "<server Toy: websockets, in a thread, stopped>"
    assert await ask(server.uri, HELLO) == HELLO
    await server.stop()


async def test_the_application_can_be_looked_at() -> None:
    """It was made where it lives, and ends there."""
    async with _app() as server:
        app = server.app
        await ask(server.uri, HELLO)
    assert app.log == ["begins", "goodbye", "ends"]


async def test_an_application_elsewhere_can_not() -> None:
    """The error says why."""
    async with _app(where="process", name="far") as server:
        with pytest.raises(LocalError, match=r"far: .* is in another process"):
            _ = server.app
        assert server.cpu_seconds() > 0


async def test_it_says_where_it_is() -> None:
    """To clients and to browsers."""
    async with _app() as server:
        assert server.uri == f"ws://127.0.0.1:{server.port}/ws"
        assert server.url == f"http://127.0.0.1:{server.port}/"


async def test_a_partial_and_options_reach_it() -> None:
    """And its name is that of what makes it."""
    make = functools.partial(Toy, MESSAGE_PACK)
    async with lab.app(make, pages=False, max_size=10) as server:
        assert server.name == "Toy"
        async with connect(server.uri) as client:
            await client.send(bytes(11))
            await client.wait_closed()
            assert client.close_code == 1009


def test_bad_arguments_are_named() -> None:
    """Before anything is started."""
    with pytest.raises(ValueError, match="unknown place 'moon'"):
        lab.app(Toy, where="moon")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be callable, not 'chat'"):
        lab.app("chat")  # type: ignore[arg-type]
