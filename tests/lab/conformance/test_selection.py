"""Choosing cases: numbers, chapters, ranges, and what is none of these."""

from __future__ import annotations

import pytest

from wsdemo.lab.conformance.case import Role
from wsdemo.lab.conformance.cases import CASES
from wsdemo.lab.conformance.selection import UnknownCase, find, select


def _numbers(words: str, role: Role | None = None) -> list[str]:
    return [case.number for case in select(words, role)]


def _chapters(words: str) -> list[int]:
    return sorted({case.order[0] for case in select(words)})


def test_a_case_is_found_by_its_number() -> None:
    """The whole number."""
    assert find("5.19").number == "5.19"
    assert str(find("1.1.1")) == "1.1.1 text, 0 octets"


@pytest.mark.parametrize("number", ["5", "5.21", "1.1", "5.1.1", "05.1", " 5.1", "", "x"])
def test_a_case_that_there_is_none_of_is_named(number: str) -> None:
    """A chapter is no case."""
    with pytest.raises(UnknownCase, match=rf"^there is no case {number}$"):
        find(number)


@pytest.mark.parametrize("words", ["", " "])
def test_all_cases(words: str) -> None:
    """Where nobody asks for any."""
    assert select(words) == list(CASES)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("5.3", ["5.3"]),
        (" 5.3 ", ["5.3"]),
        ("5.3-5.9", ["5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9"]),
        ("5.18-6.1", ["5.18", "5.19", "5.20", "6.1.1", "6.1.2", "6.1.3"]),
        ("5.3,2.1", ["2.1", "5.3"]),
        ("2.1, 2.1, 2.1-2.2", ["2.1", "2.2"]),
        ("4.2", ["4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.5"]),
        ("4.1.5-4.2.1", ["4.1.5", "4.2.1"]),
        ("7.3.6-7.5", ["7.3.6", "7.5.1"]),
        ("5.19-5", ["5.19", "5.20"]),
        ("6.23.6-6.23", ["6.23.6", "6.23.7"]),
        ("2.10-2.2000", ["2.10", "2.11"]),
    ],
)
def test_ranges(words: str, numbers: list[str]) -> None:
    """In the order of the numbers, each once; a chapter stands for all that is in it."""
    assert _numbers(words) == numbers


@pytest.mark.parametrize(
    ("words", "chapters"),
    [
        ("1", [1]),
        ("1-3", [1, 2, 3]),
        ("1,5.3-5.9", [1, 5]),
        ("7-10", [7, 9, 10]),
        ("8-9", [9]),
        ("26-99", [26]),
        ("2-2", [2]),
    ],
)
def test_chapters(words: str, chapters: list[int]) -> None:
    """Whole ones, also as the ends of a range, and where some are missing."""
    assert _chapters(words) == chapters


def test_a_chapter_is_whole() -> None:
    """1 is not 10, and 5.1 not 5.10."""
    assert len(select("1")) == 16
    assert len(select("5")) == 20
    assert _numbers("5.1") == ["5.1"]
    assert len(select("1-3")) == 16 + 11 + 7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("8", "there is no case '8'"),
        ("1,5.99", "there is no case '5.99'"),
        ("5.3.1", "there is no case '5.3.1'"),
        ("27-99", "there is no case '27-99'"),
        ("all", "'all' is no number of a case, and no range such as 5.3-5.9"),
        ("1,", "'' is no number of a case"),
        ("5.3-", "'5.3-' is no number of a case"),
        ("-5.3", "'-5.3' is no number of a case"),
        ("5..3", "'5..3' is no number of a case"),
        ("1 2", "'1 2' is no number of a case"),
        ("1-2-3", "'1-2-3' is no number of a case"),
        ("5.9-5.3", "the range '5.9-5.3' runs backward"),
        ("6-5.3", "the range '6-5.3' runs backward"),
        ("5-4", "the range '5-4' runs backward"),
        ("5.10-5.9", "the range '5.10-5.9' runs backward"),
    ],
)
def test_what_is_no_case_is_named(words: str, message: str) -> None:
    """As it was written."""
    with pytest.raises(UnknownCase) as caught:
        select(words)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("role", list(Role))
def test_cases_are_for_a_role(role: Role) -> None:
    """Those of a role, and of both."""
    chosen = select("", role)
    assert chosen == [case for case in CASES if role in case.roles]
    assert select("1-3", role) == select("1-3")


@pytest.mark.parametrize(
    ("words", "role", "message"),
    [
        ("20", Role.CLIENT, "there is no case '20' for a client"),
        ("21", Role.SERVER, "there is no case '21' for a server"),
        ("23.4", Role.SERVER, "there is no case '23.4' for a server"),
    ],
)
def test_cases_of_the_other_role_are_not_there(words: str, role: Role, message: str) -> None:
    """And the role is named."""
    with pytest.raises(UnknownCase, match=message):
        select(words, role)


def test_an_unknown_case_is_a_wrong_value() -> None:
    """Callers need not know the suite's own errors."""
    assert issubclass(UnknownCase, ValueError)
