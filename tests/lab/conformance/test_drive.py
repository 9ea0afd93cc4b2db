"""Clients as functions and as commands: what becomes of them, and of the cases they miss."""

from __future__ import annotations

import asyncio
import shlex
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from tests.lab.conformance.plain import PlainClient, run_client
from tests.lab.conformance.scripted import Peer
from wsdemo.lab.conformance.case import Role
from wsdemo.lab.conformance.clients import DONE, RUN
from wsdemo.lab.conformance.drive import NotStarted, check_client
from wsdemo.lab.conformance.frames import close
from wsdemo.lab.conformance.opening import Request, key_for
from wsdemo.lab.conformance.report import Report
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import UnknownCase, select
from wsdemo.lab.conformance.target import CheckError

pytestmark = pytest.mark.usefixtures("nothing_left")

THREE = "1.1.1-1.1.3"
IDLE = 0.3

# A client of a few lines: it comes for a case, and leaves it as soon as there is an answer.
VISIT = """
import socket, sys
from urllib.parse import urlsplit

def visit(target, url=sys.argv[-1]):
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port)) as sock:
        sock.sendall(f"GET {target} HTTP/1.1\\r\\nSec-WebSocket-Key: a\\r\\n\\r\\n".encode())
        return sock.recv(65536)

def run(number):
    return visit(f"/runCase?case={number}&agent=visit")
"""
ALL = "for number in 1, 2, 3: run(number)\n"
THE_END = 'visit("/updateReports")\n'
# It does nothing for ever, or lets another process do that.
HANG = "import threading; threading.Event().wait()"
HAND_OVER = f"import subprocess; subprocess.Popen([sys.executable, '-S', '-c', {HANG!r}])"


def python(code: str, *words: str) -> list[str]:
    """Return the command for a client that runs this code."""
    return [sys.executable, "-S", "-c", VISIT + code, *words]


def outcomes(report: Report) -> list[Outcome]:
    """Return what the cases came to."""
    return [result.outcome for result in report.results]


async def plain(url: str) -> None:
    """Go through all cases as one should."""
    await run_client(url, PlainClient)


async def hello(url: str, target: str) -> Peer:
    """Ask for a connection, as a client without patience for anything more."""
    place = urlsplit(url)
    peer = Peer(socket.socket(), masks=True)
    await peer.loop.sock_connect(peer.sock, (place.hostname, place.port))
    await peer.send(Request().serialize(place.netloc, target, key_for(target)))
    await peer.head()
    return peer


# --- functions


async def test_a_function_is_a_client() -> None:
    """It is called with the URL, and its name is that of the report."""
    told: list[Result] = []
    report = await check_client(plain, "1.1.1-1.1.3,3.1,7.1.1,21.1,21.3.1", told=told.append)
    assert report.failed == []
    assert report.count(Outcome.PASSED) == len(report.results) > 10
    assert report.name == "plain"
    assert report.role is Role.CLIENT
    assert sorted(told, key=lambda result: result.case.order) == list(report.results)


async def test_the_cases_are_those_for_clients() -> None:
    """They may be given themselves, and a report may have another name."""
    chosen = select("21.1", Role.CLIENT)
    report = await check_client(plain, chosen, name="mine")
    assert [result.case for result in report.results] == chosen
    assert report.name == "mine"


async def test_cases_that_nobody_has() -> None:
    """The client is not even started."""
    with pytest.raises(UnknownCase, match="for a client"):
        await check_client("no-such-command", "20.1.1")


async def test_a_function_that_fails_midway() -> None:
    """The cases behind it have not been run, and its error is the reason."""

    async def stumble(url: str) -> None:
        with await hello(url, f"{RUN}?case=1") as peer:
            await peer.heard()
        raise LookupError("a client's mistake")

    report = await check_client(stumble, THREE)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert report["1.1.3"].words == (
        'the client did not come for it: it ended with LookupError("a client\'s mistake")'
    )
    assert not report.conforms


async def test_the_last_case_counts_though_its_client_is_gone() -> None:
    """It need not wait until we have seen what it did, and may leave without a word."""

    async def rush(url: str) -> None:
        with await hello(url, f"{RUN}?case=1") as peer:
            await peer.echo()
            await peer.heard()
            await peer.say(close(1000))

    report = await check_client(rush, "1.1.2")
    assert outcomes(report) == [Outcome.PASSED]


async def test_a_function_that_runs_no_case() -> None:
    """It is an error, with what became of it."""

    async def do_nothing(url: str) -> None:
        pass

    with pytest.raises(NotStarted, match=r"^do_nothing: ran no case; it ended$"):
        await check_client(do_nothing, THREE)


async def test_a_function_that_hangs_is_cancelled() -> None:
    """When it has not been heard of for a while."""
    ended = []

    async def hang(url: str) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(url)

    with pytest.raises(NotStarted, match=r"ran no case; it was not heard of for 0\.3 s"):
        await check_client(hang, THREE, idle=IDLE)
    assert len(ended) == 1


