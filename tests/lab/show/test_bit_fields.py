"""The bits of a frame are all there, named, and cut at every 32nd."""

from itertools import pairwise, product

import pytest

from tests.lab.show.samples import HELLO, KEY
from wsdemo.lab.show.bit_fields import PAYLOAD_SHOWN, fields, octets, words
from wsdemo.lab.show.frame_parts import Layout
from wsdemo.protocol.frames import Frame, Opcode

FORMS = [*product((0, 125, 126, 65_536), (None, KEY))]


@pytest.mark.parametrize(("size", "key"), FORMS)
def test_the_bits_are_those_of_the_octets(size: int, key: bytes | None) -> None:
    """One after the other they are the frame, as far as it is drawn."""
    frame = Frame(Opcode.BINARY, bytes(range(256)) * (size // 256) + bytes(size % 256))
    data = Frame(frame.opcode, frame.payload, masking_key=key).serialize()
    digits = "".join(field.digits for field in fields(Layout.read(data)))
    whole = "".join(f"{octet:08b}" for octet in data)
    assert whole.startswith(digits)
    assert len(digits) == len(whole) - 8 * max(0, size - PAYLOAD_SHOWN)


@pytest.mark.parametrize(("size", "key"), FORMS)
def test_every_field_has_a_name_and_a_meaning(size: int, key: bytes | None) -> None:
    """In the order of RFC 6455, 5.2."""
    found = fields(Layout.read(Frame(Opcode.PING, bytes(size), masking_key=key).serialize()))
    names = ["FIN", "RSV1", "RSV2", "RSV3", "opcode", "MASK", "payload len"]
    names += ["extended payload length"] * (size > 125) + ["masking key"] * (key is not None)
    names += ["payload"] * (size > 0)
    assert [field.name for field in found] == names
    assert all(field.meaning for field in found)


@pytest.mark.parametrize(("size", "key"), FORMS)
def test_words_have_32_bits(size: int, key: bytes | None) -> None:
    """All but the last, and fields touch each other."""
    rows = words(fields(Layout.read(Frame(Opcode.TEXT, bytes(size), masking_key=key).serialize())))
    for row in rows:
        assert row[0].start == 0
        assert all(left.end == right.start for left, right in pairwise(row))
    assert all(row[-1].end == 32 for row in rows[:-1])


def test_a_field_that_goes_on_says_so() -> None:
    """In the next word, if there is room for it."""
    rows = words(fields(Layout.read(HELLO.serialize())))
    assert [cut.name for cut in rows[1]] == ["masking key, continued", "payload"]
    assert [cut.value for cut in rows[1]] == ["21 3d", "7f 9f"]


def test_hidden_bits_are_dots() -> None:
    """As many as there are."""
    found = {field.name: field for field in fields(Layout.read(HELLO.serialize()), hide=True)}
    assert found["masking key"].digits == "·" * 32
    assert found["masking key"].shown == "·· ·· ·· ··"
    assert found["payload"].meaning == "'Hello'"


@pytest.mark.parametrize("size", range(1, 11))
def test_a_frame_that_breaks_off_is_drawn_so_far(size: int) -> None:
    """Whatever is there."""
    found = fields(Layout.read(HELLO.serialize()[:size]))
    assert len("".join(field.digits for field in found)) == 8 * size


def test_octets_are_written_in_hex() -> None:
    """Eight bits at a time."""
    assert octets("0000000111111111") == "01 ff"
