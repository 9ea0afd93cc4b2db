"""Check wrong answers: run one through an exercise and return what the report says."""

import dataclasses
from typing import Any

from wsdemo.lab.exercises import Report, exercise

# A busy machine gets its time: only answers that really wait for ever are stopped by it.
PATIENCE = 60.0


async def check(name: str, answer: object, seconds: float = PATIENCE) -> Report:
    """Check an answer, with another time limit.

    Args:
        name: The exercise.
        answer: What a learner might hand in.
        seconds: The time limit.
    """
    return await dataclasses.replace(exercise(name), time_limit=seconds).check(answer)


def defined(name: str, source: str) -> Any:
    """Run a cell that a notebook might hold, and return what the exercise asks for.

    Args:
        name: The exercise.
        source: The cell.
    """
    namespace: dict[str, Any] = {}
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace[exercise(name).subject]
