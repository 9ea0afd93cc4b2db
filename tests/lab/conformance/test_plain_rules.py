"""The correct peers keep the rules strictly, octet by octet."""

from __future__ import annotations

import pytest

from tests.lab.conformance.desk import Outcome, Sent, examine_server, new_client
from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_http import Refusal, parse_extensions
from tests.lab.conformance.plain_server import PlainServer
from tests.lab.conformance.probes import (
    BOMB,
    FINAL,
    HELLO,
    KEY,
    TO_CLIENTS,
    TO_SERVERS,
    Probe,
    Raw,
    adding,
    deflate,
    heads,
)

ECHO = [Sent(0x81, b"a")]
REFUSED = {
    "garbage": (heads("GET /chat HTTP/1.1", "what?"), 400),
    "tls": (heads("GET /chat HTTP/1.1\r\n", "\x16\x03\x01"), 400),
    "no version of HTTP": (heads(" HTTP/1.1", ""), 400),
    "HTTP/1.0": (TO_SERVERS["http-1.0"], 505),
    "HTTP/2.0": (heads("HTTP/1.1", "HTTP/2.0"), 505),
    "POST": (TO_SERVERS["any-method"], 405),
    "a fragment": (heads("/chat", "/chat#a"), 400),
    "no Host": (TO_SERVERS["no-host"], 400),
    "two Hosts": (TO_SERVERS["two-hosts"], 400),
    "no Upgrade": (TO_SERVERS["no-upgrade"], 426),
    "another Upgrade": (TO_SERVERS["upgrade-secret"], 426),
    "no Connection": (TO_SERVERS["no-connection"], 426),
    "another Connection": (heads("Connection: Upgrade", "Connection: close"), 426),
    "no key": (TO_SERVERS["no-key"], 400),
    "two keys": (TO_SERVERS["two-keys"], 400),
    "a key of 8 octets": (heads(KEY, "AAAAAAAAAAA="), 400),
    "a key of 17 octets": (heads(KEY, "AAAAAAAAAAAAAAAAAAAAAAA="), 400),
    "a key that is not base64": (heads(KEY, "?" * 24), 400),
    "no version": (TO_SERVERS["no-version"], 400),
    "version 12": (TO_SERVERS["any-version"], 426),
    "a space before a colon": (TO_SERVERS["space-before-colon"], 400),
    "a folded field": (TO_SERVERS["folding"], 400),
    "a field without a colon": (adding("X"), 400),
    "LF without CR": (heads("Host: example\r\n", "Host: example\n"), 400),
    "NUL": (adding("X: \x00"), 400),
    "malformed extensions": (adding("Sec-WebSocket-Extensions: a b"), 400),
    "a head without end": (TO_SERVERS["head-without-end"], 431),
}
ACCEPTED = {
    "names in capitals": heads("Host", "HOST"),
    "names in small letters": heads("Sec-WebSocket-Version", "sec-websocket-version"),
    "WebSocket": TO_SERVERS["upgrade-case"],
    "several protocols": TO_SERVERS["upgrade-alone"],
    "connection options": TO_SERVERS["connection-alone"],
    "two Connections": adding("Connection: keep-alive"),
    "no space after a colon": heads("Host: example", "Host:example"),
    "spaces around a value": heads("Host: example", "Host: \t example \t "),
    "an absolute address": heads("/chat", "http://example/chat?a=b"),
    "an empty line before": heads("GET", "\r\nGET"),
    "unknown fields": adding("X-Unknown: \xff"),
    "an unknown extension": TO_SERVERS["extension-any"],
    "a bad offer": TO_SERVERS["deflate-unknown"],
    "a subprotocol": TO_SERVERS["subprotocol-any"],
    "a head in pieces": TO_SERVERS["head-in-one-piece"],
    "octet by octet": Probe(chop=1),
    "all together": TO_SERVERS["early-frames-lost"],
}
EXTENSIONS = {
    "": "",
    "; server_no_context_takeover": "; server_no_context_takeover",
    "; client_no_context_takeover": "; client_no_context_takeover",
    "; client_max_window_bits": "",
    "; client_max_window_bits=8": "; client_max_window_bits=8",
    "; client_max_window_bits=15": "; client_max_window_bits=15",
    "; server_max_window_bits=9": "; server_max_window_bits=9",
    '; server_max_window_bits="1\\0"': "; server_max_window_bits=10",
    "; server_max_window_bits=8": None,
    "; server_max_window_bits": None,
    "; server_max_window_bits=7": None,
    "; server_max_window_bits=16": None,
    "; server_max_window_bits=09": None,
    "; client_max_window_bits=16": None,
    "; client_no_context_takeover=1": None,
    "; client_no_context_takeover; client_no_context_takeover": None,
    "; x": None,
    "; x, x-unknown, permessage-deflate; server_max_window_bits=10": "; server_max_window_bits=10",
}
# What fails a connection at once, each without its last octets, and the code.
FAILING: dict[str, tuple[Raw, int]] = {
    "reserved bits": ((0xB1, b"", b"\x7e"), 1002),
    "a reserved opcode": ((0x83, b"", b"\x7e"), 1002),
    "a long control frame": ((0x89, b"", b"\x7e"), 1002),
    "a fragmented control frame": ((0x09, b"", b"\x05"), 1002),
    "a continuation of nothing": ((0x80, b"", b"\x05"), 1002),
    "a length of 125 in 16 bits": ((0x82, b"", b"\x7e\x00\x7d"), 1002),
    "a length of 65,535 in 64 bits": ((0x82, b"", b"\x7f" + (65_535).to_bytes(8)), 1002),
    "the top bit of a length": ((0x82, b"", b"\x7f\x80" + bytes(7)), 1002),
    "a long message": ((0x82, b"", b"\x7f" + ((1 << 24) + 1).to_bytes(8)), 1009),
    "no UTF-8": ((0x81, b"a\xff", b"\x05"), 1007),
    "overlong": ((0x81, b"a\xe0\x80", b"\x05"), 1007),
    "a surrogate": ((0x81, b"a\xed\xa0", b"\x05"), 1007),
    "beyond Unicode": ((0x81, b"a\xf4\x90", b"\x05"), 1007),
}
BAD_CODES = (0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535)
GOOD_CODES = (1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 4999)

