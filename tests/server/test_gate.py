"""What is answered to a request, on either engine and without any."""

from __future__ import annotations

import pytest

from tests.scratch.raw import Raw, until
from tests.server.peers import address, answer, asking, dial, echo, getting
from wsdemo import scratch
from wsdemo.errors import HandshakeError
from wsdemo.limits import Slots
from wsdemo.metrics import CONTENT_TYPE, Metrics
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request
from wsdemo.security import SAME_HOST, Origins
from wsdemo.server import Connection, Handler, serve
from wsdemo.server.gate import RETRY_AFTER, Gate, path_of
from wsdemo.server.register import Register, Visit


async def test_another_path_is_404(engine: str) -> None:
    """With a body that says where to look, for a handshake as well as for a browser."""
    async with serve({"/chat": echo, "/feed": echo}, port=0, engine=engine) as server:
        for request in (asking("/ws"), getting("/ws"), getting("/ws", "POST")):
            response = await answer(server, request)
            assert response.status == 404
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert response.body == (
                b"Nothing is served at '/ws'.\nWebSocket connections are served at /chat, /feed.\n"
            )
        assert server.metrics.snapshot().refused[404] == 3


async def test_a_plain_get_on_a_websocket_path_is_426(engine: str) -> None:
    """Which tells a browser, and the person before it, what to speak here."""
    async with serve(echo, port=0, engine=engine) as server:
        response = await answer(server, getting("/ws"))
        assert response.status == 426
        assert response.headers["Upgrade"] == "websocket"
        assert "Upgrade" in response.headers["Connection"].split(", ")
        assert response.headers["Sec-WebSocket-Version"] == "13"
        assert b"speaks WebSocket" in response.body


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking().replace(b": 13", b": 8"), 426),
        (asking().replace(b"Upgrade: websocket", b"Upgrade: h2c"), 426),
        (asking().replace(b"GET", b"PUT"), 405),
        (asking().replace(b"/1.1", b"/1.0"), 505),
        (asking().replace(b"Host: server.example\r\n", b""), 400),
        (asking(key="short"), 400),
        (asking("/ws", "Origin: http://evil.example"), 403),
        (asking("/ws", "Origin: http://a", "Origin: http://b"), 400),
        (asking("http://[/ws"), 400),
    ],
)
async def test_a_bad_handshake_gets_the_same_answer_from_either_engine(
    request_: bytes, status: int
) -> None:
    """Status, headers and body: the checks are ours."""
    answers = []
    for engine in ("websockets", "scratch"):
        async with serve(echo, port=0, engine=engine) as server:
            response = await answer(server, request_)
            assert response.status == status
            headers = dict(response.headers.items())
            assert "GMT" in headers.pop("Date")
            answers.append((response.reason, headers, response.body))
            assert server.metrics.snapshot().refused[status] == 1
    assert answers[0] == answers[1]


@pytest.mark.parametrize("path", ["/ws", "/ws?token=1", "/%77s", "http://server.example/ws"])
async def test_a_path_is_compared_decoded_and_without_its_query(engine: str, path: str) -> None:
    """In whatever form it is asked for."""
    async with serve(echo, port=0, engine=engine, path="/ws") as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking(path))


@pytest.mark.parametrize("path", ["/ws/", "/WS", "/", "/ws%3f", "//ws"])
async def test_a_path_is_compared_to_the_letter(engine: str, path: str) -> None:
    """What only looks like it is another one."""
    async with serve(echo, port=0, engine=engine) as server:
        assert (await answer(server, asking(path))).status == 404


async def test_each_path_has_its_handler(engine: str) -> None:
    """As in a router."""

    def saying(word: str) -> Handler:
        async def say(connection: Connection) -> None:
            await connection.send(word)

        return say

    routes = {"/a": saying("a"), "/b": saying("b")}
    async with serve(routes, port=0, engine=engine) as server:
        for path in routes:
            async with scratch.connect(server.uri.removesuffix("/a") + path) as client:
                assert await client.recv() == path[1:]


async def test_an_origin_is_checked_unless_all_are_welcome(engine: str) -> None:
    """The default protects; to give that up takes a word."""
    request = asking("/ws", "Origin: http://evil.example")
    for origins, status in ((SAME_HOST, 403), ("*", 101), (["http://evil.example"], 101)):
        async with serve(echo, port=0, engine=engine, origins=origins) as server:
            with await Raw.dial(address(server)) as raw:
                await raw.send(request)
                assert (await raw.response()).status == status


