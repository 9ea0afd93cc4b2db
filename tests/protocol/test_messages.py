"""Messages: fragments in order, text whole, sizes within limits, compressed or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.errors import InvalidData, ProtocolError, TooBig
from wsdemo.protocol.deflate import Deflate
from wsdemo.protocol.events import Binary, Text
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.messages import Assembler

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION


def fragments(opcode: Opcode, *payloads: bytes, rsv1: bool = False) -> list[Frame]:
    """Return the frames of one message."""
    last = len(payloads) - 1
    return [
        Frame(CONTINUATION if i else opcode, payload, fin=i == last, rsv1=rsv1 and not i)
        for i, payload in enumerate(payloads)
    ]


def assemble(assembler: Assembler, frames: list[Frame]) -> list[Text | Binary]:
    """Return the messages that frames amount to."""
    return [message for frame in frames if (message := assembler.add(frame)) is not None]


@pytest.mark.parametrize("payloads", [[b"Hello"], [b"Hel", b"lo"], [b"", b"Hello", b""]])
def test_a_message_comes_in_one_frame_or_in_many(payloads: list[bytes]) -> None:
    """Its kind is that of its first frame."""
    assert assemble(Assembler(), fragments(TEXT, *payloads)) == [Text("Hello")]
    assert assemble(Assembler(), fragments(BINARY, *payloads)) == [Binary(b"Hello")]


@given(st.lists(st.text() | st.binary(), max_size=5), st.integers(1, 5))
def test_one_message_after_another(sent: list[str | bytes], size: int) -> None:
    """Nothing of a message is left in the next; text may be cut within a character."""
    assembler, frames = Assembler(), []
    for message in sent:
        data = message.encode() if isinstance(message, str) else message
        pieces = [data[i : i + size] for i in range(0, len(data), size)] or [b""]
        frames += fragments(TEXT if isinstance(message, str) else BINARY, *pieces)
    received = assemble(assembler, frames)
    assert [message.data for message in received] == sent
    assert not assembler.under_way


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([Frame(CONTINUATION, b"lo")], "CONTINUATION frame without a message to continue"),
        (
            [*fragments(TEXT, b"Hello"), Frame(CONTINUATION)],
            "CONTINUATION frame without a message to continue",
        ),
        (
            [Frame(BINARY, fin=False), Frame(TEXT, b"Hello")],
            "TEXT frame amid a fragmented BINARY message",
        ),
    ],
)
def test_frames_out_of_place(frames: list[Frame], message: str) -> None:
    """RFC 6455, 5.4; the header alone is enough to know."""
    assembler = Assembler()
    assemble(assembler, frames[:-1])
    with pytest.raises(ProtocolError) as caught:
        assembler.check(frames[-1].header)
    assert (caught.value.code, str(caught.value)) == (1002, message)
    with pytest.raises(ProtocolError, match=message):
        assembler.add(frames[-1])


@pytest.mark.parametrize("opcode", [Opcode.CLOSE, Opcode.PING, Opcode.PONG])
def test_control_frames_are_in_nobodys_way(opcode: Opcode) -> None:
    """RFC 6455, 5.4: they may stand amid a fragmented message, which goes on after them."""
    assembler = Assembler()
    assembler.add(Frame(TEXT, b"Hel", fin=False))
    assembler.check(Frame(opcode).header)
    assert assembler.add(Frame(CONTINUATION, b"lo")) == Text("Hello")


def test_text_fails_with_the_fragment_that_holds_the_offending_byte() -> None:
    """Not only when the message is complete, and counted from the message's first byte."""
    assembler = Assembler()
    assembler.add(Frame(TEXT, b"caf\xc3", fin=False))
    with pytest.raises(InvalidData, match="text is not UTF-8: byte 4 is 0x28"):
        assembler.add(Frame(CONTINUATION, b"(", fin=False))


