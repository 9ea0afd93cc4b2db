"""A case: what is sent, what must come back, and the sentence that says so.

Leaves out the cases themselves (`cases`), how one is run (`exchange`) and what is wanted (`wants`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from wsdemo.lab.conformance.deflate import Deflate
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.handshake_wants import Declines, Disagrees
from wsdemo.lab.conformance.moves import Move
from wsdemo.lab.conformance.opening import Request, Response
from wsdemo.lab.conformance.transcript import Complaint, Transcript

__all__ = [
    "BOTH",
    "CLIENT",
    "FRAMES",
    "OCTETS",
    "SERVER",
    "Case",
    "Role",
    "Severity",
    "Want",
    "Why",
]


class Role(Enum):
    """What the endpoint under test is."""

    SERVER = "server"
    CLIENT = "client"


SERVER, CLIENT = frozenset({Role.SERVER}), frozenset({Role.CLIENT})
BOTH = SERVER | CLIENT

OCTETS = 1
FRAMES = 0


class Severity(Enum):
    """How much a failure weighs, in the words of RFC 2119.

    A "may" is told, and counts for nothing. A "should" counts where one asks for it. A "must" that
    fails makes an endpoint one that does not conform.
    """

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Why:
    """Where it is written, and the sentence itself."""

    section: str
    """Such as "RFC 6455, 5.4"."""

    sentence: str

    @property
    def url(self) -> str:
        """Where to read it; empty when the source is no RFC."""
        words = self.section.replace(",", "").split()
        if len(words) < 3 or words[0] != "RFC":
            return ""
        return f"https://www.rfc-editor.org/rfc/rfc{words[1]}#section-{words[2]}"

    def __str__(self) -> str:
        return f"{self.section}: “{self.sentence}”"


class Want(Protocol):
    """What must come back."""

    def complete(self, seen: Transcript) -> bool:
        """Tell whether enough has come to judge, so that there is nothing to wait for."""

    def judge(self, seen: Transcript) -> Complaint | None:
        """Say what is wrong, once all has come; None if nothing is."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is tried on an endpoint.

    Attributes:
        number: Autobahn's where a case exists there, from 20 on otherwise.
        name: What it is about, in a few words.
        moves: What is sent once the connection is open.
        want: What must come back.
        why: The sentence that demands it.
        severity: How much a failure weighs.
        roles: Which endpoints it is for.
        piece: How the octets are cut: in a single write when None, `FRAMES` for a write for each
            frame, else that many octets in each write.
        request: What we ask for as a client.
        response: What we answer as a server.
        deflate: What we say about compression; nothing when None.
        note: What has to be known: who differs on purpose, and why.
        alone: Whether it runs while no other does, since it takes the machine for itself.
    """

    number: str
    name: str
    moves: tuple[Move, ...]
    want: Want
    why: Why
    severity: Severity = Severity.MUST
    roles: frozenset[Role] = BOTH
    piece: int | None = None
    request: Request = field(default_factory=Request)
    response: Response = field(default_factory=Response)
    deflate: Deflate | None = None
    note: str = ""
    alone: bool = False

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def order(self) -> tuple[int, ...]:
        """What cases are sorted by: 5.3 comes before 5.19."""
        return tuple(map(int, self.number.split(".")))

    @property
    def bad_frame(self) -> Frame | None:
        """The frame that must be refused, if there is one."""
        return next((move for move in self.moves if isinstance(move, Frame) and move.bad), None)

    @property
    def opens(self) -> bool:
        """Whether the connection has to be opened for what the case wants."""
        return not isinstance(self.want, Declines | Disagrees)

    def opening(self) -> list[str]:
        """Say what is odd about our half of the opening handshake, a line for each side."""
        lines = []
        if self.deflate is not None and self.roles & SERVER:
            lines.append(f"(as a client we offer {self.deflate.offer})")
        if self.deflate is not None and self.roles & CLIENT:
            lines.append(f"(as a server we answer {self.deflate.answer})")
        return [*map(str, filter(None, (self.request.odd, self.response.odd))), *lines]

    def sent(self) -> list[str]:
        """Say what is sent, a line for each move."""
        ways = {None: "", FRAMES: "one write for each frame", OCTETS: "octet by octet"}
        way = ways.get(self.piece, f"in pieces of {self.piece} octets")
        return [*map(str, self.moves), *([f"({way})"] if way else [])]
