"""Signals that ask a program to end."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable

import pytest

from tests.scratch.raw import until
from tests.server.peers import dial, echo
from wsdemo.server import serve
from wsdemo.server.signals import ASKING, on_signals


async def test_each_of_them_calls_back() -> None:
    """As often as it comes."""
    calls: list[int] = []
    with on_signals(lambda: calls.append(1)):
        for times, number in enumerate([*ASKING, *ASKING], 1):
            signal.raise_signal(number)
            await until(lambda wanted=times: len(calls) == wanted)  # type: ignore[misc]


async def test_afterwards_all_is_as_it_was() -> None:
    """Whatever the program had set up itself, being ignored included."""

    def mine(*_: object) -> None:
        """Do nothing, and be somebody's own."""

    before = {number: signal.getsignal(number) for number in ASKING}
    chosen = dict(zip(ASKING, (mine, signal.SIG_IGN, signal.SIG_DFL), strict=False))
    try:
        for number, handler in chosen.items():
            signal.signal(number, handler)
        with on_signals(lambda: None):
            assert all(signal.getsignal(number) is not mine for number in ASKING)
        assert {number: signal.getsignal(number) for number in ASKING} == chosen
    finally:
        for number, former in before.items():
            signal.signal(number, former)


async def test_a_loop_that_knows_no_signals_is_helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of Windows: Python's own handler leaves word with the loop."""
    loop = asyncio.get_running_loop()
    calls: list[int] = []

    def unknown(number: int, callback: Callable[[], object]) -> None:
        raise NotImplementedError

    monkeypatch.setattr(loop, "add_signal_handler", unknown)
    before = signal.getsignal(signal.SIGTERM)
    with on_signals(lambda: calls.append(1)):
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: calls == [1])
    assert signal.getsignal(signal.SIGTERM) == before


async def test_only_the_main_thread_gets_them() -> None:
    """Another one is told so, and what to do instead."""
    raised: list[BaseException] = []

    def elsewhere() -> None:
        try:
            asyncio.run(serve(echo, port=0).run())
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    await asyncio.to_thread(thread.join)
    assert "only the main thread" in str(raised[0])


@pytest.mark.parametrize("number", ASKING, ids=str)
async def test_a_running_server_drains(engine: str, number: signal.Signals) -> None:
    """At the first signal; it listens to them before it says that it listens to clients."""
    ready = asyncio.Event()
    server = serve(echo, port=0, engine=engine)
    running = asyncio.create_task(server.run(ready=lambda _: ready.set()))
    await ready.wait()
    client = await dial(server)
    signal.raise_signal(number)
    await running
    await client.wait_closed()
    assert client.close_code == 1001


async def test_a_second_signal_is_not_kept_waiting(engine: str) -> None:
    """Whoever presses Ctrl-C again means now."""
    ready = asyncio.Event()

    async def for_ever(connection: object) -> None:
        await asyncio.Event().wait()

    server = serve(for_ever, port=0, engine=engine, drain=1000)
    running = asyncio.create_task(server.run(ready=lambda _: ready.set()))
    await ready.wait()
    client = await dial(server)
    signal.raise_signal(signal.SIGINT)
    await client.wait_closed()
    assert not running.done()
    signal.raise_signal(signal.SIGINT)
    await running


@pytest.mark.skipif(sys.platform == "win32", reason="the loops of Windows know no signals")
async def test_nothing_is_left_with_the_loop() -> None:
    """A signal afterwards is nobody's."""
    loop = asyncio.get_running_loop()
    with on_signals(lambda: None):
        pass
    assert not [number for number in ASKING if loop.remove_signal_handler(number)]
