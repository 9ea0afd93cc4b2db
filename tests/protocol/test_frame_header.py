"""The first 2 to 14 octets: every bit, every form of the length, every fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.streams import KEY
from wsdemo.errors import ProtocolError
from wsdemo.protocol.frame_header import Header, Opcode

LENGTHS = [0, 1, 125, 126, 127, 2**16 - 1, 2**16, 2**31, 2**63 - 1]

flags = st.booleans()
keys = st.none() | st.binary(min_size=4, max_size=4)
lengths = st.sampled_from(LENGTHS) | st.integers(0, 2**63 - 1)


def header(
    opcode: Opcode = Opcode.TEXT,
    *,
    payload_length: int = 0,
    masking_key: bytes | None = None,
    fin: bool = True,
    rsv1: bool = False,
    rsv2: bool = False,
    rsv3: bool = False,
) -> Header:
    """Return a header, of an unmasked, empty, final text frame unless told otherwise."""
    masked = masking_key is not None
    return Header(fin, rsv1, rsv2, rsv3, opcode, masked, payload_length, masking_key)


headers = st.builds(
    header,
    st.sampled_from(Opcode),
    payload_length=lengths,
    masking_key=keys,
    fin=flags,
    rsv1=flags,
    rsv2=flags,
    rsv3=flags,
)


@given(headers)
def test_round_trip(original: Header) -> None:
    """What is written is read, legal or not, and the size is told rightly."""
    octets = original.serialize()
    assert Header.parse(octets) == original
    assert len(octets) == original.size


@given(headers, st.binary(max_size=20), st.binary(max_size=20))
def test_parse_anywhere(original: Header, before: bytes, after: bytes) -> None:
    """A header may stand anywhere, and says nothing while a single octet is missing."""
    octets = original.serialize()
    assert Header.parse(before + octets + after, len(before)) == original
    for i in range(len(octets)):
        assert Header.parse(before + octets[:i], len(before)) is None


@pytest.mark.parametrize(
    ("length", "size"), [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10), (2**63 - 1, 10)]
)
def test_size_by_length(length: int, size: int) -> None:
    """Two octets, and 2 or 8 for a length over 125, and 4 for a key."""
    assert header(payload_length=length).size == size
    masked = header(payload_length=length, masking_key=KEY)
    assert len(masked.serialize()) == masked.size == size + 4


def test_bits_stand_where_the_rfc_draws_them() -> None:
    """FIN, RSV1, RSV2, RSV3, four bits of opcode; MASK, seven bits of length."""
    parsed = Header.parse(bytes((0b1010_0010, 0b0000_0101)))
    assert parsed == header(Opcode.BINARY, rsv2=True, payload_length=5)
    assert header(Opcode.PONG, fin=False, rsv1=True, rsv3=True).serialize()[0] == 0b0101_1010


@pytest.mark.parametrize("bits", [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF])
def test_reserved_opcodes_are_refused(bits: int) -> None:
    """RFC 6455, 5.2: an unknown opcode fails the connection, and the error names it."""
    with pytest.raises(ProtocolError, match=f"reserved opcode 0x{bits:X}"):
        Header.parse(bytes((0b1000_0000 | bits, 0)))


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("827e 0000", "payload length 0 written in 2 extra bytes"),
        ("827e 007d", "payload length 125 written in 2 extra bytes"),
        ("827f 0000000000000005", "payload length 5 written in 8 extra bytes"),
        ("827f 000000000000ffff", "payload length 65535 written in 8 extra bytes"),
        ("827f 8000000000000000", "payload length 0x8000000000000000 with its top bit set"),
        ("827f ffffffffffffffff", "payload length 0xffffffffffffffff with its top bit set"),
    ],
)
def test_wrong_lengths_are_refused(octets: str, message: str) -> None:
    """A length has one way to be written, and 63 bits."""
    with pytest.raises(ProtocolError) as caught:
        Header.parse(bytes.fromhex(octets))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (header(rsv1=True), "reserved bit RSV1 set in a TEXT frame"),
        (header(Opcode.PING, rsv2=True), "reserved bit RSV2 set in a PING frame"),
        (header(rsv1=True, rsv3=True), "reserved bits RSV1 and RSV3 set in a TEXT frame"),
        (header(Opcode.CLOSE, fin=False), "fragmented CLOSE frame"),
        (header(Opcode.PING, payload_length=126), "PING frame of 126 bytes, over 125"),
        (header(masking_key=KEY), "masked TEXT frame from a server"),
    ],
)
def test_what_a_peer_may_not_send(bad: Header, message: str) -> None:
    """Each fault is named with its value."""
    with pytest.raises(ProtocolError) as caught:
        bad.check(from_client=False)
    assert str(caught.value) == message


def test_a_client_has_to_mask() -> None:
    """RFC 6455, 5.1."""
    header(masking_key=KEY).check(from_client=True)
    with pytest.raises(ProtocolError, match="unmasked TEXT frame from a client"):
        header().check(from_client=True)


@pytest.mark.parametrize("opcode", Opcode)
def test_rsv1_belongs_to_the_first_frame_of_a_message(opcode: Opcode) -> None:
    """RFC 7692, 6.1: not to control frames, not to continuations, and never RSV2."""
    if opcode in (Opcode.TEXT, Opcode.BINARY):
        header(opcode, rsv1=True).check(from_client=False, rsv1_allowed=True)
    else:
        with pytest.raises(ProtocolError, match=f"RSV1 set in a {opcode.name} frame"):
            header(opcode, rsv1=True).check(from_client=False, rsv1_allowed=True)
    with pytest.raises(ProtocolError, match="RSV2"):
        header(opcode, rsv2=True).check(from_client=False, rsv1_allowed=True)
