"""The ladder as a learner gets it: from a wire, a recording or entries, the same at every run."""

from types import SimpleNamespace

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from tests.lab.show.pages import check
from tests.lab.show.samples import DOWN, HELLO, REQUEST, RESPONSE, UP, conversation, entry, text
from wsdemo.lab.chunks import Kind
from wsdemo.lab.entries import End
from wsdemo.lab.recording import Recording
from wsdemo.lab.show.ladder import ladder
from wsdemo.lab.wire import wire
from wsdemo.protocol.frames import Frame, Opcode


def recording() -> Recording:
    """Record a handshake, a message that arrives and one that does not."""
    made = Recording(clock=lambda: 0.0)
    for at, direction, data in [
        (0.0, UP, REQUEST),
        (0.1, DOWN, RESPONSE),
        (0.2, UP, HELLO.serialize()),
    ]:
        made.add(1, direction, data, at=at)
        made.add_arrival(1, direction, len(data), at=at + 0.05)
    made.add(1, DOWN, kind=Kind.HALF_OPEN, at=2.0)
    made.add(1, DOWN, Frame(Opcode.TEXT, b"Pong").serialize(), at=2.5)
    return made


def test_a_conversation_is_drawn_to_the_letter() -> None:
    """Handshake as boxes, frames as arrows, the fault and the ends."""
    assert repr(ladder(conversation(), mark=["0x3"])).splitlines() == [
        "   client                                           server",
        "      │                                                │",
        "      │  ┌───────────────────────────┐                 │",
        "      │──┤ GET /chat HTTP/1.1        ├────────────────►│",
        "      │  │ Host: 127.0.0.1:…         │                 │",
        "      │  │ Upgrade: websocket        │                 │",
        "      │  │ Connection: Upgrade       │                 │",
        "      │  │ Sec-WebSocket-Key: …      │                 │",
        "      │  │ Sec-WebSocket-Version: 13 │                 │",
        "      │  │ User-Agent: …             │                 │",
        "      │  └───────────────────────────┘                 │",
        "      │          ┌──────────────────────────────────┐  │",
        "      │◄─────────┤ HTTP/1.1 101 Switching Protocols ├──│",
        "      │          │ Date: …                          │  │",
        "      │          │ Upgrade: websocket               │  │",
        "      │          │ Connection: Upgrade              │  │",
        "      │          │ Sec-WebSocket-Accept: …          │  │",
        "      │          └──────────────────────────────────┘  │",
        "      │── TEXT 'Hello' [5 bytes, masked] ─────────────►│",
        "      │◄────────────────────── TEXT 'Pong' [4 bytes] ──│",
        "      │◄─────────────────────── PING 01 02 [2 bytes] ──│",
        "▸     │── ✗ FAULT reserved opcode 0x3 (1002) ─────────►│",
        "      │◄─────────────────────── CLOSE 1002 [2 bytes] ──│",
        "      │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ FIN ╌╌│",
        "      │╌╌ FIN ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌►┊",
        "      ┊                                                ┊",
    ]


def test_a_brief_ladder_leaves_http_and_tcp_to_others() -> None:
    """A line for each half of the handshake, every frame, and no FIN; marks keep their numbers."""
    assert repr(ladder(conversation(), brief=True, mark=[2])).splitlines() == [
        "   client                                           server",
        "      │                                                │",
        "      │── GET /chat HTTP/1.1 ─────────────────────────►│",
        "      │◄─────────── HTTP/1.1 101 Switching Protocols ──│",
        "▸     │── TEXT 'Hello' [5 bytes, masked] ─────────────►│",
        "      │◄────────────────────── TEXT 'Pong' [4 bytes] ──│",
        "      │◄─────────────────────── PING 01 02 [2 bytes] ──│",
        "      │── ✗ FAULT reserved opcode 0x3 (1002) ─────────►│",
        "      │◄─────────────────────── CLOSE 1002 [2 bytes] ──│",
        "      │                                                │",
    ]


