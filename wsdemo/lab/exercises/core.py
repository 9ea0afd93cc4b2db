"""An exercise: a task, a stub, hints in steps, a solution, and cases that run the learner's code.

The flow of a check is here, and the same for all: is anything written; has it the form that was
asked for; then case by case, under a time limit, until the last or until the time is up. Leaves out
the cases themselves (one module an exercise), how code is stopped (`deadline`), and how faults in
any learner's code are told (`answers`).
"""

import ast
import asyncio
import inspect
import textwrap
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wsdemo.lab.exercises import answers, deadline
from wsdemo.lab.exercises.answers import Outcome, Unwritten
from wsdemo.lab.exercises.display import Note, Pending, Solution
from wsdemo.lab.exercises.report import Report, Row

# Right answers take a fraction of a second, so this is never met on a busy machine; and it is as
# long as somebody looks at a cell before wondering whether it hangs.
TIME_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer did in one case, and what is likely wrong with that: nothing when empty."""

    came_back: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is tried on an answer.

    `name`, `sent` and `expected` are shown. `examine` takes the answer, tries it, and judges; in an
    asynchronous exercise it is a coroutine function. `hung` is the likely fault when it does not
    end in time.
    """

    name: str
    sent: str
    expected: str
    examine: Callable[[Any], Verdict | Coroutine[Any, Any, Verdict]]
    hung: str = "A loop that never ends?"

    def row(self, verdict: Verdict | Outcome) -> Row:
        """Write the case down with what came of it."""
        return Row(self.name, self.sent, verdict.came_back, self.expected, verdict.fault)


@dataclass(eq=False, repr=False)
class Exercise:
    """An exercise of the course.

    `name` is what `lab.exercise()` takes, `notebook` the one that holds it, and `subject` what the
    stub defines. `rules` is the task in Markdown, `stub` the text of the notebook's cell, and
    `hint_text` leads from a nudge to nearly there, one paragraph a hint. `solution_parts` are
    functions whose source is the solution (or its text), and `explanation` the line above them.
    `make_cases` builds the cases, `material` is what the learner may look at, and `time_limit` is
    in seconds.
    """

    name: str
    notebook: str
    subject: str
    rules: str
    stub: str
    hint_text: str
    explanation: str
    solution_parts: Sequence[Callable[..., Any] | str]
    make_cases: Callable[[], Sequence[Case]]
    material: Mapping[str, Any] = field(default_factory=dict)
    time_limit: float = TIME_LIMIT
    _given: int = field(default=0, init=False)

    def __repr__(self) -> str:
        return (
            f"exercise {self.name} of notebook {self.notebook}: "
            ".task, .hint(), .check(answer), .solution()"
        )

    @property
    def task(self) -> Note:
        """What to write, and the rules."""
        return Note(self.rules.strip())

    def check(self, answer: object) -> Pending:
        """Run an answer through all cases: `await` the result, also for a plain function.

        Args:
            answer: The learner's function itself, or dict.

        Returns:
            Something to await, which gives a `Report`.
        """
        return Pending(self.name, lambda: self._check(answer))

    @property
    def hints(self) -> list[str]:
        """All hints, in the order in which they are given."""
        return [" ".join(text.split("\n")) for text in self.hint_text.strip().split("\n\n")]

    def hint(self) -> Note:
        """Give the next hint; after the last one, say so and start again."""
        hints = self.hints
        at = self._given % (len(hints) + 1)
        self._given += 1
        if at == len(hints):
            return Note("That was the last hint. `.solution()` shows one way to do it.")
        return Note(f"Hint {at + 1} of {len(hints)}: {hints[at]}")

    def solution(self) -> Solution:
        """Show one way to write it, which passes every case."""
        return Solution(self.explanation, tuple(self.solution_parts))

    @property
    def cell_id(self) -> str:
        """The id of the notebook's cell that holds the stub."""
        return f"exercise-{self.name.replace('_', '-')}"

    @property
    def answer(self) -> str:
        """The solution as the text of a cell that can stand in the place of the stub."""
        parts = [
            part if isinstance(part, str) else inspect.getsource(part)
            for part in self.solution_parts
        ]
        text = "\n\n\n".join(textwrap.dedent(part).strip() for part in parts)
        return "\n\n\n".join(filter(None, [self._preamble(), text])) + "\n"

    def _preamble(self) -> str:
        """The imports and constants that the stub begins with."""
        lines = self.stub.splitlines()
        starts = ("def ", "async def ", "class ", f"{self.subject} =")
        first = next(at for at, line in enumerate(lines) if line.startswith(starts))
        return "\n".join(lines[:first]).strip()

    def given(self) -> Any:
        """Build what the stub defines."""
        namespace: dict[str, Any] = {"__name__": "stub"}
        exec(compile(self.stub, "<stub>", "exec"), namespace)
        return namespace[self.subject]

    def given_in_a_cell(self) -> Any:
        """Build it as a notebook does, which compiles a cell statement by statement.

        The bytecode of a call such as `json.dumps()` is another one where the compiler has seen
        `import json` in the same go.
        """
        namespace: dict[str, Any] = {"__name__": "stub"}
        for statement in ast.parse(self.stub).body:
            exec(compile(ast.Module([statement], []), "<stub>", "exec"), namespace)
        return namespace[self.subject]

    async def _check(self, answer: object) -> Report:
        stub = self.given()
        for form in (stub, self.given_in_a_cell()):
            if reason := answers.blank(answer, form, self.subject):
                return Report(self.name, blank=reason)
        if unfit := answers.misfit(answer, stub, self.subject):
            form = Case("its form", f"check({self.subject})", self._form(stub), _never)
            return Report(self.name, (form.row(unfit),))
        bench = Bench(self.make_cases())
        try:
            await self._run(bench, answer)
        except Unwritten as error:
            return Report(self.name, blank=f"{self.subject}: {error}")
        return Report(self.name, tuple(bench.rows), remark=bench.remark)

    async def _run(self, bench: "Bench", answer: object) -> None:
        try:
            if bench.asynchronous:
                async with asyncio.timeout(self.time_limit):
                    await bench.examine_awaiting(answer)
            else:
                await deadline.run(lambda: bench.examine(answer), self.time_limit)
        except deadline.Overrun as error:
            bench.give_up(self.time_limit, stopped=error.stopped)
        except TimeoutError:
            bench.give_up(self.time_limit, stopped=True)

    def _form(self, stub: object) -> str:
        if not callable(stub):
            return "a dict like the one given"
        if inspect.isclass(stub):
            return f"class {self.subject}"
        kind = "async def" if inspect.iscoroutinefunction(stub) else "def"
        return f"{kind} {self.subject}{answers.bare(inspect.signature(stub))}"


