"""The suite in somebody else's tests: three lines, and a test for every case.

    from wsdemo.lab.conformance import pytest_cases

    test_conformance = pytest_cases("ws://127.0.0.1:9001")

A "must" that fails fails the test, with the ladder of the exchange. A "should" or "may" that fails
is an expected failure, unless `strict`; what does not apply to the server is skipped, with the
reason. Leaves out clients: `check_client` gives a report that can be asserted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from wsdemo.lab.conformance.case import Case, Role, Severity
from wsdemo.lab.conformance.exchange import PATIENCE
from wsdemo.lab.conformance.result import Outcome
from wsdemo.lab.conformance.selection import select
from wsdemo.lab.conformance.servers import check_case
from wsdemo.lab.conformance.target import Target

__all__ = ["pytest_cases"]


def pytest_cases(
    url: str = "",
    cases: str = "",
    *,
    fixture: str = "",
    strict: bool = False,
    patience: float = PATIENCE,
) -> Callable[..., None]:
    """Make a test that pytest runs once for every case.

    Args:
        url: The server, which has to be there when the test runs and send back what it gets.
        cases: Numbers and ranges such as "1,5.3-5.9"; all cases for servers when empty.
        fixture: The name of a fixture that gives the URL, instead of `url`.
        strict: Whether a "should" that fails is a failure, too.
        patience: Seconds that a case waits for what it wants.

    Returns:
        The test, to be given a name that begins with ``test_``.

    Raises:
        ValueError: Neither a URL nor a fixture, or both; or there are no such cases.
        BadUrl: The URL is none.
    """
    import pytest

    if bool(url) == bool(fixture):
        raise ValueError("pytest_cases() takes a URL or the name of a fixture that gives one")
    if url:
        Target.parse(url)
    chosen = select(cases, Role.SERVER)

    def test(case: Case, request: Any) -> None:
        given = str(request.getfixturevalue(fixture)) if fixture else url
        run(given, case, strict=strict, patience=patience)

    each = pytest.mark.parametrize("case", chosen, ids=[case.number for case in chosen])
    made: Callable[..., None] = each(test)
    return made


def run(url: str, case: Case, *, strict: bool = False, patience: float = PATIENCE) -> None:
    """Run one case, and tell pytest what came of it."""
    import pytest

    from wsdemo.lab.conformance.picture import draw

    result = asyncio.run(check_case(Target.parse(url), case, patience))
    if result.outcome is Outcome.MOOT:
        pytest.skip(result.words)
    if not result.failed:
        return
    words = f"{case}: {result.words}"
    if result.fatal or (strict and case.severity is Severity.SHOULD):
        pytest.fail(f"{words}\n{case.why}\n\n{draw(result)!r}", pytrace=False)
    pytest.xfail(f"“{case.severity.value}”: {words}")