REJECTED = {
    "200": TO_CLIENTS["status-200"],
    "HTTP/1.0": heads("HTTP/1.1", "HTTP/1.0"),
    "garbage": heads("HTTP/1.1 101", "what?"),
    "no Upgrade": heads("Upgrade: websocket\r\n", ""),
    "a list in Upgrade": heads("websocket", "websocket, h2c"),
    "no Connection": heads("Connection: Upgrade\r\n", ""),
    "no proof": heads("Sec-WebSocket-Accept: ACCEPT\r\n", ""),
    "two proofs": adding("Sec-WebSocket-Accept: ACCEPT"),
    "a wrong proof": TO_CLIENTS["accept-case"],
    "a subprotocol": TO_CLIENTS["subprotocol-unasked"],
    "an extension": TO_CLIENTS["extension-unasked"],
    "a folded field": heads("Upgrade: websocket", "Upgrade:\r\n websocket"),
    "a head without end": heads("\r\n\r\n", "\r\nX: " + "a" * 70_000),
}


async def examine_client(probe: Probe, *, compression: bool = False) -> Outcome:
    """See what the correct client does."""
    desk, client = new_client(PlainClient, compression=compression)
    return await desk.examine(client, probe.to_client(client.key))


def field(head: str, name: str) -> str | None:
    """Return the value of a header field."""
    return next(
        (line[len(name) + 2 :] for line in head.split("\r\n") if line.startswith(name)), None
    )


@pytest.mark.parametrize(("probe", "status"), REFUSED.values(), ids=REFUSED.keys())
async def test_the_server_refuses(probe: Probe, status: int) -> None:
    """With a status, and with the end of TCP."""
    outcome = await examine_server(PlainServer, probe.to_server())
    assert outcome.head.startswith(f"HTTP/1.1 {status} ")
    assert outcome.ended
    assert "close" in (field(outcome.head, "Connection") or "")
    assert field(outcome.head, "Allow") == ("GET" if status == 405 else None)
    assert field(outcome.head, "Upgrade") == ("websocket" if status == 426 else None)


async def test_the_server_names_its_version() -> None:
    """To who speaks another."""
    outcome = await examine_server(PlainServer, TO_SERVERS["any-version"].to_server())
    assert field(outcome.head, "Sec-WebSocket-Version") == "13"


