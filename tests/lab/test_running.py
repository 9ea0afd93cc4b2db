"""running(): a server for a block, or until it is stopped, and what went wrong in it."""

import asyncio
import functools
import subprocess
import sys
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.lab.handlers import ask, crash, echo
from wsdemo import engines, lab
from wsdemo.lab.running import Running, Where

PLACES: list[Where] = ["thread", "loop", "process"]
everywhere = pytest.mark.parametrize("where", PLACES)
each_engine = pytest.mark.parametrize("engine", engines.NAMES)


async def _lose(server: Any, what: str) -> None:
    """Make the handler `crash` of a server fail."""
    async with connect(server.uri) as connection:
        await connection.send(what)
        await connection.wait_closed()
        assert connection.close_code == 1011


@everywhere
@each_engine
async def test_a_server_for_a_block(engine: str, where: Where) -> None:
    """It is there inside, and gone outside."""
    async with lab.running(echo, engine=engine, where=where) as server:
        assert await ask(server.uri) == "Hello"
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await ask(server.uri)


@everywhere
async def test_a_cell_that_is_run_again_stops_the_former_server(where: Where) -> None:
    """Wherever the former one ran."""
    for before in PLACES:
        former = await lab.running(echo, where=before)
        server = await lab.running(echo, where=where)
        assert repr(former).endswith(", stopped>")
        with pytest.raises(OSError, match=r"[Cc]onnect"):
            await ask(former.uri)
    assert await ask(server.uri) == "Hello"
    await server.stop()


async def test_the_same_cell_twice_at_once_leaves_one_server() -> None:
    """Whoever comes last stays."""
    servers = await asyncio.gather(*(lab.running(echo) for _ in range(3)))
    assert [repr(each).endswith(", stopped>") for each in servers].count(False) == 1
    for server in servers:
        await server.stop()


async def test_another_name_is_another_server() -> None:
    """Two servers of one handler side by side, to compare them."""
    first = await lab.running(echo)
    second = await lab.running(echo, name="second", engine="scratch")
    async with lab.running(echo):  # a block minds its own business
        assert [await ask(first.uri), await ask(second.uri)] == ["Hello", "Hello"]
    assert await ask(first.uri) == "Hello"
    await first.stop()
    await second.stop()


@everywhere
@each_engine
async def test_a_failure_is_raised_at_the_end_of_the_block(engine: str, where: Where) -> None:
    """A crash that only the peer sees, as 1011, is no secret."""
    with pytest.raises(KeyError, match="lost") as caught:
        async with lab.running(crash, engine=engine, where=where) as server:
            await _lose(server, "lost")
    assert caught.value.__notes__ == ["in handler 'crash', on connection 1"]


@everywhere
async def test_a_failure_is_raised_by_stop(where: Where) -> None:
    """The same for a server that was awaited."""
    server = await lab.running(crash, where=where)
    await _lose(server, "lost")
    with pytest.raises(KeyError, match="lost"):
        await server.stop()


@everywhere
async def test_several_failures_are_raised_together(where: Where) -> None:
    """None hides another."""
    server = await lab.running(crash, where=where)
    await _lose(server, "a")
    await _lose(server, "b")
    with pytest.raises(ExceptionGroup, match="2 failures in server 'crash'") as caught:
        await server.stop()
    assert [each.args for each in caught.value.exceptions] == [("a",), ("b",)]


async def test_an_error_in_the_block_is_the_context_of_the_failure() -> None:
    """What goes wrong in the block is most often a consequence."""
    with pytest.raises(KeyError, match="lost") as caught:
        async with lab.running(crash) as server:
            await ask(server.uri, "lost")
    assert type(caught.value.__context__).__name__ == "ConnectionClosedError"


async def test_an_error_in_the_block_alone_comes_out_as_it_is() -> None:
    """The server has nothing to say about it."""
    with pytest.raises(AssertionError, match="mine"):
        async with lab.running(echo):
            raise AssertionError("mine")


