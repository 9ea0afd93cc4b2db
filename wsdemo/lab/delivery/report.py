"""What came of a check: a verdict a row, how often, the first examples; and what that breaks.

The plain form has no times, so that it is the same in every run that goes the same way; ``print``
and the form for notebooks have them.

Leaves out the definitions, which are in `checker`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdemo.lab import words
from wsdemo.lab.delivery.guarantees import (
    EXACTLY_ONCE_IN_EFFECT,
    GUARANTEES,
    Guarantee,
    Verdict,
)

if TYPE_CHECKING:
    from wsdemo.lab.show.table import Mark, Table

__all__ = ["Finding", "Report"]

EXAMPLES = 3
"""Findings of a verdict that are shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.

    Attributes:
        who: the client to whom it happened.
        message: the id of the message.
        room: where.
        at: when, in seconds since the recording began: of the receipt, or of what was promised.
        words: what, beside the verdict.
    """

    who: str
    message: str
    room: str
    at: float
    words: str

    def __str__(self) -> str:
        where = f" in {self.room}" if self.room else ""
        return f"{self.who}: {self.message}{where}, {self.words}"

    def timed(self) -> str:
        """Say it with the time."""
        return f"{self.at:.3f} s, {self}"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The findings of a check.

    Attributes:
        findings: by verdict, in the order in which they happened; empty where all is well.
        clients: how many there were.
        rooms: how many there were.
        messages: how many were sent, those sent again counted once.
        receipts: how often a client received one of them, the first time counted only.
        faults: how many faults and restarts were recorded.
    """

    findings: Mapping[Verdict, tuple[Finding, ...]]
    clients: int
    rooms: int
    messages: int
    receipts: int
    faults: int

    def __getitem__(self, verdict: Verdict | str) -> tuple[Finding, ...]:
        """Return the findings of a verdict.

        Raises:
            ValueError: There is no such verdict.
        """
        return self.findings[Verdict(verdict)]

    @property
    def found(self) -> tuple[Verdict, ...]:
        """The verdicts of which there are findings."""
        return tuple(verdict for verdict in Verdict if self.findings[verdict])

    def broken(self, guarantee: Guarantee) -> tuple[Verdict, ...]:
        """Return the verdicts by which a guarantee is broken."""
        return tuple(verdict for verdict in self.found if verdict in guarantee.forbids)

    def holds(self, guarantee: Guarantee) -> bool:
        """Tell whether a guarantee was kept in this run."""
        return not self.broken(guarantee)

    @property
    def summary(self) -> str:
        """What was judged, in one line."""
        counts = {
            "clients": self.clients,
            "rooms": self.rooms,
            "messages": self.messages,
            "receipts": self.receipts,
            "faults": self.faults,
        }
        return ", ".join(words.amount(number, unit) for unit, number in counts.items())

    def __repr__(self) -> str:
        return self._text(timed=False)

    def __str__(self) -> str:
        return self._text(timed=True)

    def _repr_html_(self) -> str:
        tables = (self.verdicts(timed=True), self.guarantees())
        return "".join(table._repr_html_() for table in tables)

    def _text(self, *, timed: bool) -> str:
        return f"{self.verdicts(timed=timed)!r}\n\n{self.guarantees()!r}"

    def verdicts(self, *, timed: bool = False) -> Table:
        """Table every verdict, with the first findings.

        Args:
            timed: Whether to say when.
        """
        from wsdemo.lab.show.table import Table

        rows = [
            [verdict.value, len(found), _examples(found, timed=timed)]
            for verdict, found in self.findings.items()
        ]
        marks = {at: self._mark(verdict) for at, verdict in enumerate(self.findings)}
        return Table(("verdict", "count", "first ones"), rows, self.summary, marks, "lrl")

    def guarantees(self) -> Table:
        """Table which guarantees were kept, and what broke the others."""
        from wsdemo.lab.show.table import Table

        rows: list[tuple[str, str]] = []
        marks: dict[int, Mark] = {}
        for at, guarantee in enumerate(GUARANTEES):
            broken = ", ".join(self.broken(guarantee))
            rows.append((guarantee.name, f"broken: {broken}" if broken else "holds"))
            marks[at] = "bad" if broken else "ok"
        return Table(("guarantee", "in this run"), rows, marks=marks)

    def _mark(self, verdict: Verdict) -> Mark:
        if not self.findings[verdict]:
            return "ok"
        return "bad" if verdict in EXACTLY_ONCE_IN_EFFECT.forbids else "warn"


def _examples(found: tuple[Finding, ...], *, timed: bool) -> str:
    lines = [finding.timed() if timed else str(finding) for finding in found[:EXAMPLES]]
    more = len(found) - EXAMPLES
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)