@pytest.mark.parametrize("probe", ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_the_server_accepts(probe: Probe) -> None:
    """Whatever is only written in an unusual manner, or unknown."""
    outcome = await examine_server(PlainServer, probe.to_server())
    assert outcome.head == (
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "\r\n"
    )
    assert outcome.frames == ECHO


async def test_the_server_chooses_a_subprotocol() -> None:
    """The first of its own that is offered."""

    class Chatting(PlainServer):
        subprotocols = ("superchat", "chat")

    outcome = await examine_server(Chatting, TO_SERVERS["subprotocol-list"].to_server())
    assert field(outcome.head, "Sec-WebSocket-Protocol") == "chat"


@pytest.mark.parametrize(("offer", "answer"), EXTENSIONS.items())
async def test_the_server_negotiates(offer: str, answer: str | None) -> None:
    """What it can keep it confirms; what is invalid it passes over."""
    outcome = await examine_server(PlainServer, deflate(offer).to_server())
    expected = None if answer is None else f"permessage-deflate{answer}"
    assert field(outcome.head, "Sec-WebSocket-Extensions") == expected


@pytest.mark.parametrize("text", ["a b", "a;", "a; b=", 'a; b=""', 'a; b="c', "=", "a,;b"])
def test_malformed_extensions_are_refused(text: str) -> None:
    """Each as a bad request."""
    with pytest.raises(Refusal) as caught:
        parse_extensions(text)
    assert caught.value.status == 400


@pytest.mark.parametrize(("frame", "code"), FAILING.values(), ids=FAILING.keys())
async def test_the_server_fails_at_once(frame: Raw, code: int) -> None:
    """It waits for no octet that can change nothing."""
    _, octets = Probe((frame,)).to_server()
    key = 4 if frame[1] else 0  # without payload, the masking key need not come either
    end = len(octets) if key else len(octets) - 4
    pieces = [Probe(()).to_server()[0], octets[:end]]
    outcome = await examine_server(PlainServer, pieces)
    assert outcome.frames == [Sent(0x88, code.to_bytes(2))]
    assert outcome.ended


@pytest.mark.parametrize(("frame", "code"), FAILING.values(), ids=FAILING.keys())
async def test_the_client_fails_at_once(frame: Raw, code: int) -> None:
    """As the server does, but masked."""
    outcome = await examine_client(Probe((frame,)))
    assert outcome.frames == [Sent(0x88, code.to_bytes(2), masked=True)]
    assert outcome.ended


@pytest.mark.parametrize("code", [*BAD_CODES, *GOOD_CODES])
async def test_close_codes(code: int) -> None:
    """A code that may be sent is answered with itself, any other with 1002."""
    answer = (code if code in GOOD_CODES else 1002).to_bytes(2)
    probe = Probe(((0x88, code.to_bytes(2)), (0x81, b"ignored")))
    outcome = await examine_server(PlainServer, probe.to_server())
    assert outcome.frames == [Sent(0x88, answer)]
    outcome = await examine_client(probe)
    assert outcome.frames == [Sent(0x88, answer, masked=True)]
    assert outcome.ended == (code in BAD_CODES)


async def test_pings_are_answered_within_messages() -> None:
    """In their order, before the message that is under way; pongs are ignored."""
    frames = ((0x01, b"a"), (0x89, b"1"), (0x00, b"b"), (0x8A, b"x"), (0x89, b"2"), (0x80, b""))
    outcome = await examine_server(PlainServer, Probe(frames).to_server())
    assert outcome.frames == [Sent(0x8A, b"1"), Sent(0x8A, b"2"), Sent(0x81, b"ab")]


async def test_characters_may_span_frames_and_pieces() -> None:
    """All octets of a text, one by one."""
    text = "Straße ☃ 🎈".encode()
    frames = ((0x01, text[:5]), (0x00, text[5:11]), (0x80, text[11:]))
    outcome = await examine_server(PlainServer, Probe(frames, chop=1).to_server())
    assert outcome.frames == [Sent(0x81, text)]


async def test_fragments_may_not_exceed_a_message() -> None:
    """Nor may what is announced of the last."""
    frames: tuple[Raw, ...] = (
        (0x02, bytes(1 << 23)),
        (0x80, b"", b"\x7f" + ((1 << 23) + 1).to_bytes(8)),
    )
    outcome = await examine_server(PlainServer, Probe(frames).to_server())
    assert outcome.frames == [Sent(0x88, b"\x03\xf1")]


async def test_the_longest_message_is_echoed() -> None:
    """16 MiB, and no octet more."""
    outcome = await examine_server(PlainServer, Probe(((0x82, bytes(1 << 24)),)).to_server())
    assert outcome.frames == [Sent(0x82, bytes(1 << 24), form=9)]


DEFLATED: dict[str, tuple[tuple[Raw, ...], list[Sent]]] = {
    "whole": (((0xC1, HELLO),), [Sent(0xC1, HELLO)]),
    "in fragments": (((0x41, HELLO[:3]), (0x80, HELLO[3:])), [Sent(0xC1, HELLO)]),
    "uncompressed": (((0x81, b"Hello"),), [Sent(0xC1, HELLO)]),
    "empty": (((0xC1, b"\x00"),), [Sent(0xC1, b"\x00")]),
    "stored": (((0xC1, b"\x00\x05\x00\xfa\xffHello\x00"),), [Sent(0xC1, HELLO)]),
    "final": (((0xC1, FINAL),), [Sent(0xC1, HELLO)]),
    "two blocks": (
        ((0xC1, b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),),
        [Sent(0xC1, HELLO)],
    ),
    "a reserved block": (((0xC1, b"\x07"),), [Sent(0x88, b"\x03\xef")]),
    "no octet": (((0xC1, b""),), [Sent(0x88, b"\x03\xef")]),
    "cut short": (((0xC1, HELLO[:-2]),), [Sent(0x88, b"\x03\xef")]),
    "no UTF-8": (((0xC1, b"\xfa\x0f\x00"),), [Sent(0x88, b"\x03\xef")]),
    "a bomb": (((0xC2, BOMB),), [Sent(0x88, b"\x03\xf1")]),
    "RSV1 on a continuation": (((0x41, b""), (0xC0, HELLO)), [Sent(0x88, b"\x03\xea")]),
    "RSV1 on a ping": (((0xC9, b""),), [Sent(0x88, b"\x03\xea")]),
    "RSV2": (((0xE1, HELLO),), [Sent(0x88, b"\x03\xea")]),
}


@pytest.mark.parametrize(("frames", "answer"), DEFLATED.values(), ids=DEFLATED.keys())
async def test_the_server_inflates(frames: tuple[Raw, ...], answer: list[Sent]) -> None:
    """What RFC 7692 shows in 7.2.3, and what is none of it."""
    outcome = await examine_server(PlainServer, deflate("", *frames).to_server())
    assert outcome.frames == answer


@pytest.mark.parametrize("probe", REJECTED.values(), ids=REJECTED.keys())
async def test_the_client_rejects(probe: Probe) -> None:
    """It ends TCP without a frame."""
    outcome = await examine_client(probe)
    assert outcome.frames == []
    assert outcome.ended


@pytest.mark.parametrize(
    ("parameters", "good"),
    [
        ("", True),
        ("; server_max_window_bits=9; client_max_window_bits=8", True),
        ("; client_no_context_takeover; server_no_context_takeover", True),
        ("; client_max_window_bits", False),
        ("; server_max_window_bits=7", False),
        ("; server_max_window_bits=016", False),
        ("; client_no_context_takeover=1", False),
        ("; server_max_window_bits=9; server_max_window_bits=9", False),
        ("; x", False),
        (", permessage-deflate", False),
        (", x-unknown", False),
    ],
)
async def test_the_client_negotiates(parameters: str, good: bool) -> None:
    """It rejects what it didn't offer, or cannot understand."""
    outcome = await examine_client(deflate(parameters), compression=True)
    assert bool(outcome.frames) == good
    assert outcome.ended != good


async def test_the_client_asks() -> None:
    """As RFC 6455 demands in 4.1."""
    outcome = await examine_client(Probe(()), compression=True)
    lines = outcome.head.split("\r\n")
    assert lines[:4] == [
        "GET /chat HTTP/1.1",
        "Host: example",
        "Upgrade: websocket",
        "Connection: Upgrade",
    ]
    assert field(outcome.head, "Sec-WebSocket-Version") == "13"
    extension = "permessage-deflate; client_max_window_bits"
    assert field(outcome.head, "Sec-WebSocket-Extensions") == extension
