"""Frames to try a parser on, legal and illegal: those of the conformance suite, one at a time.

Where a case of `wsdemo.lab.conformance` is about one frame, that frame is here, with its number
(Autobahn's below 20), unmasked. Frames of the standard's examples and masked ones are added. The
octets come from the suite, which puts them together without `wsdemo.protocol`; that is itself tried
on them.

Leaves out what only a connection can judge: which side must mask, where a continuation may stand,
whether text is UTF-8, and which close codes may be sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wsdemo.lab.conformance import find
from wsdemo.lab.conformance.frames import KEY, Frame, binary, text
from wsdemo.lab.conformance.wants import Refusal

Parsed = tuple[bool, int, bytes]  # fin, opcode, payload


@dataclass(frozen=True, slots=True)
class FrameCase:
    """One frame on the wire.

    `frame` is what a parser must read from `data`, or None when it must refuse; `refused` then says
    why, and `code` is the close code that the sender earns. `number` is the suite's, if it has one.
    """

    name: str
    data: bytes
    frame: Parsed | None = None
    refused: str = ""
    number: str = ""
    code: int = 1002

    @property
    def title(self) -> str:
        """The name, with the number if there is one."""
        return f"{self.number} {self.name}" if self.number else self.name


def legal(name: str, frame: Frame, number: str = "") -> FrameCase:
    """Build a case of a frame that must be read."""
    parsed = frame.fin, frame.opcode, frame.payload
    return FrameCase(name, frame.serialize(), parsed, number=number)


def _legal(numbers: str) -> Iterator[FrameCase]:
    """Take frames from cases of the suite that begin with one."""
    for case in map(find, numbers.split()):
        (frame, *_) = (move for move in case.moves if isinstance(move, Frame))
        yield legal(case.name, frame, case.number)


def _illegal(numbers: str, refused: str) -> Iterator[FrameCase]:
    """Take the frames that must be refused from cases of the suite."""
    for case in map(find, numbers.split()):
        assert case.bad_frame is not None
        assert isinstance(case.want, Refusal)
        data, code = case.bad_frame.serialize(), case.want.codes[0]
        yield FrameCase(case.name, data, refused=refused, number=case.number, code=code)


# RFC 6455, 5.7, where the whole frames are printed.
EXAMPLES = (
    FrameCase("text, 'Hello'", bytes.fromhex("810548656c6c6f"), (True, 1, b"Hello")),
    FrameCase(
        "text, 'Hello', masked", bytes.fromhex("818537fa213d7f9f4d5158"), (True, 1, b"Hello")
    ),
    FrameCase("text, 'Hel', more to come", bytes.fromhex("010348656c"), (False, 1, b"Hel")),
    FrameCase("continuation, 'lo', the last", bytes.fromhex("80026c6f"), (True, 0, b"lo")),
    FrameCase("ping, 'Hello'", bytes.fromhex("890548656c6c6f"), (True, 9, b"Hello")),
    FrameCase("pong, masked", bytes.fromhex("8a8537fa213d7f9f4d5158"), (True, 10, b"Hello")),
)

LENGTHS = tuple(_legal("1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.2.1 1.2.3"))
CONTROL = tuple(_legal("2.1 2.4 2.7 7.3.1 7.3.3"))
MASKED = (
    legal("text, nothing in it, masked", text(masked=True)),
    legal("binary, 125 octets, masked", binary(bytes(range(125)), masked=True)),
    legal("binary, 126 octets, masked", binary(bytes(range(126)), masked=True)),
    legal("binary, 65,536 octets, masked", binary(bytes(range(256)) * 256, masked=True)),
)

_RESERVED_BIT = "no extension gives this reserved bit a meaning (RFC 6455, 5.2)"
_RESERVED_OPCODE = "opcodes 3–7 and 11–15 are reserved (RFC 6455, 5.2)"
_LONG_CONTROL = "a control frame has 125 octets of payload at most (RFC 6455, 5.5)"
_CUT_CONTROL = "a control frame must not be fragmented (RFC 6455, 5.5)"
_MINIMAL = "the fewest octets must be used for the length (RFC 6455, 5.2)"
_TOP_BIT = "the top bit of a 64-bit length must be 0 (RFC 6455, 5.2)"

RESERVED_BITS = tuple(_illegal("3.1 3.2 3.3 3.4 3.5 3.6 3.7", _RESERVED_BIT))
RESERVED_OPCODES = tuple(
    _illegal("4.1.1 4.1.2 4.1.3 4.1.4 4.1.5 4.2.1 4.2.2 4.2.3 4.2.4 4.2.5", _RESERVED_OPCODE)
)
CONTROL_FAULTS = (
    *_illegal("2.5 7.3.6", _LONG_CONTROL),
    *_illegal("5.1 5.2 24.2", _CUT_CONTROL),
)
LENGTH_FAULTS = (*_illegal("23.7 23.8 23.9 23.10", _MINIMAL), *_illegal("23.11", _TOP_BIT))

# The headers alone: whoever waits for the payload here waits, and collects, for ever.
AT_THE_HEADER = (*_illegal("23.12", _RESERVED_OPCODE), *_illegal("23.13", _LONG_CONTROL))

LEGAL = EXAMPLES + LENGTHS + MASKED + CONTROL
ILLEGAL = RESERVED_BITS + RESERVED_OPCODES + CONTROL_FAULTS + LENGTH_FAULTS + AT_THE_HEADER
CASES = LEGAL + ILLEGAL

__all__ = ["CASES", "ILLEGAL", "KEY", "LEGAL", "FrameCase", "legal"]
