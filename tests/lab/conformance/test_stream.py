"""Sockets whose two directions fail apart, and dialling."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import trustme

from tests.lab.conformance.scripted import Peer, closed_port, listening, pair
from wsdemo.lab.conformance.stream import Gone, Stream, dial

pytestmark = pytest.mark.usefixtures("nothing_left")

MIB = 2**20
HOST = "127.0.0.1"

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]
Contexts = tuple[ssl.SSLContext | None, ssl.SSLContext | None]


@pytest.fixture(params=["plain", "tls"])
def contexts(
    request: pytest.FixtureRequest, client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> Contexts:
    """Do without TLS, and with it: the contexts of client and server."""
    return (client_tls, server_tls) if request.param == "tls" else (None, None)


@contextlib.asynccontextmanager
async def connected(contexts: Contexts, talk: Handler) -> AsyncIterator[Stream]:
    """Dial a server of asyncio's."""
    done = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await talk(reader, writer)
        writer.transport.abort()
        done.set()

    client, server = contexts
    listener = await asyncio.start_server(handle, HOST, 0, ssl=server)
    async with listener:
        stream = await dial(HOST, listener.sockets[0].getsockname()[1], client)
        with contextlib.closing(stream):
            yield stream
        await done.wait()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back what comes."""
    while data := await reader.read(MIB):
        writer.write(data)
        await writer.drain()
    writer.close()


async def received(stream: Stream, size: int) -> bytes:
    """Receive so many octets, or all there are."""
    data = b""
    while len(data) < size and (more := await stream.receive()):
        data += more
    return data


async def test_octets_go_both_ways(contexts: Contexts) -> None:
    """And come as they went."""
    async with connected(contexts, echo) as stream:
        await stream.send(b"Hello")
        assert await received(stream, 5) == b"Hello"
        await stream.send(b"again")
        assert await received(stream, 5) == b"again"


async def test_reading_and_writing_go_on_at_the_same_time(contexts: Contexts) -> None:
    """Or a server that echoes at once, and much of it, would wait for ever."""
    data = bytes(range(256)) * (8 * MIB // 256)
    async with connected(contexts, echo) as stream:
        reading = asyncio.create_task(received(stream, len(data)))
        await stream.send(data)
        assert await reading == data


async def test_the_end_is_nothing(contexts: Contexts) -> None:
    """However often one asks."""

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")
        writer.close()
        await writer.wait_closed()

    async with connected(contexts, leave) as stream:
        assert await received(stream, 4) == b"bye"
        assert await stream.receive() == b""
        assert await stream.receive() == b""
        await stream.end()


async def test_the_server_learns_of_our_end(contexts: Contexts) -> None:
    """What was sent before it arrives, and then the end."""
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read())

    async with connected(contexts, listen) as stream:
        await stream.send(b"Hello")
        await stream.end()
        with contextlib.suppress(Gone):
            assert await stream.receive() == b""
    assert heard == b"Hello"


async def test_the_other_direction_outlives_our_end() -> None:
    """FIN means that we say no more, and not that we don't listen."""
    async with pair() as (stream, peer):
        await stream.end()
        assert not await peer.more()
        await peer.send(b"still here")
        assert await received(stream, 10) == b"still here"


async def test_ending_twice_does_no_harm(contexts: Contexts) -> None:
    """Nor does ending what the other side has ended by force."""
    async with connected(contexts, echo) as stream:
        await stream.end()
        await stream.end()


async def fail_to_write(stream: Stream) -> None:
    """Write until it fails."""

    async def write() -> None:
        while True:
            await stream.send(b"is anybody there?" * 1000)
            await asyncio.sleep(0)

    with pytest.raises(Gone):
        await asyncio.wait_for(write(), 10)


async def test_a_write_that_fails_says_gone(contexts: Contexts) -> None:
    """With TLS and without, and the connection can still be closed."""

    async def vanish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with connected(contexts, vanish) as stream:
        await fail_to_write(stream)
        with contextlib.suppress(Gone):
            await stream.end()


async def test_a_write_behind_our_own_end_says_gone(contexts: Contexts) -> None:
    """It is no error of TLS, either."""
    async with connected(contexts, echo) as stream:
        await stream.end()
        await fail_to_write(stream)


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels drop what a reset overtakes")
async def test_what_came_before_a_reset_is_read_after_a_failed_write() -> None:
    """The last word of an endpoint is what the suite is after."""
    async with pair() as (stream, peer):
        await stream.send(b"unread, so that closing resets")
        await peer.send(b"last words")
        peer.reset()
        await fail_to_write(stream)
        assert await received(stream, 10) == b"last words"


async def test_what_came_with_tls_is_read_after_a_failed_write(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    """The other side has said goodbye, and we go on writing."""

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"last words")
        await writer.drain()
        await reader.readexactly(1)
        writer.transport.abort()

    async with connected((client_tls, server_tls), leave) as stream:
        reading = asyncio.create_task(received(stream, 10))
        await stream.send(b"!")
        await fail_to_write(stream)
        assert await reading == b"last words"


async def test_a_reset_says_gone_to_who_reads() -> None:
    """It is not the end that FIN is."""
    async with pair() as (stream, peer):
        peer.reset()
        with pytest.raises(Gone):
            await stream.receive()


