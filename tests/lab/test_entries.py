"""What the bytes on a wire mean, as people see it."""

import pytest

from tests.lab.traffic import ACCEPTED, KEY, REQUEST, UP
from wsdemo.lab.chunks import Kind
from wsdemo.lab.entries import Body, End, Entry, Fault, InflatedFrame, Opaque, What
from wsdemo.protocol import Frame, Opcode

HELLO = Frame(Opcode.TEXT, b"Hello")


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        (REQUEST, "GET /chat HTTP/1.1"),
        (ACCEPTED, "101 Switching Protocols"),
        (HELLO, "TEXT 'Hello' [5 bytes]"),
        (InflatedFrame(Opcode.TEXT, b"Hello", rsv1=True, masking_key=KEY, compressed=7),
         "TEXT 'Hello' [7 bytes, masked, compressed from 5]"),
        (InflatedFrame(Opcode.TEXT, b"5 bytes", fin=False, rsv1=True, compressed=1),
         "TEXT '5 bytes' [1 byte, more to come, compressed from 7]"),
        (InflatedFrame(Opcode.TEXT, b"", rsv1=True, compressed=1),
         "TEXT '' [1 byte, compressed from 0]"),
        (Body(b"data: 1\n\n", last=False), r"BODY 'data: 1\n\n' [9 bytes, more to come]"),
        (Body(b"\xff"), "BODY [1 byte]"),
        (Body(b""), "BODY [0 bytes]"),
        (Body(b"a" * 50), f"BODY '{'a' * 48}'… [50 bytes]"),
        (Opaque("TLS alert", bytes(7)), "TLS alert [7 bytes]"),
        (Fault("reserved opcode 0x3", 1002), "FAULT reserved opcode 0x3 (1002)"),
        (Fault("body ended"), "FAULT body ended"),
        (Fault("masked TEXT frame from a server", 1002, HELLO),
         "FAULT masked TEXT frame from a server (1002): TEXT 'Hello' [5 bytes]"),
        (End(Kind.EOF), "FIN"),
        (End(Kind.BROKEN), "RST from the wire"),
    ],
)  # fmt: skip
def test_an_entry_reads_like_prose(what: What, shown: str) -> None:
    """Whatever an entry is, its text says it on one line."""
    assert str(Entry(0.0, 1, UP, b"", what)) == shown


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DATA])
def test_every_kind_of_end_has_words(kind: Kind) -> None:
    """No event is shown as a bare name."""
    assert str(End(kind)) != kind.value
