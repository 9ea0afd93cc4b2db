"""`Talking`: what a program does with a chat once it has a client of it: say, ask.

Leaves out how a client begins, listens and ends; see `client`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Literal, TypeAlias

from wsdemo.apps.chat import messages
from wsdemo.apps.chat.guarantees import Guarantee
from wsdemo.apps.chat.line import Line, Lost
from wsdemo.apps.chat.messages import Request
from wsdemo.apps.chat.news import Ack, MemberList, Page, RoomList
from wsdemo.apps.chat.refusals import Refused
from wsdemo.client.timing import sleep
from wsdemo.scratch.options import Clock, LoopClock

__all__ = ["LATER", "Talking"]

LATER = frozenset({"slow_down", "not_stored"})
"""Errors after which the same request may succeed."""
PAUSE = 1.0
"""Seconds before it is made again, if the server doesn't say."""

How: TypeAlias = Callable[[Request], Awaitable[Any]]

Saying: TypeAlias = messages.Say | messages.Edit | messages.Delete | messages.Direct


class Talking:
    """The talking half of a client.

    Args:
        line: to the server.
        guarantee: what to do for the delivery of messages.
        program: the client's name for itself; (program, sequence) names each message.
        note: writes down what happens: a verb of the record, and what it takes.
        clock: for pauses; None for the event loop's.
    """

    def __init__(
        self,
        line: Line,
        guarantee: Guarantee,
        program: str,
        note: Callable[..., object],
        clock: Clock | None,
    ) -> None:
        self.guarantee = guarantee
        self.program = program
        self._line = line
        self._note = note
        self._clock = clock
        self._numbers = itertools.count(1)
        self._turn = asyncio.Lock()
        self._alone = asyncio.Lock()
        self._not_before = 0.0

    # Saying

    async def say(self, room: str, text: str) -> Ack:
        """Say something in a room, and wait until the log has it.

        To cancel this leaves open whether it was said.

        Raises:
            Refused: the server won't have it.
            Lost: the connection was lost before the answer, and the guarantee is not to retry.
            WsdemoError: the client has ended, of this.
        """
        seq = next(self._numbers)
        return await self._deliver(messages.Say(id=0, room=room, seq=seq, text=text))

    async def edit(self, room: str, offset: int, text: str) -> Ack:
        """Give what we have said at an offset another text; raises as `say`."""
        seq = next(self._numbers)
        ask = messages.Edit(id=0, room=room, seq=seq, offset=offset, text=text)
        return await self._deliver(ask)

    async def delete(self, room: str, offset: int) -> Ack:
        """Delete what was said at an offset; raises as `say`."""
        seq = next(self._numbers)
        return await self._deliver(messages.Delete(id=0, room=room, seq=seq, offset=offset))

    async def direct(self, to: str, text: str) -> Ack:
        """Say something to one person; raises as `say`."""
        seq = next(self._numbers)
        return await self._deliver(messages.Direct(id=0, to=to, seq=seq, text=text))

    async def _deliver(self, ask: Saying) -> Ack:
        """Send, and send again until there is an answer, if that is the guarantee.

        One at a time: if one has to be sent again, none that comes after it overtakes it.
        """
        async with self._turn:
            while True:
                self._note_saying("sent", ask)
                try:
                    ack: Ack = await self._once(ask, self._line.ask)
                except Lost:
                    if not self.guarantee.retries:
                        raise
                except Refused as no:
                    if no.code not in LATER or not self.guarantee.retries:
                        self._note_saying("refused", ask)
                        raise
                    await self._pause(no)
                else:
                    self._note_saying("acknowledged", ask, ack)
                    return ack

    # Asking

    async def history(self, room: str, before: int | None = None, limit: int = 50) -> Page:
        """Return a page of what was said before an offset, or the newest page.

        Raises:
            Refused: the room is not there, or not for us.
            WsdemoError: the client has ended, of this.
        """
        page: Page = await self._ask(messages.History(id=0, room=room, before=before, limit=limit))
        return page

    async def members(self, room: str) -> MemberList:
        """Return who is in a room; raises as `history`."""
        members: MemberList = await self._ask(messages.Members(id=0, room=room))
        return members

    async def rooms(self) -> RoomList:
        """Return the rooms that there are for us; raises as `history`."""
        rooms: RoomList = await self._ask(messages.Rooms(id=0))
        return rooms

    async def create(
        self, room: str, *, is_open: bool = True, role: Literal["member", "reader"] = "member"
    ) -> None:
        """Make a room, and own it; raises as `history`.

        Args:
            room: its name.
            is_open: whether everybody may join; else it takes an invitation.
            role: of those who join, or are invited.
        """
        await self._ask(messages.Create(id=0, room=room, open=is_open, role=role))

    async def grant(self, room: str, nick: str, role: messages.RoleName) -> None:
        """Give somebody a role in a room; raises as `history`."""
        await self._ask(messages.Grant(id=0, room=room, nick=nick, role=role))

    async def typing(self, room: str) -> None:
        """Tell that we are typing; it may get lost."""
        await self._line.tell(messages.Typing(room=room))

    async def _ask(self, ask: Request) -> Any:
        """Ask until there is an answer: to be asked twice does no harm to any of these."""
        while True:
            with suppress(Lost):
                return await self._insist(ask, self._line.ask)

    async def _insist(self, ask: Request, how: How) -> Any:
        """Ask again as long as the server wants us to."""
        while True:
            try:
                return await self._once(ask, how)
            except Refused as no:
                if no.code not in LATER:
                    raise
                await self._pause(no)

    async def _once(self, ask: Request, how: How) -> Any:
        """Ask while nothing else is asked, and not before the server wants to be asked again.

        Were there others under way when it says "slow_down", they would be too early, and too
        many of those are a flood.
        """
        async with self._alone:
            clock = self._clock or LoopClock(asyncio.get_running_loop())
            if (wait := self._not_before - clock.time()) > 0:
                await sleep(clock, wait)
            try:
                return await how(ask)
            except Refused as no:
                self._not_before = clock.time() + (no.retry_after or 0.0)
                raise

    async def _pause(self, no: Refused) -> None:
        clock = self._clock or LoopClock(asyncio.get_running_loop())
        await sleep(clock, PAUSE if no.retry_after is None else no.retry_after)

    def _note_saying(self, verb: str, ask: Saying, ack: Ack | None = None) -> None:
        if isinstance(ask, messages.Say):
            name = f"{self.program}/{ask.seq}"
            more = {"to": ask.room, "body": ask.text} if verb == "sent" else {}
            self._note(verb, name, *(() if ack is None else (ack.offset,)), **more)
