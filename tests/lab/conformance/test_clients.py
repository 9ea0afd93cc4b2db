"""The suite against a client: what is served under which path, and what is kept."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.lab.conformance.scripted import Peer, until
from wsdemo.lab.conformance import exchange
from wsdemo.lab.conformance.case import OCTETS, Case
from wsdemo.lab.conformance.clients import COUNT, DONE, NOT_FOUND, RUN, Fuzzer, serving
from wsdemo.lab.conformance.frames import close, text
from wsdemo.lab.conformance.opening import Head, Request, accept_for, key_for
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import find
from wsdemo.lab.conformance.transcript import Ended

pytestmark = pytest.mark.usefixtures("nothing_left")

PATIENT = 30.0  # seconds: whoever waits for all of it has failed
HASTY = 0.2
KEY = key_for("a client's")
HELLO = find("21.1.1")  # a message that is to come back, and a request in order


@pytest.fixture(autouse=True)
def polite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a client all the time it needs to say goodbye, on a busy machine too."""
    monkeypatch.setattr(exchange, "POLITE", PATIENT)


@contextlib.asynccontextmanager
async def asking(
    url: str, target: str, key: str = KEY, lines: tuple[str, ...] = (), extra: bytes = b""
) -> AsyncIterator[Peer]:
    """Ask for a connection, and yield it."""
    place = urlsplit(url)
    sock = socket.socket()
    with Peer(sock, masks=True) as peer:
        await peer.loop.sock_connect(sock, (place.hostname, place.port))
        request = Request().serialize(place.netloc, target, key, lines)
        await peer.send(request + extra)
        yield peer


async def go(url: str, number: object, key: str = KEY) -> None:
    """Go through a case, and do all of it right."""
    async with asking(url, f"{RUN}?case={number}&agent=test", key) as peer:
        assert (await peer.head()).status == 101
        await peer.echo()
        await leave(peer)


async def leave(peer: Peer) -> None:
    """Answer a close frame, and end TCP when the server has."""
    frame = await peer.heard()
    assert frame.opcode == 8
    await peer.say(close(1000))
    assert await peer.rest() == b""
    peer.sock.shutdown(socket.SHUT_WR)


async def outcome(fuzzer: Fuzzer, number: str) -> Result:
    """Wait for the result of a case."""
    await until(lambda: number in fuzzer.results)
    return fuzzer.results[number]


def fuzzer_of(*cases: Case, patience: float = PATIENT) -> Fuzzer:
    """Make a fuzzer that tells nobody."""
    return Fuzzer(cases, patience, None)


async def test_the_number_of_cases_is_a_message() -> None:
    """And then the connection is closed."""
    async with serving(fuzzer_of(*[HELLO] * 12)) as url, asking(url, COUNT) as peer:
        head = await peer.head()
        assert (head.status, head.get("Sec-WebSocket-Accept")) == (101, accept_for(KEY))
        frame = await peer.heard()
        assert (frame.opcode, frame.payload, frame.masked) == (1, b"12", False)
        await leave(peer)


async def test_a_case_is_run_with_who_asks_for_it() -> None:
    """By its place in the list, from 1 on; its result is kept by its number."""
    other = find("21.1.2")
    fuzzer = fuzzer_of(HELLO, other)
    async with serving(fuzzer) as url:
        await go(url, 2)
        result = await outcome(fuzzer, other.number)
    assert result.case is other
    assert result.outcome is Outcome.PASSED
    assert not result.server
    assert list(fuzzer.results) == [other.number]


async def test_a_client_says_when_it_has_done() -> None:
    """Nothing is known of that before."""
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url, asking(url, f"{DONE}?agent=test") as peer:
        assert not fuzzer.done.is_set()
        await peer.head()
        await leave(peer)
        await asyncio.wait_for(fuzzer.done.wait(), PATIENT)
    assert fuzzer.results == {}


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/chat",
        RUN,
        f"{RUN}?case=0",
        f"{RUN}?case=2",
        f"{RUN}?case=-1",
        f"{RUN}?case=one",
        f"{RUN}?case=%C2%B2",
        f"{RUN}?case={'9' * 5000}",
        f"{RUN}?agent=1",
        "http://[/",
        f"{COUNT}/",
    ],
)
async def test_there_is_nothing_else(target: str) -> None:
    """Not even for a case that there is none of; whoever asked may ask again."""
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url:
        async with asking(url, target) as peer:
            assert (await peer.head()).status == 404
            assert await peer.rest() == b""
        await go(url, 1)
        await outcome(fuzzer, HELLO.number)


