"""The arena: the whole server of the game, without a socket and without a clock.

    seat, token = arena.join("ada")
    arena.take(seat, Input(1, move=1), ack=0)
    arena.tick()
    arena.news(seat)                        a Full, or a Delta against what the seat acknowledged

What is told to it takes effect at the next tick, and time is counted in ticks, so that the same
calls in the same order give the same game: on a server, in a test, and on a virtual clock.

Leaves out sending, and when to tick (``game``, ``ticker``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter, deque
from collections.abc import Callable, Mapping

from wsdemo.apps.game.bot import Bot
from wsdemo.apps.game.delta import difference, whole
from wsdemo.apps.game.interpolate import PARTS
from wsdemo.apps.game.messages import Delta, Full
from wsdemo.apps.game.rewind import FURTHEST, bounded, rewind
from wsdemo.apps.game.rules import newcomer, step
from wsdemo.apps.game.seats import Cheat, Seat
from wsdemo.apps.game.world import Input, Player, Setting, Shot, World
from wsdemo.errors import PeerError

__all__ = ["Arena", "ArenaFull", "NoSuchPlayer"]

KEPT = 2
"""Seconds of worlds that are kept as bases of deltas. Who acknowledges nothing for longer gets a
full snapshot, which costs little beside such a delay."""


class ArenaFull(PeerError):
    """There is no room for another player."""


class NoSuchPlayer(PeerError):
    """A token that is nobody's, or nobody's any more."""


class Arena:
    """All players, and what is to happen to them.

    Args:
        setting: field and rate.
        players: how many there may be.
        hold: for how many seconds a player stays whose connection is lost.
        compensation: whether shots are judged by what the shooter saw.
        furthest: how far back, in milliseconds, at most.
        deltas: whether to send them; without, every snapshot is full.
        bots: players that the arena plays itself.
        seed: of the bots.
        tokens: makes a token that nobody can guess.

    Attributes:
        setting: the same.
        world: as it is.
        shots: those of the last tick.
        refused: how often what was refused, by name.

    Raises:
        ValueError: more bots than players.
    """

    def __init__(
        self,
        setting: Setting,
        *,
        players: int = 128,
        hold: float = 20.0,
        compensation: bool = True,
        furthest: int = FURTHEST,
        deltas: bool = True,
        bots: int = 0,
        seed: int = 0,
        tokens: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    ) -> None:
        if not 0 <= bots <= players:
            raise ValueError(f"{bots} bots among {players} players")
        self.setting = setting
        self.world = World(0, {})
        self.shots: tuple[Shot, ...] = ()
        self.refused: Counter[Cheat] = Counter()
        self.hold = hold
        self._places = players
        self._compensation = compensation
        self._furthest = furthest
        self._deltas = deltas
        self._tokens = tokens
        self._seats: dict[int, Seat] = {}
        # By digest: a look-up by the token itself would take a time that tells of its beginning.
        self._by_token: dict[bytes, Seat] = {}
        self._worlds: deque[World] = deque([self.world], maxlen=KEPT * setting.rate)
        self._news: dict[int, Full | Delta] = {}
        self._ids = 0
        self._bots = [(self._seat(f"bot {n + 1}"), Bot(seed * 1000 + n)) for n in range(bots)]

    # Come and go

    def join(self, name: str) -> tuple[Seat, str]:
        """Make a new player; it is in the world from the next tick on.

        Returns:
            Its seat, and the token with which to come back.

        Raises:
            ArenaFull: there are too many.
        """
        if len(self._seats) >= self._places:
            raise ArenaFull(f"there are {self._places} players, and no more are let in")
        seat, token = self._seat(name), self._tokens()
        self._by_token[_digest(token)] = seat
        return seat, token

    def come_back(self, token: str) -> Seat:
        """Return the seat of a player whose connection was lost, or will be now.

        Raises:
            NoSuchPlayer: it has left, or never was.
        """
        seat = self._by_token.get(_digest(token))
        if seat is None or seat.gone:
            self.refused["identity"] += 1
            raise NoSuchPlayer("no player has this token, or none any more; join without one")
        seat.find()
        return seat

    def lose(self, seat: Seat) -> None:
        """Say that a seat's connection is lost; its player stays for a while, and does nothing."""
        seat.lose(self.world.tick)

    def leave(self, seat: Seat) -> None:
        """Let a player go for good; it is in the world until the next tick."""
        seat.gone = True

    @property
    def present(self) -> int:
        """How many players there are, those included whose connection is lost."""
        return len(self._seats)

    # Play

    def take(self, seat: Seat, wish: Input, ack: int) -> Cheat | None:
        """Take an input.

        Args:
            seat: whose.
            wish: the input.
            ack: the tick of the last snapshot that the client has.

        Returns:
            Why it was refused, which is counted; None if it was not.
        """
        cheat = seat.accept(wish, ack)
        if cheat is not None:
            self.refused[cheat] += 1
        return cheat

    def tick(self) -> World:
        """Let one tick pass, and return the world after it."""
        before = self._arrivals(self._departures())
        inputs = {id_: due for id_, seat in self._seats.items() if (due := seat.due())}
        for seat, bot in self._bots:
            me = before.players[seat.player]
            seen = before.tick * PARTS
            wish = bot.decide(me, before.players, self.setting, me.seq + 1, seen)
            inputs[seat.player] = (wish,)
        sights = self._sights(before, inputs) if self._compensation else {}
        self.world, self.shots = step(before, inputs, self.setting, sights)
        self._worlds.append(self.world)
        self._news.clear()
        return self.world

    def news(self, seat: Seat) -> Full | Delta:
        """Return the snapshot of this tick for a seat; all with the same base share it."""
        base = self._base(seat.ack)
        key = -1 if base is None else base.tick
        if key not in self._news:
            self._news[key] = (
                whole(self.world, self.shots)
                if base is None
                else difference(base, self.world, self.shots)
            )
        return self._news[key]

    # Inside

    def _seat(self, name: str) -> Seat:
        self._ids += 1
        seat = self._seats[self._ids] = Seat(self._ids, name)
        return seat

    def _departures(self) -> World:
        """Return the world without those who have left, or were away for too long."""
        tick, wait = self.world.tick, self.hold * self.setting.rate
        for seat in self._seats.values():
            seat.gone = seat.gone or (seat.lost is not None and tick - seat.lost >= wait)
        leaving = {id_ for id_, seat in self._seats.items() if seat.gone}
        if not leaving:
            return self.world
        self._seats = {id_: seat for id_, seat in self._seats.items() if id_ not in leaving}
        self._by_token = {key: seat for key, seat in self._by_token.items() if not seat.gone}
        players = {id_: each for id_, each in self.world.players.items() if id_ not in leaving}
        return World(tick, players)

    def _arrivals(self, world: World) -> World:
        for id_, seat in self._seats.items():
            if id_ not in world.players:
                world = newcomer(world, id_, seat.name, self.setting.field)
        return world

    def _sights(
        self, before: World, inputs: Mapping[int, tuple[Input, ...]]
    ) -> dict[int, Mapping[int, Player]]:
        """Return what those see who may shoot in this tick; those with one moment see the same."""
        sights: dict[int, Mapping[int, Player]] = {}
        moments: dict[int, Mapping[int, Player]] = {}
        past, rate = list(self._worlds), self.setting.rate
        for id_, wishes in inputs.items():
            firing = [wish for wish in wishes if wish.fire]
            if firing and before.players[id_].reload < len(wishes):
                moment = bounded(firing[0].seen, past[-1].tick, rate, self._furthest)
                if moment not in moments:
                    moments[moment] = rewind(past, moment, rate, self._furthest)
                sights[id_] = moments[moment]
        return sights

    def _base(self, ack: int) -> World | None:
        """Return the world that a client has, if we have it, too."""
        at = ack - self._worlds[0].tick
        if not self._deltas or ack == 0 or not 0 <= at < len(self._worlds) - 1:
            return None
        return self._worlds[at]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
