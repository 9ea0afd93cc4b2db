"""A visit: one connection, from its first message to its last, and the seat it has.

Leaves out the connection itself: a visit is told what came in and gives back what to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from wsdemo.apps.door import BadMessage, BudgetSpent, Codec, Door, Error
from wsdemo.apps.game.arena import Arena, ArenaFull, NoSuchPlayer
from wsdemo.apps.game.messages import Ask, FromClient, Join, Leave, Map, Press, Welcome, wish
from wsdemo.apps.game.seats import Cheat, Seat, claimed
from wsdemo.limits import Bucket

__all__ = ["Flood", "Visit"]

ALLOWED = 4
"""Messages that a client may send, for each tick, on average and in a second at once. A client has
a use for one."""


class Flood(BadMessage):
    """More messages than any client has a use for: close with 1008."""


class Visit:
    """What the server knows of a connection.

    Args:
        arena: where it plays.
        codec: how it writes.
        clock: tells the time, in seconds.
        seated: is called when the visit gets a seat.
        stats: answers a question for the server's state.

    Attributes:
        seat: where it plays; None before it has joined, and after it has left.
    """

    def __init__(
        self,
        arena: Arena,
        codec: Codec,
        clock: Callable[[], float],
        *,
        seated: Callable[[Seat], None],
        stats: Callable[[int], Any],
    ) -> None:
        self.seat: Seat | None = None
        self.codec = codec
        self._arena = arena
        self._seated = seated
        self._stats = stats
        self._door: Door[FromClient] = Door(FromClient, codec, clock=clock)
        rate = ALLOWED * arena.setting.rate
        self._bucket = Bucket(rate, rate, clock)

    def hear(self, message: str | bytes) -> Any:
        """Do what a message asks for.

        Returns:
            The reply; None if there is none.

        Raises:
            Flood: it was one of too many; nothing was looked at.
            BudgetSpent: one bad message too many.
        """
        if self._bucket.take():
            self._arena.refused["flood"] += 1
            raise Flood(Error("flood", "more messages than there is a use for"))
        try:
            request = self._door.admit(message)
        except BudgetSpent:
            self._arena.refused[self._cheat(message)] += 1
            raise
        except BadMessage as bad:
            self._arena.refused[self._cheat(message)] += 1
            return bad.error
        match request:
            case Press():
                return self._press(request)
            case Join():
                return self._join(request)
            case Leave():
                return self._leave()
            case Ask():
                return self._stats(request.id)

    def _press(self, press: Press) -> Error | None:
        if self.seat is None:
            # For nothing: they may be left over from a connection that was lost.
            return Error("early", "join first")
        cheat = self._arena.take(self.seat, wish(press), press.ack)
        if cheat == "replay":
            return self._door.refuse("replay", "seq is not greater than the last", field="$.seq")
        return None

    def _join(self, join: Join) -> Welcome | Error:
        if self.seat is not None:
            return self._door.refuse("joined", "this connection plays already", join.id)
        try:
            seat, token = self._place(join)
        except ArenaFull as full:
            return self._door.refuse("full", str(full), join.id)
        except NoSuchPlayer as nobody:
            return self._door.refuse("token", str(nobody), join.id, "$.token")
        self.seat = seat
        self._seated(seat)
        setting = self._arena.setting
        return Welcome(
            re=join.id,
            player=seat.player,
            token=token,
            tick=self._arena.world.tick,
            rate=setting.rate,
            hold=self._arena.hold,
            seq=seat.accepted,
            field=Map.of(setting.field),
        )

    def _place(self, join: Join) -> tuple[Seat, str]:
        if join.token is None:
            return self._arena.join(join.name)
        return self._arena.come_back(join.token), join.token

    def _leave(self) -> None:
        if self.seat is not None:
            self._arena.leave(self.seat)
            self.seat = None

    def _cheat(self, message: str | bytes) -> Cheat:
        try:
            return claimed(self.codec.decoder(Any)(message))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "malformed"