async def test_a_case_counts_the_first_time() -> None:
    """A client may come again: it is served, and nothing is told twice."""
    told: list[Result] = []
    fuzzer = Fuzzer([HELLO], PATIENT, told.append)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1") as peer:
            await peer.head()
        first = await outcome(fuzzer, HELLO.number)
        await go(url, 1)
        await until(lambda: first.outcome is Outcome.FAILED)
    assert told == [first]
    assert fuzzer.results == {HELLO.number: first}


async def test_cases_may_run_at_the_same_time() -> None:
    """A client may be one of many threads."""
    cases = [replace(HELLO, number=f"1.{at}") for at in range(1, 9)]
    fuzzer = fuzzer_of(*cases)
    async with serving(fuzzer) as url:
        await asyncio.gather(*(go(url, at) for at in range(1, 9)))
        await until(lambda: len(fuzzer.results) == len(cases))
    assert {result.outcome for result in fuzzer.results.values()} == {Outcome.PASSED}


async def test_a_key_that_comes_again_is_noticed() -> None:
    """The keys of all connections are kept, those for errands included."""
    case = find("21.1.6")
    fuzzer = fuzzer_of(case)
    async with serving(fuzzer) as url:
        async with asking(url, COUNT, "a key") as peer:
            await peer.head()
        await go(url, 1, "a key")
        result = await outcome(fuzzer, case.number)
    assert result.words == "the key a key again"


async def test_what_came_with_the_request_is_heard() -> None:
    """A client that doesn't wait for the answer is read all the same."""
    early = text("Hello").serialize(masked=True)
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1", extra=early) as peer:
            await peer.head()
            await peer.heard()
            await leave(peer)
        result = await outcome(fuzzer, HELLO.number)
    assert result.outcome is Outcome.PASSED
    assert result.pieces[0].data.endswith(early)


async def test_the_response_is_as_the_case_wants_it() -> None:
    """Wrong in one thing, octet by octet, or together with the first frame."""
    refused = find("21.3.6")
    assert refused.response.change == {"Sec-WebSocket-Accept": None}
    fuzzer = fuzzer_of(refused, replace(HELLO, response=replace(HELLO.response, piece=OCTETS)))
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1") as peer:
            assert (await peer.head()).get("Sec-WebSocket-Accept") == ""
        assert (await outcome(fuzzer, refused.number)).outcome is Outcome.PASSED
        await go(url, 2)
        pieces = (await outcome(fuzzer, HELLO.number)).pieces
    assert [len(piece.data) for piece in pieces if piece.ours][:100] == [1] * 100


async def test_the_first_frame_may_come_with_the_response() -> None:
    """In one write."""
    case = find("21.2.7")
    fuzzer = fuzzer_of(case)
    async with serving(fuzzer) as url:
        await go(url, 1)
        first = next(piece for piece in (await outcome(fuzzer, case.number)).pieces if piece.ours)
    head = Head.of(first.data)
    assert head is not None
    assert first.data[head.size :] == text("Hello").serialize()


# --- compression


async def test_a_client_that_does_not_offer_compression() -> None:
    """The case does not apply; the client is told goodbye, and nothing else."""
    case = find("12.1.1")
    fuzzer = fuzzer_of(case)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1") as peer:
            assert (await peer.head()).get("Sec-WebSocket-Extensions") == ""
            await leave(peer)
        result = await outcome(fuzzer, case.number)
    assert (result.outcome, result.words) == (
        Outcome.MOOT,
        "the client does not offer permessage-deflate",
    )


async def test_a_parameter_that_a_client_does_not_offer() -> None:
    """It is named."""
    case = find("25.1.1")
    assert case.deflate is not None
    assert case.deflate.offered == ("client_max_window_bits",)
    fuzzer = fuzzer_of(case)
    offer = ("Sec-WebSocket-Extensions: permessage-deflate",)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1", lines=offer) as peer:
            await peer.head()
            await leave(peer)
        result = await outcome(fuzzer, case.number)
    assert result.words == "the client does not offer client_max_window_bits"


async def test_an_offer_is_accepted_as_the_case_wants_it() -> None:
    """And messages come compressed."""
    case = find("12.1.1")
    fuzzer = fuzzer_of(case)
    offer = ("Sec-WebSocket-Extensions: permessage-deflate",)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1", lines=offer) as peer:
            assert (await peer.head()).get("Sec-WebSocket-Extensions") == "permessage-deflate"
            assert (await peer.heard()).rsv == 4
            peer.reset()
        result = await outcome(fuzzer, case.number)
    assert result.outcome is Outcome.FAILED


