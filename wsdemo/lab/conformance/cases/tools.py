"""How cases are written down: the two kinds that most of them are, and the sources.

Leaves out the cases.
"""

from __future__ import annotations

from typing import Any

from wsdemo.lab.conformance.case import Case, Why
from wsdemo.lab.conformance.frames import Frame, ping, text
from wsdemo.lab.conformance.moves import Message, Move
from wsdemo.lab.conformance.transcript import BARRIER
from wsdemo.lab.conformance.wants import Echo, Refusal

__all__ = ["GO_ON", "GO_ON_READING", "echoes", "refuses", "rfc6455", "rfc7692"]

# Behind what must be refused: an answer tells at once that it was not, and nobody has to wait. A
# ping is answered even in the middle of a message. Behind text a message is fairer: pings may be
# answered by one layer, and text decoded by the next.
GO_ON = ping(BARRIER)
GO_ON_READING = text(BARRIER)


def rfc6455(section: str, sentence: str) -> Why:
    """Quote RFC 6455."""
    return Why(f"RFC 6455, {section}", sentence)


def rfc7692(section: str, sentence: str) -> Why:
    """Quote RFC 7692."""
    return Why(f"RFC 7692, {section}", sentence)


def echoes(number: str, name: str, *moves: Frame | Message, why: Why, **rest: Any) -> Case:
    """Make a case whose messages come back, and whose pings are answered."""
    return Case(number, name, moves, Echo(), why, **rest)


def refuses(
    number: str,
    name: str,
    *moves: Move,
    why: Why,
    codes: tuple[int, ...] = (1002,),
    behind: Frame = GO_ON,
    **rest: Any,
) -> Case:
    """Make a case with something in it that must be refused, with one of the codes."""
    return Case(number, name, (*moves, behind), Refusal(codes), why, **rest)
