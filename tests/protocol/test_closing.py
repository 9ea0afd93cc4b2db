"""Close codes and the body of close frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.errors import InvalidData, ProtocolError
from wsdemo.protocol.closing import MAX_REASON, Close, CloseCode, may_be_sent, meaning

SENDABLE = [*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)]


def test_the_codes_that_may_be_sent_are_exactly_these() -> None:
    """RFC 6455, 7.4, and IANA's registry; every number of 16 bits is tried."""
    assert [code for code in range(2**16) if may_be_sent(code)] == SENDABLE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (1000, "normal closure"),
        (1006, "abnormal closure"),
        (1015, "tls handshake"),
        (2999, "unknown"),
        (3000, "registered by a library"),
        (3999, "registered by a library"),
        (4000, "private use"),
        (4999, "private use"),
        (5000, "unknown"),
        (1004, "unknown"),
        (999, "unknown"),
    ],
)
def test_meaning(code: int, text: str) -> None:
    """A person reads words."""
    assert meaning(code) == text


@pytest.mark.parametrize(
    ("payload", "close"),
    [
        (b"", Close(1005)),
        (b"\x03\xe8", Close(1000)),
        (b"\x03\xe8bye", Close(1000, "bye")),
        (b"\x0f\xa0" + "größer".encode(), Close(4000, "größer")),
    ],
)
def test_parse_and_serialize(payload: bytes, close: Close) -> None:
    """An empty body is 1005, which is never written as a number."""
    assert Close.parse(payload) == close
    assert close.serialize() == payload


@given(st.sampled_from(SENDABLE), st.text().filter(lambda text: len(text.encode()) <= MAX_REASON))
def test_round_trip(code: int, reason: str) -> None:
    """What is written is read."""
    assert Close.parse(Close(code, reason).serialize()) == Close(code, reason)


@pytest.mark.parametrize(
    ("payload", "error", "message"),
    [
        (b"\x03", ProtocolError, "close frame with a 1-byte payload: 0x03"),
        (b"\x00\x00", ProtocolError, "close code 0"),
        (b"\x03\xe7", ProtocolError, "close code 999"),
        (b"\x03\xec", ProtocolError, "close code 1004"),
        (b"\x03\xed", ProtocolError, "close code 1005"),
        (b"\x03\xee", ProtocolError, "close code 1006"),
        (b"\x03\xf7", ProtocolError, "close code 1015"),
        (b"\x07\xd0", ProtocolError, "close code 2000"),
        (b"\x13\x88", ProtocolError, "close code 5000"),
        (b"\x03\xe8\xff", InvalidData, "close reason is not UTF-8: byte 0 is 0xff"),
        (b"\x03\xe8ok\xc3", InvalidData, "close reason is not UTF-8: it ends after c3"),
    ],
)
def test_bad_bodies_are_named(payload: bytes, error: type[ProtocolError], message: str) -> None:
    """The message holds the offending value, the error the right code."""
    with pytest.raises(ProtocolError) as caught:
        Close.parse(payload)
    assert (type(caught.value), str(caught.value)) == (error, message)


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 70_000, -1])
def test_we_send_no_such_code_ourselves(code: int) -> None:
    """A bad argument is a ValueError, not the peer's fault."""
    with pytest.raises(ValueError, match=f"close code {code} "):
        Close(code).serialize()


def test_we_send_no_reason_that_is_too_long() -> None:
    """A control frame holds 125 octets, and octets are not characters."""
    assert len(Close(1000, "é" * 61).serialize()) == 124
    with pytest.raises(ValueError, match="close reason of 124 bytes, over 123"):
        Close(1000, "é" * 62).serialize()


def test_no_code_with_a_reason_cannot_be_sent() -> None:
    """The reason stands behind the code, so there is no place for it."""
    with pytest.raises(ValueError, match="close code 1005"):
        Close(1005, "bye").serialize()


@given(st.text(max_size=200))
def test_shortened_always_fits(reason: str) -> None:
    """The cut is made between characters; a reason that fits is left alone."""
    short = Close(1002, reason).shortened()
    assert len(short.serialize()) <= 125
    assert short.reason == reason or (
        short.reason.endswith("…") and reason.startswith(short.reason[:-1])
    )


def test_shortened_leaves_alone_what_fits() -> None:
    """123 octets do, 124 do not."""
    assert Close(1002, "x" * 123).shortened() == Close(1002, "x" * 123)
    assert Close(1002, "x" * 124).shortened() == Close(1002, "x" * 120 + "…")


def test_shortened_can_always_be_sent() -> None:
    """What is no text is replaced: the code matters more than the reason."""
    assert Close(1011, "bad \udcff").shortened() == Close(1011, "bad ?")


def test_shown_for_people() -> None:
    """The code, its meaning, the reason if there is one."""
    assert str(Close(1000, "bye")) == "1000 (normal closure) bye"
    assert str(Close(CloseCode.NO_STATUS_RCVD)) == "1005 (no status rcvd)"
    assert repr(Close(CloseCode.GOING_AWAY)) == "Close(code=1001, reason='')"
