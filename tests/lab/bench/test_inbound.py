"""What comes is checked, however it is cut, and whatever comes in between."""

import zlib

import pytest

from wsdemo.lab.bench.inbound import BadAnswer, Deflated, Inbound
from wsdemo.lab.bench.octets import FIN, FLUSHED, PING, PONG, exchange, header, masked
from wsdemo.lab.bench.workloads import echo

ONE = exchange(echo(), raw=False)
SMALL = exchange(echo(1024, deflate=True), raw=False)
A_PING = header(FIN | PING, 2, 0) + b"hi"


def _deflated(payload: bytes) -> bytes:
    deflate = zlib.compressobj(1, wbits=-15)
    data = deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(FLUSHED)


def _framed(first: int, payload: bytes) -> bytes:
    return header(first, len(payload), 0) + payload


@pytest.mark.parametrize("size", [1, 3, 65, 66, 67, 1000])
def test_answers_count_however_they_are_cut(size: int) -> None:
    """The kernel keeps no message together."""
    inbound, data = Inbound(ONE, 4), ONE.reply * 4
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert sum(map(inbound.take, pieces)) == 4


def test_a_ping_in_between_is_answered() -> None:
    """And counts for nothing."""
    inbound = Inbound(ONE, 1)
    assert inbound.take(ONE.reply + A_PING + ONE.reply) == 2
    assert inbound.replies == [masked(FIN | PONG, b"hi")]


def test_a_ping_that_is_cut_is_answered_once() -> None:
    """When its last octet is there."""
    inbound = Inbound(ONE, 1)
    assert inbound.take(A_PING[:3]) == 0
    assert inbound.replies == []
    assert inbound.take(A_PING[3:] + ONE.reply) == 1
    assert len(inbound.replies) == 1


@pytest.mark.parametrize("at", [0, 1, 2, 65])
def test_one_wrong_octet_is_an_error(at: int) -> None:
    """Anywhere: in the opcode, in the length, in the payload."""
    wrong = bytearray(ONE.reply)
    wrong[at] ^= 1
    with pytest.raises(BadAnswer):
        Inbound(ONE, 1).take(bytes(wrong) + ONE.reply)


def test_a_close_frame_is_an_error() -> None:
    """Nobody asked for it; the words hold it."""
    with pytest.raises(BadAnswer, match=r"x03\\xea"):
        Inbound(ONE, 1).take(b"\x88\x02\x03\xea")


def test_the_end_is_an_error() -> None:
    """Nobody asked for that either."""
    with pytest.raises(BadAnswer, match="ended the connection"):
        Inbound(ONE, 1).take(b"")


def test_a_raw_server_s_answer_is_what_was_sent() -> None:
    """Masked as it went."""
    raw = exchange(echo(65536), raw=True)
    inbound = Inbound(raw, 2)
    assert inbound.take(raw.reply[:40000]) == 0
    assert inbound.take(raw.reply[40000:] + raw.reply) == 2


def test_compressed_answers_are_inflated_each_in_its_own_way() -> None:
    """With the messages before as context, or without."""
    deflate = zlib.compressobj(9, wbits=-15)
    inbound = Deflated(SMALL, 1)
    for _ in range(3):
        data = deflate.compress(SMALL.payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
        assert inbound.take(_framed(SMALL.first, data.removesuffix(FLUSHED))) == 1
    assert inbound.take(_framed(SMALL.first, _deflated(SMALL.payload))) == 1


def test_a_compressed_answer_may_be_fragmented() -> None:
    """As gorilla's are that outgrow its buffer, with a ping between the fragments."""
    data = _deflated(SMALL.payload)
    inbound = Deflated(SMALL, 1)
    assert inbound.take(_framed(SMALL.first & ~FIN, data[:9]) + A_PING) == 0
    assert inbound.take(_framed(FIN, data[9:])) == 1
    assert len(inbound.replies) == 1


def test_an_answer_that_is_not_compressed_is_an_error() -> None:
    """Whether it says so or not: a server that doesn't compress would look fast."""
    for first in (SMALL.first & ~0x40, SMALL.first):
        with pytest.raises(BadAnswer):
            Deflated(SMALL, 1).take(_framed(first, b"\xff" + SMALL.payload))


def test_another_message_compressed_is_an_error() -> None:
    """Compressed rightly, and still wrong."""
    with pytest.raises(BadAnswer, match="came instead of"):
        Deflated(SMALL, 1).take(_framed(SMALL.first, _deflated(b"something else")))
