"""Exercises whose answers are run: `await lab.exercise("accept_key").check(accept_key)`.

An exercise is one module of this package. To add one:

1. Write `wsdemo/lab/exercises/<name>.py` with a function `build() -> Exercise`. It is found by its
   name; nothing has to be registered. `accept_key.py` is the shortest one to copy.
2. Give it a *stub*: the text of the notebook's cell, at most 20 lines, which defines one function,
   class or dict and holds `...` where the learner writes. The cell has the id `exercise-<name>` and
   the tag `exercise`, and holds the stub to the letter; the next cell, `check-<name>`, awaits
   `lab.exercise("<name>").check(<what the stub defines>)`.
3. Write the *solution* as functions in the module, or name the functions of `wsdemo` that do the
   job. It needs nothing but what the stub imports.
4. Return the *cases*: each says what is sent and what is expected, and its `examine(answer)` calls
   the answer with `answers.call` and returns a `Verdict`. Begin with the plainest case: a blank is
   recognized by what it does there. If the answer is asynchronous, make every `examine` a coroutine
   function. A case gives the learner the cause ("you hashed the decoded key"), not only the
   difference: try the typical mistakes and compare. Nothing in a row may change from run to run.
5. Write three to five *hints*, from a nudge to nearly there.
6. Test it in `tests/lab/exercises/test_<name>.py`: at least three typical wrong answers, each with
   the words that name its fault. What holds for every exercise (the solution passes, the stub is
   blank, raising and hanging answers are survived) is tested for all in `test_registry.py`.

Leaves out marks, scores and memory of what was solved: a report is a value, and is not stored.
"""

from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.registry import exercise, names
from wsdemo.lab.exercises.report import Report, Row

__all__ = ["Case", "Exercise", "Report", "Row", "Verdict", "exercise", "names"]
