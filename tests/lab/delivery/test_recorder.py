"""The recorder."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from wsdemo import lab
from wsdemo.lab.delivery import Event, Kind


def test_everything_that_happens_is_written_down_in_order() -> None:
    """With the time since the recording began, in seconds of the clock that was given."""
    record = lab.Delivery(clock=count(100).__next__)
    record.connected("ann")
    record.joining("ann", "lobby")
    record.joined("ann", "lobby")
    record.sent("ann", "ann/1", to="lobby", body="Hello")
    record.acknowledged("ann", "ann/1", 7)
    record.refused("ann", "ann/2")
    record.received("ann", "ann/1", "lobby", 7, "Hello")
    record.fault("cut")
    record.disconnected("ann")
    record.restarted("server")
    record.leaving("ann", "lobby")
    record.left("ann", "lobby")
    assert record.run.events == (
        Event(1, Kind.CONNECTED, "ann"),
        Event(2, Kind.JOINING, "ann", room="lobby"),
        Event(3, Kind.JOINED, "ann", room="lobby"),
        Event(4, Kind.SENT, "ann", "ann/1", "lobby", body="Hello"),
        Event(5, Kind.ACKNOWLEDGED, "ann", "ann/1", offset=7),
        Event(6, Kind.REFUSED, "ann", "ann/2"),
        Event(7, Kind.RECEIVED, "ann", "ann/1", "lobby", 7, "Hello"),
        Event(8, Kind.FAULT, "cut"),
        Event(9, Kind.DISCONNECTED, "ann"),
        Event(10, Kind.RESTARTED, "server"),
        Event(11, Kind.LEAVING, "ann", room="lobby"),
        Event(12, Kind.LEFT, "ann", room="lobby"),
    )


async def test_many_tasks_and_threads_may_write() -> None:
    """Nothing is lost, and the times are in order."""
    record = lab.Delivery()

    def write(client: str) -> None:
        for number in range(100):
            record.sent(client, f"{client}/{number}", to="lobby")

    async def write_soon(client: str) -> None:
        await asyncio.sleep(0)
        write(client)

    with ThreadPoolExecutor(4) as pool:
        threads = [asyncio.wrap_future(pool.submit(write, f"thread {n}")) for n in range(4)]
        await asyncio.gather(*threads, *(write_soon(f"task {n}") for n in range(4)))
    events = record.run.events
    assert len({event.message for event in events}) == len(events) == 800
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_run_is_what_has_been_recorded_so_far() -> None:
    """What comes later is not in it."""
    record = lab.Delivery()
    before = record.run
    record.connected("ann")
    assert before.events == ()
    assert len(record.run.events) == 1
    assert repr(record) == "<Delivery: 1 events>"


def test_a_recording_can_be_judged_at_once() -> None:
    """Without asking for the checker."""
    record = lab.Delivery()
    record.sent("ann", "ann/1", to="lobby")
    assert record.check().found == ("unknown",)
