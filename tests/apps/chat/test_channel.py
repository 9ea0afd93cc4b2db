"""One reader of a log for all who hear it, and joining without a seam."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.apps.chat.logs import SickLog
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.apps.chat.channel import PAUSE, Channel
from wsdemo.apps.chat.entries import Change, Deletion, Saying, pack
from wsdemo.apps.chat.guarantees import AT_MOST_ONCE, EXACTLY_ONCE_IN_EFFECT, Guarantee
from wsdemo.apps.chat.news import Gap, Said
from wsdemo.hub import Client, Disconnect, Hub
from wsdemo.log import NotStored, Retention, SqliteLog


class Ear:
    """A member of the hub that keeps what it is sent.

    Args:
        last: the offset at which it has heard all.
    """

    def __init__(self, last: int = 0) -> None:
        self.heard: list[int] = []
        self.all = asyncio.Event()
        self._last = last

    async def send(self, message: str | bytes) -> None:
        """Keep the offset."""
        self._keep(json.loads(message)["offset"])

    async def take(self, event: Any) -> None:
        """Keep the offset of what is sent to this member alone."""
        self._keep(event.offset)

    def _keep(self, offset: int) -> None:
        self.heard.append(offset)
        if offset == self._last:
            self.all.set()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Nothing to close."""


class Scene:
    """A channel, with its log and its hub."""

    def __init__(self, log: SqliteLog, hub: Hub, clock: HandClock, guarantee: Guarantee) -> None:
        self.log, self.hub, self.clock = log, hub, clock
        self.channel = Channel(
            "lobby", "#lobby", log=log, hub=hub, clock=clock, guarantee=guarantee
        )
        self._seq = 0

    async def say(self, number: int = 1) -> None:
        """Append so many messages."""
        for _ in range(number):
            self._seq += 1
            text = f"text {self._seq}"
            saying = Saying(person=1, nick="Ada", client="tab", seq=self._seq, text=text)
            await self.log.append("#lobby", "1.tab", self._seq, pack(saying))

    async def change(self, target: int, text: str | None) -> None:
        """Append an edit, or a deletion."""
        self._seq += 1
        who: dict[str, Any] = {"person": 1, "nick": "Ada", "client": "tab", "seq": self._seq}
        change = Deletion(**who, target=target)
        if text is not None:
            change = Change(**who, target=target, text=text)  # type: ignore[assignment]
        await self.log.append("#lobby", "1.tab", self._seq, pack(change))

    async def reached(self, offset: int) -> None:
        """Wait until the pump has published an entry."""
        await until(lambda: self.channel.position == offset)

    async def join(self, client: Client, ear: Ear, after: int | None) -> int:
        """Join as a session does; return where it began."""
        start, _ = await self.channel.start(after, same_log=True)
        await self.channel.catch_up(start, ear.take, lambda: True)
        client.join("#lobby")
        return start


@asynccontextmanager
async def scene(
    log: SqliteLog | None = None,
    guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
    *,
    before: int = 0,
) -> AsyncIterator[Scene]:
    """Open a channel in whose log there are so many messages."""
    async with log or SqliteLog() as opened, Hub(Disconnect()) as hub:
        made = Scene(opened, hub, HandClock(), guarantee)
        await made.say(before)
        await made.channel.open()
        try:
            yield made
        finally:
            await made.channel.close()


async def test_what_is_appended_is_published_once() -> None:
    """What was there before is not."""
    async with scene(before=2) as stage:
        assert stage.channel.position == 2
        await stage.say(2)
        await stage.reached(4)
        assert stage.hub.snapshot().published == 2


@pytest.mark.parametrize("after", [None, 0, 3, 5])
async def test_who_joins_gets_what_follows_and_then_what_comes(after: int | None) -> None:
    """Without a gap and without a double."""
    async with scene(before=5) as stage, stage.hub.client(ear := Ear()) as client:
        start = await stage.join(client, ear, after)
        await stage.say(3)
        await until(lambda: len(ear.heard) == 8 - start)
        assert start == (5 if after is None else after)
        assert ear.heard == list(range(start + 1, 9))


async def test_there_is_no_seam_while_others_speak() -> None:
    """Whatever comes at whichever moment of the joining, each member hears all of it."""
    async with scene(before=450) as stage:
        ears = [Ear(650) for _ in range(20)]

        async def come(ear: Ear) -> None:
            async with stage.hub.client(ear) as client:
                await stage.join(client, ear, 0)
                await ear.all.wait()

        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            for ear in ears:
                group.create_task(come(ear))
            group.create_task(stage.say(200))
        assert all(ear.heard == list(range(1, 651)) for ear in ears)


async def test_who_is_ahead_of_the_pump_waits_for_it() -> None:
    """A page of history may show what was not published yet; it must not come twice."""
    async with scene() as stage, stage.hub.client(ear := Ear()) as client:
        await stage.say()  # who appends hears of it before the pump does
        await stage.join(client, ear, 1)
        await stage.say()
        await until(lambda: ear.heard)
        assert ear.heard == [2]


async def test_access_that_ends_while_catching_up_ends_it() -> None:
    """Nothing more is read."""
    async with scene(before=500) as stage:
        ear = Ear()
        await stage.channel.catch_up(0, ear.take, lambda: not ear.heard)
        assert 0 < len(ear.heard) < 500


