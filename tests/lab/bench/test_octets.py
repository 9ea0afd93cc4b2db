"""What the load generator sends is what `wsdemo.protocol` and zlib understand."""

import zlib

import pytest

from wsdemo.lab.bench import octets
from wsdemo.lab.bench.workloads import echo
from wsdemo.protocol import Frame, Opcode, accept_key


def _parsed(data: bytes) -> Frame:
    parsed = Frame.parse(data)
    assert parsed is not None
    frame, used = parsed
    assert used == len(data)
    return frame


@pytest.mark.parametrize("size", [0, 1, 64, 125, 126, 65535, 65536])
@pytest.mark.parametrize("binary", [False, True])
def test_a_message_is_one_masked_frame_and_its_reply_an_unmasked_one(
    size: int, binary: bool
) -> None:
    """At every length of the header."""
    one = octets.exchange(echo(size, binary=binary), raw=False)
    sent, reply = _parsed(one.frame), _parsed(one.reply)
    assert sent.opcode == reply.opcode == (Opcode.BINARY if binary else Opcode.TEXT)
    assert sent.payload == reply.payload == one.payload
    assert len(one.payload) == size
    assert (sent.masking_key, reply.masking_key) == (octets.KEY, None)


def test_a_compressed_message_stands_for_itself() -> None:
    """It can be inflated whatever came before, and is shorter."""
    one = octets.exchange(echo(1024, deflate=True), raw=False)
    sent = _parsed(one.frame)
    assert sent.rsv1
    assert zlib.decompressobj(-15).decompress(sent.payload + octets.FLUSHED) == one.payload
    assert len(sent.payload) < len(one.payload) // 2


def test_a_raw_server_sends_back_what_it_got() -> None:
    """Mask and all."""
    one = octets.exchange(echo(), raw=True)
    assert one.reply == one.frame


def test_text_is_utf_8() -> None:
    """A server that checks it must find nothing."""
    assert octets.exchange(echo(65536), raw=False).payload.decode()


def test_the_request_asks_for_what_the_accept_answers() -> None:
    """The nonce is the RFC's, and so is the answer."""
    assert accept_key(octets.NONCE).encode() == octets.ACCEPT
    asked = octets.request("h:1", deflate=False)
    assert octets.NONCE.encode() in asked
    assert b"Host: h:1\r\n" in asked
    assert asked.endswith(b"\r\n\r\n")
    assert b"Extensions" not in asked
    assert b"permessage-deflate" in octets.request("h:1", deflate=True)


def test_the_farewell_is_a_normal_closure() -> None:
    """A masked close frame with 1000."""
    assert _parsed(octets.CLOSE).opcode == Opcode.CLOSE
    assert _parsed(octets.CLOSE).payload == (1000).to_bytes(2, "big")
