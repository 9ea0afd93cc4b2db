"""The server's URL taken apart, and what is said when there is no server to check."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.lab.conformance.plain import PlainServer, serve
from tests.lab.conformance.scripted import OverTls, Peer, closed_port, listening
from wsdemo.lab.conformance import target as module
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.opening import Head
from wsdemo.lab.conformance.servers import greet
from wsdemo.lab.conformance.target import (
    BadUrl,
    CheckError,
    NoEcho,
    NoTls,
    NotReached,
    NoWebSocket,
    Target,
    refine,
)

pytestmark = pytest.mark.usefixtures("nothing_left")

HOST = "127.0.0.1"
HASTY = 0.2
PATIENT = 30.0  # seconds: whoever waits for all of it has failed


# --- URLs


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("ws://localhost:9001", "localhost", 9001, "/"),
        ("ws://localhost", "localhost", 80, "/"),
        ("wss://example.com/chat", "example.com", 443, "/chat"),
        ("ws://EXAMPLE.com/Chat?room=1&x=%20", "example.com", 80, "/Chat?room=1&x=%20"),
        ("ws://127.0.0.1:80?a", "127.0.0.1", 80, "/?a"),
        ("ws://[::1]:9001/", "::1", 9001, "/"),
        ("WSS://h", "h", 443, "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, host: str, port: int, path: str) -> None:
    """What is left out is as RFC 6455, 3, has it."""
    target = Target.parse(url)
    assert (target.host, target.port, target.path) == (host, port, path)
    assert target.url == url
    assert (target.tls is not None) == url.lower().startswith("wss")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://localhost", "begins with http:"),
        ("localhost:9001", "begins with localhost:"),
        ("127.0.0.1:9001", "begins with nothing"),
        ("ws:localhost", "not with ws:// or wss://"),
        ("", "begins with nothing"),
        ("ws://", "names no host"),
        ("ws://:9001/", "names no host"),
        ("ws://h:0", "names no port"),
        ("ws://h:65536", "is no URL: Port out of range"),
        ("ws://h:abc", "'abc'"),
        ("ws://[::1", "is no URL: Invalid IPv6 URL"),
        ("ws://a..b/", "is no URL: "),
        ("ws://" + "a" * 64, "is no URL: "),
        ("ws://h/#top", "has a fragment"),
        ("ws://h/#", "has a fragment"),
        ("ws://h/a b", "write '/a b' with percent signs"),
        ("ws://h/grüße", "write '/grüße' with percent signs"),
    ],
)
def test_a_bad_url_is_named(url: str, words: str) -> None:
    """With what is wrong with it; it is a ValueError, too."""
    with pytest.raises(BadUrl) as caught:
        Target.parse(url)
    assert words in str(caught.value)
    assert repr(url) in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("ws://h", "h"),
        ("ws://h:80", "h"),
        ("ws://h:443", "h:443"),
        ("wss://h:443", "h"),
        ("wss://h:80", "h:80"),
        ("ws://[::1]", "[::1]"),
        ("ws://[::1]:9001", "[::1]:9001"),
        ("ws://例え:9001", "xn--r8jz45g:9001"),
    ],
)
def test_the_host_field_leaves_the_usual_port_out(url: str, authority: str) -> None:
    """An IPv6 address stands in brackets, and a name in the letters that a field may hold."""
    assert Target.parse(url).authority == authority


def test_tls_is_only_used_where_it_is_asked_for() -> None:
    """A context that was given is kept, and ws:// needs none."""
    context = ssl.create_default_context()
    assert Target.parse("wss://h", context).tls is context
    assert Target.parse("ws://h", context).tls is None
    usual = Target.parse("wss://h").tls
    assert usual is not None
    assert usual.verify_mode is ssl.CERT_REQUIRED


def test_header_lines_are_kept() -> None:
    """As they are."""
    fields = ("Authorization: Bearer a:b", "X-Empty:")
    assert Target.parse("ws://h", fields=fields).fields == fields


@pytest.mark.parametrize("line", ["no colon", ": no name", "", "X: a\r\nY: b", "X: a\n", "X: 日本"])
def test_a_bad_header_line_is_named(line: str) -> None:
    """Before it gets into a request."""
    with pytest.raises(BadUrl, match="is no header") as caught:
        Target.parse("ws://h", fields=("X-Good: yes", line))
    assert repr(line) in str(caught.value)


def test_every_error_has_an_exit_code_of_its_own() -> None:
    """A script can tell them apart, and from a server that does not conform."""
    errors = (CheckError, BadUrl, NotReached, NoTls, NoWebSocket, NoEcho)
    assert sorted(error.exit_code for error in errors) == [1, 2, 3, 4, 5, 6]


# --- a first look


async def fault(
    url: str, tls: ssl.SSLContext | None = None, patience: float = PATIENT
) -> CheckError:
    """Look at what is there, and return what is said about it."""
    target = Target.parse(url, tls)
    with pytest.raises(CheckError) as caught:
        await greet(target, patience)
    assert str(caught.value).startswith(f"{url}: ")
    return caught.value


async def met(talk: Callable[[Peer], Awaitable[object]], scheme: str = "ws") -> CheckError:
    """Meet a scripted server."""
    async with listening(talk) as port:
        return await fault(f"{scheme}://{HOST}:{port}", patience=PATIENT)


