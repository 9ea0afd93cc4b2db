"""Every faulty peer differs from the correct one, and most are seen to do what they are said to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lab.conformance.desk import Outcome, Sent, examine_server, new_client
from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_server import PlainServer
from tests.lab.conformance.probes import TO_CLIENTS, TO_SERVERS
from tests.lab.conformance.wrong import Wrong
from tests.lab.conformance.wrong_clients import WRONG_CLIENTS
from tests.lab.conformance.wrong_servers import WRONG_SERVERS

SERVERS = {wrong.name: wrong.peer for wrong in WRONG_SERVERS}
CLIENTS = {wrong.name: wrong.peer for wrong in WRONG_CLIENTS}

# Faults in what is drawn by lot: a single outcome doesn't show them.
DRAWN = {"key-constant", "key-short", "mask-zero", "mask-constant"}

ECHO = Sent(0x81, b"a")
FAILED = Sent(0x88, b"\x03\xea")
INVALID = Sent(0x88, b"\x03\xef")
CLOSED = Sent(0x88, b"\x03\xe8")

# What a faulty server sends, where the correct one sends something else.
FRAMES = {
    "rsv1-ignored": [ECHO],
    "rsv2-rsv3-ignored": [ECHO],
    "rsv-of-close-ignored": [CLOSED],
    "reserved-opcodes-skipped": [],
    "reserved-control-skipped": [],
    "opcode-3-as-text": [ECHO],
    "mask-unchecked": [ECHO],
    "masks-its-frames": [Sent(0x81, b"a", masked=True)],
    "empty-frame-key-unread": [Sent(0x81), FAILED],
    "long-control": [Sent(0x8A, b"a" * 126, form=3)],
    "fragmented-control": [Sent(0x8A, b"a")],
    "long-length-accepted": [ECHO],
    "length-top-bit-dropped": [Sent(0x82, bytes(65_536), form=9)],
    "long-length-written": [Sent(0x81, b"a" * 1000, form=9)],
    "judges-late": [],
    "stray-continuation": [],
    "interruption": [Sent(0x81, b"b")],
    "fragments-as-messages": [ECHO, Sent(0x81, b"b")],
    "opcode-repeated": [Sent(0x01, b"a" * 500, form=3), Sent(0x81, b"a" * 500, form=3)],
    "fin-forgotten": [Sent(0x01, b"a" * 500, form=3), Sent(0x00, b"a" * 500, form=3)],
    "truncated": [Sent(0x82, bytes(65_536), form=9)],
    "bit-flipped": [Sent(0x82, bytes(40_000) + b"\x01", form=3)],
    "binary-only": [Sent(0x82, b"a")],
    "empty-dropped": [],
    "bom-stripped": [ECHO],
    "utf8-unchecked": [Sent(0x81, b"\xff")],
    "utf8-per-frame": [INVALID],
    "surrogates": [Sent(0x81, b"\xed\xa0\x80")],
    "overlong": [Sent(0x81, b"\xc0\xaf")],
    "beyond-unicode": [Sent(0x81, b"\xf4\x90\x80\x80")],
    "utf8-at-message-end": [],
    "utf8-at-frame-end": [],
    "half-character": [Sent(0x81, b"\xc3")],
    "utf8-of-binary": [INVALID],
    "pong-empty": [Sent(0x8A)],
    "ping-unanswered": [],
    "ping-late": [],
    "ping-decoded": [Sent(0x8A, b"\xef\xbf\xbd")],
    "pong-answered": [Sent(0x8A, b"a")],
    "pong-refused": [FAILED],
    "close-half-code": [Sent(0x88)],
    "close-inner-codes": [Sent(0x88, b"\x03\xed")],
    "close-unregistered": [Sent(0x88, b"\x07\xd0")],
    "close-any-code": [Sent(0x88, b"\x00\x00")],
    "close-private-refused": [FAILED],
    "close-new-refused": [FAILED],
    "close-reason-unchecked": [CLOSED],
    "close-unanswered": [],
    "close-answered-1000": [CLOSED],
    "close-answered-1005": [Sent(0x88, b"\x03\xed")],
    "close-goes-on": [CLOSED, ECHO],
    "close-last-word": [CLOSED, Sent(0x81, b"bye")],
    "fails-silently": [],
    "fails-1000": [CLOSED],
    "fails-1002-for-1007": [FAILED],
    "fails-1002-for-1009": [FAILED],
    "early-frames-lost": [],
    "deflate-rsv1-sent": [Sent(0x41, b"\x4a"), Sent(0xC0, b"\x04\x00")],
    "deflate-rsv1-pong": [Sent(0xCA, b"a")],
    "deflate-empty": [Sent(0xC1)],
    "deflate-tail": [Sent(0xC1, b"\x4a\x04\x00\x00\x00\xff\xff")],
    "deflate-not-done": [Sent(0xC1, b"a")],
}

# Faults that show in when TCP is ended, or not.
STAYING = ("close-keeps-tcp", "fails-keeps-tcp", "refused-kept-open", "head-without-end")

# Octets that show faults of all kinds: frames, text, fragments, closing, requests.
SAMPLE = (
    "fragmented-control",
    "utf8-unchecked",
    "fragments-as-messages",
    "pong-empty",
    "close-answered-1005",
    "any-method",
    "no-key",
    "any-version",
)


async def examine_client(client_class: type[PlainClient], name: str) -> tuple[Outcome, PlainClient]:
    """See what a client does to what shows a fault; its key is drawn by lot, and left out."""
    compression = name.startswith("deflate") and name != "deflate-unasked"
    desk, client = new_client(client_class, compression=compression)
    outcome = await desk.examine(client, TO_CLIENTS[name].to_client(client.key))
    return replace(outcome, head=outcome.head.replace(client.key, "")), client


def frames_of(outcome: Outcome) -> list[Sent]:
    """Return the frames, where there have to be some."""
    assert isinstance(outcome.frames, list)
    return outcome.frames


@pytest.mark.parametrize("faults", [WRONG_SERVERS, WRONG_CLIENTS], ids=["servers", "clients"])
def test_faults_have_names_of_their_own(
    faults: tuple[Wrong[PlainServer], ...] | tuple[Wrong[PlainClient], ...],
) -> None:
    """A name, a class and a statement belong to one fault."""
    assert len({wrong.name for wrong in faults}) == len(faults)
    assert len({wrong.peer.__name__ for wrong in faults}) == len(faults)
    assert len({wrong.fault for wrong in faults}) == len(faults)


@pytest.mark.parametrize("wrong", WRONG_SERVERS, ids=str)
async def test_a_faulty_server_differs(wrong: Wrong[PlainServer]) -> None:
    """There are octets that show the fault."""
    pieces = TO_SERVERS[wrong.name].to_server()
    assert await examine_server(wrong.peer, pieces) != await examine_server(PlainServer, pieces)


@pytest.mark.parametrize("wrong", WRONG_SERVERS, ids=str)
async def test_a_faulty_server_is_right_in_the_rest(wrong: Wrong[PlainServer]) -> None:
    """Other probes show no difference: it is one fault, and not a broken server."""
    alike = []
    for name in SAMPLE:
        pieces = TO_SERVERS[name].to_server()
        faulty = await examine_server(wrong.peer, pieces)
        alike.append(faulty == await examine_server(PlainServer, pieces))
    assert sum(alike) >= 3


@pytest.mark.parametrize(("name", "frames"), FRAMES.items())
async def test_a_faulty_server_does_what_is_said(name: str, frames: list[Sent]) -> None:
    """The frames that it sends are those of its fault."""
    outcome = await examine_server(SERVERS[name], TO_SERVERS[name].to_server())
    assert outcome.frames == frames


@pytest.mark.parametrize("name", sorted(FRAMES.keys() & CLIENTS.keys() - {"mask-unchecked"}))
async def test_a_faulty_client_does_as_the_server_does(name: str) -> None:
    """The same mistake in a client leads to the same frames, masked."""
    outcome, _ = await examine_client(CLIENTS[name], name)
    assert outcome.frames == [replace(frame, masked=True) for frame in FRAMES[name]]


@pytest.mark.parametrize("name", STAYING)
async def test_a_faulty_server_stays(name: str) -> None:
    """It leaves it to the peer to end TCP; the correct one doesn't."""
    pieces = TO_SERVERS[name].to_server()
    assert not (await examine_server(SERVERS[name], pieces)).ended
    assert (await examine_server(PlainServer, pieces)).ended


