"""What came of a case, in a form that can be kept: the verdict, and the octets of the exchange.

Leaves out how a result looks, which is `report` and `picture`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from wsdemo.lab.conformance.case import Case, Severity
from wsdemo.lab.conformance.transcript import Complaint, Piece, Transcript

__all__ = ["Outcome", "Result", "judge"]


class Outcome(Enum):
    """What a case came to."""

    PASSED = "passed"
    FAILED = "failed"
    MOOT = "does not apply"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case.

    `words` says what was wrong, or why the case does not apply; it is empty when all is well.
    `theirs` and `ours` are positions in the two streams, as in `Complaint`. `seconds` is how long
    it took, `pieces` what crossed the wire.
    """

    case: Case
    outcome: Outcome
    words: str = ""
    theirs: int | None = None
    ours: int | None = None
    seconds: float = 0.0
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    server: bool = True

    @property
    def failed(self) -> bool:
        """Whether the endpoint did not do what the case wants; a client that never ran it too."""
        return self.outcome in (Outcome.FAILED, Outcome.NOT_RUN)

    @property
    def fatal(self) -> bool:
        """Whether the endpoint does not conform."""
        return self.failed and self.case.severity is Severity.MUST

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "number": self.case.number,
            "name": self.case.name,
            "severity": self.case.severity.value,
            "outcome": self.outcome.value,
            "words": self.words,
            "section": self.case.why.section,
            "seconds": round(self.seconds, 3),
        }


def judge(case: Case, seen: Transcript, seconds: float) -> Result:
    """Judge one run of a case."""
    complaint = _unopened(case, seen) or case.want.judge(seen)
    if complaint is None:
        outcome, complaint = Outcome.PASSED, Complaint("")
    else:
        outcome = Outcome.MOOT if complaint.moot else Outcome.FAILED
    return Result(
        case,
        outcome,
        complaint.words,
        complaint.theirs,
        complaint.ours,
        seconds,
        tuple(seen.pieces),
        seen.server,
    )


def _unopened(case: Case, seen: Transcript) -> Complaint | None:
    """Complain of a connection that was never opened, where the case needs one."""
    if seen.moot:
        return Complaint(seen.moot, moot=True)
    if seen.opened or not case.opens:
        return None
    if seen.head is None:
        return Complaint(f"wanted an answer to the opening handshake, got {_silence(seen)}", ours=0)
    return Complaint(f"wanted 101, got {seen.head.start!r}", theirs=seen.head.size)


def _silence(seen: Transcript) -> str:
    return f"{seen.ended.value}" if seen.ended is not None else "nothing in time"
