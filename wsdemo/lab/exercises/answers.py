"""Look at a learner's answer before, while and after it is called.

A stub that nobody has touched, a function that was called instead of handed over, a wrong number of
parameters, an exception, a changed input: each is told in words, and none of them ends a check.
Leaves out what a right answer is, which is each exercise's own business, and time limits
(`deadline`).
"""

import copy
import inspect
import re
import traceback
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 120  # characters of a learner's value: enough to see the fault, short enough for a cell
PLAIN = ("builtins", "__main__", "asyncio.exceptions")  # exceptions that go without their module


class Unwritten(Exception):
    """The answer did what a blank does, such as returning `...`; the message says what."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did: the value it returned, or, in `fault`, why there is none to judge."""

    value: Any = None
    came_back: str = ""
    fault: str = ""


def call(
    function: Callable[..., Any], *args: Any, expected: type[Exception] | None = None
) -> Outcome:
    """Call a learner's function and survive it.

    Args:
        function: The answer.
        args: What it is given; compared afterwards with what it was.
        expected: An exception that is a result here, and no fault.

    Returns:
        Its value, or the fault that keeps the value from being judged.

    Raises:
        Unwritten: It did what a blank does.
    """
    before = copy.deepcopy(args)
    try:
        value = function(*args)
    except (Exception, SystemExit) as error:
        if expected is not None and isinstance(error, expected):
            return Outcome(error, raised(error, function).came_back)
        return raised(error, function)
    if value is ... or value is NotImplemented:
        raise Unwritten(f"it returns {'...' if value is ... else 'NotImplemented'}")
    if args != before:
        fault = "Your code changes the object it is given, which belongs to the caller: copy it."
        return Outcome(value, f"{tidy(value)}, with {tidy(args[0])} left of the input", fault)
    return Outcome(value, tidy(value))


def raised(error: BaseException, function: object) -> Outcome:
    """Tell of an exception: its type, its message, and the learner's line that led to it.

    Args:
        error: What was raised.
        function: The answer, to know its file or cell by.

    Raises:
        Unwritten: It was NotImplementedError, which is how some leave a body empty.
    """
    if isinstance(error, NotImplementedError):
        raise Unwritten("it raises NotImplementedError") from None
    kind = type(error)
    name = kind.__name__ if kind.__module__ in PLAIN else f"{kind.__module__}.{kind.__name__}"
    message = tidy_text(str(error))
    told = f"{name}: {message}" if message else name
    came_back = "\n".join(filter(None, [told, _line(error, function)]))
    return Outcome(None, came_back, f"Your code raises {name}.")


def _line(error: BaseException, function: object) -> str:
    """Find the innermost line of the learner's own file or cell in a traceback."""
    code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if code is not None and frame.filename == code.co_filename
    ]
    if not frames:
        return ""
    return f"line {frames[-1].lineno}: {frames[-1].line or ''}".rstrip(": ")


def tidy(value: object) -> str:
    """Write a learner's value: short, and the same in every run."""
    try:
        return tidy_text(repr(value))
    except Exception as error:
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"


def tidy_text(text: str) -> str:
    """Cut a text in its middle when it is long, and drop addresses of objects."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST * 2 // 3]} … {text[-LONGEST // 4 :]}"


def blank(answer: object, stub: object, name: str) -> str:
    """Say why an answer counts as not written yet.

    Args:
        answer: What the learner handed in.
        stub: What the stub of the exercise defines.
        name: The name of that.

    Returns:
        The reason; empty when there is something to check.
    """
    if answer is None or answer is ... or answer is NotImplemented:
        return f"there is no {name} to check"
    if isinstance(answer, Mapping):
        return f"there is nothing in {name} yet" if all(map(empty, answer.values())) else ""
    if fingerprint(answer) == fingerprint(stub):
        return f"{name} is still as it was given"
    return ""


def empty(value: object) -> bool:
    """Whether a value in a dict of answers is still `...`, or made of nothing else."""
    if isinstance(value, tuple | list):
        return all(map(empty, value))
    return value is None or value is ... or value is NotImplemented


def fingerprint(thing: object) -> object:
    """What makes two functions or classes the same code, wherever they were compiled.

    Bytecode and not source: it is there for a function that came out of a notebook, a file, or a
    string, and comments and spaces do not count.
    """
    if isinstance(thing, type):
        return {name: fingerprint(value) for name, value in vars(thing).items() if callable(value)}
    code = getattr(thing, "__code__", None)
    return _fingerprint(code) if isinstance(code, types.CodeType) else object()


def _fingerprint(code: types.CodeType) -> tuple[object, ...]:
    constants = tuple(
        _fingerprint(constant) if isinstance(constant, types.CodeType) else repr(constant)
        for constant in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, constants


def trivial(function: object) -> bool:
    """Whether a function has a body in which nothing is computed: `...`, `pass`, `return None`."""
    code = getattr(function, "__code__", None)
    names = set(code.co_names) if isinstance(code, types.CodeType) else {""}
    return names <= {"NotImplemented", "NotImplementedError"}


def misfit(answer: Any, stub: Any, name: str) -> Outcome | None:
    """Find out whether an answer has the form that the exercise asks for.

    Args:
        answer: What the learner handed in.
        stub: What the stub of the exercise defines.
        name: The name of that.

    Returns:
        What is wrong with its form; None when it can be tried.
    """
    if isinstance(stub, Mapping):
        fault = "" if isinstance(answer, Mapping) else f"check() takes the dict: check({name})."
    elif not callable(answer):
        fault = f"check() takes the function itself, not a result of it: check({name})."
    else:
        fault = _misfit(answer, stub, name)
    return Outcome(None, tidy(answer), fault) if fault else None


def _misfit(answer: Any, stub: Any, name: str) -> str:
    wanted = inspect.signature(stub)
    if inspect.iscoroutinefunction(answer) and not inspect.iscoroutinefunction(stub):
        return f"{name} is `async def`; nothing in it has to wait, so a plain `def` is asked for."
    if inspect.iscoroutinefunction(stub) and not inspect.iscoroutinefunction(answer):
        return f"{name} has to be `async def`: it awaits messages."
    try:
        inspect.signature(answer).bind(*wanted.parameters)
    except TypeError as error:
        return f"It is called as {name}{bare(wanted)}, and that does not fit: {error}."
    except ValueError:  # some builtins do not tell; the first case will
        pass
    return ""


def bare(signature: inspect.Signature) -> str:
    """Write the names of parameters as a call does: `(websocket, work)`."""
    return f"({', '.join(signature.parameters)})"


def refuse_blank(function: object) -> None:
    """Take a None that came back for a blank if the function has no body to speak of.

    A None out of a written body is a wrong answer, such as a forgotten `return`.

    Args:
        function: The answer.

    Raises:
        Unwritten: Nothing is written.
    """
    if trivial(function):
        raise Unwritten("it returns None")
