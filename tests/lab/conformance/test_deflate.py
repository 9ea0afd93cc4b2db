"""Compression at our end: the window kept and forgotten, and promises that are held to."""

from __future__ import annotations

import random
import zlib

import pytest

from wsdemo.lab.conformance.deflate import (
    MAX_INFLATED,
    TAIL,
    Agreement,
    Corrupt,
    Deflate,
    Packer,
    Unpacker,
    parse,
)

HELLO = bytes.fromhex("f248cdc9c90700")  # RFC 7692, 7.2.3.1
AGAIN = bytes.fromhex("f200110000")  # RFC 7692, 7.2.3.2: the same with the window of the first
STORED = bytes.fromhex("000500faff48656c6c6f00")  # RFC 7692, 7.2.3.3
FINAL = bytes.fromhex("f348cdc9c9070000")  # RFC 7692, 7.2.3.4
BLOCKS = bytes.fromhex("f24805000000ffffcac9c90700")  # RFC 7692, 7.2.3.5

RANDOM = random.Random(7692)
NOISE = RANDOM.randbytes(40_000)


def _deflated(*payloads: bytes) -> list[bytes]:
    """Compress messages with the largest window, whatever was promised."""
    deflater = zlib.compressobj(9, wbits=-15)
    flushed = (deflater.compress(each) + deflater.flush(zlib.Z_SYNC_FLUSH) for each in payloads)
    return [each.removesuffix(TAIL) for each in flushed]


def test_a_packer_keeps_its_window() -> None:
    """The second message refers to the first (RFC 7692, 7.2.3.2)."""
    packer = Packer(15, forget=False)
    assert [packer.pack(b"Hello"), packer.pack(b"Hello")] == [HELLO, AGAIN]


def test_a_packer_forgets() -> None:
    """Every message is the first one."""
    packer = Packer(15, forget=True)
    assert [packer.pack(b"Hello"), packer.pack(b"Hello")] == [HELLO, HELLO]


def test_messages_with_nothing_in_them_have_an_octet() -> None:
    """RFC 7692, 7.2.3.6, also when the last flush had nothing to write either."""
    packer = Packer(15, forget=False)
    assert [packer.pack(b""), packer.pack(b""), packer.pack(b"Hello")] == [b"\0", b"\0", HELLO]


def test_a_packer_makes_blocks() -> None:
    """Each ends with a flush, whose mark stays where it is no end (RFC 7692, 7.2.3.5)."""
    packed = Packer(15, forget=False).pack(b"Hello" * 9, blocks=3)
    assert packed.count(TAIL) == 2
    assert not packed.endswith(TAIL)
    assert Unpacker(15, forget=False).unpack(packed) == b"Hello" * 9


def test_a_window_of_256_octets_is_kept() -> None:
    """By blocks that refer to nothing: zlib would take 512."""
    payload = NOISE[:300] * 2
    packed = Packer(8, forget=False).pack(payload)
    assert len(packed) > len(payload)
    assert Unpacker(8, forget=False).unpack(packed) == payload


@pytest.mark.parametrize("bits", [9, 10, 12, 15])
def test_a_packer_stays_within_its_window(bits: int) -> None:
    """Whoever has a window of that size can read it, message after message."""
    packer, unpacker = Packer(bits, forget=False), Unpacker(bits, forget=False)
    for payload in (NOISE[: 2**bits] * 3, NOISE[:600] * 2, b"", NOISE[:600]):
        assert unpacker.unpack(packer.pack(payload)) == payload


@pytest.mark.parametrize("bits", range(8, 15))
def test_a_distance_beyond_the_promised_window_is_refused(bits: int) -> None:
    """Within one message: noise as long as the window and then some, and the same again."""
    payload = NOISE[: 2**bits + 20] * 2
    (packed,) = _deflated(payload)
    with pytest.raises(Corrupt, match="distance too far back"):
        Unpacker(bits, forget=False).unpack(packed)
    assert Unpacker(bits + 1, forget=False).unpack(packed) == payload


