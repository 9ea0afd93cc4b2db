"""The suite against a server: which cases, how many at once, and what is told."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import replace

import pytest

from tests.lab.conformance.plain import PlainServer, serve
from tests.lab.conformance.plain_http import Head
from tests.lab.conformance.scripted import OverTls, Peer, closed_port, listening, until
from wsdemo.lab.conformance import exchange
from wsdemo.lab.conformance.case import Role
from wsdemo.lab.conformance.deflate import Deflate
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.opening import key_for
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import UnknownCase, find, select
from wsdemo.lab.conformance.servers import check, check_case, run_cases
from wsdemo.lab.conformance.target import BadUrl, NoEcho, Target
from wsdemo.lab.conformance.transcript import Transcript

pytestmark = pytest.mark.usefixtures("nothing_left")

HASTY = 0.2
SOME = "1.1.1-1.1.3,2.1-2.3,3.1,5.3,7.1.1,7.3.1,12.1.1,20.1.1,20.2.1,20.3.5,24.7"


class PongServer(PlainServer):
    """The server of many a first tutorial."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Answer whatever it is."""
        await super().on_message(opcode, b"Pong")


class NoDeflate(PlainServer):
    """A server that does not compress, and is right not to."""

    def choose_extension(self, request: Head) -> str | None:
        """Accept none."""
        return None


async def test_a_correct_server_conforms() -> None:
    """Every case passes, and the report has them in order."""
    async with serve(PlainServer) as url:
        report = await check(url, SOME)
    assert report.failed == []
    assert report.count(Outcome.PASSED) == len(report.results) > 10
    assert [result.case for result in report.results] == select(SOME, Role.SERVER)
    assert report.role is Role.SERVER


async def test_a_report_has_the_name_of_the_server() -> None:
    """It is its URL, unless there is a better one."""
    async with serve(PlainServer) as url:
        assert (await check(url, "1.1.1")).name == url
        assert (await check(url, "1.1.1", name="plain")).name == "plain"


async def test_cases_may_be_given_themselves() -> None:
    """In any order, and of one's own; results go by number."""
    cases = [replace(find("1.1.2"), number="1.1.11"), find("1.1.2"), find("1.1.1")]
    async with serve(PlainServer) as url:
        report = await check(url, cases)
    assert [result.case.number for result in report.results] == ["1.1.1", "1.1.2", "1.1.11"]


async def test_each_result_is_told_as_it_comes() -> None:
    """Once, and it is the one that the report has."""
    told: list[Result] = []
    async with serve(PlainServer) as url:
        report = await check(url, SOME, told=told.append)
    assert len(told) == len(report.results)
    assert all(any(each is result for each in told) for result in report.results)


async def test_a_server_that_does_not_echo_runs_no_case() -> None:
    """The words say what it sent."""
    told: list[Result] = []
    async with serve(PongServer) as url:
        with pytest.raises(NoEcho, match=r"wanted TEXT 'Hello' .* got TEXT 'Pong'"):
            await check(url, SOME, told=told.append)
    assert told == []


async def test_what_a_server_does_not_agree_to_does_not_apply() -> None:
    """It is no failure, and the reason is told; the rest goes on."""
    async with serve(NoDeflate) as url:
        report = await check(url, "1.1.1,12.1.1,12.2.1,25.1.1")
    first, *rest = report.results
    assert first.outcome is Outcome.PASSED
    assert {result.outcome for result in rest} == {Outcome.MOOT}
    assert {result.words for result in rest} == {"the server does not agree to permessage-deflate"}
    assert report.conforms


async def test_a_parameter_that_a_server_does_not_agree_to() -> None:
    """It is named."""
    deflate = Deflate(agreed=("server_max_window_bits",))
    case = replace(find("12.1.1"), deflate=deflate)
    async with serve(PlainServer) as url:
        result = await check_case(Target.parse(url), case)
    assert result.outcome is Outcome.MOOT
    assert result.words == "the server does not agree to server_max_window_bits"


# --- what a case fails on


class Mirror(PlainServer):
    """A server that turns every message round."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Answer in reverse."""
        await super().on_message(opcode, data[::-1])


async def test_a_failure_says_what_was_wrong_and_where() -> None:
    """The octets of both sides are kept."""
    case = replace(find("1.1.2"), moves=(text("Hello"),))
    async with serve(Mirror) as url:
        result = await check_case(Target.parse(url), case)
    assert result.outcome is Outcome.FAILED
    assert result.words == "octet 0 of 5 came back as another one"
    assert result.theirs is not None
    assert {piece.ours for piece in result.pieces} == {True, False}


