"""A learner's outbox under observation: what is put in, what comes out, and what it still holds.

Updates are objects of our own, so that those that are still alive can be counted, whatever they
are kept in. Leaves out what is right, which is `keep_them_current`'s.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Verdict

__all__ = ["MOST_TAKEN", "Faulty", "Update", "Watched"]

MOST_TAKEN = 50  # what is taken out of an outbox, until it counts as bottomless


class Update(str):
    """An update that can be watched: whether somebody still holds it."""


class Faulty(Exception):
    """The answer did something wrong; holds the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.fault)
        self.verdict = verdict


class Watched:
    """A learner's outbox, and the updates that it was given.

    Args:
        answer: the class.

    Raises:
        Unwritten: it is a blank.
        Faulty: it can't be made.
    """

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        outcome = answers.call(answer)
        if outcome.value is None and not outcome.fault:
            answers.refuse_blank(answer)
        if outcome.fault or not hasattr(outcome.value, "put") or not hasattr(outcome.value, "take"):
            fault = outcome.fault or "Outbox() has to give something with `put` and `take`."
            raise Faulty(Verdict(outcome.came_back, fault))
        self._box = outcome.value
        self._count: dict[str, int] = {}
        self._given: weakref.WeakSet[Update] = weakref.WeakSet()

    def put(self, symbol: str) -> None:
        """Put the next update of a symbol: A1, A2, and so on."""
        self._count[symbol] = number = self._count.get(symbol, 0) + 1
        update = Update(f"{symbol}{number}")
        self._given.add(update)
        self._call(self._box.put, symbol, update)

    def take(self) -> str | None:
        """Take one out."""
        update = self._call(self._box.take)
        if update is None:
            self._refuse_blank()
            return None
        if update is ... or update is NotImplemented:
            raise answers.Unwritten(f"take() returns {answers.tidy(update)}")
        if not isinstance(update, Update):
            wrong = f"What comes out is the update itself; this is {type(update).__name__}."
            raise Faulty(Verdict(answers.tidy(update), wrong))
        return str(update)

    def take_all(self) -> list[str]:
        """Take out whatever is in there."""
        taken: list[str] = []
        while (update := self.take()) is not None:
            taken.append(update)
            if len(taken) > MOST_TAKEN:
                break
        return taken

    @property
    def alive(self) -> int:
        """How many of the updates it still holds."""
        gc.collect()
        return len(self._given)

    def _call(self, method: Callable[..., Any], *args: Any) -> Any:
        try:
            return method(*args)
        except Exception as error:
            outcome = answers.raised(error, method)
            raise Faulty(Verdict(outcome.came_back, outcome.fault)) from None

    def _refuse_blank(self) -> None:
        """A body of `...` returns None."""
        for method in (self._box.put, self._box.take):
            answers.refuse_blank(getattr(method, "__func__", method))
