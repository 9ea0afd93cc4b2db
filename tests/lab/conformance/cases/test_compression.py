"""Chapters 12, 13 and 25: what is offered and answered, what is sent, and promises broken."""

from __future__ import annotations

import zlib

import pytest

from tests.lab.conformance.talk import GO_ON, GO_ON_READING, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import BOTH, Role, Severity
from wsdemo.lab.conformance.cases.compression import pictures, stories
from wsdemo.lab.conformance.deflate import Agreement, Deflate
from wsdemo.lab.conformance.moves import Message
from wsdemo.lab.conformance.result import Outcome, judge
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.transcript import Transcript

NAME = "permessage-deflate"
BASE = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
TAIL = b"\x00\x00\xff\xff"
HELLO = bytes.fromhex("f248cdc9c90700")
PONG = frame(0x8A, "are you still there?")

# Octets of a message, and of its frames, in Autobahn's rows 1 to 18.
ROWS = (
    *((size, None) for size in (16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072)),
    *((size, 256) for size in (8192, 16_384, 32_768, 65_536, 131_072)),
    *((131_072, part) for part in (1024, 4096, 32_768)),
)
# What Autobahn adds to its offer as a client, and to its answer as a server, in 13.1 to 13.6.
KINDS = (
    ("", ""),
    ("; server_no_context_takeover", "; client_no_context_takeover"),
    ("; server_max_window_bits=9", "; client_max_window_bits=9"),
    ("; server_max_window_bits=15", "; client_max_window_bits=15"),
    (
        "; server_no_context_takeover; server_max_window_bits=9",
        "; client_no_context_takeover; client_max_window_bits=9",
    ),
    (
        "; server_no_context_takeover; server_max_window_bits=15",
        "; client_no_context_takeover; client_max_window_bits=15",
    ),
)


def _sent(number: str) -> list[Message]:
    return [move for move in find(number).moves if isinstance(move, Message)]


def _echoed(number: str, *, bits: int = 15, forget: bool = False) -> list[bytes]:
    """Compress the messages of a case, with a window that need not be the promised one."""
    frames, deflater = [], zlib.compressobj(9, wbits=-bits)
    for message in _sent(number):
        if forget:
            deflater = zlib.compressobj(9, wbits=-bits)
        packed = deflater.compress(message.payload) + deflater.flush(zlib.Z_SYNC_FLUSH)
        frames.append(frame(0xC0 | message.opcode, packed.removesuffix(TAIL)))
    return frames


@pytest.mark.parametrize("row", range(1, 19))
def test_messages_are_as_long_as_autobahns(row: int) -> None:
    """Of text in 12.1, of octets in 12.2, a dozen where they are short."""
    size, part = ROWS[row - 1]
    for kind, opcode in (("12.1", 1), ("12.2", 2)):
        messages = _sent(f"{kind}.{row}")
        assert {(each.opcode, len(each.payload), each.part) for each in messages} == {
            (opcode, size, part)
        }
        assert len(messages) == (12 if size < 10_000 else 3)
        assert all(each.packed and each.coded is None for each in messages)
        assert find(f"{kind}.{row}").deflate == Deflate(BASE)


def test_messages_go_on_where_the_last_one_ended() -> None:
    """And text is text, however it is cut."""
    text = b"".join(stories(256))
    assert text.startswith(b'[{"id": 0, "name": "')
    assert text.isascii()
    assert next(iter(stories(3072))) == text
    assert len(set(stories(256))) == 12


def test_messages_can_be_compressed() -> None:
    """Text well, and pictures a little."""
    text, picture = (next(iter(made(65_536))) for made in (stories, pictures))
    assert len(zlib.compress(text)) < 0.6 * len(text)
    assert 0.05 * len(picture) < len(zlib.compress(picture)) < 0.6 * len(picture)


def test_messages_are_the_same_in_every_run() -> None:
    """A failure can be had again."""
    assert zlib.crc32(next(iter(pictures(4096)))) == zlib.crc32(next(iter(pictures(8192)))[:4096])
    assert list(stories(64)) == list(stories(64))


@pytest.mark.parametrize("kind", range(1, 7))
def test_offers_and_answers_are_autobahns(kind: int) -> None:
    """And the cases do not apply where they are not agreed to."""
    offered, answered = KINDS[kind - 1]
    for case in select(f"13.{kind}"):
        assert case.deflate is not None
        assert case.deflate.offer == BASE + offered
        assert case.deflate.answer == NAME + answered
        agreed = tuple(part.strip().split("=")[0] for part in offered.split(";")[1:])
        assert case.deflate.agreed == agreed
        bits = "client_max_window_bits" in answered
        assert case.deflate.offered == (("client_max_window_bits",) if bits else ())


