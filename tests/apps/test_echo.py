"""The echo."""

from __future__ import annotations

from wsdemo import scratch
from wsdemo.apps.echo import echo
from wsdemo.server import serve


async def test_every_message_comes_back() -> None:
    """As what it was, in order."""
    async with serve(echo, port=0) as server, scratch.connect(server.uri) as client:
        messages: list[str | bytes] = ["Grüße", b"\x00", "", "x" * 70_000]
        for message in messages:
            await client.send(message)
        assert [await client.recv() for _ in messages] == messages