async def test_a_case_may_be_run_twice() -> None:
    """The first time counts, and is told."""
    told: list[Result] = []

    async def twice(url: str) -> None:
        for _ in range(2):
            with await hello(url, f"{RUN}?case=1") as peer:
                await peer.heard()
        (await hello(url, DONE)).sock.close()

    report = await check_client(twice, "1.1.1", told=told.append)
    assert outcomes(report) == [Outcome.FAILED]
    assert told == list(report.results)


async def test_who_gives_up_ends_the_client() -> None:
    """A function and a command alike; fixtures see to it that nothing is left."""
    started = asyncio.Event()

    async def hang(url: str) -> None:
        started.set()
        await asyncio.get_running_loop().create_future()

    checking = asyncio.create_task(check_client(hang, THREE))
    await started.wait()
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking


# --- commands


@pytest.fixture(autouse=True)
def no_process_left() -> Any:
    """Fail when a test leaves a process behind."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before


async def test_a_command_is_a_client() -> None:
    """The URL is its last word; its words are the name of the report."""
    command = python(ALL + THE_END)
    report = await check_client(command, THREE)
    assert outcomes(report) == [Outcome.FAILED] * 3
    assert report.name == shlex.join(command)


@pytest.mark.skipif(sys.platform == "win32", reason="a path with backslashes is quoted otherwise")
async def test_a_command_may_be_one_string(tmp_path: Path) -> None:
    """With quotes where they are needed."""
    script = tmp_path / "my client.py"
    script.write_text(VISIT + ALL, encoding="utf-8")
    report = await check_client(f"{shlex.quote(sys.executable)} '{script}'", THREE)
    assert Outcome.NOT_RUN not in outcomes(report)


async def test_the_url_goes_where_the_command_wants_it() -> None:
    """In the middle of a word, too."""
    code = "visit('/runCase?case=1', sys.argv[1].removeprefix('--url=')); print(len(sys.argv))"
    report = await check_client(python(code, "--url={url}", "last"), "1.1.1-1.1.2")
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_RUN]
    assert report["1.1.2"].words.endswith("it ended: 3")


async def test_a_command_that_does_not_exist() -> None:
    """The error names it, and is one of those that a program ends with."""
    with pytest.raises(NotStarted, match=r"^cannot start 'no-such-command': ") as caught:
        await check_client("no-such-command --fast")
    assert isinstance(caught.value, CheckError)
    assert caught.value.exit_code == 3


async def test_a_command_that_fails_midway() -> None:
    """The cases behind it have not been run; exit code and last line tell why."""
    code = "run(1); print('first'); print('no more cases for me\\n'); sys.exit(1)"
    report = await check_client(python(code), THREE)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_RUN, Outcome.NOT_RUN]
    words = "the client did not come for it: it ended with exit code 1: no more cases for me"
    assert report["1.1.2"].words == report["1.1.3"].words == words


async def test_a_traceback_ends_in_what_happened() -> None:
    """What a command says on standard error counts."""
    with pytest.raises(NotStarted, match=r"with exit code 1: LookupError: mine$"):
        await check_client(python("raise LookupError('mine')"), THREE)


async def test_a_command_that_ends_early_and_well() -> None:
    """It has no exit code to speak of."""
    report = await check_client(python("run(1)"), "1.1.1-1.1.2")
    assert report["1.1.2"].words == "the client did not come for it: it ended"


async def test_a_command_that_hangs_is_ended() -> None:
    """When it has not been heard of for a while; that we ended it is not held against it."""
    code = f"run(1); print('now', flush=True); {HANG}"
    report = await check_client(python(code), "1.1.1-1.1.2", idle=2)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_RUN]
    words = "the client did not come for it: it was not heard of for 2 s: now"
    assert report["1.1.2"].words == words


async def test_a_command_that_never_comes_is_ended() -> None:
    """It is an error that says so."""
    with pytest.raises(NotStarted, match=r"it was not heard of for 0\.3 s"):
        await check_client(python(HANG), THREE, idle=IDLE)


async def test_what_a_command_has_started_is_ended_with_it() -> None:
    """A client behind a script is none the less one, and it holds the pipe to us."""
    checking = check_client(python(f"{HAND_OVER}; {HANG}"), THREE, idle=1)
    with pytest.raises(NotStarted, match="it was not heard of"):
        await asyncio.wait_for(checking, 30)


@pytest.mark.skipif(sys.platform == "win32", reason="there it belongs to nobody from then on")
async def test_what_outlives_a_command_is_ended_too() -> None:
    """The command itself has ended well."""
    checking = check_client(python(f"{HAND_OVER}; run(1)"), "1.1.1-1.1.2", idle=2)
    report = await asyncio.wait_for(checking, 30)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_RUN]


async def test_a_command_may_print_a_lot() -> None:
    """It never waits for us to read it; the last line is told, whole."""
    code = "run(1); [print('line', at, '*' * 100) for at in range(20_000)]; print('é' * 3000)"
    report = await check_client(python(f"sys.stdout.reconfigure(encoding='utf-8'); {code}"), THREE)
    assert report["1.1.3"].words == "the client did not come for it: it ended: " + "é" * 3000


async def test_who_gives_up_ends_the_command() -> None:
    """A process is left to nobody."""
    came = asyncio.Event()
    code = f"run(1); {HANG}"
    checking = asyncio.create_task(check_client(python(code), THREE, told=lambda _: came.set()))
    await came.wait()
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
