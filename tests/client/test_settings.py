"""What a client is told when it is made."""

import ssl
from typing import Any

import pytest

from wsdemo import engines
from wsdemo.client import Deadlines
from wsdemo.client.settings import Heartbeat, Meter, Settings
from wsdemo.metrics import Metrics
from wsdemo.scratch import Clock

URI = "ws://user:secret@example.com/chat"


def settings(uri: str = URI, *, engine: str = "scratch", **options: Any) -> Settings:
    """Make some."""
    return Settings(uri, engines.get(engine), **options)


@pytest.mark.parametrize("uri", ["", "http://example.com/", "ws://", "ws://a b/", "ws://a/#b"])
def test_a_uri_that_is_none_is_told_at_once(uri: str, engine: str) -> None:
    """By the caller's line, and not by a task."""
    with pytest.raises(ValueError, match=r"."):
        settings(uri, engine=engine)


def test_tls_is_for_wss(engine: str) -> None:
    """A context for ws:// is a mistake that would go unnoticed."""
    with pytest.raises(ValueError, match="wss://"):
        settings(engine=engine, tls=ssl.create_default_context())
    settings("wss://example.com/", engine=engine, tls=ssl.create_default_context())


def test_a_subprotocol_that_is_no_token_is_told_at_once(engine: str) -> None:
    """By whichever engine it is."""
    with pytest.raises(Exception, match="chat room"):
        settings(engine=engine, subprotocols=["chat room"])


def test_the_password_is_not_shown() -> None:
    """Not in a log, not in an error."""
    assert settings().where == "ws://example.com/chat"


def test_the_engine_is_left_nothing_of_our_work() -> None:
    """No keepalive, no time limit of its own; and a program may overrule what is left."""
    made = settings(deadlines=Deadlines(close=3), options={"max_size": 5}).dialler()
    options = made._options
    assert (options.ping_interval, options.open_timeout, options.close_timeout) == (None, None, 3)
    assert options.limits.message_size == 5


def test_headers_are_pairs_or_a_mapping() -> None:
    """As one likes."""
    for headers in ({"X-Room": "7"}, [("X-Room", "7")]):
        assert settings(headers=headers).dialler()._headers["X-Room"] == "7"


def test_a_heartbeat_is_two_times() -> None:
    """A pair will do, and None is for none."""
    assert Heartbeat.of((1, 2)) == Heartbeat(1, 2)
    assert Heartbeat.of(Heartbeat(1, 2)) == Heartbeat(1, 2)
    assert Heartbeat.of(None) is None
    for wrong in ((0, 1), (1, 0), (float("nan"), 1)):
        with pytest.raises(ValueError, match=r"above 0"):
            Heartbeat(*wrong)


async def test_the_clock_is_the_loops_unless_given() -> None:
    """It runs."""
    clock: Clock = settings().timekeeper()
    assert clock.time() <= clock.time()


def test_wsdemos_metrics_are_a_meter() -> None:
    """The two were written apart; mypy compares their verbs here."""
    meter: Meter = Metrics()
    settings(metrics=meter)