# --- clients that end badly


async def test_a_client_that_resets_in_the_middle() -> None:
    """What it had said is kept, and the suite goes on."""
    fuzzer = fuzzer_of(find("1.1.3"), HELLO)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1") as peer:
            await peer.head()
            await peer.heard()
            peer.reset()
        result = await outcome(fuzzer, "1.1.3")
        await go(url, 2)
        await outcome(fuzzer, HELLO.number)
    assert result.outcome is Outcome.FAILED
    assert "got RST without a close frame" in result.words
    assert result.pieces[-1].ended is not None


async def test_a_client_that_is_silent() -> None:
    """It is waited for as long as one is patient."""
    fuzzer = fuzzer_of(HELLO, patience=HASTY)
    async with serving(fuzzer) as url:
        async with asking(url, f"{RUN}?case=1") as peer:
            await peer.head()
            await peer.heard()
            await leave(peer)
        result = await outcome(fuzzer, HELLO.number)
    assert "still silent when the time was up" in result.words or "CLOSE" in result.words
    assert result.outcome is Outcome.FAILED


@pytest.mark.parametrize("said", [b"", b"GET /runCase", b"hello\r\n", b"\r\n\r\n"])
async def test_who_asks_for_nothing_gets_nothing(said: bytes) -> None:
    """A port scan is no client."""
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url:
        place = urlsplit(url)
        with Peer(socket.socket(), masks=True) as peer:
            await peer.loop.sock_connect(peer.sock, (place.hostname, place.port))
            await peer.send(said)
            peer.sock.shutdown(socket.SHUT_WR)
            assert await peer.rest() in (b"", NOT_FOUND)
    assert fuzzer.results == {}


async def test_a_request_that_never_ends_is_given_up() -> None:
    """When one's patience is at its end."""
    async with serving(fuzzer_of(HELLO, patience=HASTY)) as url:
        place = urlsplit(url)
        with Peer(socket.socket(), masks=True) as peer:
            await peer.loop.sock_connect(peer.sock, (place.hostname, place.port))
            await peer.send(b"GET / HTTP/1.1\r\n")
            assert await peer.rest() == b""


# --- the block


async def test_the_client_is_heard_of_when_it_comes_and_when_it_goes() -> None:
    """Who waits for it knows how long there was no word."""
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url:
        start = fuzzer.heard
        async with asking(url, f"{RUN}?case=1") as peer:
            await peer.head()
            came = fuzzer.heard
            await peer.echo()
            await leave(peer)
        await until(lambda: fuzzer.heard > came)
    assert start < came


async def test_leaving_ends_every_connection() -> None:
    """In the middle of a case, or of a request."""
    async with serving(fuzzer_of(HELLO)) as url:
        place = urlsplit(url)
        async with asking(url, f"{RUN}?case=1") as peer:
            await peer.head()
            with Peer(socket.socket()) as other:
                await other.loop.sock_connect(other.sock, (place.hostname, place.port))
                await until(lambda: len(asyncio.all_tasks()) >= 3)
    with pytest.raises(ConnectionRefusedError):
        async with asking(url, COUNT):
            pass


async def test_an_error_of_the_block_gets_through_as_it_is() -> None:
    """It is not wrapped."""
    with pytest.raises(LookupError, match="mine"):
        async with serving(fuzzer_of(HELLO)):
            raise LookupError("mine")


async def test_an_error_in_a_conversation_is_not_lost() -> None:
    """Whatever `told` raises is raised at the end."""

    def fail(result: Result) -> None:
        raise LookupError(result.case.number)

    async def serve() -> None:
        fuzzer = Fuzzer([HELLO], PATIENT, fail)
        async with serving(fuzzer) as url:
            await go(url, 1)
            await outcome(fuzzer, HELLO.number)

    with pytest.raises(LookupError, match=HELLO.number):
        await serve()


async def test_the_end_of_tcp_is_kept() -> None:
    """For a picture of the exchange."""
    fuzzer = fuzzer_of(HELLO)
    async with serving(fuzzer) as url:
        await go(url, 1)
        result = await outcome(fuzzer, HELLO.number)
    ends = [(piece.ours, piece.ended) for piece in result.pieces if piece.ended]
    assert ends == [(True, Ended.FIN), (False, Ended.FIN)]
