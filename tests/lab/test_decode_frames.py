"""A reader of frames that judges them and goes on."""

import zlib

import pytest

from tests.lab.traffic import masked, plain
from wsdemo.lab.decode_frames import Allowance, Frames
from wsdemo.lab.entries import Fault, InflatedFrame
from wsdemo.protocol import Deflate, Opcode

PLENTY = 2**20


def _reader(*, from_client: bool = True, deflate: bool = False, allowance: int = PLENTY) -> Frames:
    codec = Deflate() if deflate else None
    return Frames(from_client=from_client, codec=codec, allowance=Allowance(allowance))


def _read(data: bytes, reader: Frames | None = None) -> list[str]:
    """Return what a reader makes of some bytes, as people see it."""
    reader, buffer, shown = reader or _reader(), bytearray(data), []
    while buffer and (found := reader.read(buffer)) is not None:
        shown.append(str(found[0]))
        del buffer[: found[1]]
    if buffer:
        shown.append(str(reader.read_end(buffer)))
    return shown


def _compressed(*payloads: bytes) -> bytes:
    """Return compressed messages as a client sends them, with context takeover."""
    codec = Deflate()
    return b"".join(masked(codec.compress(payload), rsv1=True) for payload in payloads)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (plain(b"hi"), "FAULT unmasked TEXT frame from a client (1002): TEXT 'hi' [2 bytes]"),
        (masked(b"hi", rsv2=True), "FAULT reserved bit RSV2 set in a TEXT frame (1002)"),
        (masked(b"", Opcode.PING, fin=False), "FAULT fragmented PING frame (1002)"),
        (masked(b"\x01", Opcode.CLOSE), "FAULT close frame with a 1-byte payload: 0x01 (1002)"),
        (masked(b"\x03\xed", Opcode.CLOSE), "FAULT close code 1005 (1002)"),
        (masked(b"\xff"), "FAULT text is not UTF-8"),
        (masked(b"", Opcode.CONTINUATION), "FAULT CONTINUATION frame without a message"),
        (b"\x83\x80", "FAULT reserved opcode 0x3 (1002)"),
    ],
)
def test_a_broken_rule_is_named(data: bytes, shown: str) -> None:
    """A fault says which rule, which value, and which close code it earns."""
    assert _read(data)[0].startswith(shown)


def test_reading_goes_on_behind_a_frame_that_should_not_be() -> None:
    """Where the next frame begins is known all the same."""
    assert _read(plain(b"a") + masked(b"b")) == [
        "FAULT unmasked TEXT frame from a client (1002): TEXT 'a' [1 byte]",
        "TEXT 'b' [1 byte, masked]",
    ]


def test_a_fault_within_a_message_is_reported_once() -> None:
    """The rest of a message that is broken already can't be judged."""
    data = masked(b"\xff", fin=False) + masked(b"x", Opcode.CONTINUATION) + masked(b"y")
    shown = _read(data)
    assert shown[0].startswith("FAULT text is not UTF-8")
    assert shown[1:] == ["CONTINUATION 'x' [1 byte, masked]", "TEXT 'y' [1 byte, masked]"]


def test_a_character_may_be_split_between_fragments() -> None:
    """Text is judged as a whole message."""
    data = masked(b"\xc3", fin=False) + masked(b"\xa9", Opcode.CONTINUATION)
    assert not any("FAULT" in shown for shown in _read(data))


def test_a_message_amid_another_is_a_fault_and_the_first_goes_on() -> None:
    """The intruder is reported, the continuation behind it is not."""
    data = masked(b"a", fin=False) + masked(b"b") + masked(b"c", Opcode.CONTINUATION)
    shown = _read(data)
    assert "amid a fragmented" in shown[1]
    assert shown[2] == "CONTINUATION 'c' [1 byte, masked]"


def test_data_behind_a_close_frame_is_a_fault() -> None:
    """A close frame is the last thing said, a pong apart."""
    close = masked(b"\x03\xe8", Opcode.CLOSE)
    shown = _read(close + masked(b"", Opcode.PONG) + masked(b"x"))
    assert shown[1] == "PONG [0 bytes, masked]"
    assert shown[2].startswith("FAULT TEXT frame after the close frame")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (masked(b"Hello")[:1], "FAULT frame broken off in its header, after 1 bytes"),
        (masked(b"Hello")[:8], "FAULT TEXT frame broken off after 8 of 11 bytes"),
        (plain(b"Hello")[:4], "FAULT unmasked TEXT frame from a client (1002)"),
    ],
)
def test_a_frame_that_breaks_off_is_a_fault(data: bytes, shown: str) -> None:
    """Its header is judged, as an endpoint would have done while waiting."""
    assert _read(data) == [shown]


def test_compressed_messages_are_shown_inflated() -> None:
    """Context takeover makes the second message shorter, and it is still understood."""
    first, second = _read(_compressed(b"Hello", b"Hello"), _reader(deflate=True))
    assert first == "TEXT 'Hello' [7 bytes, masked, compressed from 5]"
    assert second == "TEXT 'Hello' [5 bytes, masked, compressed from 5]"


def test_fragments_are_inflated_one_by_one() -> None:
    """Only the first fragment says that the message is compressed."""
    codec = Deflate()
    data = masked(codec.compress(b"Hel", fin=False), fin=False, rsv1=True)
    data += masked(codec.compress(b"lo"), Opcode.CONTINUATION)
    shown = _read(data, _reader(deflate=True))
    assert [text.split("'")[1] for text in shown] == ["Hel", "lo"]


def test_an_inflated_frame_is_a_frame() -> None:
    """What looks for a payload finds the one that the application sees."""
    frame, _ = _reader(deflate=True).read(bytearray(_compressed(b"Hello"))) or (None, 0)
    assert isinstance(frame, InflatedFrame)
    assert (frame.payload, frame.compressed, frame.rsv1) == (b"Hello", 7, True)


def test_corrupt_data_is_a_fault_and_what_follows_is_shown_as_it_came() -> None:
    """Its context is lost, and with it the meaning of what is behind."""
    data = masked(b"\xff\xff", rsv1=True) + _compressed(b"Hello") + masked(b"plain")
    shown = _read(data, _reader(deflate=True))
    assert shown[0].startswith("FAULT the compressed data is corrupt")
    assert "rsv1" in shown[1]
    assert shown[2] == "TEXT 'plain' [5 bytes, masked]"


def test_a_bomb_is_not_set_off() -> None:
    """A decompression bomb is shown as it came once the allowance is spent, and so is the rest."""
    zeros = zlib.compressobj(wbits=-15)
    bomb = zeros.compress(bytes(10 * PLENTY)) + zeros.flush(zlib.Z_SYNC_FLUSH)
    shown = _read(masked(bomb[:-4], Opcode.BINARY, rsv1=True) * 2, _reader(deflate=True))
    assert all("rsv1" in text and "FAULT" not in text for text in shown)


def test_the_allowance_counts_what_was_inflated() -> None:
    """Many small bombs are one large one."""
    allowance = Allowance(12)
    reader = Frames(from_client=True, codec=Deflate(), allowance=allowance)
    shown = _read(_compressed(b"Hello", b"Hello", b"Hello"), reader)
    assert ["compressed from" in text for text in shown] == [True, True, False]
    assert allowance.left == 2


def test_a_wrong_header_ends_where_it_is_known_to_be_wrong() -> None:
    """What is behind it is left for somebody who says that it can't be read."""
    fault, used = _reader().read(bytearray(b"\x83\x80abcdef")) or (None, 0)
    assert isinstance(fault, Fault)
    assert used == 2
