"""Frames: the RFC's examples, every form there and back, streams in any chunks, the oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode
from websockets.streams import StreamReader

from tests.protocol.streams import CHUNKINGS, KEY, chunks, frames_of
from wsdemo.errors import ProtocolError, TooBig
from wsdemo.protocol.frames import Frame, FrameReader, Header, Opcode
from wsdemo.protocol.limits import Limits

# RFC 6455, 5.7, in its order. The last two hold any data.
EXAMPLES = [
    ("8105 48656c6c6f", Frame(Opcode.TEXT, b"Hello")),
    ("8185 37fa213d 7f9f4d5158", Frame(Opcode.TEXT, b"Hello", masking_key=KEY)),
    ("0103 48656c", Frame(Opcode.TEXT, b"Hel", fin=False)),
    ("8002 6c6f", Frame(Opcode.CONTINUATION, b"lo")),
    ("8905 48656c6c6f", Frame(Opcode.PING, b"Hello")),
    ("8a85 37fa213d 7f9f4d5158", Frame(Opcode.PONG, b"Hello", masking_key=KEY)),
    ("827e 0100" + "07" * 256, Frame(Opcode.BINARY, b"\x07" * 256)),
    ("827f 0000000000010000" + "07" * 65536, Frame(Opcode.BINARY, b"\x07" * 65536)),
]
SIZES = [0, 1, 125, 126, 127, 65_535, 65_536]

flags = st.booleans()
payloads = st.binary(max_size=200) | st.sampled_from(SIZES).map(bytes)
keys = st.none() | st.binary(min_size=4, max_size=4)
frames = st.builds(Frame, st.sampled_from(Opcode), payloads, flags, flags, flags, flags, keys)
masked_frames = st.builds(
    Frame, st.sampled_from(Opcode), st.binary(max_size=125), masking_key=st.just(KEY)
)


@pytest.mark.parametrize(("octets", "frame"), EXAMPLES)
def test_examples_of_the_rfc(octets: str, frame: Frame) -> None:
    """Both ways, octet by octet."""
    data = bytes.fromhex(octets)
    assert frame.serialize() == data
    assert Frame.parse(data) == (frame, len(data))


@given(frames)
def test_round_trip(frame: Frame) -> None:
    """Whatever can be said of a frame survives the wire."""
    data = frame.serialize()
    assert Frame.parse(data) == (frame, len(data))
    assert frame.header == Header.parse(data)


@given(frames, st.binary(max_size=20), st.binary(max_size=20))
def test_parse_amid_other_bytes(frame: Frame, before: bytes, after: bytes) -> None:
    """A frame ends where its header says, and is nothing while an octet is missing."""
    data = frame.serialize()
    assert Frame.parse(before + data + after, len(before)) == (frame, len(data))
    assert Frame.parse(data[:-1]) is None


def test_a_payload_that_is_too_long_is_refused_before_it_comes() -> None:
    """The header is enough."""
    header = bytes.fromhex("827f 0000000000010000")
    assert Frame.parse(header, max_payload=65_536) is None
    with pytest.raises(TooBig, match="frame of 65536 bytes, over 65535"):
        Frame.parse(header, max_payload=65_535)


def test_check_judges_the_whole_frame() -> None:
    """A frame that can be written need not be one that may be sent."""
    Frame(Opcode.PING, bytes(125)).check(from_client=False)
    with pytest.raises(ProtocolError, match="PING frame of 126 bytes, over 125"):
        Frame(Opcode.PING, bytes(126)).check(from_client=False)
    Frame(Opcode.TEXT, rsv1=True).check(from_client=False, rsv1_allowed=True)
    with pytest.raises(ProtocolError, match="RSV1 set in a TEXT frame"):
        Frame(Opcode.TEXT, rsv1=True).check(from_client=False)


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (Frame(Opcode.TEXT, b"Hello", masking_key=KEY), "TEXT 'Hello' [5 bytes, masked]"),
        (Frame(Opcode.TEXT), "TEXT '' [0 bytes]"),
        (Frame(Opcode.TEXT, b"\xff"), "TEXT FF [1 byte]"),
        (Frame(Opcode.TEXT, b"it's", rsv1=True), "TEXT 69 74 27 73 [4 bytes, rsv1]"),
        (Frame(Opcode.TEXT, b"x" * 48), f"TEXT {'x' * 48!r} [48 bytes]"),
        (Frame(Opcode.TEXT, b"x" * 49), f"TEXT {'x' * 48!r}… [49 bytes]"),
        (Frame(Opcode.TEXT, b"Hel", fin=False), "TEXT 'Hel' [3 bytes, more to come]"),
        (Frame(Opcode.CONTINUATION, b"lo"), "CONTINUATION 'lo' [2 bytes]"),
        (Frame(Opcode.CONTINUATION), "CONTINUATION [0 bytes]"),
        (Frame(Opcode.BINARY, b"Hello"), "BINARY 48 65 6C 6C 6F [5 bytes]"),
        (Frame(Opcode.BINARY, bytes(16)), f"BINARY {'00 ' * 16}[16 bytes]"),
        (Frame(Opcode.BINARY, bytes(17)), f"BINARY {'00 ' * 16}… [17 bytes]"),
        (Frame(Opcode.PING, b"\x01\x02"), "PING 01 02 [2 bytes]"),
        (Frame(Opcode.PONG, b"Hello"), "PONG 'Hello' [5 bytes]"),
        (Frame(Opcode.CLOSE, b"\x03\xe8bye"), "CLOSE 1000 'bye' [5 bytes]"),
        (Frame(Opcode.CLOSE, b"\x03\xe9"), "CLOSE 1001 [2 bytes]"),
        (Frame(Opcode.CLOSE), "CLOSE [0 bytes]"),
        (Frame(Opcode.CLOSE, b"\x03\xe7"), "CLOSE 03 E7 [2 bytes]"),
    ],
)
def test_shown_for_people(frame: Frame, text: str) -> None:
    """One line: what it is, what is in it as far as it can be known, how long, how it travels."""
    assert str(frame) == text


@given(st.lists(masked_frames, max_size=6), st.sampled_from(CHUNKINGS), st.binary(max_size=1))
def test_reader_finds_the_frames_in_any_chunks(
    sent: list[Frame], size: int | None, trailing: bytes
) -> None:
    """What comes out depends on the bytes, not on how the network has cut them."""
    reader = FrameReader(from_client=True)
    read: list[Frame] = []
    for chunk in chunks(b"".join(frame.serialize() for frame in sent) + trailing, size):
        reader.feed(chunk)
        read.extend(reader)
    assert read == sent
    assert reader.buffered == len(trailing)


def test_reader_counts_the_octets_of_an_unfinished_frame() -> None:
    """Zero means: between two frames. The header counts although it is read already."""
    data = EXAMPLES[1][1].serialize()
    reader = FrameReader(from_client=True)
    counts = []
    for i in range(len(data)):
        reader.feed(data[i : i + 1])
        reader.read()
        counts.append(reader.buffered)
    assert counts == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]


def test_reader_refuses_a_header_before_its_payload() -> None:
    """Too long a payload is not waited for; neither is one that the owner objects to."""
    reader = FrameReader(from_client=False, limits=Limits(message_size=9))
    reader.feed(bytes.fromhex("820a"))
    with pytest.raises(TooBig, match="frame of 10 bytes, over 9"):
        reader.read()

    def object_to(header: Header) -> None:
        raise ProtocolError(f"{header.opcode.name} is not wanted")

    reader = FrameReader(from_client=False, on_header=object_to)
    reader.feed(bytes.fromhex("820a"))
    with pytest.raises(ProtocolError, match="BINARY is not wanted"):
        reader.read()


def test_reader_limits_data_frames_only() -> None:
    """A ping is no message, and has its own limit."""
    reader = FrameReader(from_client=False, limits=Limits(message_size=9))
    reader.feed(Frame(Opcode.PING, bytes(10)).serialize())
    assert reader.read() == Frame(Opcode.PING, bytes(10))


def test_reader_checks_who_sends() -> None:
    """A server's reader wants masked frames, a client's unmasked ones."""
    unmasked = EXAMPLES[0][1]
    reader = FrameReader(from_client=False)
    reader.feed(unmasked.serialize())
    assert reader.read() == unmasked
    reader = FrameReader(from_client=True)
    reader.feed(unmasked.serialize())
    with pytest.raises(ProtocolError, match="unmasked TEXT frame from a client"):
        reader.read()


def test_reader_uses_the_mask_that_it_is_given() -> None:
    """An engine may bring a faster one."""
    reader = FrameReader(from_client=True, apply_mask=lambda data, key: data + key)
    reader.feed(bytes.fromhex("8181 37fa213d 00"))
    assert reader.read() == Frame(Opcode.TEXT, b"\x00" + KEY, masking_key=KEY)


@pytest.mark.parametrize("size", [1, 1000])
def test_reader_parses_a_header_once(size: int) -> None:
    """However many crumbs the payload comes in."""
    seen: list[Header] = []
    reader = FrameReader(from_client=True, on_header=seen.append)
    sent = Frame(Opcode.BINARY, bytes(2**16), masking_key=KEY)
    for chunk in chunks(sent.serialize(), size):
        reader.feed(chunk)
        frame = reader.read()
    assert frame == sent
    assert seen == [sent.header]


@given(frames.filter(lambda frame: not (frame.rsv1 or frame.rsv2 or frame.rsv3)))
def test_websockets_reads_what_we_write(frame: Frame) -> None:
    """Each frame, or that it is illegal, as we find it illegal ourselves."""
    masked = frame.masking_key is not None
    reader = StreamReader()
    reader.feed_data(frame.serialize())
    parser = TheirFrame.parse(reader.read_exact, mask=masked)
    try:
        frame.check(from_client=masked)
    except ProtocolError:
        with pytest.raises(Exception, match="control frame"):
            next(parser)
    else:
        with pytest.raises(StopIteration) as done:
            next(parser)
        theirs = done.value.value
        ours = (frame.opcode, frame.payload, frame.fin)
        assert (theirs.opcode, theirs.data, theirs.fin) == ours


@given(st.sampled_from(TheirOpcode), st.sampled_from(SIZES), flags, flags)
def test_we_read_what_websockets_writes(
    opcode: TheirOpcode, size: int, fin: bool, mask: bool
) -> None:
    """Every kind of frame in every form of the length, masked with a key of its own choice."""
    if opcode >= 8:
        size, fin = min(size, 125), True
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    data = TheirFrame(opcode, payload, fin).serialize(mask=mask)
    (ours,) = frames_of(data)
    ours.check(from_client=mask)
    assert ours.opcode.value == opcode.value
    assert (ours.payload, ours.fin) == (payload, fin)
    assert ours.serialize() == data