async def test_a_server_that_is_silent_fails_in_time() -> None:
    """The case waits for as long as it is told to."""

    async def ignore(peer: Peer) -> None:
        await peer.open()
        await peer.rest()

    async with listening(ignore) as port:
        result = await check_case(Target.parse(f"ws://127.0.0.1:{port}"), find("1.1.2"), HASTY)
    assert result.outcome is Outcome.FAILED
    assert "still silent when the time was up" in result.words
    assert HASTY <= result.seconds < 10


async def test_a_server_that_does_not_answer_the_request() -> None:
    """It fails the case, not the suite."""
    async with listening(Peer.more) as port:
        result = await check_case(Target.parse(f"ws://127.0.0.1:{port}"), find("1.1.1"))
    assert result.outcome is Outcome.FAILED
    assert result.words.startswith("wanted an answer to the opening handshake, got ")


async def test_a_server_that_refuses_a_case() -> None:
    """Its status line is quoted."""

    async def refuse(peer: Peer) -> None:
        await peer.head()
        await peer.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        await peer.rest()

    async with listening(refuse) as port:
        result = await check_case(Target.parse(f"ws://127.0.0.1:{port}"), find("1.1.1"))
    assert result.words == "wanted 101, got 'HTTP/1.1 503 Busy'"


async def test_a_server_that_goes_away_in_the_middle() -> None:
    """Every case from there on fails, and there is a report all the same."""
    with closed_port() as port:
        results = await run_cases(
            Target.parse(f"ws://127.0.0.1:{port}"), select("1.1", Role.SERVER)
        )
    assert {result.outcome for result in results} == {Outcome.FAILED}
    assert all("nothing to connect to" in result.words for result in results)


# --- what is sent


async def test_the_request_names_host_path_and_fields() -> None:
    """All of it as it was given; the key is that of the case."""
    heads = []

    async def look(peer: Peer) -> None:
        heads.append(await peer.open())
        await peer.echo()
        await peer.part()

    async with listening(look) as port:
        target = Target.parse(f"ws://127.0.0.1:{port}/chat?a=b", fields=("X-Token: secret",))
        result = await check_case(target, find("1.1.2"))
    assert result.outcome is Outcome.PASSED
    (head,) = heads
    assert head.start == "GET /chat?a=b HTTP/1.1"
    assert head.get("Host") == f"127.0.0.1:{port}"
    assert head.get("X-Token") == "secret"
    assert head.get("Sec-WebSocket-Key") == key_for("1.1.2")


async def test_every_case_carries_the_fields() -> None:
    """The first look does, too: a server that wants a token is otherwise no server."""

    class Guarded(PlainServer):
        """A server that wants to know who is there."""

        def check_request(self, request: Head) -> None:
            """Ask for a token."""
            super().check_request(request)
            assert request.one("X-Token") == "secret"

    async with serve(Guarded) as url:
        report = await check(url, "1.1.1,20.1.1,20.1.8", fields=("X-Token: secret",))
    assert report.failed == []


# --- how many at once


# --- how many at once

JOBS = 3
CASES = [replace(find("1.1.2"), number=f"1.{at}") for at in range(1, 2 * JOBS + 1)]
ALONE = [replace(find("1.1.2"), number=f"0.{at}", alone=True) for at in range(1, 3)]
NUMBERS = {key_for(case.number): case.number for case in (*CASES, *ALONE)}


