"""All cases together: their numbers, what each says of itself, and that each can be failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.lab.conformance.talk import good, heedless, silent
from wsdemo.lab.conformance.case import Case, Role
from wsdemo.lab.conformance.cases import CASES, CHAPTERS
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.moves import Part
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.wants import Echo, Ends, FailsFast, Refusal, With

# How many cases Autobahn's testsuite 25.10.1 has under each number: 1.1.1 to 1.1.8, and so on.
AUTOBAHN = """
    1.1:8 1.2:8 2:11 3:7 4.1:5 4.2:5 5:20
    6.1:3 6.2:4 6.3:2 6.4:4 6.5:5 6.6:11 6.7:4 6.8:2 6.9:4 6.10:3 6.11:5 6.12:8 6.13:5 6.14:10
    6.15:1 6.16:3 6.17:5 6.18:5 6.19:5 6.20:7 6.21:8 6.22:34 6.23:7
    7.1:6 7.3:6 7.5:1 7.7:13 7.9:9 7.13:2
    9.1:6 9.2:6 9.3:9 9.4:9 9.5:6 9.6:6 9.7:6 9.8:6 10.1:1
    12.1:18 12.2:18 12.3:18 12.4:18 12.5:18
    13.1:18 13.2:18 13.3:18 13.4:18 13.5:18 13.6:18 13.7:18
"""
# Chapters that are here in full: of the others a part is enough.
WHOLE = (1, 2, 3, 4, 5, 6, 7, 10)

RUNS = [(case, role) for case in CASES for role in case.roles]


def _theirs() -> set[str]:
    groups = (word.split(":") for word in AUTOBAHN.split())
    return {f"{group}.{at}" for group, count in groups for at in range(1, int(count) + 1)}


def _inner(case: Case) -> object:
    return case.want.want if isinstance(case.want, With | Ends) else case.want


def test_autobahn_has_517_cases() -> None:
    """The list above is complete."""
    assert len(_theirs()) == 517


def test_numbers_are_unique_and_sorted() -> None:
    """As numbers: 5.3 before 5.19."""
    numbers = [case.order for case in CASES]
    assert numbers == sorted(set(numbers))
    assert all(case.number == ".".join(map(str, case.order)) for case in CASES)
    assert len(CASES) >= 120


def test_numbers_below_20_are_autobahns() -> None:
    """Whoever knows a case by its number there finds it here."""
    ours = {case.number for case in CASES if case.order[0] < 20}
    assert ours <= _theirs()
    whole = {number for number in _theirs() if int(number.split(".")[0]) in WHOLE}
    assert whole <= ours


def test_numbers_have_no_gaps_from_20_on() -> None:
    """They are our own, and count from 1."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for case in CASES:
        if case.order[0] >= 20:
            groups.setdefault(case.order[:-1], []).append(case.order[-1])
    assert all(found == [*range(1, len(found) + 1)] for found in groups.values())


def test_every_chapter_has_a_name_and_a_case() -> None:
    """And every name is another one."""
    assert {case.order[0] for case in CASES} == set(CHAPTERS)
    assert list(CHAPTERS) == sorted(CHAPTERS)
    assert len(set(CHAPTERS.values())) == len(CHAPTERS)


def test_both_roles_have_their_cases() -> None:
    """And no case is for nobody."""
    counts = Counter(role for _, role in RUNS)
    assert min(counts[role] for role in Role) >= 120
    assert all(case.roles for case in CASES)


def test_every_case_says_what_it_is() -> None:
    """A name that fits a line, and another one for each."""
    names = Counter((case.order[0], case.name) for case in CASES)
    assert all(case.name.strip() and len(case.name) <= 100 for case in CASES)
    twice = {key for key, count in names.items() if count > 1 and key[0] not in (6, 22, 23)}
    assert not twice


def test_every_case_says_where_it_is_written() -> None:
    """A sentence, and a section that makes a link."""
    for case in CASES:
        assert case.why.sentence.strip(), case
        assert case.why.section.strip(), case
        linked = case.why.url.startswith("https://www.rfc-editor.org/rfc/rfc")
        assert linked == case.why.section.startswith("RFC "), case


def test_every_case_prints() -> None:
    """What is sent, what is wanted, what is odd: words, one line each."""
    for case in CASES:
        lines = [str(case), str(case.why), str(case.want), *case.sent(), *case.opening()]
        assert all(line and "\n" not in line and " at 0x" not in line for line in lines), case
        assert len(case.sent()) >= len(case.moves)


def test_every_refusal_has_one_frame_that_must_be_refused() -> None:
    """And what must be refused is in no other case."""
    for case in CASES:
        faulty = [move for move in case.moves if isinstance(move, Frame) and move.bad]
        parts = any(isinstance(move, Part) for move in case.moves)
        refused = isinstance(_inner(case), Refusal | FailsFast) and not parts
        assert len(faulty) == refused, case
        assert (case.bad_frame is not None) == refused


def test_who_must_refuse_can_tell_at_once() -> None:
    """Behind a fault comes what shows that it was not noticed, unless it swallows what follows."""
    for case in CASES:
        last = case.moves[-1] if case.moves else None
        if isinstance(case.want, Refusal) and isinstance(last, Frame) and last.bad:
            assert last.announced is not None, case


def _wrong(results: Iterator[Result], outcome: Outcome) -> dict[str, str]:
    return {
        f"{each.case.number} {'server' if each.server else 'client'}": each.words
        for each in results
        if each.outcome is not outcome
    }


def test_every_case_can_be_passed() -> None:
    """By a server and a client who do what is wanted."""
    results = (good(case, server=role is Role.SERVER) for case, role in RUNS)
    assert not _wrong(results, Outcome.PASSED)


def test_every_case_can_be_failed_by_silence() -> None:
    """Nobody passes who does nothing."""
    results = (silent(case, server=role is Role.SERVER) for case, role in RUNS)
    assert not _wrong(results, Outcome.FAILED)


def test_every_case_but_an_echo_can_be_failed_by_an_echo() -> None:
    """Who takes everything, and knows no rules, passes where there is nothing but an echo."""
    runs = [(case, role) for case, role in RUNS if not isinstance(_inner(case), Echo)]
    results = (heedless(case, server=role is Role.SERVER) for case, role in runs)
    assert len(runs) > 200
    assert not _wrong(results, Outcome.FAILED)


def test_every_verdict_on_a_silent_endpoint_has_words() -> None:
    """And a place: there is a frame of ours, or the request, that was not answered."""
    for case, role in RUNS:
        result = silent(case, server=role is Role.SERVER)
        assert result.words
        placed = result.ours is not None or result.theirs is not None
        assert placed or case.number in ("6.4.3", "6.4.4", "24.9"), case


@pytest.mark.parametrize("role", list(Role))
def test_cases_are_quick(role: Role) -> None:
    """Those that take the machine for themselves are few."""
    assert sum(case.alone for case in CASES if role in case.roles) < 40
