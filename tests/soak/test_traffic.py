"""What visitors send is what it is meant to be, and the same each time."""

from __future__ import annotations

import random

import pytest

from tests.scratch.bad_input import FROM_A_CLIENT
from tests.soak import traffic
from tests.soak.breaches import OF_OTHER_LIMITS, STREAMS
from tests.soak.handlers import order
from tests.soak.talks import LAST
from tests.soak.traffic import CODES, LONG, OFFERS, SHORT, Pen
from wsdemo.protocol import FrameReader
from wsdemo.protocol.closing import may_be_sent
from wsdemo.protocol.deflate import accept_deflate
from wsdemo.protocol.extensions import format_extensions, parse_extensions


@pytest.fixture
def rng() -> random.Random:
    """The same generator in every run."""
    return random.Random(1)


def test_every_form_of_length_is_drawn(rng: random.Random) -> None:
    """And sizes between."""
    sizes = {traffic.size(rng) for _ in range(2000)}
    assert sizes > {*SHORT, *LONG}
    assert len(sizes) > 300
    assert max(sizes) <= traffic.MAX_SIZE


def test_text_has_the_octets_that_it_is_to_have(rng: random.Random) -> None:
    """It is UTF-8, and never looks like a command or like the last message."""
    for octets in range(300):
        text = traffic.text(rng, octets)
        assert len(text) == octets
        assert order(text.decode()) is None
        assert LAST.payload not in text


def test_commands_are_understood(rng: random.Random) -> None:
    """With a reason that has blanks in it, and with none."""
    for reason in ("", "a b", " "):
        command = traffic.command(f"close 4000 {reason}").payload.decode()
        assert order(command) == ("close", 4000, reason)


def test_every_legal_code_is_drawn(rng: random.Random) -> None:
    """Registered, for libraries, private, and none at all."""
    drawn = {traffic.close(rng).code for _ in range(500)}
    assert drawn == {1005 if code is None else code for code in CODES}
    assert {code for code in range(5000) if code < 3000 and may_be_sent(code)} < drawn


def test_chunks_are_cut_in_every_way(rng: random.Random) -> None:
    """Whole, byte by byte, and anywhere; together they are what was cut."""
    counts = set()
    for _ in range(100):
        chunks = traffic.chunks(rng, b"0123456789")
        assert b"".join(chunks) == b"0123456789"
        counts.add(len(chunks))
    assert counts >= {1, 2, 6, 10, 21}


def test_frames_carry_the_message(rng: random.Random) -> None:
    """In one frame or several, with pings and pongs between."""
    pen, seen = Pen(rng), set()
    for _ in range(200):
        message, reader = traffic.message(rng), FrameReader(from_client=True)
        reader.feed(pen.message(message))
        frames = [frame for frame in reader if not frame.opcode.is_control]
        assert b"".join(frame.payload for frame in frames) == message.payload
        assert [frame.fin for frame in frames] == [False] * (len(frames) - 1) + [True]
        assert frames[0].opcode is message.opcode
        seen.add(len(frames))
    assert {1, 2, 9} <= seen
    assert len(pen.pings) > 20


@pytest.mark.parametrize("offer", sorted(set(OFFERS) - {""}))
def test_compression_is_understood_by_the_engine(rng: random.Random, offer: str) -> None:
    """And the other way round, message after message."""
    accepted = accept_deflate(parse_extensions(offer))
    assert accepted is not None
    item, codec = accepted
    squeezer = traffic.squeezer(format_extensions([item]))
    assert squeezer is not None
    for _ in range(20):
        payload = traffic.message(rng).payload
        assert codec.decompress(squeezer.compress(payload)) == payload
        assert squeezer.decompress(codec.compress(payload)) == payload


def test_every_breach_that_the_engine_knows_is_committed() -> None:
    """Those that depend on limits, with the limits of the subject."""
    names = {bad.name for bad in FROM_A_CLIENT}
    assert names > OF_OTHER_LIMITS
    assert len(STREAMS) == len(FROM_A_CLIENT)
