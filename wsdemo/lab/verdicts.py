"""What a prediction and a claim are, and how they read.

The plain form of a claim is the same in every run, so that it can be compared: the text, its
source, the band and the verdict. It has the measured number only where the claim is of an exact
one. The form for notebooks has it always, and so has ``print(claim)``, whose cell is tagged
``nbval-ignore-output``.

Leaves out where they are kept: `wsdemo.lab.claims` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from wsdemo.lab import words

__all__ = ["Claim", "Outcome", "Prediction"]

HOLDS, FAILS = "holds here", "does not hold here"

Keep: TypeAlias = "Callable[[Outcome], None]"


def _forget(_outcome: Outcome) -> None:
    """Keep nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """A prediction beside the truth.

    Attributes:
        prediction: what was asked and guessed.
        value: what was measured.
    """

    prediction: Prediction
    value: words.Value

    def __repr__(self) -> str:
        guess, unit = self.prediction.guess, self.prediction.unit
        measured = f"measured {words.amount(self.value, unit)}"
        if guess is None:
            return f"{measured}; you made no guess"
        error = words.error(guess, self.value, unit)
        return f"{measured}; you said {words.amount(guess, unit)}: {error}"


@dataclass(frozen=True, slots=True, repr=False)
class Prediction:
    """A guess that waits for its measurement.

    Attributes:
        question: what is asked.
        guess: the answer; None if there is none yet.
        unit: of the answer.
        keep: called with the outcome.
    """

    question: str
    guess: words.Value | None
    unit: str = ""
    keep: Keep = field(default=_forget, compare=False)

    def measured(self, value: Any) -> Outcome:
        """Compare the guess with what was measured, and keep both.

        Args:
            value: what came out, in the unit of the guess.

        Returns:
            What to show as the cell's result: how far off the guess was, as a difference and
            as a factor. It shows the measured value, so tag the cell ``nbval-ignore-output``
            unless the value is the same in every run.
        """
        outcome = Outcome(self, words.plain(value, "the measured value"))
        self.keep(outcome)
        return outcome

    def __repr__(self) -> str:
        guess = "no guess yet" if self.guess is None else words.amount(self.guess, self.unit)
        return f"{self.question} Prediction: {guess}"


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What somebody said, held against what was measured here.

    Attributes:
        text: the claim, as one sentence.
        said_by: who said it, and where.
        url: where to read it.
        measured: what was measured here.
        low: the least that the claim allows; None for no lower end.
        high: the most that it allows; None for no upper end.
        exact: the one value that it allows.
        unit: of all of them.
        note: what has to be known about the measurement.
    """

    text: str
    said_by: str
    measured: words.Value
    url: str = ""
    low: float | None = None
    high: float | None = None
    exact: words.Value | None = None
    unit: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a band that no value, or every value, is in."""
        ends = f"low={self.low!r}, high={self.high!r}, exact={self.exact!r}"
        banded = self.low is not None or self.high is not None
        if banded == (self.exact is not None):
            raise ValueError(f"a claim needs either a band or an exact value, not {ends}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"no value is in the band from {self.low!r} to {self.high!r}")
        if banded and isinstance(self.measured, str):
            raise TypeError(f"{self.measured!r} is text, and can't be in a band: {ends}")

    @property
    def holds(self) -> bool:
        """Whether the measured value is in the band."""
        if self.exact is not None:
            return self.measured == self.exact
        assert not isinstance(self.measured, str)  # see __post_init__
        return (self.low is None or self.low <= self.measured) and (
            self.high is None or self.measured <= self.high
        )

    @property
    def verdict(self) -> str:
        """The same in words: "holds here" or "does not hold here"."""
        return HOLDS if self.holds else FAILS

    @property
    def source(self) -> str:
        """Who said it, and where to read it."""
        return f"{self.said_by}, {self.url}" if self.url else self.said_by

    def __str__(self) -> str:
        return _lines(self._rows(measured=True))

    def __repr__(self) -> str:
        return _lines(self._rows(measured=self.exact is not None))

    def _repr_html_(self) -> str:
        from wsdemo.lab.show.table import Mark, Table

        rows = self._rows(measured=True)
        mark: Mark = "ok" if self.holds else "bad"
        return Table(("", ""), rows, marks={len(rows) - 1: mark})._repr_html_()

    def _rows(self, *, measured: bool) -> list[tuple[str, str]]:
        band = words.band(self.low, self.high, self.exact, self.unit)
        value = words.amount(self.measured, self.unit)
        rows = [("claimed", self.text), ("said by", self.source), ("taken as", band)]
        rows += [("measured", value)] if measured else []
        rows += [("note", self.note)] if self.note else []
        return [*rows, ("verdict", self.verdict)]


def _lines(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{label:<10}{text}" for label, text in rows)