class Bench:
    """Takes an answer through cases, and keeps the rows that are finished when the time is up.

    Args:
        cases: What to try, in this order.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.rows: list[Row] = []
        self.remark = ""

    @property
    def asynchronous(self) -> bool:
        """Whether the cases have to be awaited."""
        return any(inspect.iscoroutinefunction(case.examine) for case in self.cases)

    def examine(self, answer: object) -> None:
        """Try every case.

        Raises:
            Unwritten: The answer did in the first case what a blank does.
        """
        for case in self.cases:
            try:
                verdict = case.examine(answer)
                assert isinstance(verdict, Verdict)
            except Unwritten as error:
                verdict = self._unwritten(error)
            self.rows.append(case.row(verdict))

    async def examine_awaiting(self, answer: object) -> None:
        """Try every case of an asynchronous exercise; raises as `examine` does."""
        for case in self.cases:
            try:
                examination = case.examine(answer)
                assert not isinstance(examination, Verdict)
                verdict = await examination
            except Unwritten as error:
                verdict = self._unwritten(error)
            self.rows.append(case.row(verdict))

    def _unwritten(self, error: Unwritten) -> Verdict:
        if not self.rows:
            raise error
        return Verdict(f"nothing: {error}", f"This case is not written yet: {error}.")

    def give_up(self, seconds: float, *, stopped: bool) -> None:
        """Note that the time was up in the case after the last finished one."""
        rows = tuple(self.rows)
        if len(rows) == len(self.cases):  # the last one ended together with the time
            return
        case = self.cases[len(rows)]
        fault = f"Stopped after {seconds:g} s. {case.hung}"
        if not stopped:
            fault += " It cannot be interrupted where it is: restart the kernel."
        self.rows = [*rows, case.row(Verdict(f"nothing within {seconds:g} s", fault))]
        left = len(self.cases) - len(self.rows)
        self.remark = f"; {left} more not tried" if left else "; the time was up"


def _never(_: object) -> Verdict:
    raise AssertionError("the form of an answer is judged before any case")
