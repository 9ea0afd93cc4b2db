"""The part of a wire that accepts connections."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.lab.peers import answer_at_the_end, dialing, echo, listen, serving, until
from tests.lab.traffic import DOWN, UP, texts
from wsdemo.lab.chunks import Kind
from wsdemo.lab.proxy import Proxy
from wsdemo.lab.recording import Recording
from wsdemo.lab.sockets import bind


class Bench:
    """A proxy on the test's own loop."""

    def __init__(self, target: tuple[str, int], seed: int = 0) -> None:
        self.recording = Recording()
        self.proxy = Proxy(target, self.recording, seed)
        self.uri = ""


@contextlib.asynccontextmanager
async def _proxied(uri: str) -> AsyncIterator[Bench]:
    target = urlsplit(uri)
    bench = Bench((target.hostname or "", target.port or 0))
    port = await bench.proxy.start("127.0.0.1", 0)
    bench.uri = f"tcp://127.0.0.1:{port}"
    try:
        yield bench
    finally:
        await bench.proxy.close()
        assert bench.proxy.failures == []


async def test_each_client_gets_a_link_of_its_own() -> None:
    """Numbered in the order in which they came."""
    async with serving(echo) as uri, _proxied(uri) as bench:
        for number in (1, 2):
            async with dialing(bench.uri) as (reader, writer):
                writer.write(b"Hello")
                assert await reader.readexactly(5) == b"Hello"
                assert bench.recording.raw(number, UP) == b"Hello"
        assert list(bench.proxy.links) == [1, 2]


async def test_new_connections_behave_as_was_asked_of_all() -> None:
    """And changing one of them changes no other."""
    async with serving(echo) as uri, _proxied(uri) as bench:
        bench.proxy.shapes[UP].rate = 1e6
        async with dialing(bench.uri) as (reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            shape = bench.proxy.links[1].up.shaper.shape
            assert (shape.rate, bench.proxy.links[1].down.shaper.shape.rate) == (1e6, None)
            shape.rate = None
            assert bench.proxy.shapes[UP].rate == 1e6


async def test_refusing_closes_the_door_and_no_connection() -> None:
    """The system refuses, as it does without a server; who is in stays in."""
    async with (
        serving(echo) as uri,
        _proxied(uri) as bench,
        dialing(bench.uri) as (reader, writer),
    ):
        await bench.proxy.refuse()
        await bench.proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            await dialing(bench.uri).__aenter__()
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"still here"


async def test_accepting_again_opens_the_same_door() -> None:
    """Clients that reconnect find it where it was."""
    async with serving(echo) as uri, _proxied(uri) as bench:
        await bench.proxy.refuse()
        await bench.proxy.accept()
        await bench.proxy.accept()
        async with dialing(bench.uri) as (reader, writer):
            writer.write(b"back")
            assert await reader.readexactly(4) == b"back"


async def test_a_server_that_is_away_breaks_the_connection_off() -> None:
    """The wire has accepted already, so a RST is all that is left to say."""
    with bind((socket.AF_INET, ("127.0.0.1", 0))) as away:
        host, port = away.getsockname()
        async with _proxied(f"tcp://{host}:{port}") as bench, dialing(bench.uri) as (reader, _):
            with pytest.raises(ConnectionResetError):
                await reader.read()
            assert texts(bench.recording.entries()) == ["server not reached"]


async def test_connections_that_are_about_to_end_may_do_so() -> None:
    """The last FIN is in the recording, though the wire is closed right behind the client."""
    async with serving(answer_at_the_end) as uri:
        async with _proxied(uri) as bench, dialing(bench.uri) as (reader, writer):
            writer.write(b"12345")
            writer.write_eof()
            assert await reader.read() == b"5 bytes"
        ends = [chunk for chunk in bench.recording.chunks if chunk.kind is Kind.EOF]
        assert [end.direction for end in ends] == [UP, DOWN]


async def test_connections_that_go_on_are_closed() -> None:
    """A wire that is closed holds nobody."""
    async with (
        serving(listen) as uri,
        _proxied(uri) as bench,
        dialing(bench.uri) as (reader, writer),
    ):
        writer.write(b"x")
        await until(bench.recording, lambda: bench.recording.bytes_up == 1)
        await bench.proxy.close()
        assert await reader.read() == b""
        assert all(link.finished.is_set() for link in bench.proxy.links.values())


async def test_what_goes_wrong_inside_is_kept() -> None:
    """It is raised when the wire is stopped, not printed somewhere."""
    proxy = Proxy(("127.0.0.1", 9), Recording(), 0)
    await proxy.start("127.0.0.1", 0)
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    await proxy.close()
    [failure] = proxy.failures
    assert isinstance(failure, ZeroDivisionError)


async def test_jitter_depends_on_the_seed_and_the_connection_only() -> None:
    """What happens on one connection changes nothing on another, and a run can be repeated."""

    def draws(seed: int, number: int) -> list[float]:
        shaper = Proxy(("", 0), Recording(), seed)._shaper(number, UP)
        return [shaper._random() for _ in range(3)]

    assert draws(1, 1) == draws(1, 1)
    assert draws(1, 1) != draws(1, 2)
    assert draws(1, 1) != draws(2, 1)


async def test_a_hundred_clients_at_a_time() -> None:
    """A storm of reconnects finds the door open."""

    async def ask(bench: Bench, number: int) -> bytes:
        async with dialing(bench.uri) as (reader, writer):
            writer.write(b"%d\n" % number)
            answer: bytes = await reader.readline()
            return answer

    async with serving(echo) as uri, _proxied(uri) as bench:
        answers = await asyncio.gather(*(ask(bench, number) for number in range(100)))
    assert answers == [b"%d\n" % number for number in range(100)]


@pytest.mark.parametrize("turns", range(5))
async def test_whoever_is_just_being_accepted_is_served_or_told(turns: int) -> None:
    """However many turns of the loop before the refusal: nobody is connected to nobody."""
    loop = asyncio.get_running_loop()
    async with serving(echo) as uri, _proxied(uri) as bench:
        address = ("127.0.0.1", urlsplit(bench.uri).port)
        with socket.create_connection(address) as client:
            client.setblocking(False)
            for _ in range(turns):
                await asyncio.sleep(0)
            await bench.proxy.refuse()
            async with asyncio.timeout(30):
                with contextlib.suppress(ConnectionError):
                    await loop.sock_sendall(client, b"Hello")
                    assert await loop.sock_recv(client, 5) in (b"Hello", b"")