def test_text_may_not_end_within_a_character() -> None:
    """What is missing would have had to come."""
    with pytest.raises(InvalidData, match="text is not UTF-8: it ends after e2 82"):
        Assembler().add(Frame(TEXT, b"\xe2\x82"))


def test_a_message_that_is_too_big_is_refused_by_its_header() -> None:
    """The payloads add up, and the one too many is not waited for."""
    assembler = Assembler(Limits(message_size=10))
    assert assembler.add(Frame(BINARY, bytes(10))) == Binary(bytes(10))
    assembler.add(Frame(BINARY, bytes(6), fin=False))
    assembler.check(Frame(CONTINUATION, bytes(4)).header)
    with pytest.raises(TooBig, match="message of 11 bytes, over 10"):
        assembler.check(Frame(CONTINUATION, bytes(5)).header)


def test_empty_fragments_count_too() -> None:
    """A message without end is refused although it has no octets."""
    assembler = Assembler(Limits(fragments=3))
    assemble(assembler, fragments(TEXT, b"", b"", b""))
    assemble(assembler, [Frame(TEXT, fin=False), *[Frame(CONTINUATION, fin=False)] * 2])
    with pytest.raises(TooBig, match="message of 4 frames, over 3"):
        assembler.check(Frame(CONTINUATION).header)


def test_without_limits_everything_passes() -> None:
    """None means no limit."""
    assembler = Assembler(Limits(message_size=None, fragments=None))
    frames = fragments(BINARY, *[bytes(2**10)] * 2000)
    assembler.check(Frame(BINARY, bytes(2**21)).header)
    assert assemble(assembler, frames) == [Binary(bytes(2**10 * 2000))]


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_compressed_messages_are_inflated(pieces: int) -> None:
    """RSV1 stands on the first frame, and holds for all of them."""
    codec, text = Deflate(), "Hello, server! " * 20
    size = -(-len(text) // pieces)
    parts = [text[i : i + size].encode() for i in range(0, len(text), size)]
    payloads = [codec.compress(part, i == pieces - 1) for i, part in enumerate(parts)]
    assembler = Assembler(codec=Deflate())
    assert assemble(assembler, fragments(TEXT, *payloads, rsv1=True)) == [Text(text)]
    assert assemble(assembler, fragments(TEXT, b"plain")) == [Text("plain")]


def test_a_bomb_is_stopped_while_it_inflates() -> None:
    """A thousandth of the size is enough to send, and more than the limit never comes out."""
    bomb = Deflate().compress(bytes(2**22))
    assert len(bomb) < 2**13
    assembler = Assembler(Limits(message_size=2**14), Deflate())
    frame = Frame(BINARY, bomb, rsv1=True)
    assembler.check(frame.header)
    with pytest.raises(TooBig):
        assembler.add(frame)


def test_what_fragments_inflate_to_adds_up() -> None:
    """The limit is on the message, not on each of its frames."""
    codec = Deflate()
    payloads = [codec.compress(bytes(600), fin) for fin in (False, True)]
    frames = fragments(BINARY, *payloads, rsv1=True)
    assert assemble(Assembler(Limits(message_size=1200), Deflate()), frames)
    with pytest.raises(TooBig):
        assemble(Assembler(Limits(message_size=1199), Deflate()), frames)


def test_a_compressed_payload_may_be_longer_than_the_message() -> None:
    """What cannot be compressed gets longer, and is legal all the same."""
    message = bytes(range(256))
    payload = Deflate(level=0).compress(message)
    assert len(payload) > len(message)
    assembler = Assembler(Limits(message_size=len(message)), Deflate())
    assert assembler.add(Frame(BINARY, payload, rsv1=True)) == Binary(message)


def test_corrupt_compressed_data_is_invalid_data() -> None:
    """1007: the frames are all right, their content is not what it says."""
    with pytest.raises(InvalidData) as caught:
        Assembler(codec=Deflate()).add(Frame(TEXT, b"\xff\xff\xff", rsv1=True))
    assert caught.value.code == 1007
