"""What a run says of itself can be acted upon."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.soak.__main__ import exit_code, options, settings
from tests.soak.report import line, tell
from tests.soak.run import ALL, Result, Settings
from tests.soak.verdicts import Census, Fault, Finding

SETTINGS = Settings(seed=7)


@pytest.fixture
def result() -> Result:
    """What came of a run with one fault."""
    result = Result(places=["leaky.py:7 +9,000 octets"])
    result.ledger.outcomes["in turn", "closed by the client"] = 1234
    result.ledger.findings.append(Finding(Fault("lost", "1 of 2 messages"), 3, "in turn"))
    for memory in (50_000, 100_000, 200_000):
        connections = memory // 100
        result.censuses.append(Census(connections, 0, 0, True, 8, {}, memory, 2**25))
    return result


def told(result: Result) -> str:
    """Return what is printed at the end."""
    console = Console(file=io.StringIO(), width=120)
    tell(console, SETTINGS, result)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_has_every_kind_and_the_sum(result: Result) -> None:
    """Visitors, and what the server held before and after."""
    text = told(result)
    assert all(f"│ {kind} " in text for kind in SETTINGS.kinds)
    assert text.count("1,234") == 3
    assert "descriptors: 8 before, 8 after" in text
    assert "+100.0 octets per connection" in text


def test_a_finding_says_how_to_see_it_again(result: Result) -> None:
    """By a line that can be pasted; the options are understood."""
    text = told(result)
    assert "lost: 1 of 2 messages [visitor 3, in turn]" in text
    assert "leaky.py:7" in text
    words = "--handler coroutine --seed 7 --only 3"
    assert f'make soak ARGS="{words}"' in text
    (run,) = settings(options(words.split()))
    assert (run.handler, run.seed, run.first, run.visitors) == ("coroutine", 7, 3, 1)


def test_the_line_tells_where_a_run_is(result: Result) -> None:
    """In the warm-up, or in a round."""
    assert line(SETTINGS, 0, result) == "coroutine, warm-up: 1,234 visitors, 1 faults"
    assert "round 2 of 3" in line(SETTINGS, 2, result)


def test_a_minute_of_everything_by_default() -> None:
    """Both handlers, every kind of visitor, a new seed."""
    runs = settings(options([]))
    assert [run.handler for run in runs] == ["coroutine", "callback"]
    assert {run.seconds for run in runs} == {60}
    assert all(run.kinds == ALL for run in runs)


def test_the_exit_code_tells_whether_there_was_a_fault(result: Result) -> None:
    """In any of the runs."""
    assert exit_code([Result(), Result()]) == 0
    assert exit_code([Result(), result]) == 1
