"""The correct peers understand the ``websockets`` library, and it understands them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_with_websockets
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

from tests.lab.conformance import plain
from tests.lab.conformance.plain import PlainClient, PlainServer
from tests.lab.conformance.probes import REQUEST

LOTS = random.Random(6455)
MESSAGES: tuple[str | bytes, ...] = (
    "",
    b"",
    "a",
    "Straße ☃ 🎈",
    "b" * 125,
    "c" * 126,
    "d" * 65_535,
    "e" * 65_536,
    "ü" * 100_000,
    bytes(range(256)) * 7,
    LOTS.randbytes(200_001),
    bytes(1 << 20),
    "",
    b"",
)
OFFERS = {
    "none": None,
    "takeover": ClientPerMessageDeflateFactory(),
    "server-no-takeover": ClientPerMessageDeflateFactory(server_no_context_takeover=True),
    "client-no-takeover": ClientPerMessageDeflateFactory(client_no_context_takeover=True),
    "small-windows": ClientPerMessageDeflateFactory(
        server_max_window_bits=9, client_max_window_bits=9
    ),
    "ready-for-any-window": ClientPerMessageDeflateFactory(
        server_max_window_bits=12, client_max_window_bits=True
    ),
}
ANSWERS = {
    "none": None,
    "takeover": ServerPerMessageDeflateFactory(),
    "server-no-takeover": ServerPerMessageDeflateFactory(server_no_context_takeover=True),
    "client-no-takeover": ServerPerMessageDeflateFactory(client_no_context_takeover=True),
    "small-windows": ServerPerMessageDeflateFactory(
        server_max_window_bits=9, client_max_window_bits=9
    ),
    "smallest-window": ServerPerMessageDeflateFactory(client_max_window_bits=8),
}


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS.keys())
async def test_the_server_echoes(offer: ClientPerMessageDeflateFactory | None) -> None:
    """Messages of all kinds and sizes, whole and in fragments, with and without compression."""
    extensions = [offer] if offer else None
    async with (
        plain.serve(PlainServer) as uri,
        connect(uri, compression=None, extensions=extensions, max_size=None) as websocket,
    ):
        assert len(websocket.protocol.extensions) == (offer is not None)
        for message in MESSAGES:
            await websocket.send(message)
            assert await websocket.recv() == message
            await websocket.send([message[:1], message[1:3], message[3:]])
            assert await websocket.recv() == message


async def test_the_server_declines_the_smallest_window() -> None:
    """Zlib cannot keep it; there is a connection without compression."""
    offer = ClientPerMessageDeflateFactory(server_max_window_bits=8)
    async with (
        plain.serve(PlainServer) as uri,
        connect(uri, compression=None, extensions=[offer]) as websocket,
    ):
        assert not websocket.protocol.extensions


async def test_the_server_answers_pings() -> None:
    """Each with the same payload, also within a message."""
    async with plain.serve(PlainServer) as uri, connect(uri) as websocket:
        for payload in (b"", b"a", b"\xff" * 125):
            await (await websocket.ping(payload))

        async def parts() -> AsyncIterator[str]:
            yield "a"
            await (await websocket.ping(b"within"))
            yield "b"

        await websocket.send(parts())
        assert await websocket.recv() == "ab"


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1014, 3000, 4999])
async def test_the_server_echoes_close_codes(code: int) -> None:
    """And ends TCP, upon which the library says that all is over."""
    async with plain.serve(PlainServer) as uri, connect(uri) as websocket:
        await websocket.close(code, "reason")
        assert (websocket.close_code, websocket.close_reason) == (code, "")


async def test_leaving_ends_connections() -> None:
    """Whoever is connected sees the end; nothing is left behind."""
    async with contextlib.AsyncExitStack() as stack:
        uri = await stack.enter_async_context(plain.serve(PlainServer))
        websocket = await connect(uri)
        await stack.aclose()
        with pytest.raises(ConnectionClosed):
            await websocket.recv()


async def test_an_error_of_the_server_itself_is_told() -> None:
    """A bug in a peer is not taken for a fault."""

    class Buggy(PlainServer):
        async def on_message(self, opcode: int, data: bytes) -> None:
            raise ZeroDivisionError

    async def provoke() -> None:
        async with plain.serve(Buggy) as uri, connect(uri) as websocket:
            await websocket.send("a")
            with contextlib.suppress(ConnectionClosed):
                await websocket.recv()

    with pytest.raises(ZeroDivisionError):
        await provoke()


async def test_a_head_without_end_is_answered() -> None:
    """The answer arrives, though the client goes on until it may not."""
    async with plain.serve(PlainServer) as uri:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(uri).port)
        writer.write(REQUEST.encode()[:-2] + b"X: " + b"a" * 1_000_000)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 431 ")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


class Fuzzer:
    """A server with three cases, which keeps what the client under test makes of them.

    Attributes:
        agents: that have asked for their report.
        echoes: of each case.
        codes: with which the client closed or failed.
    """

    def __init__(self) -> None:
        self.agents: list[str] = []
        self.echoes: dict[int, list[str | bytes]] = {}
        self.codes: dict[int, int | None] = {}

    async def serve(self, websocket: ServerConnection) -> None:
        """Do what the path says."""
        assert websocket.request
        address = urlsplit(websocket.request.path)
        query = parse_qs(address.query)
        if address.path == "/getCaseCount":
            await websocket.send("3")
        elif address.path == "/updateReports":
            self.agents += query["agent"]
        else:
            await self.run_case(websocket, int(query["case"][0]))

    async def run_case(self, websocket: ServerConnection, case: int) -> None:
        """Send messages; drop TCP; send what is no message."""
        self.echoes[case] = []
        if case == 1:
            for message in MESSAGES:
                await websocket.send(message)
                self.echoes[case].append(await websocket.recv())
                await websocket.send([message[:1], message[1:]])
                self.echoes[case].append(await websocket.recv())
            await (await websocket.ping(b"a"))
            await websocket.close(4321)
        elif case == 2:
            websocket.transport.abort()
        else:
            websocket.transport.write(b"\x83\x00")
        await websocket.wait_closed()
        self.codes[case] = websocket.close_code


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_the_client_echoes(answer: ServerPerMessageDeflateFactory | None) -> None:
    """It goes through all cases, as Autobahn's clients do, and survives each."""
    fuzzer = Fuzzer()
    extensions = [answer] if answer else None
    async with serve_with_websockets(
        fuzzer.serve, "127.0.0.1", 0, compression=None, extensions=extensions, max_size=None
    ) as server:
        port = server.sockets[0].getsockname()[1]
        await plain.run_client(f"ws://127.0.0.1:{port}", PlainClient)
    assert fuzzer.echoes == {
        1: [echo for message in MESSAGES for echo in (message, message)],
        2: [],
        3: [],
    }
    assert fuzzer.codes == {1: 4321, 2: 1006, 3: 1002}
    assert fuzzer.agents == ["plain"]


@pytest.mark.parametrize("compression", [False, True])
async def test_the_client_offers_compression(compression: bool) -> None:
    """If it is told to, and then with permission to limit its window."""
    async with plain.serve(PlainServer) as uri:
        client = await PlainClient.connect(uri, compression=compression)
        await client.open()
        assert (client.agreement is not None) == compression
        client.finished = True
        client.writer.close()
        await client.end_tcp()


async def test_a_server_that_names_no_count_is_no_fuzzing_server() -> None:
    """The driver says so, instead of being done with no case."""

    async def say_nothing(websocket: ServerConnection) -> None:
        pass

    async with serve_with_websockets(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError, match="how many cases"):
            await plain.run_client(f"ws://127.0.0.1:{port}", PlainClient)
