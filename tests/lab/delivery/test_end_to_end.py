"""A room under two cuts: each part of what makes exactly once is missed as soon as it is gone."""

import asyncio

from tests.client.conftest import engine, nothing_left
from tests.lab.delivery.room import Member, Room, Steps
from wsdemo import lab
from wsdemo.lab.delivery import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    Report,
    check,
)

__all__ = ["engine", "nothing_left"]

SECONDS = 12
SCHEDULE = lab.faults(30, SECONDS, ["cut"], every=5)
MESSAGES = SECONDS + 1


async def _talk(engine: str, *, resume: bool = True, dedup: bool = True) -> Report:
    """Let ann talk to bob, one message a step, while a schedule of cuts passes over both."""
    record, steps = lab.Delivery(), Steps()
    both = [Member(name, record, resume=resume) for name in ("ann", "bob")]

    def note(name: str) -> None:
        record.fault(name)
        for member in both:  # who is about to be cut off may be the last to notice
            member.present = False

    serving = lab.running(Room(steps, dedup=dedup).serve, engine=engine, where="loop")
    async with serving as server, lab.wire(server.uri) as wire:
        fate = asyncio.create_task(
            lab.inflict(SCHEDULE, wire, note=note, clock=lambda: steps.now, sleep=steps.sleep)
        )
        fate.add_done_callback(steps.stop)
        lives = [asyncio.create_task(member.live(wire.uri, engine)) for member in both]
        try:
            await _tell(*both)
            await fate
        finally:
            for task in (fate, *lives):
                task.cancel()
            ends = await asyncio.gather(*lives, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2, ends
    return check(record.run)


async def _tell(speaker: Member, listener: Member) -> None:
    """Say one thing after the other, each when both are there to hear it."""
    for number in range(MESSAGES):
        for member in (speaker, listener):
            await member.until_present()
        await speaker.say(f"{speaker.name}/{number}", f"number {number}")
    # The last cut was before, so this comes behind everything else that will come.
    for member in (speaker, listener):
        await member.until_got(f"{speaker.name}/{MESSAGES - 1}")


def test_the_schedule_has_two_cuts() -> None:
    """Not at once: each finds both connected."""
    (first, one), (second, other) = SCHEDULE
    assert one == other == "cut"
    assert first + 3 < second < SECONDS


async def test_resume_and_dedup_make_it_exactly_once(engine: str) -> None:
    """Whatever was cut off between the log and the acknowledgement."""
    report = await _talk(engine)
    assert report.found == (), report
    assert report.holds(EXACTLY_ONCE_IN_EFFECT)
    assert (report.faults, report.messages, report.receipts) == (2, MESSAGES, 2 * MESSAGES)


async def test_without_resume_messages_are_lost(engine: str) -> None:
    """To both, at each cut: they were in the log, and nobody asked for them."""
    report = await _talk(engine, resume=False)
    assert report.found == ("lost",), report
    assert len(report["lost"]) == 4
    assert report.holds(AT_MOST_ONCE)
    assert not report.holds(AT_LEAST_ONCE)


async def test_without_dedup_a_retry_is_a_second_message(engine: str) -> None:
    """To both, at each cut: the log took it twice."""
    report = await _talk(engine, dedup=False)
    assert report.found == ("duplicated",), report
    assert len(report["duplicated"]) == 4
    assert report.holds(AT_LEAST_ONCE)
    assert not report.holds(AT_MOST_ONCE)
