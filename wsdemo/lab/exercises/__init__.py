"""Exercises whose answers are run: `await lab.exercise("accept_key").check(accept_key)`.

An exercise is one module of this package. To add one, such as `count_words`:

1. Write `wsdemo/lab/exercises/count_words.py` with a function `build() -> Exercise`. It is found by
   its name; nothing has to be registered. `accept_key.py` is the shortest one to copy, and
   `cooperative_handler.py` shows one that is asynchronous.
2. Give it a *stub*: the text of a cell, at most 20 lines, which defines one function, class or dict
   and holds `...` where the learner writes. The notebook that `Exercise.notebook` names holds it to
   the letter, in a cell with the id `exercise-count-words` and the tag `exercise`; the next code
   cell, `check-count-words`, is `await lab.exercise("count_words").check(count_words)`.
3. Write the *solution* as functions in the module, or name the functions of `wsdemo` that do the
   job, or write it as text. It needs nothing but what the stub imports, or brings it along:
   `Exercise.answer` is what the tests put in the place of the stub.
4. Return the *cases*: each says what is sent and what is expected, and its `examine(answer)` calls
   the answer with `answers.call` and returns a `Verdict`. Begin with the plainest case: a blank is
   recognized by what it does there. If the answer is asynchronous, every `examine` is a coroutine
   function. A verdict names the cause ("you hash the key alone") and not only the difference: try
   the usual mistakes and compare. Nothing in a row may change from run to run.
5. Write three to five *hints*, from a nudge to nearly there.
6. Test it in `tests/lab/exercises/test_count_words.py`: at least three typical wrong answers, each
   with the words that name its fault. What holds for every exercise (the solution passes, the stub
   is blank, answers that raise are survived) is tested for all of them in `test_registry.py`.

Leaves out marks, scores and a memory of what was solved: a report is a value, and is not stored.
"""

from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.registry import exercise, names
from wsdemo.lab.exercises.report import Report, Row

__all__ = ["Case", "Exercise", "Report", "Row", "Verdict", "exercise", "names"]
