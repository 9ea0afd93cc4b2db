"""The suite in somebody's tests: what each outcome means to pytest."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conformance import plain
from tests.lab.conformance.plain_http import Head
from tests.lab.conformance.plain_server import PlainServer
from tests.lab.conformance.scripted import closed_port
from wsdemo.lab.conformance.case import Role, Severity
from wsdemo.lab.conformance.plugin import pytest_cases, run
from wsdemo.lab.conformance.selection import UnknownCase, find, select
from wsdemo.lab.conformance.target import BadUrl

URL = "ws://127.0.0.1:9"

MODULE = """
import os

import pytest

from wsdemo.lab.conformance import pytest_cases


@pytest.fixture(scope="session")
def address():
    return os.environ["ADDRESS"]


test_one_after_the_other = pytest_cases(fixture="address", cases="1.1.1,3.1,12.1.1,24.1")
test_with_a_url = pytest_cases(os.environ["ADDRESS"], "24.1", strict=True)
"""


class Careless(PlainServer):
    """A server with a fault in what it must do, in what it should do, and in what it may do.

    It does not compress.
    """

    async def fail(self, code: int) -> None:
        """Name another reason than the right one."""
        await super().fail(1000)

    async def answer_close(self, payload: bytes) -> None:
        """Answer with another code than the one that came."""
        await super().answer_close(b"\x03\xe8")

    def choose_extension(self, request: Head) -> str | None:
        """Accept none."""
        return None


async def tried(number: str, *, strict: bool = False, server: type[PlainServer] = Careless) -> Any:
    """Run a case in a thread, as pytest would, and return what it raises for pytest."""
    async with plain.serve(server) as url:
        try:
            await asyncio.to_thread(run, url, find(number), strict=strict, patience=30)
        except (pytest.fail.Exception, pytest.skip.Exception) as outcome:
            return outcome
    return None


async def test_what_is_right_passes() -> None:
    """Nothing is raised."""
    assert await tried("1.1.1") is None
    assert await tried("3.1", server=PlainServer, strict=True) is None


async def test_a_must_that_fails_is_a_failure() -> None:
    """The message has what was wrong, the sentence that demands it, and the ladder."""
    outcome = await tried("3.1")
    assert type(outcome) is pytest.fail.Exception
    first, why, _, *ladder = str(outcome).splitlines()
    assert first == (
        "3.1 text with reserved bits 001: wanted close code 1002, got CLOSE 1000 [2 octets]"
    )
    assert why == str(find("3.1").why)
    assert any(line.startswith("▸") and "CLOSE 1000" in line for line in ladder)


async def test_a_should_that_fails_is_expected() -> None:
    """Unless it is asked for."""
    outcome = await tried("24.1")
    assert type(outcome) is pytest.xfail.Exception
    assert str(outcome).startswith("“should”: 24.1 the code comes back: wanted close code 4321")
    assert type(await tried("24.1", strict=True)) is pytest.fail.Exception


async def test_a_may_that_fails_is_always_expected() -> None:
    """It counts for nothing."""
    assert find("7.13.1").severity is Severity.MAY
    for strict in (False, True):
        outcome = await tried("7.13.1", strict=strict)
        assert type(outcome) is pytest.xfail.Exception
        assert str(outcome).startswith("“may”: 7.13.1 close code 5000: wanted close code 1002")


async def test_what_does_not_apply_is_skipped() -> None:
    """With the reason."""
    outcome = await tried("12.1.1")
    assert type(outcome) is pytest.skip.Exception
    assert str(outcome) == "the server does not agree to permessage-deflate"


@pytest.mark.parametrize(("url", "fixture"), [("", ""), (URL, "server")])
def test_there_is_one_source_of_the_url(url: str, fixture: str) -> None:
    """A URL, or a fixture that gives one."""
    with pytest.raises(ValueError, match="takes a URL or the name of a fixture"):
        pytest_cases(url, fixture=fixture)


def test_what_is_wrong_shows_when_the_module_is_imported() -> None:
    """A URL that is none, and cases that nobody has."""
    with pytest.raises(BadUrl, match="http://localhost"):
        pytest_cases("http://localhost")
    with pytest.raises(UnknownCase, match=r"5\.99"):
        pytest_cases(URL, "5.99")
    with pytest.raises(UnknownCase, match=r"21\.1.* for a server"):
        pytest_cases(URL, "21.1")


def test_every_case_is_a_test_with_its_number_as_its_name() -> None:
    """All that are for servers, unless some are chosen."""
    (mark,) = pytest_cases(URL).pytestmark  # type: ignore[attr-defined]
    assert mark.args == ("case", select(role=Role.SERVER))
    (mark,) = pytest_cases(URL, "5.3-5.4").pytestmark  # type: ignore[attr-defined]
    assert mark.kwargs == {"ids": ["5.3", "5.4"]}


async def test_in_a_module_of_its_own(tmp_path: Path) -> None:
    """Three lines of it, and pytest's own report."""
    (tmp_path / "test_mine.py").write_text(MODULE, encoding="utf-8")
    without = [f"-pno:{plugin}" for plugin in ("asyncio", "cacheprovider", "nbval")]
    words = "-m", "pytest", "-rA", *without
    async with plain.serve(Careless) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *words, "--rootdir", str(tmp_path), str(tmp_path)),
            env=os.environ | {"ADDRESS": url, "PYTHONIOENCODING": "utf-8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await process.communicate())[0].decode()
    assert process.returncode == 1, output
    assert "2 failed, 1 passed, 1 skipped, 1 xfailed" in output
    assert re.findall(r"^(PASSED|XFAIL|FAILED) \S*::(\S+)", output, re.MULTILINE) == [
        ("PASSED", "test_one_after_the_other[1.1.1]"),
        ("XFAIL", "test_one_after_the_other[24.1]"),
        ("FAILED", "test_one_after_the_other[3.1]"),
        ("FAILED", "test_with_a_url[24.1]"),
    ]


async def test_a_server_that_is_not_there_fails_every_case() -> None:
    """With the reason."""
    with closed_port() as port, pytest.raises(pytest.fail.Exception) as failed:
        await asyncio.to_thread(run, f"ws://127.0.0.1:{port}", find("1.1.1"))
    assert f"1.1.1 text, 0 octets: ws://127.0.0.1:{port}: nothing to connect to" in str(
        failed.value
    )