async def test_a_cancellation_stays_one() -> None:
    """Whoever cancelled waits for that; the failure is noted on it."""

    async def work() -> None:
        async with lab.running(crash) as server:
            await _lose(server, "lost")
            ready.set()
            await asyncio.Event().wait()

    ready = asyncio.Event()
    task = asyncio.create_task(work())
    await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.__notes__ == ["meanwhile in server 'crash': KeyError('lost')"]


async def test_a_former_failure_is_told_and_does_not_stop_the_cell() -> None:
    """The cell is run again because the handler has been mended."""
    former = await lab.running(crash)
    await _lose(former, "lost")
    with pytest.warns(UserWarning, match=r"former server 'crash' had failed: KeyError\('lost'\)"):
        server = await lab.running(echo, name="crash")
    assert await ask(server.uri) == "Hello"
    await server.stop()


@pytest.mark.parametrize(
    ("handler", "name"),
    [
        (echo, "echo"),
        (functools.partial(echo), "echo"),
        (lambda connection: echo(connection), "lambda"),  # noqa: PLW0108
        (type("Room", (), {"__call__": echo})(), "Room"),
    ],
)
def test_a_server_is_called_as_its_handler_is(handler: Any, name: str) -> None:
    """Functions, partials, lambdas and objects all have a name."""
    shown = "not started: await it, or enter it with `async with`"
    assert repr(lab.running(handler)) == f"<server {name}, {shown}>"


def test_nothing_starts_before_it_is_awaited() -> None:
    """A forgotten await leaves no thread and no warning behind, and its repr says what to do."""
    assert isinstance(lab.running(echo), Running)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"where": "cloud"}, "unknown place 'cloud'; the known ones are 'thread', 'loop', 'pro"),
        ({"engine": "gorilla"}, "unknown engine 'gorilla'"),
    ],
)
def test_a_wrong_choice_is_named(arguments: dict[str, Any], words: str) -> None:
    """At once, and beside the right ones."""
    with pytest.raises(ValueError, match=words):
        lab.running(echo, **arguments)


async def test_a_handler_is_no_coroutine() -> None:
    """A learner who calls the handler, instead of naming it, is told."""
    coroutine: Any = echo(None)
    with pytest.raises(TypeError, match="must be an asynchronous function, not <coroutine"):
        lab.running(coroutine)
    coroutine.close()


@everywhere
async def test_a_port_that_is_taken_is_refused(where: Where) -> None:
    """The engine's error comes out as it is, and nothing is left behind."""
    async with lab.running(echo) as server:
        with pytest.raises(OSError, match=r"in use|only one usage"):
            await lab.running(echo, where=where, port=server.port, name="second")


@everywhere
async def test_options_reach_the_engine(where: Where) -> None:
    """All that `serve` knows can be said here."""
    async with (
        lab.running(echo, where=where, subprotocols=["chat.v1"]) as server,
        server.engine.connect(server.uri, subprotocols=["chat.v0", "chat.v1"]) as connection,
    ):
        assert connection.subprotocol == "chat.v1"


@everywhere
async def test_a_client_before_its_handshake_does_not_hold_up_the_end(where: Where) -> None:
    """A raw socket that says nothing, as in the notebook on handshakes."""
    async with asyncio.timeout(8), lab.running(echo, where=where, open_timeout=9) as server:
        _, writer = await asyncio.open_connection(server.host, server.port)
    writer.close()


SCRIPT = """
import asyncio, logging
from websockets.asyncio.client import connect
from tests.lab.handlers import crash
from wsdemo import lab

async def main():
    async with lab.running(crash, where={where!r}) as server, connect(server.uri) as connection:
        await connection.send("lost")
        await connection.wait_closed()
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"no HTTP\\r\\n\\r\\n")
        await reader.read()
        writer.close()
        server.failures.clear()

asyncio.run(main())
"""


@everywhere
def test_nothing_is_printed_behind_the_learners_back(where: Where) -> None:
    """A failing handler and a bad handshake write into no cell: they are for the list."""
    script = SCRIPT.format(where=where)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
