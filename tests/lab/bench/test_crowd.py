"""The loop of the load generator, with servers that are only the other end of a socket."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.lab.bench.fakes import few
from wsdemo.lab.bench.crowd import Crowd
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.octets import exchange
from wsdemo.lab.bench.readiness import Readiness, Selector, readiness
from wsdemo.lab.bench.workloads import Kind, Workload, echo

SILENCE, NEVER = 0.01, 1e5


@contextlib.contextmanager
def crowd(
    workload: Workload,
    answer: Callable[[bytes], bytes],
    stall: float = NEVER,
    ready: Callable[[], Readiness] = readiness,
    *,
    raw: bool = True,
) -> Iterator[Crowd]:
    """Open a crowd whose servers answer what they have read, each in a thread."""
    pairs = [socket.socketpair() for _ in range(workload.connections)]
    threads = [threading.Thread(target=_answer, args=(ours, answer)) for _, ours in pairs]
    for thread in threads:
        thread.start()
    clock = map(float, count()).__next__  # a second passes with every look at it
    theirs = [one for one, _ in pairs]
    made = Crowd(theirs, workload, raw=raw, stall=stall, clock=clock, ready=ready)
    try:
        with contextlib.closing(made):
            yield made
    finally:
        for one in theirs:
            one.close()
        for thread in threads:
            thread.join()


def _answer(connection: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    with connection, contextlib.suppress(OSError):
        while data := connection.recv(2**20):
            connection.sendall(answer(data))


@pytest.mark.parametrize("ready", [readiness, Selector])
@pytest.mark.parametrize("size", [64, 2**20])
def test_every_answer_counts_once(ready: Callable[[], Readiness], size: int) -> None:
    """Also when a message is more than the kernel takes at once, in both directions."""
    workload = Workload("few", Kind.ECHO, 2, size, depth=3)
    with crowd(workload, lambda data: data, ready=ready) as one:
        answered = one.converse(5.0)
    assert answered >= 2 * 3
    assert answered % 3 == 0


def test_time_that_is_over_ends_it_after_one_round() -> None:
    """What was sent is waited for."""
    with crowd(few(depth=2), lambda data: data) as one:
        assert one.converse(0.0) == 3 * 2


def test_a_wrong_answer_ends_it() -> None:
    """Of however many."""
    with crowd(echo(), lambda data: data[:-1] + b"?") as one, pytest.raises(BadAnswer):
        one.converse(1.0)


def test_a_silent_server_is_given_up() -> None:
    """With the time in words."""
    silent = crowd(few(), lambda _: b"", SILENCE)
    with silent as one, pytest.raises(BadAnswer, match=r"answered nothing for 0\.01 s"):
        one.converse(1.0)


def test_a_server_that_only_pings_is_given_up() -> None:
    """Its keepalive lives longer than its program does."""
    pinging = crowd(few(), lambda _: b"\x89\x00", 3.0, raw=False)
    with pinging as one, pytest.raises(BadAnswer, match="answered nothing for 3 s"):
        one.converse(1.0)


@pytest.mark.parametrize("depth", [1, 10])
def test_what_one_says_all_must_hear(depth: int) -> None:
    """As often as was agreed, and then the next one speaks."""
    workload = few(Kind.FAN_OUT, depth)
    one = exchange(workload, raw=False)
    pairs = [socket.socketpair() for _ in range(workload.connections)]
    heard: list[int] = []

    def serve(speaker: int) -> None:
        while data := pairs[speaker][1].recv(len(one.frame), socket.MSG_WAITALL):
            assert data == one.frame
            heard.append(speaker)
            for _, ours in pairs:
                ours.sendall(one.reply * depth)

    threads = [threading.Thread(target=serve, args=(speaker,)) for speaker in range(len(pairs))]
    for thread in threads:
        thread.start()
    clock = map(float, count()).__next__
    crowd = Crowd([theirs for theirs, _ in pairs], workload, stall=NEVER, clock=clock)
    with contextlib.closing(crowd):
        deliveries = crowd.listen(200.0)
    assert len(heard) > 3
    assert heard == [turn % len(pairs) for turn in range(len(heard))]
    assert deliveries == len(heard) * len(pairs) * depth
    for theirs, _ in pairs:
        theirs.close()
    for thread in threads:
        thread.join()
    for _, ours in pairs:
        ours.close()
