"""Compressing and inflating: the RFC's vectors, round trips, limits, corrupt data."""

import tracemalloc
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdemo.errors import InvalidData, TooBig
from wsdemo.protocol.deflate_codec import FINAL_BLOCKS, Deflate, always, longer_than
from wsdemo.protocol.events import Text
from wsdemo.protocol.frames import Frame
from wsdemo.protocol.messages import Assembler

HELLO = bytes.fromhex("f248cdc9c90700")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ("f2 48 cd c9 c9 07 00", b"Hello"),  # 7.2.3.1
        ("00 05 00 fa ff 48 65 6c 6c 6f 00", b"Hello"),  # 7.2.3.3: stored
        ("f3 48 cd c9 c9 07 00 00", b"Hello"),  # 7.2.3.4: BFINAL
        ("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", b"Hello"),  # 7.2.3.5: two blocks
        ("00", b""),  # 7.2.3.6
    ],
)
def test_the_messages_of_the_rfc(payload: str, message: bytes) -> None:
    """RFC 7692, 7.2.3: whole, and octet by octet."""
    data = bytes.fromhex(payload)
    assert Deflate().decompress(data) == message
    codec = Deflate()
    parts = [codec.decompress(bytes([octet]), False) for octet in data]
    assert b"".join(parts) + codec.decompress(b"", True) == message


@pytest.mark.parametrize(
    "frames",
    [
        ["c1 07 f2 48 cd c9 c9 07 00"],  # RFC 7692, 7.2.3.1, whole
        ["41 03 f2 48 cd", "80 04 c9 c9 07 00"],  # and in two fragments
        ["c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00"],  # 7.2.3.3
        ["c1 08 f3 48 cd c9 c9 07 00 00"],  # 7.2.3.4
        ["c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00"],  # 7.2.3.5
        ["81 05 48 65 6c 6c 6f"],  # not compressed, which is legal at any time
    ],
)
def test_the_frames_of_the_rfc(frames: list[str]) -> None:
    """RSV1 is set on the first frame of a compressed message, and on no other."""
    assembler = Assembler(codec=Deflate())
    for _ in range(2):
        for data in map(bytes.fromhex, frames):
            parsed = Frame.parse(data)
            assert parsed is not None
            message = assembler.add(parsed[0])
        assert message == Text("Hello")


def test_a_window_is_shared_by_messages() -> None:
    """RFC 7692, 7.2.3.2: the second "Hello" is one reference, for who remembers the first."""
    again, receiver = bytes.fromhex("f200110000"), Deflate()
    assert [receiver.decompress(data) for data in (HELLO, again)] == [b"Hello"] * 2
    with pytest.raises(InvalidData, match="too far back"):
        Deflate().decompress(again)


def test_what_we_send_shares_a_window() -> None:
    """The second time is shorter; by how much depends on whose zlib it is."""
    codec = Deflate()
    first, second = (codec.compress(b"Hello, hello, hello, world") for _ in range(2))
    assert len(second) < len(first)


def test_without_takeover_every_message_is_the_first() -> None:
    """The same payload each time, and no memory held between messages."""
    codec = Deflate(send_takeover=False, receive_takeover=False)
    first, second = (codec.compress(b"Hello") for _ in range(2))
    assert first == second
    assert [codec.decompress(data) for data in (first, second)] == [b"Hello"] * 2
    assert codec._compressor is None
    assert codec._decompressor is None


def test_empty_messages_are_one_octet() -> None:
    """RFC 7692, 7.2.3.6; zlib has nothing to flush then, and says so in its own ways."""
    sender, receiver = Deflate(), Deflate()
    for message in (b"", b"", b"a", b"", b"a"):
        data = sender.compress(message)
        assert (data == b"\0") == (message == b"")
        assert receiver.decompress(data) == message


def test_fragments_can_be_inflated_as_they_come() -> None:
    """Each is flushed; only the last loses the tail that everybody knows."""
    sender, receiver = Deflate(), Deflate()
    for _ in range(2):
        for part, fin in ((b"Hel", False), (b"", False), (b"lo", False), (b"", True)):
            data = sender.compress(part, fin)
            assert receiver.decompress(data, fin) == part
    whole = [sender.compress(b"Hel", False), sender.compress(b"lo", True)]
    assert receiver.decompress(b"".join(whole)) == b"Hello"