async def test_a_reset_under_tls_says_gone(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    """As it does without."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        linger = b"\1\0\0\0" if sys.platform == "win32" else b"\1\0\0\0\0\0\0\0"
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async with connected((client_tls, server_tls), reset) as stream:
        with pytest.raises(Gone):
            await stream.receive()


async def test_broken_tls_says_gone(client_tls: ssl.SSLContext, server_tls: ssl.SSLContext) -> None:
    """What came in no longer decrypts; nothing behind it can be read."""

    async def scrawl(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket").dup()
        with sock:
            await asyncio.get_running_loop().sock_sendall(sock, b"no TLS at all" * 10)
        await reader.read()

    async with connected((client_tls, server_tls), scrawl) as stream:
        with pytest.raises(Gone):
            await stream.receive()


# --- dialling


async def answer_in_clear(peer: Peer) -> None:
    """Answer a request, whatever it says."""
    await peer.more()
    await peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await peer.rest()


async def hang_up(peer: Peer) -> None:
    """Read something, and leave."""
    await peer.more()


def open_sockets() -> set[socket.socket]:
    """Return all sockets of this process that are open."""
    return {each for each in gc.get_objects() if type(each) is socket.socket and each.fileno() >= 0}


@contextlib.contextmanager
def all_closed(port: int) -> Iterator[None]:
    """Fail if a block leaves a socket open; those of the server at the port are its own."""
    before = open_sockets()
    yield
    left = open_sockets() - before
    assert [each for each in left if each.getsockname()[1] != port] == []


async def test_no_tls_over_there(client_tls: ssl.SSLContext) -> None:
    """It is told apart from a server that can't be reached, and the socket is closed."""
    async with listening(answer_in_clear) as port:
        with all_closed(port), pytest.raises(ssl.SSLError):
            await dial(HOST, port, client_tls)


async def test_a_server_that_hangs_up_in_the_handshake(client_tls: ssl.SSLContext) -> None:
    """It is gone, and so is the socket."""
    async with listening(hang_up) as port:
        with all_closed(port), pytest.raises(Gone):
            await dial(HOST, port, client_tls)


async def refused(port: int, tls: ssl.SSLContext) -> ssl.SSLCertVerificationError:
    """Dial a server with a certificate that won't do."""
    with all_closed(port), pytest.raises(ssl.SSLCertVerificationError) as caught:
        await dial(HOST, port, tls)
    return caught.value


async def test_a_certificate_of_an_unknown_authority(server_tls: ssl.SSLContext) -> None:
    """It is not trusted, and the socket is closed."""
    async with await asyncio.start_server(echo, HOST, 0, ssl=server_tls) as listener:
        port = listener.sockets[0].getsockname()[1]
        error = await refused(port, ssl.create_default_context())
    assert "certificate" in error.verify_message


async def test_a_certificate_for_another_name(
    authority: trustme.CA, client_tls: ssl.SSLContext
) -> None:
    """The name is checked, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("example.com").configure_cert(context)
    async with await asyncio.start_server(echo, HOST, 0, ssl=context) as listener:
        error = await refused(listener.sockets[0].getsockname()[1], client_tls)
    assert HOST in error.verify_message


async def test_giving_up_closes_the_socket(client_tls: ssl.SSLContext) -> None:
    """In the middle of a handshake that nobody answers."""
    asked = asyncio.Event()

    async def say_nothing(peer: Peer) -> None:
        await peer.more()
        asked.set()
        await peer.rest()

    async with listening(say_nothing) as port:
        with all_closed(port):
            dialling = asyncio.create_task(dial(HOST, port, client_tls))
            await asked.wait()
            dialling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await dialling


Address = tuple[str, int]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give every name the addresses that a test wants."""

    def resolve_to(*addresses: Address) -> None:
        async def getaddrinfo(*_: object, **__: object) -> list[Any]:
            kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
            return [(*kind, address) for address in addresses]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)

    return resolve_to


async def test_a_name_that_tls_does_not_take(
    client_tls: ssl.SSLContext, resolve: Callable[..., None]
) -> None:
    """It has an address, and the socket is closed all the same."""
    async with listening(hang_up) as port:
        resolve((HOST, port))
        with all_closed(port), pytest.raises(ValueError, match="server_hostname"):
            await dial("", port, client_tls)


async def test_nothing_listens() -> None:
    """The error is the system's, and the socket is closed."""
    with closed_port() as port, all_closed(port), pytest.raises(ConnectionRefusedError):
        await dial(HOST, port)


async def test_all_addresses_of_a_name_are_tried(resolve: Callable[..., None]) -> None:
    """A server may listen at one of them only."""
    async with listening(Peer.rest) as port:
        with closed_port() as closed, all_closed(port):
            resolve((HOST, closed), (HOST, port))
            stream = await dial("a.name", port)
            stream.close()


async def test_the_first_error_is_told(resolve: Callable[..., None]) -> None:
    """When no address of a name leads anywhere."""
    with closed_port() as port, all_closed(port):
        resolve((HOST, port), ("no.address", port))
        with pytest.raises(ConnectionRefusedError):
            await dial("a.name", port)


async def test_a_name_without_addresses(resolve: Callable[..., None]) -> None:
    """It is named."""
    resolve()
    with pytest.raises(OSError, match=r"a\.name has no address"):
        await dial("a.name", 80)
