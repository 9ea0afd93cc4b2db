"""How cases are written down: the two kinds that most of them are."""

from __future__ import annotations

from tests.lab.conformance.talk import GO_ON as PINGED
from tests.lab.conformance.talk import GO_ON_READING as READ
from wsdemo.lab.conformance.case import CLIENT, Case, Severity
from wsdemo.lab.conformance.cases.tools import (
    GO_ON,
    GO_ON_READING,
    echoes,
    refuses,
    rfc6455,
    rfc7692,
)
from wsdemo.lab.conformance.frames import bad, ping, text
from wsdemo.lab.conformance.moves import words
from wsdemo.lab.conformance.transcript import BARRIER
from wsdemo.lab.conformance.wants import Echo, Refusal

WHY = rfc6455("5.4", "A sentence.")


def test_sentences_are_quoted_from_two_rfcs() -> None:
    """With their sections."""
    assert str(WHY) == "RFC 6455, 5.4: “A sentence.”"
    assert rfc7692("7.2.1", "Another.").url == (
        "https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1"
    )


def test_what_comes_behind_a_fault() -> None:
    """A ping, or a text where decoding may be a layer of its own; both are the barrier."""
    assert GO_ON.serialize() == PINGED
    assert GO_ON_READING.serialize() == READ
    assert GO_ON.payload == GO_ON_READING.payload == BARRIER
    assert not GO_ON.bad
    assert not GO_ON_READING.bad


def test_an_echo() -> None:
    """The moves, and all of it back."""
    made = echoes("1.1.1", "x", text("a"), words("b"), ping(), why=WHY, piece=1)
    assert made == Case("1.1.1", "x", (text("a"), words("b"), ping()), Echo(), WHY, piece=1)


def test_a_refusal() -> None:
    """The moves, and the barrier behind them; 1002 unless something else is said."""
    faulty = bad(text("a", rsv=1))
    made = refuses("3.1", "x", text("b"), faulty, why=WHY)
    assert made == Case("3.1", "x", (text("b"), faulty, GO_ON), Refusal((1002,)), WHY)
    made = refuses(
        "6.3.1",
        "x",
        faulty,
        why=WHY,
        codes=(1007, 1002),
        behind=GO_ON_READING,
        severity=Severity.MAY,
        roles=CLIENT,
        note="A note.",
    )
    assert made.moves == (faulty, GO_ON_READING)
    assert made.want == Refusal((1007, 1002))
    assert (made.severity, made.roles, made.note) == (Severity.MAY, CLIENT, "A note.")