messages = st.lists(
    st.binary(max_size=300) | st.sampled_from([b"abc" * 500, b"\0" * 5000, b""]), max_size=5
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(messages, st.integers(8, 15), st.booleans(), st.integers(0, 9), st.integers(1, 9))
def test_messages_survive(
    sent: list[bytes], bits: int, takeover: bool, level: int, memory_level: int
) -> None:
    """With any parameters, as long as both ends have the same."""
    sender = Deflate(
        send_window_bits=bits, send_takeover=takeover, level=level, memory_level=memory_level
    )
    receiver = Deflate(receive_window_bits=bits, receive_takeover=takeover)
    for message in sent:
        assert receiver.decompress(sender.compress(message), max_size=len(message)) == message


@settings(derandomize=True, deadline=None, max_examples=150)
@given(messages, st.lists(st.integers(0, 20), max_size=6))
def test_messages_survive_any_fragmentation(sent: list[bytes], cuts: list[int]) -> None:
    """The compressed payload may be cut anywhere (RFC 7692, 6.1)."""
    sender, receiver = Deflate(), Deflate()
    for message in sent:
        data = sender.compress(message)
        edges = [0, *sorted(min(cut, len(data)) for cut in cuts)]
        parts = [receiver.decompress(data[a:b], False) for a, b in pairwise(edges)]
        assert b"".join(parts) + receiver.decompress(data[edges[-1] :]) == message


NOISE = bytes((index * index * 7 + index // 3) % 251 for index in range(600))


@pytest.mark.parametrize("bits", range(9, 16))
def test_window_bits_are_kept(bits: int) -> None:
    """Who holds just that window, and no more of what came out, can inflate."""
    text = NOISE + b"\0" * 2**bits + NOISE + b"\0" * (2**bits - 900) + NOISE
    data = Deflate(send_window_bits=bits).compress(text)
    receiver, restored = zlib.decompressobj(-bits), b""
    while data:
        # In small portions, since zlib lets references reach back into its output as well.
        restored += receiver.decompress(data, 64)
        data = receiver.unconsumed_tail
    assert restored == text


def test_references_beyond_the_window_are_corrupt() -> None:
    """A peer that was told 9 bits and uses 15 is found out when it reaches for what is gone."""
    sender = Deflate(send_window_bits=15)
    first, second = sender.compress(NOISE + b"\0" * 5000), sender.compress(NOISE)
    receiver = Deflate(receive_window_bits=9)
    receiver.decompress(first)
    with pytest.raises(InvalidData, match="too far back"):
        receiver.decompress(second)


def test_a_window_of_256_octets_is_served_without_references() -> None:
    """Not even zlib can use one; Huffman codes fit into any, and make text shorter still."""
    with pytest.raises(ValueError, match="Invalid"):
        zlib.compressobj(wbits=-8)
    text = b"to be or not to be, that is the question: " * 20
    data = Deflate(send_window_bits=8).compress(text)
    assert len(data) < 0.7 * len(text)
    assert Deflate(receive_window_bits=8).decompress(data) == text


def bomb(mebibytes: int) -> bytes:
    """Compress zeros to a thousandth of their size, quickly: the same block again and again."""
    compressor = zlib.compressobj(9, wbits=-15)
    block = compressor.compress(bytes(2**20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes


@pytest.mark.parametrize("fin", [True, False])
def test_a_bomb_is_stopped_while_inflating(fin: bool) -> None:
    """1 GiB of zeros, in about 1 MiB: it costs a few MiB, and TooBig."""
    data = bomb(1024)
    codec = Deflate()
    tracemalloc.start()
    with pytest.raises(TooBig, match="more than the 1048576 bytes") as refused:
        codec.decompress(data, fin, max_size=2**20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == 1009
    assert peak < 6 * 2**20


@pytest.mark.parametrize("size", [0, 1, 99])
def test_the_limit_is_exact(size: int) -> None:
    """As many octets as allowed pass, one more does not; 0 is a limit and None is none."""
    data = Deflate().compress(bytes(100))
    assert len(Deflate().decompress(data, max_size=100)) == 100
    assert len(Deflate().decompress(data)) == 100
    with pytest.raises(TooBig):
        Deflate().decompress(data, max_size=size)
    assert Deflate().decompress(b"\0", max_size=0) == b""


def test_the_limit_counts_what_the_end_brings() -> None:
    """Octets that come out only with the tail, or after a final block, are counted too."""
    data = bytes.fromhex("f348cdc9c90700") + HELLO  # "Hello" with BFINAL, and "Hello"
    assert Deflate().decompress(data, max_size=10) == b"HelloHello"
    with pytest.raises(TooBig):
        Deflate().decompress(data, max_size=9)


def final(data: bytes, window: bytes = b"") -> bytes:
    """Compress a message with BFINAL, going on from a window: RFC 7692, 7.2.3.4."""
    compressor = (
        zlib.compressobj(wbits=-15, zdict=window) if window else zlib.compressobj(wbits=-15)
    )
    return compressor.compress(data) + compressor.flush() + b"\0"


def test_messages_go_on_after_a_final_block() -> None:
    """With a new window, with the old one, and with a sender that stops setting BFINAL."""
    codec = Deflate()
    first = b"first message, first message"
    assert codec.decompress(final(first)) == first
    assert codec.decompress(final(first)) == first
    assert codec.decompress(final(first, first)) == first
    assert codec.decompress(HELLO) == b"Hello"
    assert codec.decompress(final(b"Hello" + first, first * 3 + b"Hello")) == b"Hello" + first


def test_a_final_block_may_end_any_fragment() -> None:
    """What comes next begins a new stream."""
    codec = Deflate()
    for _ in range(FINAL_BLOCKS + 1):
        assert codec.decompress(final(b"abc")[:-1], False) == b"abc"
    assert codec.decompress(HELLO) == b"Hello"


def test_final_blocks_without_number_are_refused() -> None:
    """Each is a new stream: a frame full of them is an attack by work, not by size."""
    assert Deflate().decompress(b"\x03\x00" * (FINAL_BLOCKS - 1) + HELLO) == b"Hello"
    with pytest.raises(TooBig, match="more than 64 final blocks"):
        Deflate().decompress(b"\x03\x00" * 500_000, max_size=2**20)


@pytest.mark.parametrize(
    "payload",
    [
        "07",  # block type 11 is reserved
        "ff ff ff",
        "00 05 00 05 00 48",  # the inverted length isn't
        "f2 ff ff ff 00",  # a reference before the beginning
        "f3 48 cd c9 c9 07 00",  # BFINAL, and not the empty block after it
    ],
)
def test_corrupt_data_is_invalid_data(payload: str) -> None:
    """1007: the frames are right, their content isn't what it says."""
    with pytest.raises(InvalidData) as refused:
        Deflate().decompress(bytes.fromhex(payload))
    assert refused.value.code == 1007


@pytest.mark.parametrize("takeover", [True, False])
@pytest.mark.parametrize("data", [b"", HELLO[:3], HELLO[:-1], HELLO + b"\0\0\xff\xff", b"\x00\x05"])
def test_a_message_that_ends_within_a_block_is_invalid(data: bytes, takeover: bool) -> None:
    """Cut short, or with the tail still on: the next message would pay for it."""
    with pytest.raises(InvalidData):
        Deflate(receive_takeover=takeover).decompress(data)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.binary(max_size=40))
def test_any_octets_end_in_a_message_or_a_peer_error(data: bytes) -> None:
    """No other exception, and never more than the limit."""
    try:
        restored = Deflate().decompress(data, max_size=50)
    except (InvalidData, TooBig):
        return
    assert len(restored) <= 50


def test_a_policy_decides_what_is_compressed() -> None:
    """All messages, or those that are long enough."""
    assert Deflate().wants(b"")
    assert always(b"")
    codec = Deflate(policy=longer_than(3))
    assert [codec.wants(payload) for payload in (b"", b"abc", b"abcd")] == [False, False, True]
