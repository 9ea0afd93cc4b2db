"""What `serve` takes, and what it refuses."""

from __future__ import annotations

import re
import ssl
from typing import Any

import pytest
import trustme

from tests.scratch.raw import MASK, Raw
from tests.server.peers import address, answer, asking, dial, echo, getting
from wsdemo import engines
from wsdemo.metrics import Metrics
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.server import serve


async def test_an_echo_on_either_engine_for_either_engine(engine: str) -> None:
    """Text stays text, and bytes bytes."""
    async with serve(echo, port=0, engine=engine) as server:
        for client_engine in engines.NAMES:
            async with dial(server, client_engine) as client:
                for message in ("Grüße", b"\x00\xff", ""):
                    await client.send(message)
                    assert await client.recv() == message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"engine": "wsproto"}, "unknown engine 'wsproto'"),
        ({"path": "ws"}, "'ws' is no path"),
        ({"path": "/ws?x"}, "is no path"),
        ({"max_connections": 0}, "serves nobody"),
        ({"origins": ["a"]}, "'a' is no origin"),
        ({"pages": "/no/such/folder"}, "no folder"),
    ],
)
def test_an_argument_that_makes_no_sense_is_a_value_error(
    arguments: dict[str, Any], words: str
) -> None:
    """At once, and with the value."""
    with pytest.raises(ValueError, match=re.escape(words)):
        serve(echo, **arguments)


def test_a_handler_must_be_a_function() -> None:
    """And there must be one."""
    with pytest.raises(TypeError, match="the handler for /ws must be a function"):
        serve("echo")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no route"):
        serve({})


@pytest.mark.parametrize("argument", ["origins", "subprotocols"])
def test_a_word_is_no_list(argument: str) -> None:
    """Else its letters would be."""
    options: dict[str, Any] = {argument: "chat"}
    with pytest.raises(TypeError, match="are a list"):
        serve(echo, **options)


async def close_code(server: Any, *frames: Frame) -> int:
    """Send frames, and return the code of the close frame that comes."""
    with await Raw.dial(address(server)) as raw:
        await raw.shake(asking())
        await raw.send(b"".join(frame.serialize() for frame in frames))
        frame = await raw.frame()
        assert frame.opcode is Opcode.CLOSE
        return int.from_bytes(frame.payload[:2], "big")


def piece(opcode: Opcode, payload: bytes = b"", *, fin: bool = False) -> Frame:
    """Return a client's frame."""
    return Frame(opcode, payload, fin, masking_key=MASK)


async def test_a_message_may_have_max_size_octets(engine: str) -> None:
    """One more is 1009."""
    async with serve(echo, port=0, engine=engine, max_size=100) as server:
        async with dial(server) as client:
            await client.send("x" * 100)
            assert await client.recv() == "x" * 100
        assert await close_code(server, piece(Opcode.TEXT, b"x" * 101, fin=True)) == 1009


async def test_a_message_may_have_max_fragments(engine: str) -> None:
    """One more is 1009, and is so before the message is complete."""
    async with serve(echo, port=0, engine=engine, max_fragments=3) as server:
        begin, more = piece(Opcode.TEXT, b"a"), piece(Opcode.CONTINUATION, b"b")
        end = piece(Opcode.CONTINUATION, b"c", fin=True)
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            for _ in range(2):
                await raw.send(b"".join(frame.serialize() for frame in (begin, more, end)))
                assert (await raw.frame()).payload == b"abc"
        assert await close_code(server, begin, more, more, more, more, end) == 1009
        assert await close_code(server, begin, more, more, more) == 1009


async def test_without_limits_there_are_none(engine: str) -> None:
    """Neither of size nor of fragments, up to what the library itself allows."""
    boundless = serve(echo, port=0, engine=engine, max_size=None, max_fragments=None)
    async with boundless as server, dial(server, max_size=None) as client:
        await client.send("x" for _ in range(2000))
        assert await client.recv() == "x" * 2000
        await client.send(b"x" * 2_000_000)
        assert len(await client.recv()) == 2_000_000


@pytest.mark.parametrize("compression", [True, False])
async def test_compression_is_agreed_upon_or_not(engine: str, *, compression: bool) -> None:
    """As the server wants it."""
    serving = serve(echo, port=0, engine=engine, compression=compression)
    async with serving as server, dial(server) as client:
        agreed = client.response.headers.get("Sec-WebSocket-Extensions")
        assert (agreed is not None) is compression


async def test_the_metrics_may_be_the_callers(engine: str) -> None:
    """So that two servers count into one, for example."""
    metrics = Metrics()
    async with serve(echo, port=0, engine=engine, metrics=metrics) as server:
        assert server.metrics is metrics
        async with dial(server):
            pass
    assert metrics.snapshot().total == 1


async def test_over_tls(engine: str) -> None:
    """The same, and the page as well."""
    authority = trustme.CA()
    ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(ours)
    authority.configure_trust(theirs)
    async with serve(echo, port=0, engine=engine, tls=ours) as server:
        assert server.uri == f"wss://127.0.0.1:{server.port}/ws"
        async with dial(server, ssl=theirs, origin=server.url) as client:
            await client.send("private")
            assert await client.recv() == "private"
        assert client.close_code == 1000


async def test_the_answer_names_the_server_and_no_version_of_python(engine: str) -> None:
    """Which is nobody's business."""
    async with serve(echo, port=0, engine=engine) as server:
        for request in (getting("/healthz"), getting("/ws")):
            assert (await answer(server, request)).headers["Server"].startswith("wsdemo/")
        async with dial(server) as client:
            assert client.response.headers["Server"].startswith("wsdemo/")
