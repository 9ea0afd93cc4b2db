"""The echo client of the suite: on both engines, as a function and as a command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial

import pytest

from wsdemo.engines import NAMES
from wsdemo.lab.conformance import echo_client
from wsdemo.lab.conformance.case import Case
from wsdemo.lab.conformance.drive import NotStarted, check_client
from wsdemo.lab.conformance.report import Report
from wsdemo.lab.conformance.result import Outcome
from wsdemo.lab.conformance.selection import find, select

SOME = select("1.1.1-1.1.5,2.1-2.3,3.1,5.3-5.6,7.1.1,12.1.1-12.1.3,21.1-21.2")
REFUSED = "21.3.1", "21.3.7"


async def checked(cases: Sequence[Case], engine: str) -> Report:
    """Check the client on an engine."""
    return await check_client(partial(echo_client.run, engine=engine), cases, name=engine)


@pytest.mark.parametrize("engine", NAMES)
async def test_it_echoes_on_either_engine(engine: str) -> None:
    """Every case is come for, and each of these is passed."""
    report = await checked(SOME, engine)
    assert report.failed == []
    assert report.count(Outcome.PASSED) == len(SOME)


@pytest.mark.parametrize("engine", NAMES)
async def test_a_refused_handshake_does_not_stop_it(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what happened, and asks for the next case."""
    report = await checked([*map(find, REFUSED), find("1.1.1")], engine)
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3
    lines = capsys.readouterr().out.splitlines()
    assert ["runCase?case=1&" in lines[0], "runCase?case=2&" in lines[1]] == [True, True]
    assert len(lines) == 2


async def test_it_is_a_command() -> None:
    """With the engine before the URL."""
    command = [sys.executable, "-m", "wsdemo.lab.conformance.echo_client", "scratch"]
    report = await check_client(command, "1.1.1,21.3.1")
    assert report.failed == []
    assert len(report.results) == 2


async def test_an_engine_that_does_not_exist_is_an_error() -> None:
    """And no case is run."""
    with pytest.raises(NotStarted, match=r"ran no case; it ended with .*'none'"):
        await checked(SOME, "none")
