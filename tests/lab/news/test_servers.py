"""What the four servers write, to the octet."""

import asyncio

from websockets.asyncio.client import connect

from wsdemo import lab
from wsdemo.lab.chunks import Direction
from wsdemo.lab.entries import Entry
from wsdemo.lab.live_wire import Wire
from wsdemo.lab.news.board import START
from wsdemo.lab.news.clients import Way, session, take, websocket
from wsdemo.lab.news.newsroom import newsroom


def _down(wire: Wire) -> list[Entry]:
    return [e for e in wire.recording.entries() if e.direction is Direction.DOWN and e.raw]


async def _get(uri: str, **query: str) -> str:
    async with session() as http, http.get(uri, params=query) as answer:
        assert answer.content_type == "application/json"
        return await answer.text()


async def test_a_poll_is_answered_at_once() -> None:
    """With nothing, with something, with the last alone."""
    async with newsroom() as room:
        uri = room.uri(Way.POLLING)
        assert await _get(uri, after="100") == "[]"
        assert await _get(uri, only="last") == "[]"
        first, second = room.publish("a"), room.publish("b")
        assert await _get(uri, after="100") == f"[{first.to_json()},{second.to_json()}]"
        assert await _get(uri, only="last") == f"[{second.to_json()}]"


async def test_a_long_poll_is_answered_when_there_is_something() -> None:
    """And not before."""
    async with newsroom() as room, lab.wire(room.uri(Way.LONG_POLLING)) as wire:
        asked = asyncio.create_task(_get(wire.uri, after="100"))
        await wire.wait_for("GET", arrived=True)
        assert not asked.done()
        item = room.publish("a")
        assert await asked == f"[{item.to_json()}]"


async def test_a_long_poll_in_vain_is_answered_too() -> None:
    """With nothing, when it has been held long enough."""
    async with newsroom(pulse=0.01) as room:
        assert await _get(room.uri(Way.LONG_POLLING), after="100") == "[]"


async def test_an_event_is_written_as_html_has_it() -> None:
    """An id, the data, an empty line; in a chunk of its own."""
    async with newsroom() as room, lab.wire(room.uri(Way.EVENTS)) as wire, session() as http:
        async with http.get(wire.uri, headers={"Last-Event-ID": "100"}) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            item = room.publish("a")
            await wire.wait_for("BODY")
        event = f"id: 101\ndata: {item.to_json()}\n\n".encode()
        assert _down(wire)[1].raw == b"%x\r\n%s\r\n" % (len(event), event)


async def test_a_silent_event_stream_sends_comments() -> None:
    """A colon, so that no proxy takes it for dead."""
    async with newsroom(pulse=0.01) as room, lab.wire(room.uri(Way.EVENTS)) as wire:
        async with session() as http, http.get(wire.uri):
            await wire.wait_for("BODY")
        assert _down(wire)[1].raw == b"3\r\n:\n\n\r\n"


async def test_a_message_is_an_item_and_two_octets() -> None:
    """Of a server's frame, which is not masked."""
    async with newsroom() as room, lab.wire(room.uri(Way.WEBSOCKET)) as wire:
        item = room.publish("a")
        await take(1, websocket(wire.uri, after=START))
        assert _down(wire)[1].raw[2:] == item.to_json().encode()


async def test_what_a_client_says_is_published() -> None:
    """Over WebSocket as a message, over HTTP by a request of its own."""
    async with newsroom() as room, session() as http:
        async with connect(room.uri(Way.WEBSOCKET)) as connection:
            await connection.send("a")
            assert await connection.recv() == '{"id":101,"text":"a"}'
        async with http.post(room.uri(Way.POLLING), data="b") as answer:
            assert answer.status == 204
        assert [item.text for item in room.board.items] == ["a", "b"]
