"""Predictions and claims: what was said, what was measured here, and the verdict.

A learner predicts a number, measures it, and sees the error. A claim is somebody else's: the
notebook measures it and says whether it holds on this machine. Both are kept in
``.wsdemo/claims.json`` beside the notebook, under the notebook's name, and the last notebook
tables them.

Leaves out statistics: whoever measures decides what number to bring.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wsdemo.lab import words
from wsdemo.lab.kernel import session
from wsdemo.lab.store import Record, Store, home
from wsdemo.lab.verdicts import Claim, Outcome, Prediction

if TYPE_CHECKING:
    from wsdemo.lab.show.table import Mark, Table

__all__ = ["Claim", "Outcome", "Prediction", "claim", "claims", "predict"]

NO_NOTEBOOK = "(no notebook)"


def predict(
    question: str, guess: Any, unit: str = "", *, folder: Path | str | None = None
) -> Prediction:
    """Commit yourself before you measure.

    Args:
        question: what is asked: "How many bytes does 'hi' cost on the wire?"
        guess: your answer: a number or text; None or ``...`` for none yet.
        unit: of the answer, in the plural: "bytes".
        folder: where to keep it, instead of ``.wsdemo`` beside the notebook.

    Raises:
        ValueError: the guess is ``nan`` or ``inf``.
        TypeError: it is neither a number nor text.
    """
    given = None if guess is None or guess is ... else words.plain(guess, "the guess")

    def keep(outcome: Outcome | None = None) -> None:
        value = None if outcome is None else outcome.value
        record = {"guess": given, "unit": unit, "measured": value}
        _keep("prediction", question, record, folder)

    keep()
    return Prediction(question, given, unit, keep)


def claim(
    text: str,
    *,
    said_by: str,
    measured: Any,
    url: str = "",
    low: float | None = None,
    high: float | None = None,
    exact: Any = None,
    unit: str = "",
    note: str = "",
    folder: Path | str | None = None,
) -> Claim:
    """Hold a claim against a measurement, and keep it for the table of claims.

    Args:
        text: what is claimed, as one sentence.
        said_by: who says so: "RFC 6455, 5.2", or a book, a talk, a manual.
        measured: what you measured: a number, or with `exact` also text.
        url: where to read it.
        low: the least value for which the claim holds.
        high: the most.
        exact: the one value for which it holds, instead of a band.
        unit: of all these, in the plural.
        note: what has to be known about the measurement.
        folder: where to keep it, instead of ``.wsdemo`` beside the notebook.

    Raises:
        ValueError: the band is no band, or a number is ``nan`` or ``inf``.
        TypeError: a value is neither a number nor text, or is text where a band is given.
    """
    value = words.plain(measured, "the measured value")
    least, most = words.bound(low, "low"), words.bound(high, "high")
    limit = None if exact is None else words.plain(exact, "exact")
    made = Claim(text, said_by, value, url, least, most, limit, unit, note)
    _keep("claim", text, asdict(made), folder)
    return made


def claims(notebook: str | None = None, *, folder: Path | str | None = None) -> Table:
    """Table what has been claimed and measured so far, in the order of the notebooks.

    Args:
        notebook: only those of this one.
        folder: where they are kept, instead of ``.wsdemo`` beside the notebook.
    """
    from wsdemo.lab.show.table import Table

    records = [each for each in _store(folder).all() if each.get("kind") == "claim"]
    records.sort(key=lambda each: str(each.get("notebook")))
    wanted = [each for each in records if notebook in {None, each.get("notebook")}]
    kept = [each for each in map(_revive, wanted) if each is not None]
    rows = [[c.text, c.said_by, words.amount(c.measured, c.unit), c.verdict] for c in kept]
    marks: dict[int, Mark] = {at: "ok" if c.holds else "bad" for at, c in enumerate(kept)}
    return Table(["claimed", "source", "measured here", "verdict"], rows, marks=marks)


def _store(folder: Path | str | None) -> Store:
    return Store(home(folder, session().folder) / "claims.json", ["kind", "notebook", "text"])


def _keep(kind: str, text: str, facts: Record, folder: Path | str | None) -> None:
    notebook = session().notebook or NO_NOTEBOOK
    _store(folder).put({"kind": kind, "notebook": notebook, "text": text, **facts})


def _revive(record: Record) -> Claim | None:
    """Make a claim of a record again; one that somebody has edited may be none any more."""
    try:
        return Claim(**{each.name: record[each.name] for each in fields(Claim)})
    except (KeyError, TypeError, ValueError) as error:
        warnings.warn(f"left out of the table: {record.get('text')!r} ({error!r})", stacklevel=3)
        return None