def test_a_brief_ladder_keeps_what_the_wire_did() -> None:
    """The end of TCP that no endpoint asked for is the point of drawing it."""
    cut = [entry(UP, End(Kind.CUT)), entry(DOWN, End(Kind.EOF)), entry(UP, End(Kind.RESET))]
    drawn = repr(ladder(cut, brief=True))
    assert "FIN from the wire" in drawn
    assert "RST" not in drawn
    assert drawn.count("FIN") == 1


def test_a_wire_its_recording_and_its_entries_are_drawn_alike() -> None:
    """Whatever is at hand; only a recording knows what was lost."""
    made = recording()
    assert repr(ladder(made)) == repr(ladder(SimpleNamespace(recording=made)))
    assert "✗" in repr(ladder(made))
    assert "✗" not in repr(ladder(made.entries()[:3]))


def test_times_show_when_it_left_and_when_it_came() -> None:
    """The pause between, and what never came."""
    lines = repr(ladder(recording(), times=True)).splitlines()
    hello = next(line for line in lines if "Hello" in line)
    assert hello.startswith("   0.200 s  │──")
    assert hello.endswith("│ 0.250 s")
    assert any("· 1,750 ms later ·" in line for line in lines)
    assert next(line for line in lines if "Pong" in line).lstrip().startswith("lost")
    assert "0.250 s" in check(ladder(recording(), times=True)).text


def test_without_times_every_run_is_alike() -> None:
    """Whenever things happened, and whatever the system chose."""
    other = Recording(clock=lambda: 0.0)
    for chunk in recording().chunks:
        data = chunk.data.replace(b"43567", b"1234").replace(b"17:46", b"18:50")
        other.add(1, chunk.direction, data, chunk.kind, at=chunk.time * 7)
    assert repr(ladder(other.entries())) == repr(ladder(recording().entries()))


def test_each_connection_is_a_chart_of_its_own() -> None:
    """Under its number, unless it is the only one; one can be chosen."""
    entries = [text("one"), entry(UP, HELLO, connection=2), text("three")]
    assert "connection" not in repr(ladder(entries[:1]))
    both = repr(ladder(entries))
    assert both.index("connection 1") < both.index("'three'") < both.index("connection 2")
    second = repr(ladder(entries, connection=2))
    assert "Hello" in second
    assert "'one'" not in second


def test_repeats_are_folded_unless_told_otherwise() -> None:
    """And never where each has its time."""
    entries = [text("Hello"), text("Pong", DOWN)] * 12
    assert "┘ × 12" in repr(ladder(entries))
    assert "┘ × 12" in check(ladder(entries)).text
    assert repr(ladder(entries, folded=False)).count("Pong") == 12
    assert repr(ladder(entries, times=True)).count("Pong") == 12


def test_a_mark_by_number_counts_in_its_connection() -> None:
    """From 0, as in a list of its entries."""
    entries = [entry(UP, HELLO, connection=2), text("a"), text("b")]
    marked = [line for line in repr(ladder(entries, mark=[1])).splitlines() if "▸" in line]
    assert len(marked) == 1
    assert "'b'" in marked[0]


async def test_two_runs_on_a_real_wire_are_drawn_alike() -> None:
    """Other ports, other keys, another time: to the letter, in text and in HTML."""
    one, two = [ladder(await _talk()) for _ in range(2)]
    assert repr(one) == repr(two)
    assert check(one).text == check(two).text
    assert "┘ × 3" in repr(one)


async def _talk() -> Recording:
    """Say something three times over a wire."""

    async def pong(connection: ServerConnection) -> None:
        async for _ in connection:
            await connection.send("Pong")

    async with serve(pong, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with wire(f"ws://127.0.0.1:{port}/ws") as tap:
            async with connect(tap.uri, compression=None) as connection:
                for _ in range(3):
                    await connection.send("Hello, server!")
                    await connection.recv()
            await tap.wait_ended()
            return tap.recording


def test_nothing_recorded_is_said_to_be_nothing() -> None:
    """Rather than two lifelines without a word."""
    assert repr(ladder([])) == "nothing recorded"
    assert check(ladder([])).text == "nothing recorded"


def test_html_is_well_formed_and_safe() -> None:
    """With everything in it."""
    page = check(ladder(conversation(), times=True, mark=[0]))
    assert "43567" not in page.text
