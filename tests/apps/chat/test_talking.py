"""Saying with a guarantee, and asking until there is an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.apps.chat.guarantees import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    Guarantee,
)
from wsdemo.apps.chat.line import Lost
from wsdemo.apps.chat.messages import Say
from wsdemo.apps.chat.news import Ack, RoomList
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.talking import PAUSE, Talking

LOST, LATER = Lost("lost"), Refused("slow_down", "too fast", retry_after=2.0)
NO, SICK = Refused("forbidden", "no"), Refused("not_stored", "the log is out of order")
RETRYING = [AT_LEAST_ONCE, EXACTLY_ONCE_IN_EFFECT]


class Script:
    """A line whose answers are written down.

    Args:
        answers: errors to raise, in turn; then everything is acknowledged.
    """

    def __init__(self, *answers: Exception) -> None:
        self.answers = [*answers]
        self.asked: list[Any] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, request: Any) -> Any:
        """Answer as it is written."""
        self.asked.append(request)
        await self.gate.wait()
        if self.answers:
            raise self.answers.pop(0)
        if not isinstance(request, Say):
            return RoomList(re=1, rooms=[])
        return Ack(re=1, room=request.room, seq=request.seq, offset=len(self.asked), at=0.0)


def talking(
    script: Script, guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT
) -> tuple[Talking, list[tuple[Any, ...]], HandClock]:
    """Return somebody who talks, what is noted, and the clock."""
    notes: list[tuple[Any, ...]] = []
    clock = HandClock()
    line: Any = script

    def note(*what: Any, **more: Any) -> None:
        notes.append((*what, *more.values()))

    return Talking(line, guarantee, "tab", note, clock), notes, clock


@pytest.mark.parametrize("guarantee", RETRYING, ids=str)
async def test_what_is_lost_is_said_again_with_the_same_number(guarantee: Guarantee) -> None:
    """Until there is an answer."""
    script = Script(LOST, LOST)
    talk, notes, _ = talking(script, guarantee)
    assert (await talk.say("lobby", "x")).offset == 3
    assert [each.seq for each in script.asked] == [1, 1, 1]
    assert notes == [("sent", "tab/1", "lobby", "x")] * 3 + [("acknowledged", "tab/1", 3)]


@pytest.mark.parametrize("error", [LOST, LATER, SICK])
async def test_at_most_once_says_it_once(error: Exception) -> None:
    """And says that it doesn't know, or that it was refused."""
    script = Script(error)
    talk, notes, _ = talking(script, AT_MOST_ONCE)
    with pytest.raises(type(error)):
        await talk.say("lobby", "x")
    assert len(script.asked) == 1
    assert [note[0] for note in notes] == (["sent"] if error is LOST else ["sent", "refused"])


@pytest.mark.parametrize(("error", "seconds"), [(LATER, 2.0), (SICK, PAUSE)])
async def test_who_is_asked_to_wait_waits(error: Refused, seconds: float) -> None:
    """As long as the server says, or a while."""
    script = Script(error)
    talk, _, clock = talking(script)
    saying = asyncio.ensure_future(talk.say("lobby", "x"))
    await until(lambda: clock.pending)
    clock.advance(seconds - 0.1)
    await asyncio.sleep(0)
    assert len(script.asked) == 1
    clock.advance(0.1)
    await saying
    assert len(script.asked) == 2


async def test_what_is_refused_is_not_said_again() -> None:
    """The next is."""
    talk, notes, _ = talking(Script(NO))
    with pytest.raises(Refused, match="forbidden"):
        await talk.say("lobby", "x")
    assert (await talk.say("lobby", "y")).seq == 2
    assert [note[:2] for note in notes] == [
        ("sent", "tab/1"),
        ("refused", "tab/1"),
        ("sent", "tab/2"),
        ("acknowledged", "tab/2"),
    ]


async def test_nothing_overtakes_what_has_to_be_said_again() -> None:
    """One at a time, in the order of the calls."""
    script = Script(LOST, LATER)
    talk, _, clock = talking(script)
    script.gate.clear()
    saying = [asyncio.ensure_future(talk.say("lobby", str(number))) for number in range(3)]
    await until(lambda: script.asked)
    script.gate.set()
    await until(lambda: clock.pending)
    clock.advance(2.0)
    await asyncio.gather(*saying)
    assert [each.seq for each in script.asked] == [1, 1, 1, 2, 3]


async def test_who_says_no_more_lets_the_next_one_say() -> None:
    """A call that is cancelled leaves open whether it was said."""
    script = Script()
    talk, _, _ = talking(script)
    script.gate.clear()
    first = asyncio.ensure_future(talk.say("lobby", "one"))
    await until(lambda: script.asked)
    first.cancel()
    second = asyncio.ensure_future(talk.say("lobby", "two"))
    script.gate.set()
    assert (await second).seq == 2


async def test_who_is_asked_to_wait_has_nothing_else_under_way() -> None:
    """What would come too early waits as well, and is not taken for a flood."""
    script = Script(LATER)
    talk, _, clock = talking(script)
    script.gate.clear()
    asking = [asyncio.ensure_future(each) for each in (talk.say("lobby", "x"), talk.rooms())]
    await until(lambda: script.asked)
    script.gate.set()
    await until(lambda: clock.pending)
    assert len(script.asked) == 1
    clock.advance(2.0)
    await asyncio.gather(*asking)
    assert len(script.asked) == 3


async def test_what_is_asked_is_asked_until_it_is_answered() -> None:
    """Whatever the guarantee: to be asked twice does no harm."""
    script = Script(LOST, LOST)
    talk, notes, _ = talking(script, AT_MOST_ONCE)
    assert await talk.rooms() == RoomList(re=1, rooms=[])
    assert (len(script.asked), notes) == (3, [])


async def test_edits_and_direct_messages_count_on() -> None:
    """Each has a number of its own, and none of them is a message of the record."""
    script = Script(NO, NO, NO)
    talk, notes, _ = talking(script)
    for ask in (talk.edit("lobby", 1, "x"), talk.delete("lobby", 1), talk.direct("bob", "x")):
        with pytest.raises(Refused):
            await ask
    assert ([each.seq for each in script.asked], notes) == ([1, 2, 3], [])
