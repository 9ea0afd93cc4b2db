"""UTF-8 in pieces: refused at the first byte that cannot be right, never later, never earlier."""

from itertools import pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wsdemo.errors import InvalidData
from wsdemo.protocol.utf8 import Utf8Decoder


def _may_go_on(data: bytes) -> bool:
    """Tell whether there is any text that begins with data, by trying to complete it."""
    endings = (bytes(end) for n in range(4) for end in product((0x80, 0x90, 0xA0, 0xBF), repeat=n))
    return any(_is_utf8(data + ending) for ending in endings)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refused_at(data: bytes) -> int | None:
    decoder = Utf8Decoder()
    for i in range(len(data)):
        try:
            decoder.decode(data[i : i + 1], fin=False)
        except InvalidData:
            return i
    return None


# Bytes around every border of RFC 3629, 4, so that most examples are nearly right.
BORDERS = bytes.fromhex("00 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff")


@given(st.lists(st.sampled_from(BORDERS), max_size=5).map(bytes))
@example(b"\xed\xa0")
@example(b"\xf4\x90")
@example(b"\xe1\x80\xc0")
def test_refused_at_the_first_byte_that_cannot_be_right(data: bytes) -> None:
    """The oracle tries every way to complete what has come."""
    hopeless = (i for i in range(len(data)) if not _may_go_on(data[: i + 1]))
    assert _refused_at(data) == next(hopeless, None)


@given(st.text(), st.lists(st.integers(0, 40)))
def test_text_may_be_cut_anywhere(text: str, cuts: list[int]) -> None:
    """The pieces of a text decode to the text."""
    data = text.encode()
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    decoder = Utf8Decoder()
    pieces = [decoder.decode(data[a:b], fin=False) for a, b in pairwise(bounds)]
    assert "".join(pieces) + decoder.decode(b"") == text


@pytest.mark.parametrize(
    ("before", "last", "message"),
    [
        ([], b"abc\xffdef", "text is not UTF-8: byte 3 is 0xff"),
        ([b"abc"], b"de\x80", "text is not UTF-8: byte 5 is 0x80"),
        ([b"abc\xe2\x82"], b"\xac\xc0", "text is not UTF-8: byte 6 is 0xc0"),
        ([b"a\xe2", b"\x82"], b"b", "text is not UTF-8: byte 3 is 0x62"),
        ([b"a\xed"], b"\xa0", "text is not UTF-8: byte 2 is 0xa0"),
        ([], b"a\xed\xa0\x80", "text is not UTF-8: byte 2 is 0xa0"),
        ([b"abc"], b"\xe2\x82", "text is not UTF-8: it ends after e2 82"),
    ],
)
def test_the_offending_byte_is_named(before: list[bytes], last: bytes, message: str) -> None:
    """Value and position in the whole text, however it was cut."""
    decoder = Utf8Decoder()
    for piece in before:
        decoder.decode(piece, fin=False)
    with pytest.raises(InvalidData) as caught:
        decoder.decode(last)
    assert str(caught.value) == message


def test_one_text_after_another() -> None:
    """A text that has ended leaves nothing behind."""
    decoder = Utf8Decoder("name")
    assert decoder.decode(b"caf\xc3", fin=False) + decoder.decode(b"\xa9") == "café"
    with pytest.raises(InvalidData, match="name is not UTF-8: byte 0 is 0xa9"):
        decoder.decode(b"\xa9")
