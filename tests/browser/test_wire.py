"""A browser, the library's client and our own talk through the wire, and are drawn alike."""

from typing import Any

import pytest
import websockets

from tests.browser import chromium
from wsdemo import lab, scratch
from wsdemo.lab.live_wire import Wire

# The client that a page would be: says hello in text and in bytes, and goodbye.
CLIENT = """async uri => {
    const socket = new WebSocket(uri);
    socket.binaryType = 'arraybuffer';
    const next = kind => new Promise(
        resolve => socket.addEventListener(kind, resolve, {once: true}));
    await next('open');
    socket.send('Hello');
    const text = (await next('message')).data;
    socket.send(new Uint8Array([1, 2, 3]));
    const bytes = [...new Uint8Array((await next('message')).data)];
    socket.close(1000, 'bye');
    const {code, reason, wasClean} = await next('close');
    return {text, bytes, code, reason, wasClean};
}"""
FRAMES = [
    ("TEXT 'Hello'", "UP"),
    ("TEXT 'Hello'", "DOWN"),
    ("BINARY 01 02 03", "UP"),
    ("BINARY 01 02 03", "DOWN"),
    ("CLOSE 1000 'bye'", "UP"),
    ("CLOSE 1000 'bye'", "DOWN"),
]


async def _echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


async def _talk(connect: Any, uri: str) -> None:
    async with connect(uri) as connection:
        for message in ("Hello", bytes([1, 2, 3])):
            await connection.send(message)
            assert await connection.recv() == message
        await connection.close(1000, "bye")


async def _in_a_page(path: str, uri: str) -> Any:
    async with chromium.launched(path) as browser:
        return await (await browser.new_page()).evaluate(CLIENT, uri)


def _frames(wire: Wire) -> list[tuple[str, str]]:
    entries = [entry for entry in wire.recording.entries() if "[" in str(entry)]
    return [(str(entry).partition(" [")[0], entry.direction.name) for entry in entries]


@pytest.mark.browser
async def test_a_page_talks_to_the_scratch_server_through_the_wire(chromium_path: str) -> None:
    """The browser's own WebSocket finds nothing to complain of, and closes cleanly."""
    async with scratch.serve(_echo, "127.0.0.1", 0) as server, lab.wire(server.uri) as wire:
        said = await _in_a_page(chromium_path, wire.uri)
        await wire.wait_ended()
    assert said == {
        "text": "Hello",
        "bytes": [1, 2, 3],
        "code": 1000,
        "reason": "bye",
        "wasClean": True,
    }
    assert _frames(wire) == FRAMES


@pytest.mark.browser
async def test_every_client_is_drawn_alike(chromium_path: str) -> None:
    """Below the handshake, where each introduces itself, no line tells who the client was."""
    drawn = []
    async with scratch.serve(_echo, "127.0.0.1", 0) as server, lab.wire(server.uri) as wire:
        await _in_a_page(chromium_path, wire.uri)
        for connect in (websockets.connect, scratch.connect):
            await _talk(connect, wire.uri)
        await wire.wait_ended()
        for connection in (1, 2, 3):
            ladder = str(lab.ladder(wire, connection=connection))
            drawn.append(ladder[ladder.index("│── TEXT") :])
    assert drawn[0] == drawn[1] == drawn[2]