@pytest.mark.parametrize("bits", [9, 11])
def test_a_distance_into_the_message_before_counts(bits: int) -> None:
    """The window goes on from message to message, and is no larger for that."""
    first, second = _deflated(NOISE[: 2**bits + 20], NOISE[:100])
    unpacker = Unpacker(bits, forget=False)
    assert unpacker.unpack(first) == NOISE[: 2**bits + 20]
    with pytest.raises(Corrupt, match="distance too far back"):
        unpacker.unpack(second)


@pytest.mark.parametrize("bits", [9, 15])
def test_a_reference_into_a_forgotten_message_is_refused(bits: int) -> None:
    """Who has promised to forget may not remember."""
    forgetful, mindful = Unpacker(bits, forget=True), Unpacker(bits, forget=False)
    assert forgetful.unpack(HELLO) == mindful.unpack(HELLO) == b"Hello"
    assert mindful.unpack(AGAIN) == b"Hello"
    with pytest.raises(Corrupt, match="distance too far back"):
        forgetful.unpack(AGAIN)


@pytest.mark.parametrize("bits", [9, 15])
@pytest.mark.parametrize("packed", [HELLO, STORED, FINAL, BLOCKS])
def test_every_form_of_the_rfc_is_read(packed: bytes, bits: int) -> None:
    """Stored, in two blocks, with a final block; and a message behind it."""
    unpacker = Unpacker(bits, forget=False)
    assert [unpacker.unpack(packed), unpacker.unpack(HELLO)] == [b"Hello", b"Hello"]


@pytest.mark.parametrize("bits", [9, 15])
def test_what_does_not_inflate_is_refused(bits: int) -> None:
    """And it is said why."""
    with pytest.raises(Corrupt, match="invalid block type"):
        Unpacker(bits, forget=False).unpack(b"\xff" * 16)


@pytest.mark.parametrize("bits", [9, 15])
def test_a_bomb_is_cut_off(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No case makes an endpoint send as much as is inflated at most."""
    assert MAX_INFLATED > 32 * 2**20
    monkeypatch.setattr("wsdemo.lab.conformance.deflate.MAX_INFLATED", 1000)
    (packed,) = _deflated(bytes(1001))
    assert Unpacker(bits, forget=False).unpack(packed) == bytes(1000)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("", []),
        ("permessage-deflate", [("permessage-deflate", {})]),
        ("a; b; c=1", [("a", {"b": None, "c": "1"})]),
        ('a ;b = "9" ', [("a", {"b": "9"})]),
        ("a; b=1; b=2", [("a", {"b": "2"})]),
        ("a; b, c, a;d", [("a", {"b": None}), ("c", {}), ("a", {"d": None})]),
        ("a; b=", [("a", {"b": ""})]),
        (" , ;x", []),
    ],
)
def test_a_field_is_taken_apart(
    value: str, parsed: list[tuple[str, dict[str, str | None]]]
) -> None:
    """Names and parameters, of one line or several that were joined."""
    assert parse(value) == parsed


@pytest.mark.parametrize(
    ("value", "bits"),
    [("8", 8), ("9", 9), ("15", 15), ("7", 15), ("16", 15), ("\xb2", 15), ("", 15), (None, 15)],
)
def test_window_bits_are_those_of_the_answer(value: str | None, bits: int) -> None:
    """Of one side; nonsense is for the cases to find, and means nothing here."""
    agreement = Agreement({"client_max_window_bits": value})
    assert (agreement.bits("client"), agreement.bits("server")) == (bits, 15)


def test_who_forgets_is_in_the_answer() -> None:
    """One side, or the other, or none."""
    agreement = Agreement({"server_no_context_takeover": None})
    assert (agreement.forgets("server"), agreement.forgets("client")) == (True, False)
    assert Agreement().bits("server") == 15


def test_a_case_says_nothing_but_the_name() -> None:
    """Unless it is about a parameter."""
    assert Deflate() == Deflate("permessage-deflate", "permessage-deflate", (), ())
