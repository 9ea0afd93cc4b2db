"""The load generator does what it is ordered, and tells what can't be measured."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.lab.bench.fakes import FEW, answering, few
from wsdemo.lab import pipe
from wsdemo.lab.bench import generator
from wsdemo.lab.bench.generator import Generator
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.workloads import Kind

US = os.getpid()


@contextmanager
def ordered() -> Iterator[Callable[..., tuple[str, object]]]:
    """Run a generator on two pipes; yields how to give it orders."""
    orders, give = os.pipe()
    hear, answers = os.pipe()
    thread = threading.Thread(target=generator.serve, args=(orders, answers))
    thread.start()

    def order(*words: object) -> tuple[str, object]:
        pipe.send(give, words)
        answer: tuple[str, object] = pipe.receive(hear)
        return answer

    try:
        yield order
    finally:
        os.close(give)
        thread.join()
        for descriptor in (orders, hear, answers):
            os.close(descriptor)


def test_an_echo_is_measured() -> None:
    """In whose time, and how often."""
    with answering(lambda data: data) as port:
        sample = Generator().measure(US, port, few(), 0.0, True)
    assert sample.cost >= 0
    assert sample.rate > 0
    assert sample.server_busy >= 0
    assert sample.load_busy >= 0


def test_what_it_spends_on_staying_awake_is_no_work() -> None:
    """It is awake all the time, and busy for a part of it."""
    with answering(lambda data: data) as port:
        sample = Generator(awake=True).measure(US, port, few(), 0.0, True)
    assert sample.rate > 0
    assert sample.load_busy >= 0


def test_coming_and_going_is_measured() -> None:
    """All that came are gone."""
    with answering(lambda data: data) as port:
        assert Generator().measure(US, port, few(Kind.CONNECT), 0.0, True).rate > 0


def test_orders_are_answered_until_there_are_no_more() -> None:
    """With a value, or with words: and after these it can be ordered again."""
    with answering(lambda data: data) as port, ordered() as order:
        assert order("hold", port, FEW, True) == ("done", None)
        assert order("drop") == ("done", None)
        outcome, words = order("hold", port, FEW, False)
        assert outcome == "failed"
        assert "opening handshake" in str(words)
        assert order("measure", US, port, few(), 0.0, True)[0] == "done"


def test_a_server_that_is_not_there_is_told() -> None:
    """It may have died a moment ago."""
    with answering(lambda data: data) as port:
        pass
    with ordered() as order:
        outcome, words = order("measure", US, port, few(), 0.0, True)
    assert outcome == "failed"
    assert words


def test_a_process_that_is_not_there_is_told() -> None:
    """Its CPU time can't be read any more."""
    with answering(lambda data: data) as port, ordered() as order:
        assert order("measure", 2**22 + 1, port, few(), 0.0, True)[0] == "failed"


def test_connections_are_closed_after_an_error() -> None:
    """The next server gets none of them."""
    one = Generator()
    with answering(lambda _: b"no\r\n\r\n") as port:
        with pytest.raises(BadAnswer):
            one.hold(port, 1, False)
        assert len(one.connections) == 1
        one.drop()
    assert one.connections == []
