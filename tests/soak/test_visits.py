"""Visitors see through a server that is wrong in a way that our own can't be made to be."""

from __future__ import annotations

import contextlib
import random

import pytest

from tests.scratch.raw import Raw, listening
from tests.soak.breaches import BREACHES
from tests.soak.talks import TALKS
from tests.soak.verdicts import Fault, Ledger
from tests.soak.visit import Visit
from wsdemo.protocol import Close, Frame, Opcode

EVERYTHING = {**TALKS, **BREACHES}
CLOSE = Frame(Opcode.CLOSE, Close(1000).serialize()).serialize()


async def names(kind: str, answer: bytes, *, accept: bool = True) -> set[str]:
    """Return the faults that a visitor finds in a server that always says the same.

    Args:
        kind: of visitor.
        answer: what the server says, whatever it hears.
        accept: whether it says so after a handshake.
    """

    async def talk(raw: Raw) -> None:
        if accept:
            await raw.accept()
        await raw.send(answer)
        await raw.more()

    async with listening(talk) as uri:
        address = ("127.0.0.1", int(uri.rpartition(":")[2]))
        visit = Visit(1, kind, random.Random(1), [address, address], Ledger())
        with contextlib.suppress(ConnectionError):
            try:
                await EVERYTHING[kind][1](visit)
            except Fault as fault:
                visit.record(fault)
    return visit.ledger.names


@pytest.mark.parametrize(
    "answer",
    [
        b"\x82\x80\x00\x00\x00\x00",  # masked
        b"\x83\x00",  # a reserved opcode
        b"\x80\x00",  # a continuation of nothing
        b"\x81\x01\xff",  # text that is not UTF-8
        b"\xc1\x01\x00",  # compressed, and nobody has agreed to it
        b"\x88\x02\x03\xed",  # 1005 in a close frame
        CLOSE + b"\x81\x00",  # a message after a close frame
        CLOSE + b"\x89\x00",  # a ping after it
    ],
)
async def test_octets_that_no_server_may_send(answer: bytes) -> None:
    """They are found whatever they were meant to say."""
    assert await names("pinger", answer) == {"wrong octets"}


async def test_a_breach_must_be_answered_with_its_own_code() -> None:
    """1000 is not what a visitor is told who has broken a rule."""
    assert await names("bad stream", CLOSE) == {"wrong ending"}


@pytest.mark.parametrize("status", [200, 500])
async def test_a_bad_handshake_must_be_answered_with_its_own_status(status: int) -> None:
    """200 is not, nor is the server to blame."""
    response = f"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n".encode()
    assert await names("bad handshake", response, accept=False) == {"wrong ending"}


async def test_half_a_request_must_not_be_answered() -> None:
    """Nobody has asked for anything yet."""
    assert await names("early FIN", b"HTTP/1.1 200 OK\r\n\r\n", accept=False) == {"wrong octets"}
