"""The tree of errors: whose fault, which code, what is told."""

import pytest

from wsdemo import errors
from wsdemo.errors import (
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    HandshakeError,
    InvalidData,
    LocalError,
    PeerError,
    ProtocolError,
    StateError,
    TooBig,
    WsdemoError,
)
from wsdemo.protocol.closing import Close

BYE = Close(1000, "bye")
AWAY = Close(1001)


@pytest.mark.parametrize(
    ("error", "above"),
    [
        (PeerError, WsdemoError),
        (ProtocolError, PeerError),
        (InvalidData, ProtocolError),
        (TooBig, ProtocolError),
        (HandshakeError, PeerError),
        (LocalError, WsdemoError),
        (StateError, LocalError),
        (ConnectionClosed, WsdemoError),
        (ConnectionClosedOK, ConnectionClosed),
        (ConnectionClosedError, ConnectionClosed),
    ],
)
def test_tree(error: type[Exception], above: type[Exception]) -> None:
    """The tree is the one that the module's docstring draws."""
    assert error.__bases__ == (above,)
    assert error.__name__ in str(errors.__doc__)


@pytest.mark.parametrize(
    ("error", "code"), [(ProtocolError, 1002), (InvalidData, 1007), (TooBig, 1009)]
)
def test_protocol_errors_carry_their_close_code(error: type[ProtocolError], code: int) -> None:
    """Each class has its own code, and one error may have another."""
    assert error("reserved opcode 0x3").code == code
    assert error("the connection ended", 1006).code == 1006
    assert str(error("reserved opcode 0x3")) == "reserved opcode 0x3"


def test_handshake_errors_carry_the_answer() -> None:
    """Status and headers are what a server answers with."""
    error = HandshakeError("the method is POST", 405, [("Allow", "GET")])
    assert (error.status, error.headers) == (405, [("Allow", "GET")])
    assert HandshakeError("no key").status == 400


@pytest.mark.parametrize(
    ("rcvd", "sent", "rcvd_then_sent", "text"),
    [
        (None, None, None, "no close frame received or sent"),
        (None, AWAY, None, "sent 1001 (going away); no close frame received"),
        (BYE, None, None, "received 1000 (normal closure) bye; no close frame sent"),
        (BYE, BYE, True, "received 1000 (normal closure) bye; then sent 1000 (normal closure) bye"),
        (BYE, AWAY, False, "sent 1001 (going away); then received 1000 (normal closure) bye"),
    ],
)
def test_connection_closed_tells_who_said_what_first(
    rcvd: Close | None, sent: Close | None, rcvd_then_sent: bool | None, text: str
) -> None:
    """The message is enough to see who ended the connection, and how."""
    assert str(ConnectionClosed(rcvd, sent, rcvd_then_sent)) == text


def test_connection_closed_has_the_received_code() -> None:
    """RFC 6455, 7.1.5: the code is the received one, and 1006 when none came."""
    error = ConnectionClosedOK(BYE, AWAY, True)
    assert (error.code, error.reason) == (1000, "bye")
    error = ConnectionClosedOK(None, AWAY)
    assert (error.code, error.reason) == (1006, "")