@pytest.mark.parametrize(
    ("after", "same_log", "expected"),
    [
        (4, True, (4, "")),
        (1, True, (2, "gone")),
        (9, True, (2, "ahead")),
        (4, False, (2, "ahead")),
        (2, True, (2, "")),
    ],
)
async def test_who_can_t_go_on_where_it_was_begins_with_what_is_left(
    after: int, same_log: bool, expected: tuple[int, str]
) -> None:
    """Of five messages the log has three."""
    async with scene(SqliteLog(keep=Retention(count=3)), before=5) as stage:
        assert await stage.channel.start(after, same_log=same_log) == expected


async def test_entries_that_go_while_somebody_catches_up_are_a_gap() -> None:
    """It is told where it goes on."""
    async with scene(SqliteLog(keep=Retention(count=3)), before=5) as stage:
        events: list[Any] = []

        async def take(event: Any) -> None:
            events.append(event)

        await stage.channel.catch_up(0, take, lambda: True)
        assert events[0] == Gap("lobby", 2)
        assert [event.offset for event in events[1:]] == [3, 4, 5]


async def test_at_most_once_begins_with_what_comes() -> None:
    """Nothing is given afterwards."""
    async with scene(guarantee=AT_MOST_ONCE, before=5) as stage:
        assert await stage.channel.start(2, same_log=True) == (5, "")


async def test_a_page_shows_the_latest_form() -> None:
    """Edits are not messages of their own, and what is deleted has no text."""
    async with scene(before=3) as stage:
        await stage.change(1, "edited")
        await stage.change(2, None)
        await stage.reached(5)
        messages, before = await stage.channel.page(None, 10)
        shown = [(each.offset, each.text, each.edited, each.deleted) for each in messages]
        assert shown == [
            (1, "edited", True, False),
            (2, "", False, True),
            (3, "text 3", False, False),
        ]
        assert before is None


async def test_edits_are_known_again_after_a_restart() -> None:
    """The log is read when the channel is opened."""
    async with SqliteLog() as log, Hub(Disconnect()) as hub:
        stage = Scene(log, hub, HandClock(), EXACTLY_ONCE_IN_EFFECT)
        await stage.say()
        await stage.change(1, "edited")
        await stage.channel.open()
        (said,), _ = await stage.channel.page(None, 10)
        assert said.text == "edited"
        await stage.channel.close()


async def test_scrolling_back_gives_every_message_once() -> None:
    """Page by page to the beginning."""
    async with scene(before=7) as stage:
        for target in (1, 5, 7):
            await stage.change(target, "x")
        await stage.reached(10)
        pages: list[list[Said]] = []
        before: int | None = None
        while not pages or before is not None:
            messages, before = await stage.channel.page(before, 3)
            pages.insert(0, messages)
        assert [[each.offset for each in page] for page in pages] == [[1], [2, 3, 4], [5, 6, 7]]


async def test_a_page_is_looked_for_in_so_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be short or empty then, and the next one goes on from there."""
    monkeypatch.setattr("wsdemo.apps.chat.channel.PAGE", 4)
    monkeypatch.setattr("wsdemo.apps.chat.channel.READS", 2)
    async with scene() as stage:
        await stage.say()
        for number in range(10):
            await stage.change(1, str(number))
        messages, before = await stage.channel.page(None, 1)
        assert (messages, before) == ([], 4)
        (said,), before = await stage.channel.page(before, 1)
        assert (said.offset, said.text, before) == (1, "9", None)


async def test_a_page_that_nobody_has_is_the_nearest() -> None:
    """Before the first entry there is nothing, and after the last it is the newest page."""
    async with scene(SqliteLog(keep=Retention(count=2)), before=5) as stage:
        assert await stage.channel.page(2, 10) == ([], None)
        messages, _ = await stage.channel.page(99, 10)
        assert [each.offset for each in messages] == [4, 5]


async def test_an_entry_can_be_looked_up() -> None:
    """If it is there."""
    async with scene(SqliteLog(keep=Retention(count=2)), before=5) as stage:
        found = [await stage.channel.entry(offset) for offset in (1, 5, 6)]
        assert [None if entry is None else entry.offset for entry in found] == [None, 5, None]


async def test_a_pump_whose_log_fails_goes_on_when_it_is_well() -> None:
    """Nothing is left out."""
    async with scene(log := SickLog()) as stage, stage.hub.client(ear := Ear()) as client:
        await stage.join(client, ear, None)
        log.sick = True  # and the pump has yet to look into it
        await until(lambda: stage.clock.pending == 1)
        log.sick = False
        await stage.say(2)
        stage.clock.advance(PAUSE)
        await until(lambda: ear.heard == [1, 2])


async def test_a_channel_whose_log_can_t_be_read_is_not_open() -> None:
    """It can be tried again."""
    async with SickLog() as log, Hub(Disconnect()) as hub:
        stage = Scene(log, hub, HandClock(), EXACTLY_ONCE_IN_EFFECT)
        log.sick = True
        with pytest.raises(NotStored):
            await stage.channel.open()
        log.sick = False
        await stage.channel.open()
        await stage.channel.close()


async def test_edits_of_what_is_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """From time to time, so that memory is bounded by what the log keeps."""
    monkeypatch.setattr("wsdemo.apps.chat.channel.TIDY", 10)
    async with scene(SqliteLog(keep=Retention(count=3)), before=1) as stage:
        await stage.change(1, "x")
        await stage.reached(2)
        assert len(stage.channel.revisions) == 1
        await stage.say(8)
        await until(lambda: len(stage.channel.revisions) == 0)