@pytest.fixture
def polite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a server to end TCP for as long as it takes: the next case comes behind that."""
    monkeypatch.setattr(exchange, "POLITE", 30.0)


class Crowd:
    """Who comes to a server, who leaves, and how many are there.

    Attributes:
        events: The numbers of the cases, each when it comes and when it leaves.
        sizes: How many were there after each event.
    """

    def __init__(self) -> None:
        self.events: list[str] = []
        self.sizes: list[int] = []
        self._present: set[str] = set()
        self._barrier = asyncio.Barrier(JOBS)

    def turn(self, number: str) -> None:
        """Let a case come, or leave if it is there."""
        self._present ^= {number}
        self.events.append(number)
        self.sizes.append(len(self._present))

    def server(crowd) -> type[PlainServer]:  # noqa: N805 - there is another self below
        """Make a server that echoes when it has as many connections as it may have."""

        class Crowded(PlainServer):
            """One of its connections."""

            number = ""

            def check_request(self, request: Head) -> None:
                """See which case it is."""
                super().check_request(request)
                self.number = NUMBERS[request.all("Sec-WebSocket-Key")[0]]
                crowd.turn(self.number)

            async def open(self) -> None:
                """Wait for the others."""
                await super().open()
                if self.number.startswith("1"):
                    await crowd._barrier.wait()

            def half_close(self) -> None:
                """Leave; who is dialled next comes behind that."""
                crowd.turn(self.number)
                super().half_close()

        return Crowded


@pytest.mark.usefixtures("polite")
async def test_as_many_cases_as_jobs_run_at_the_same_time() -> None:
    """Not one more, and not one fewer while there are some left."""
    crowd = Crowd()
    async with serve(crowd.server()) as url:
        results = await run_cases(Target.parse(url), CASES, jobs=JOBS)
    assert {result.outcome for result in results} == {Outcome.PASSED}
    assert max(crowd.sizes) == JOBS
    assert len(crowd.events) == 2 * len(CASES)


@pytest.mark.usefixtures("polite")
async def test_a_case_that_runs_alone_meets_no_other() -> None:
    """They come last, whatever their number; the report has them in order all the same."""
    crowd = Crowd()
    async with serve(crowd.server()) as url:
        results = await run_cases(Target.parse(url), [*ALONE, *CASES], jobs=JOBS)
    assert [result.case for result in results] == [*ALONE, *CASES]
    assert crowd.events[-4:] == ["0.1", "0.1", "0.2", "0.2"]
    assert crowd.sizes[-5:] == [0, 1, 0, 1, 0]


async def test_one_job_is_one_case_after_the_other() -> None:
    """In the order of their numbers."""
    seen: list[str] = []

    async def look(peer: Peer) -> None:
        seen.append(NUMBERS[(await peer.open()).get("Sec-WebSocket-Key")])
        await peer.echo()
        await peer.part()

    async with listening(look) as port:
        target = Target.parse(f"ws://127.0.0.1:{port}")
        await run_cases(target, reversed(CASES), jobs=1)
    assert seen == [case.number for case in CASES]


async def test_who_gives_up_leaves_nothing() -> None:
    """Neither tasks nor connections."""
    came = asyncio.Event()

    async def ignore(peer: Peer) -> None:
        await peer.open()
        came.set()
        with contextlib.suppress(ConnectionError):
            await peer.rest()
        gone.append(peer)

    gone: list[Peer] = []
    async with listening(ignore) as port:
        target = Target.parse(f"ws://127.0.0.1:{port}")
        checking = asyncio.create_task(run_cases(target, CASES, jobs=1))
        await came.wait()
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking
        await until(lambda: gone)


# --- what is refused before anything is sent


async def test_a_url_and_cases_that_make_no_sense() -> None:
    """Nobody dials for them."""
    with pytest.raises(BadUrl, match="http://h"):
        await check("http://h")
    with pytest.raises(BadUrl, match="'nonsense' is no header"):
        await check("ws://h", fields=("nonsense",))
    with pytest.raises(UnknownCase, match=r"5\.99"):
        await check("ws://h", "5.99")
    with pytest.raises(UnknownCase, match="for a server"):
        await check("ws://h", "21.1")


async def test_no_jobs_at_all_are_refused() -> None:
    """They would wait for each other for ever."""
    with pytest.raises(ValueError, match="not 0"):
        await run_cases(Target.parse("ws://h"), select("1.1.1"), jobs=0)


async def test_a_fault_of_the_suite_is_not_taken_for_a_slow_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here what reads frames fails."""

    def take(self: Transcript, data: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Transcript, "take", take)
    async with serve(PlainServer) as uri:
        with pytest.raises(ZeroDivisionError):
            await check(uri, "1.1.1", patience=0.2)


async def test_a_secure_server_is_checked_with_a_context(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    """That of the caller, for the first look and for every case."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await OverTls(reader, writer).run()

    async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=server_tls) as listener:
        port = listener.sockets[0].getsockname()[1]
        report = await check(f"wss://127.0.0.1:{port}", "1.1.1-1.1.8,7.1.1", tls=client_tls)
    assert report.failed == []
