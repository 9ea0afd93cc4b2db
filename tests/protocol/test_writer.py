"""The writer: messages in, frames out, each with its own key."""

from itertools import count

import pytest

from tests.protocol.streams import KEY, fixed_key, frames_of
from wsdemo.errors import StateError
from wsdemo.protocol.deflate import Deflate, longer_than
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.writer import FrameWriter

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION


def test_output_is_fetched_once() -> None:
    """All that was written leaves in one piece, in order."""
    writer = FrameWriter()
    writer._raw(b"head")
    writer._control(Opcode.PING, b"")
    assert writer.take_output() == b"head\x89\x00"
    assert writer.take_output() == b""


def test_a_fragmented_message() -> None:
    """RFC 6455, 5.4: opcode first, then 0; FIN last."""
    writer = FrameWriter()
    writer._begin(TEXT, b"Hel", fin=False)
    writer._resume("l", fin=False)
    writer._resume(b"o", fin=True)
    assert frames_of(writer.take_output()) == [
        Frame(TEXT, b"Hel", fin=False),
        Frame(CONTINUATION, b"l", fin=False),
        Frame(CONTINUATION, b"o"),
    ]


def test_control_frames_may_stand_within_a_message() -> None:
    """RFC 6455, 5.4; the message goes on as if nothing had been."""
    writer = FrameWriter()
    writer._begin(BINARY, b"a", fin=False)
    writer._control(Opcode.PONG, b"x")
    writer._resume(b"b", fin=True)
    assert [frame.opcode for frame in frames_of(writer.take_output())] == [
        BINARY, Opcode.PONG, CONTINUATION,
    ]  # fmt: skip


def test_messages_are_not_mixed() -> None:
    """One has to end before the next begins, and only what has begun goes on."""
    writer = FrameWriter()
    with pytest.raises(StateError, match="cannot continue a message: none is under way"):
        writer._resume(b"a", fin=True)
    writer._begin(TEXT, b"a", fin=False)
    with pytest.raises(
        StateError, match="begin a BINARY message: a fragmented TEXT message is under way"
    ):
        writer._begin(BINARY, b"b", fin=True)
    writer._resume(b"c", fin=True)
    assert len(frames_of(writer.take_output())) == 2


def test_text_does_not_go_into_a_binary_message() -> None:
    """The opposite is possible, for whoever has UTF-8 in octets."""
    writer = FrameWriter()
    writer._begin(BINARY, b"a", fin=False)
    with pytest.raises(TypeError, match="cannot continue a BINARY message with a str"):
        writer._resume("b", fin=True)


def test_control_frames_hold_125_octets() -> None:
    """RFC 6455, 5.5; ours is the fault, so it is a ValueError."""
    writer = FrameWriter()
    writer._control(Opcode.PING, bytes(125))
    with pytest.raises(ValueError, match="PING payload of 126 bytes, over 125"):
        writer._control(Opcode.PING, bytes(126))


def test_a_client_takes_a_new_key_for_each_frame() -> None:
    """RFC 6455, 5.3: "the client MUST pick a fresh masking key"."""
    numbers = count()
    writer = FrameWriter(masking=lambda size: next(numbers).to_bytes(size, "big"))
    writer._begin(TEXT, b"a", fin=True)
    writer._control(Opcode.PING, b"")
    keys = [frame.masking_key for frame in frames_of(writer.take_output())]
    assert keys == [b"\0\0\0\0", b"\0\0\0\1"]


def test_example_of_the_rfc() -> None:
    """RFC 6455, 5.7: "A single-frame masked text message"."""
    writer = FrameWriter(fixed_key)
    writer._begin(TEXT, b"Hello", fin=True)
    assert writer.take_output() == bytes.fromhex("8185 37fa213d 7f9f4d5158")


def test_an_engine_may_bring_a_faster_mask() -> None:
    """It is called with the payload and the key."""
    writer = FrameWriter(fixed_key, apply_mask=lambda data, key: data.upper())
    writer._begin(TEXT, b"hello", fin=True)
    assert writer.take_output() == b"\x81\x85" + KEY + b"HELLO"


def test_compressed_messages_carry_rsv1_on_their_first_frame() -> None:
    """RFC 7692, 6.1: never on a continuation or a control frame."""
    writer = FrameWriter()
    writer._use(Deflate())
    writer._begin(TEXT, b"Hello " * 9, fin=False)
    writer._control(Opcode.PING, b"Hello")
    writer._resume("Hello", fin=True)
    sent = frames_of(writer.take_output())
    assert [frame.rsv1 for frame in sent] == [True, False, False]
    codec = Deflate()
    parts = [codec.decompress(sent[i].payload, sent[i].fin) for i in (0, 2)]
    assert parts == [b"Hello " * 9, b"Hello"]


def test_the_codec_decides_for_a_whole_message() -> None:
    """What its first frame decides holds for the others, of whatever length."""
    writer = FrameWriter()
    writer._use(Deflate(policy=longer_than(3)))
    writer._begin(TEXT, b"Hi!", fin=False)
    writer._resume("Hello, Hello, Hello", fin=True)
    writer._begin(TEXT, b"Hello", fin=True)
    sent = frames_of(writer.take_output())
    assert [frame.rsv1 for frame in sent] == [False, False, True]
    assert sent[1].payload == b"Hello, Hello, Hello"
