"""What a notebook holds in its hand while a server is running."""

from typing import Any

import pytest

from tests.lab.handlers import crash, echo
from wsdemo import engines, lab
from wsdemo.errors import LocalError
from wsdemo.lab.host import Job
from wsdemo.lab.server import PLACES, Server


def _server(host: str = "127.0.0.1", where: str = "thread", **options: Any) -> Server:
    return Server(Job(echo, "echo", "scratch", host, 4321, options), where)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("thread", "<server echo: scratch, in a thread>"),
        ("loop", "<server echo: scratch, on the caller's loop>"),
        ("process", "<server echo: scratch, in a process>"),
    ],
)
async def test_it_shows_what_is_the_same_in_every_run(where: str, shown: str) -> None:
    """No port: it is another one each time, and a notebook compares what it shows."""
    async with lab.running(echo, engine="scratch", where=where) as server:  # type: ignore[arg-type]
        assert repr(server) == shown
        assert str(server.port) not in repr(server)
    assert repr(server) == shown[:-1] + ", stopped>"


@pytest.mark.parametrize(
    ("host", "options", "uri"),
    [
        ("127.0.0.1", {}, "ws://127.0.0.1:4321"),
        ("localhost", {}, "ws://localhost:4321"),
        ("::1", {}, "ws://[::1]:4321"),
        ("0.0.0.0", {}, "ws://127.0.0.1:4321"),
        ("::", {}, "ws://[::1]:4321"),
        ("", {}, "ws://127.0.0.1:4321"),
        ("127.0.0.1", {"ssl": object()}, "wss://127.0.0.1:4321"),
    ],
)
def test_its_uri_can_be_connected_to(host: str, options: dict[str, Any], uri: str) -> None:
    """Whatever it listens on; a path may follow."""
    assert _server(host, **options).uri == uri


@pytest.mark.parametrize("name", engines.NAMES)
async def test_its_engine_makes_a_client_of_the_same_make(name: str) -> None:
    """A notebook that compares the engines needs no table of its own."""
    async with lab.running(echo, engine=name) as server:
        assert server.engine.name == name
        async with server.engine.connect(server.uri + "/chat") as connection:
            await connection.send("Hello")
            assert await connection.recv() == "Hello"


async def test_only_a_process_can_be_measured() -> None:
    """CPU time and memory of a thread are the notebook's own."""
    async with lab.running(echo, where="process") as server:
        assert 0 < server.cpu_seconds() < 60
        assert 2**20 < server.rss_bytes() < 2**30
    async with lab.running(echo) as server:
        with pytest.raises(LocalError, match=r"<server echo: .*> has no process of its own"):
            server.cpu_seconds()


async def test_stopping_twice_raises_once() -> None:
    """The failure is raised by the first, and stays in the list."""
    server = await lab.running(crash)
    async with server.engine.connect(server.uri) as connection:
        await connection.send("lost")
        await connection.wait_closed()
    with pytest.raises(KeyError, match="lost"):
        await server.stop()
    await server.stop()
    assert [type(each) for each in server.failures] == [KeyError]


async def test_failures_that_were_dealt_with_are_not_raised() -> None:
    """Taking them off the list says so."""
    async with (
        lab.running(crash) as server,
        server.engine.connect(server.uri) as connection,
    ):
        await connection.send("lost")
        await connection.wait_closed()
        server.failures.clear()


def test_every_place_is_there() -> None:
    """What running() accepts is what there is."""
    assert {*PLACES} == {"thread", "loop", "process"}
