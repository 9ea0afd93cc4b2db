"""What a learner's code does is told in words, whatever it does."""

import re
import struct
import sys
from collections.abc import Callable
from typing import Any

import pytest

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.answers import Unwritten


def _function(source: str, name: str = "f") -> Any:
    """Define a function out of nowhere, as a notebook does."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace[name]


def test_a_value_is_handed_on() -> None:
    """With the text that stands for it in the report."""
    outcome = answers.call(lambda a: a * 2, "ab")
    assert (outcome.value, outcome.came_back, outcome.fault) == ("abab", "'abab'", "")


def test_an_exception_is_told_with_its_line() -> None:
    """The line is the learner's, not that of the library it calls."""

    def parse(data: bytes) -> Any:
        return struct.unpack("!H", data)

    outcome = answers.call(parse, b"")
    first, second = outcome.came_back.splitlines()
    assert first == "struct.error: unpack requires a buffer of 2 bytes"
    assert second.endswith('return struct.unpack("!H", data)')
    assert outcome.fault == "Your code raises struct.error."


def test_an_exception_without_source_is_told_without_text() -> None:
    """A number of a line is better than nothing."""
    outcome = answers.call(_function("def f(a):\n    return 1 / 0"), 1)
    assert outcome.came_back == "ZeroDivisionError: division by zero\nline 2"


def test_exit_is_an_exception_like_others() -> None:
    """It ends neither the kernel nor the check."""
    assert answers.call(lambda: sys.exit(1)).came_back.startswith("SystemExit: 1")


def test_an_expected_exception_is_a_value() -> None:
    """To refuse something is a result."""
    outcome = answers.call(lambda: int("x"), expected=ValueError)
    assert isinstance(outcome.value, ValueError)
    assert not outcome.fault


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(): ...\n", "None"),
        ("def f(): return ...", r"\.\.\."),
        ("def f(): return NotImplemented", "NotImplemented"),
        ("def f(): raise NotImplementedError", "NotImplementedError"),
    ],
)
def test_what_a_blank_does_is_unwritten(source: str, what: str) -> None:
    """Every way to leave a body empty."""
    function = _function(source)

    def examine() -> None:
        assert answers.call(function).value is None
        answers.refuse_blank(function)

    with pytest.raises(Unwritten, match=what):
        examine()


def test_none_out_of_a_written_body_is_a_value() -> None:
    """Somebody has forgotten `return`, and is told that, not that nothing is there."""
    function = _function("def f(a):\n    b = a.upper()")
    assert answers.call(function, "a").value is None
    answers.refuse_blank(function)


def test_a_changed_input_is_a_fault() -> None:
    """The buffer belongs to the connection."""

    def take(data: bytearray) -> int:
        return data.pop()

    outcome = answers.call(take, bytearray(b"ab"))
    assert "changes the object it is given" in outcome.fault
    assert "bytearray(b'a') left" in outcome.came_back


def test_a_long_value_is_cut_and_an_address_dropped() -> None:
    """What is shown fits a cell, and is the same in every run."""
    assert len(answers.tidy("x" * 1_000)) < answers.LONGEST
    assert answers.tidy(object()) == "<object object>"


def test_a_repr_that_raises_is_survived() -> None:
    """A learner's class may be half written."""

    class Half:
        def __repr__(self) -> str:
            raise AttributeError

    assert answers.tidy(Half()) == "<Half whose repr raises AttributeError>"


@pytest.mark.parametrize("answer", [None, ..., NotImplemented])
def test_no_answer_is_blank(answer: object) -> None:
    """A cell that assigns `...` defines nothing."""
    assert answers.blank(answer, len, "f") == "there is no f to check"


def test_the_untouched_stub_is_blank() -> None:
    """Compiled again, with other comments, in another file: it is the same code."""
    stub = _function("def f(a):\n    return g(a)")
    same = _function("def f(a):\n    # Where to begin?\n    return g(a)\n")
    other = _function("def f(a):\n    return h(a)")
    assert answers.blank(same, stub, "f") == "f is still as it was given"
    assert not answers.blank(other, stub, "f")


def test_a_class_is_compared_by_its_methods() -> None:
    """Later exercises ask for classes."""
    source = "class C:\n    def a(self): ...\n    def b(self): return {}"
    stub, same, other = (_function(source.format(x), "C") for x in ("1", "1", "2"))
    assert answers.blank(same, stub, "C")
    assert not answers.blank(other, stub, "C")


def test_a_dict_is_blank_until_something_is_in_it() -> None:
    """One answer of six is something to check."""
    stub = {"A": (..., ...), "B": None}
    assert answers.blank(stub, stub, "d") == "there is nothing in d yet"
    assert not answers.blank({"A": (1000, ...), "B": None}, stub, "d")


def _given(key: str) -> None:
    """Stand for a stub."""


async def _given_async(websocket: Any) -> None:
    """Stand for the stub of a handler."""


async def _coroutine(key: str) -> str:
    return key


@pytest.mark.parametrize(
    ("answer", "stub", "fault"),
    [
        ("s3pP", _given, r"the function itself.*: check\(f\)"),
        (_coroutine, _given, "plain `def`"),
        (lambda _: None, _given_async, "`async def`"),
        (lambda: None, _given, r"called as f\(key\).*too many"),
        (lambda a, b: None, _given, r"called as f\(key\).*'b'"),
        ([1], {"A": ...}, "takes the dict"),
    ],
)
def test_a_wrong_form_is_named(answer: object, stub: object, fault: str) -> None:
    """Before any case is tried, so that the message is about the form."""
    unfit = answers.misfit(answer, stub, "f")
    assert unfit is not None
    assert re.search(fault, unfit.fault)


@pytest.mark.parametrize("answer", [lambda key: key, lambda k, more=1: k, str.upper, str])
def test_a_right_form_passes(answer: Callable[..., Any]) -> None:
    """Names of parameters are the learner's, and so are further ones with a default."""
    assert answers.misfit(answer, _given, "f") is None
