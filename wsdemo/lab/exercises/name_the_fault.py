"""Exercise of notebook 04: look at six recorded traces, and name what ended them.

A wrong answer gets a nudge towards what is to be seen, and not the answer. Leaves out the traces
themselves (`traces`).
"""

import functools
from collections.abc import Mapping
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.traces import TRACES, WHO, Trace

STUB = """\
answers = {
    "A": (..., ...),
    "B": (..., ...),
    "C": (..., ...),
    "D": (..., ...),
    "E": (..., ...),
    "F": (..., ...),
}
"""

RULES = """
**Look at the six traces** in `lab.exercise("name_the_fault").material`, each of which displays as a
ladder, **and fill in `answers`**: for each letter the close code, an `int`, and who failed.

- The *close code* is the one that the connection ends with: what the side that did not fail reads
  as its `close_code`, or has to send. Where the recording stops before the close frame, say which
  code it must carry. Not every code travels in a frame.
- *Who failed* is `"client"` or `"server"` if the bytes of that side broke a rule, or were more than
  the other one takes, or if its program crashed; `"network"` if neither side did anything; and
  `"nobody"` if there was no failure at all.
"""

HINTS = """
Look at the last few arrows first: is there a close frame, and does it carry a code? If it does,
read it. If there is none, 1005 and 1006 are the codes that stand for what is missing.

Where the recording stops before the close frame, judge the last frame as an endpoint would, in this
order: is it masked if it must be, is its header legal, is its payload what the opcode promises?

Who sends the close frame is not who failed: the side that finds the fault is the first to close.
Follow the arrow of the frame that was found fault with.

A rule of framing is 1002, text that is no text 1007, too much is 1009, a program that crashed 1011.
A close frame without a code is 1005, no close frame at all 1006.
"""

EXPLANATION = "Read the end first, then ask what the side that closed could not take."


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="name_the_fault",
        notebook="04_open_close_and_stay_alive",
        subject="answers",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[solved()],
        make_cases=lambda: [_case(trace) for trace in TRACES.values()],
        material=TRACES,
    )


def solved() -> str:
    """Write the stub with the answers filled in, and the reasons beside them."""
    lines = [
        f'    "{trace.letter}": ({trace.code}, "{trace.who}"),  # {trace.because}'
        for trace in TRACES.values()
    ]
    return "\n".join(["answers = {", *lines, "}"])


def _case(trace: Trace) -> Case:
    examine_this = functools.partial(examine, trace)
    return Case(trace.letter, trace.story, "a close code, and who failed", examine_this)


def examine(trace: Trace, given: Mapping[str, Any]) -> Verdict:
    """Judge the answer about one trace."""
    answer: Any = given.get(trace.letter)
    came_back = "nothing yet" if answers.empty(answer) else answers.tidy(answer)
    if fault := _form(answer):
        return Verdict(came_back, fault)
    code, who = answer
    if fault := _judge(trace, code, who):
        return Verdict(came_back, fault)
    return Verdict(f"{came_back}: {trace.because}")


def _form(answer: Any) -> str:
    """Say what is wrong with the form of an answer."""
    if answers.empty(answer):
        return "There is no answer yet."
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return 'An answer is a pair, such as (1000, "nobody").'
    code, who = answer
    if code is ... or who is ...:
        return "One half of the answer is missing."
    if not isinstance(code, int):
        return "The first half is a close code, which is an int."
    if who not in WHO:
        return f"The second half is one of {', '.join(map(repr, WHO))}."
    return ""


def _judge(trace: Trace, code: int, who: str) -> str:
    if code != trace.code:
        return trace.by_code.get(code, trace.by_default)
    return trace.about_who if who != trace.who else ""
