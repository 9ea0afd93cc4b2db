"""The server of the original post."""

from __future__ import annotations

import pytest

from wsdemo import scratch
from wsdemo.apps.pong import line, pong, pong_telling
from wsdemo.server import serve


async def test_whatever_is_said_the_answer_is_pong(capsys: pytest.CaptureFixture[str]) -> None:
    """And it is printed."""
    async with serve(pong, port=0) as server, scratch.connect(server.uri) as client:
        for message in ("Hello, server!", b"Hello, bytes!"):
            await client.send(message)
            assert await client.recv() == "Pong"
    assert capsys.readouterr().out == "Received: Hello, server!\nReceived: Hello, bytes!\n"


async def test_it_may_be_told_instead_of_printed() -> None:
    """To whoever wants to know."""
    told: list[str] = []
    serving = serve(pong_telling(told.append), port=0)
    async with serving as server, scratch.connect(server.uri) as client:
        await client.send("Hello")
        await client.recv()
    assert told == ["Received: Hello"]


@pytest.mark.parametrize(
    ("message", "printed"),
    [
        ("Grüße, 世界 🎉", "Grüße, 世界 🎉"),
        ("a\nReceived: b", "a\\nReceived: b"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("abc\u202ecba", "abc\\u202ecba"),
        (b"Hello", "Hello"),
        (b"\xff\x00", "\\xff\\x00"),
    ],
)
def test_a_message_is_one_harmless_line(message: str | bytes, printed: str) -> None:
    """It comes from anybody, and the terminal is ours."""
    assert line(message) == f"Received: {printed}"