@contextlib.asynccontextmanager
async def over_tls(context: ssl.SSLContext) -> AsyncIterator[str]:
    """Serve over TLS, and yield host and port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await OverTls(reader, writer).run()

    async with await asyncio.start_server(talk, HOST, 0, ssl=context) as listener:
        yield f"{HOST}:{listener.sockets[0].getsockname()[1]}"


async def test_a_server_that_echoes_is_welcome() -> None:
    """Nothing is said about it."""
    async with serve(PlainServer) as url:
        await greet(Target.parse(url))


async def test_nothing_listens() -> None:
    """The words are the system's."""
    with closed_port() as port:
        error = await fault(f"ws://{HOST}:{port}")
    assert isinstance(error, NotReached)
    assert "nothing to connect to: " in str(error)


async def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as good as nothing listening."""

    async def unknown(*_: object, **__: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    error = await fault("ws://no.such.name")
    assert isinstance(error, NotReached)
    assert str(error).endswith("nothing to connect to: Name or service not known")


async def test_a_server_that_takes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever; what hangs here is its TLS."""
    monkeypatch.setattr(module, "REACHED", HASTY)
    error = await met(Peer.rest, "wss")
    assert isinstance(error, NotReached)
    assert str(error).endswith("no connection within 0.2 s")


async def test_tls_works(client_tls: ssl.SSLContext, server_tls: ssl.SSLContext) -> None:
    """With a certificate that is trusted."""
    async with over_tls(server_tls) as place:
        await greet(Target.parse(f"wss://{place}", client_tls))


async def test_tls_where_none_is_spoken() -> None:
    """The hint is the other scheme."""
    async with serve(PlainServer) as url:
        error = await fault(url.replace("ws:", "wss:"))
    assert isinstance(error, NoTls)
    assert "try ws://" in str(error)


async def test_a_server_that_hangs_up_on_tls() -> None:
    """It is no server that can't be reached."""
    error = await met(Peer.more, "wss")
    assert isinstance(error, NoTls)
    assert "no TLS is spoken there" in str(error)


async def test_no_tls_where_some_is_spoken(server_tls: ssl.SSLContext) -> None:
    """It is found out by trying, whatever the certificate."""
    async with over_tls(server_tls) as place:
        error = await fault(f"ws://{place}")
    assert isinstance(error, NoTls)
    assert str(error).endswith("the server speaks TLS; try wss://")


async def test_a_certificate_that_is_not_trusted(server_tls: ssl.SSLContext) -> None:
    """The words are OpenSSL's."""
    async with over_tls(server_tls) as place:
        error = await fault(f"wss://{place}")
    assert isinstance(error, NoTls)
    assert "the certificate is not trusted: " in str(error)


def answering(answer: bytes) -> Callable[[Peer], Awaitable[None]]:
    """Make a server that gives this answer to everything, and hangs up."""

    async def talk(peer: Peer) -> None:
        await peer.head()
        await peer.send(answer)
        peer.sock.shutdown(1)
        await peer.rest()

    return talk


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("200 OK", "the server answers 200, not 101"),
        ("401 Unauthorized", "the server answers 401, not 101; pass a token with --header"),
        ("403 Forbidden", "the server answers 403, not 101; is the origin allowed?"),
    ],
)
async def test_http_and_no_websocket(status: str, words: str) -> None:
    """The status is told, and what may be done about it."""
    error = await met(answering(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()))
    assert isinstance(error, NoWebSocket)
    assert str(error).endswith(words)


@pytest.mark.parametrize("garbage", [b"220 mail.example ESMTP\r\n", b"SSH-2.0-OpenSSH\r\n\r\n"])
async def test_an_answer_that_is_no_http(garbage: bytes) -> None:
    """Its beginning is quoted."""
    error = await met(answering(garbage))
    assert isinstance(error, NoWebSocket)
    assert f"the answer is no HTTP: it begins with {garbage[:16]!r}" in str(error)


async def test_a_server_that_hangs_up() -> None:
    """It has not given an answer."""
    error = await met(Peer.more)
    assert isinstance(error, NoWebSocket)
    assert str(error).endswith("the connection ends without an answer")


async def test_a_server_that_says_nothing() -> None:
    """It is waited for once, and then told from one that hangs up."""
    async with listening(Peer.rest) as port:
        async with asyncio.timeout(module.REACHED / 2):
            error = await fault(f"ws://{HOST}:{port}", patience=HASTY)
    assert isinstance(error, NoWebSocket)
    assert str(error).endswith("the server takes the connection, and gives no answer")


async def test_half_an_answer() -> None:
    """A server that never comes to an end of its head is quoted, too."""

    async def begin(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 101 Switching Protocols\r\n")
        await peer.rest()

    async with listening(begin) as port:
        error = await fault(f"ws://{HOST}:{port}", patience=HASTY)
    assert "it begins with b'HTTP/1.1 101 Swi'" in str(error)


async def test_a_server_that_answers_something_else() -> None:
    """It speaks WebSocket, and is of no use for the cases."""

    async def pong(peer: Peer) -> None:
        await peer.open()
        await peer.heard()
        await peer.say(text("Pong"))
        await peer.part()

    error = await met(pong)
    assert isinstance(error, NoEcho)
    assert "wanted TEXT 'Hello' [5 octets], got TEXT 'Pong' [4 octets]" in str(error)


async def test_the_reason_needs_no_connection_if_there_is_a_status() -> None:
    """What the server said is enough."""
    target = Target.parse("ws://h")
    error = await refine(target, Head("HTTP/1.1 404 Not Found", (), 0), b"")
    assert str(error) == "ws://h: the server answers 404, not 101"