def test_a_few_rows_are_enough_for_each_offer() -> None:
    """Short messages, long ones, and fragments."""
    rows = {case.number.rsplit(".", 1)[1] for case in select("13")}
    assert rows == {"3", "8", "11"}
    assert [len(each.payload) for each in _sent("13.1.8")] == [32_768] * 3
    assert {each.part for each in _sent("13.1.11")} == {256}


@pytest.mark.parametrize("number", ["12.1.1", "12.2.3", "13.1.3"])
def test_messages_come_back_compressed_or_not(number: str) -> None:
    """Whichever the endpoint likes, message by message."""
    plain = [frame(0x80 | each.opcode, each.payload) for each in _sent(number)]
    packed = _echoed(number)
    assert words(number, *plain) == words(number, *packed) == ""
    assert words(number, *plain[:5], *_echoed(number, forget=True)[5:]) == ""
    assert words(number, *packed[1:]) != ""
    assert words(number, *packed[:-1]).startswith("wanted ")


@pytest.mark.parametrize(("number", "bits"), [("25.1.1", 9), ("25.1.2", 10), ("25.1.3", 11)])
def test_a_window_that_is_too_large_is_found_out(number: str, bits: int) -> None:
    """The messages tempt an endpoint to reach back further than it has promised."""
    deflate = find(number).deflate
    assert deflate is not None
    assert f"server_max_window_bits={bits}" in deflate.offer
    assert deflate.answer == f"{NAME}; server_no_context_takeover; client_max_window_bits={bits}"
    promised = Agreement({"server_max_window_bits": str(bits)})
    kept = verdict(number, *_echoed(number, bits=bits), agreement=promised)
    assert kept.words == ""
    for wider in range(bits + 1, 16):
        broken = words(number, *_echoed(number, bits=wider), agreement=promised)
        assert "distance too far back" in broken, wider


def test_a_window_that_was_to_be_forgotten_is_found_out() -> None:
    """Every message is the same: there is all to find in the one before."""
    promised = Agreement({"server_no_context_takeover": None})
    assert words("25.1.4", *_echoed("25.1.4", forget=True), agreement=promised) == ""
    broken = verdict("25.1.4", *_echoed("25.1.4"), agreement=promised)
    assert "distance too far back" in broken.words
    assert words("25.1.4", *_echoed("25.1.4")) == ""


@pytest.mark.parametrize("number", ["25.1.5", "25.1.6"])
def test_the_window_of_the_last_message_is_wanted(number: str) -> None:
    """By both sides in 25.1.5; in 25.1.6 we forget, and they need not."""
    assert words(number, *_echoed(number)) == ""
    assert words(number, close(1007)).endswith("got CLOSE 1007 [2 octets]")
    assert _sent(number)[-1] == _sent(number)[-2]


@pytest.mark.parametrize(
    ("number", "messages"),
    [
        ("25.2.1", [(1, b"Hello"), (1, b"Hello")]),
        ("25.2.2", [(1, b"Hello" * 9)]),
        ("25.2.3", [(1, b""), (2, b"")]),
        ("25.2.4", [(1, b"Hello" * 9)]),
        ("25.2.5", [(1, b"Hello")]),
        ("25.2.6", [(1, b"Hello"), (1, b"again")]),
    ],
)
def test_every_form_is_read(number: str, messages: list[tuple[int, bytes]]) -> None:
    """And the messages come back in any form."""
    assert [(each.opcode, each.payload) for each in _sent(number)] == messages
    assert words(number, *(frame(0x80 | opcode, data) for opcode, data in messages)) == ""
    assert words(number, *_echoed(number)) == ""
    assert words(number, frame(0x81, b"hello")).startswith(("octet 0", "wanted TEXT"))


def test_forms_are_those_of_the_rfc() -> None:
    """RFC 7692, 7.2.3.3 and 7.2.3.4; one octet a frame; two blocks; one that is plain."""
    coded = {
        case.number: move.coded.hex()
        for case in select("25.2")
        for move in case.moves
        if isinstance(move, Message) and move.coded is not None
    }
    assert coded == {"25.2.5": "000500faff48656c6c6f00", "25.2.6": "f348cdc9c9070000"}
    assert [each.packed for each in _sent("25.2.1")] == [False, True]
    assert [each.part for each in _sent("25.2.2")] == [1]
    assert [each.blocks for each in _sent("25.2.4")] == [2]


def test_nothing_in_a_message_is_an_octet_on_the_wire() -> None:
    """RFC 7692, 7.2.3.6: an empty frame with the bit set is no empty message."""
    assert words("25.2.3", frame(0xC1, b"\x00"), frame(0xC2, b"\x00")) == ""
    assert words("25.2.3", frame(0xC1), frame(0xC2)) != ""


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        ("25.3.1", frame(0x41, HELLO[:1]) + frame(0xC0, HELLO[1:]) + GO_ON),
        ("25.3.2", frame(0xC9, "payload") + GO_ON),
        ("25.3.3", frame(0xE1, HELLO) + GO_ON),
        ("25.3.4", frame(0xC1, b"\xff" * 16) + GO_ON),
        ("25.3.7", frame(0xC1, HELLO[:5]) + GO_ON),
    ],
)
def test_what_goes_out(number: str, octets: bytes) -> None:
    """One thing is wrong with each."""
    assert sent(number) == octets