@pytest.mark.parametrize("wrong", WRONG_CLIENTS, ids=str)
async def test_a_faulty_client_differs(wrong: Wrong[PlainClient]) -> None:
    """There are octets that show the fault."""
    faulty, _ = await examine_client(wrong.peer, wrong.name)
    correct, _ = await examine_client(PlainClient, wrong.name)
    assert (faulty == correct) == (wrong.name in DRAWN)


async def test_clients_draw_keys() -> None:
    """Two clients have two keys, of 16 octets; faulty ones have one, or a short one."""
    keys = {new_client(PlainClient)[1].key for _ in range(2)}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {24}
    assert len({new_client(CLIENTS["key-constant"])[1].key for _ in range(2)}) == 1
    assert len(new_client(CLIENTS["key-short"])[1].key) == 12


@pytest.mark.parametrize(
    ("client_class", "keys"),
    [(PlainClient, 2), (CLIENTS["mask-zero"], 1), (CLIENTS["mask-constant"], 1)],
)
async def test_clients_draw_masking_keys(client_class: type[PlainClient], keys: int) -> None:
    """Two frames have two keys; faulty clients have one, or none to speak of."""
    outcome, client = await examine_client(client_class, "mask-zero")
    drawn = {frame.key for frame in frames_of(outcome)}
    assert len(drawn) == keys
    assert (bytes(4) in drawn) == isinstance(client, CLIENTS["mask-zero"])


async def test_a_client_that_ends_tcp_first_does() -> None:
    """The correct one waits for the server, after a closing handshake."""
    faulty, _ = await examine_client(CLIENTS["close-tcp-first"], "close-tcp-first")
    correct, _ = await examine_client(PlainClient, "close-tcp-first")
    assert faulty.ended
    assert not correct.ended