async def test_the_page_of_the_same_host_may_connect(engine: str) -> None:
    """Its host stands in the request, as a browser writes it."""
    async with serve(echo, port=0, engine=engine) as server:
        client = await dial(server, engine, origin=server.url)
        await client.close()


async def test_a_subprotocol_is_agreed_upon(engine: str) -> None:
    """The first of ours that the client offers; without one, 400."""
    async with serve(echo, port=0, engine=engine, subprotocols=("v2", "v1")) as server:
        client = await dial(server, engine, subprotocols=["v1", "v2"])
        assert client.subprotocol == "v2"
        (connection,) = server.connections
        assert connection.subprotocol == "v2"
        await client.close()
        response = await answer(server, asking("/ws", "Sec-WebSocket-Protocol: v3"))
        assert (response.status, b"supported: v2, v1" in response.body) == (400, True)


async def test_one_too_many_is_503(engine: str) -> None:
    """With a time after which to try again; and once there is room, in it goes."""
    async with serve(echo, port=0, engine=engine, max_connections=2) as server:
        clients = [await dial(server, engine) for _ in range(2)]
        response = await answer(server, asking())
        assert response.status == 503
        assert response.headers["Retry-After"] == str(RETRY_AFTER)
        assert b"as many connections as it may" in response.body
        assert server.metrics.snapshot().refused[503] == 1
        await clients.pop().close()
        await until(lambda: len(server.connections) == 1)
        clients.append(await dial(server, engine))
        for client in clients:
            await client.close()


async def test_health_and_metrics_take_no_slot(engine: str) -> None:
    """A full server can still say that it is well."""
    async with serve(echo, port=0, engine=engine, max_connections=1) as server:
        client = await dial(server, engine)
        health = await answer(server, getting("/healthz"))
        assert (health.status, health.body) == (200, b"ok\n")
        metrics = await answer(server, getting("/metrics?name=x"))
        assert metrics.status == 200
        assert metrics.headers["Content-Type"] == CONTENT_TYPE
        assert metrics.body.startswith(b"# HELP")
        assert (await answer(server, getting("/healthz", "POST"))).headers["Allow"] == "GET, HEAD"
        await client.close()


async def test_head_is_get_without_the_body(engine: str) -> None:
    """With the length that GET would have."""
    async with serve(echo, port=0, engine=engine) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(getting("/healthz", "HEAD"))
            head = (await raw.rest()).decode()
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    assert "Content-Length: 3\r\n" in head
    assert head.endswith("\r\n\r\n")


async def test_http_1_0_gets_a_page(engine: str) -> None:
    """Which is what some load balancers ask for their health checks with."""
    async with serve(echo, port=0, engine=engine) as server:
        response = await answer(server, b"GET /healthz HTTP/1.0\r\n\r\n")
        assert response.status == 200


async def test_one_path_may_have_a_page_and_a_handler(engine: str) -> None:
    """A browser that upgrades gets the one, a browser that doesn't the other."""
    async with serve(echo, port=0, path="/", engine=engine, pages={"/": "<p>Hi"}) as server:
        assert (await answer(server, getting("/"))).body == b"<p>Hi"
        async with dial(server, engine) as client:
            await client.send("Hello")
            assert await client.recv() == "Hello"


def test_a_visitor_who_has_left_takes_no_slot() -> None:
    """Between the request and our looking at it: nobody would give the slot back."""
    register = Register(Metrics(), Slots(1))
    gate = Gate({"/ws": echo}, register, Origins.parse("*"))
    visit = Visit(object(), register)
    visit.left(None)
    asked = Request.parse(asking())
    assert asked is not None
    assert gate.answer(asked[0], visit) is None
    assert register.slots.taken == 0


def test_a_refusal_takes_no_slot() -> None:
    """Whatever is wrong is found before the last check, which is the slot."""
    register = Register(Metrics(), Slots(1))
    gate = Gate({"/ws": echo}, register, Origins.parse(SAME_HOST), ["v1"])
    for request in (asking(), asking("/ws", "Origin: http://evil.example"), asking("/")):
        asked = Request.parse(request)
        assert asked is not None
        assert gate.answer(asked[0], Visit(object(), register)) is not None
    assert register.slots.taken == 0


def test_a_target_that_is_none_is_a_bad_request() -> None:
    """And no exception that nobody expects."""
    with pytest.raises(HandshakeError, match="request target 'http://"):
        path_of(Request("http://[x/ws", Headers()))