def test_what_inflates_to_no_text() -> None:
    """The compressed octets are right, and what is in them is not."""
    faulty = find("25.3.5").bad_frame
    assert faulty is not None
    inflater = zlib.decompressobj(wbits=-15)
    assert inflater.decompress(faulty.payload + TAIL) == b"\xed\xa0\x80 edited"
    assert sent("25.3.5").endswith(GO_ON_READING)
    assert words("25.3.5", close(1007)) == ""
    assert words("25.3.5", close(1002)).startswith("wanted close code 1007")


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("25.3.1", (1002,)),
        ("25.3.2", (1002,)),
        ("25.3.3", (1002,)),
        ("25.3.4", (1002, 1003, 1007, 1011)),
        ("25.3.7", (1002, 1003, 1007, 1011)),
    ],
)
def test_faults_must_be_refused(number: str, codes: tuple[int, ...]) -> None:
    """With a code that says what was wrong."""
    for code in (1000, 1002, 1003, 1007, 1009, 1011):
        assert (words(number, close(code)) == "") == (code in codes)
    assert words(number, PONG).startswith("went on as if nothing had happened")
    assert words(number, frame(0x81, "Hello")).startswith("answered what it must refuse")


PONGED = frame(0x8A, "payload")


@pytest.mark.parametrize(
    "frames",
    [
        (frame(0x81, "Hello"), frame(0x81, "Hello" * 1000), PONGED),
        (frame(0xC1, HELLO), PONGED, frame(0x41, HELLO[:3]), frame(0x80, HELLO[3:])),
        (frame(0xC1, b"nonsense"),),
        (PONGED, close(1011)),
    ],
)
def test_the_bit_of_compression_is_where_it_may_be(frames: tuple[bytes, ...]) -> None:
    """In the first frame of a message; what is in it is for other cases."""
    assert words("25.7.1", *frames) == ""


@pytest.mark.parametrize(
    ("frames", "shown"),
    [
        ((frame(0xCA, "payload"),), "PONG 'payload' [7 octets, rsv 100]"),
        ((frame(0x41, "a"), frame(0xC0, "b")), "CONT 'b' [1 octet, rsv 100]"),
        ((frame(0xA1, "a"),), "TEXT 'a' [1 octet, rsv 010]"),
        ((frame(0xD1, "a"),), "TEXT 'a' [1 octet, rsv 101]"),
        ((frame(0xC8, b"\x03\xe8"),), "CLOSE 1000 [2 octets, rsv 100]"),
    ],
)
def test_the_bit_of_compression_is_nowhere_else(frames: tuple[bytes, ...], shown: str) -> None:
    """Nor is any other bit set."""
    result = verdict("25.7.1", *frames, frame(0x81, "Hello"))
    assert result.words == f"reserved bits: {shown}"
    assert result.theirs == 129 + sum(map(len, frames))


def test_silence_has_no_bits() -> None:
    """An answer is wanted, whatever it is."""
    assert words("25.7.1").startswith("wanted TEXT 'Hello'")


def test_a_bomb_should_be_refused() -> None:
    """32 MiB of zeros: to take all of it is no limit, and 1009 is one."""
    (bomb,) = _sent("25.3.6")
    assert (len(bomb.payload), bomb.payload.count(0)) == (32 * 2**20, 32 * 2**20)
    assert words("25.3.6", close(1009)) == ""
    packed = zlib.compressobj(9, wbits=-15)
    whole = (packed.compress(bomb.payload) + packed.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
    assert len(whole) < 40_000
    assert words("25.3.6", frame(0xC2, whole)) == "took all of it"
    assert words("25.3.6").startswith("wanted BINARY 00 00")
    assert find("25.3.6").severity is Severity.SHOULD


def test_cases_with_compression_do_not_apply_without_it() -> None:
    """Whoever runs them says so, and nothing else is judged."""
    compressed = select("12,13,25.1-25.3")
    assert all(case.deflate is not None and case.roles == BOTH for case in compressed)
    seen = Transcript(find("12.1.1").moves, server=True)
    seen.moot = f"the server does not agree to {NAME}"
    result = judge(find("12.1.1"), seen, 0.0)
    assert (result.outcome, result.words) == (Outcome.MOOT, seen.moot)
    others = [case for case in select("", Role.SERVER) if case.order[0] not in (12, 13, 25)]
    assert all(case.deflate is None for case in others)
