"""`play`: a whole game, with its server, its clients and their networks, on a virtual clock.

    lab.arena.play(delay=100)
    lab.arena.play(delay=100, prediction=False)

It takes as long as the computing takes, not as long as the game. There is no float on the way to a
result but the numbers that chance gives, and these are the same on every machine: so are all
results. The server and the clients are those of `wsdemo.apps.game`, without their sockets.

Leaves out sockets, and what they cost: see ``load``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from wsdemo.apps.door import JSON, MESSAGE_PACK
from wsdemo.apps.game import Arena, Player, World
from wsdemo.apps.game.interpolate import Interpolate, interpolate
from wsdemo.apps.game.messages import Press, wish
from wsdemo.apps.game.reconcile import Reconcile, reconcile
from wsdemo.apps.game.rules import advance, fires
from wsdemo.apps.game.timeline import SECOND
from wsdemo.lab.arena.agenda import Agenda
from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.guest import Guest
from wsdemo.lab.arena.played import FRAMES, Frame, Played, Shots

__all__ = ["play"]


def play(
    given: Conditions | None = None,
    *,
    reconcile: Reconcile = reconcile,
    interpolate: Interpolate = interpolate,
    **conditions: Any,
) -> Played:
    """Play a game of bots, and return what was seen, sent and hit.

    Args:
        given: the conditions; by default those of `Conditions`.
        reconcile: what the clients do with the server's word, in place of our own.
        interpolate: how the clients find the others at a moment, in place of our own.
        **conditions: in place of some of them, by name: ``delay=100, prediction=False``.

    Raises:
        ValueError: a condition makes no sense.
        TypeError: there is no such condition.
    """
    ways = {"reconcile": reconcile, "interpolate": interpolate}
    return _Table(replace(given or Conditions(), **conditions), ways).played()


class _Table:
    """A game while it is played.

    Args:
        given: the conditions.
        ways: of the clients' views.
    """

    def __init__(self, given: Conditions, ways: Mapping[str, Any]) -> None:
        numbers = iter(range(given.players))
        self._given = given
        self._codec = MESSAGE_PACK if given.packed else JSON
        self._arena = Arena(
            given.setting,
            players=given.players,
            compensation=given.compensation,
            deltas=given.deltas,
            tokens=lambda: f"token {next(numbers)}",
        )
        self._guests = [
            Guest(self._arena, number, given, self._codec, **ways)
            for number in range(1, given.players + 1)
        ]
        self._agenda = Agenda()
        self._truth: dict[int, Player] = {}
        self._frames: list[Frame] = []
        self._shots = Shots(0, 0, 0, 0)

    def played(self) -> Played:
        """Play it to the end."""
        rate, end = self._given.tick, self._given.seconds * SECOND
        for tick in range(1, self._given.seconds * rate):
            self._agenda.enter(tick * SECOND // rate, self._tick)
        for guest in self._guests:
            for turn in range(self._given.seconds * rate):
                at = guest.phase + turn * SECOND // rate
                self._agenda.enter(at, partial(self._act, guest))
        for frame in range(self._given.seconds * FRAMES):
            self._agenda.enter(frame * SECOND // FRAMES, self._look)
        self._agenda.run(end)
        return Played.of(self._given, self._guests, self._frames, self._truth, self._shots)

    # What happens

    def _act(self, guest: Guest) -> None:
        press = guest.act(self._agenda.now)
        if press is not None:
            at = guest.up.arrival(self._agenda.now)
            self._agenda.enter(at, partial(self._take, guest, press))

    def _take(self, guest: Guest, press: Press) -> None:
        wanted = wish(press)
        if self._arena.take(guest.seat, wanted, press.ack) is None:
            guest.taken[press.seq] = wanted

    def _tick(self) -> None:
        before = self._arena.world
        after = self._arena.tick()
        watched = after.players[self._guests[0].seat.player]
        self._truth[watched.seq] = watched
        self._judge(before, after)
        sizes: dict[int, int] = {}
        for guest in self._guests:
            news = self._arena.news(guest.seat)
            if id(news) not in sizes:
                sizes[id(news)] = len(self._codec.encode_octets(news))
            guest.received += sizes[id(news)]
            at = guest.down.arrival(self._agenda.now)
            self._agenda.enter(at, partial(guest.hear, news, at))

    def _judge(self, before: World, after: World) -> None:
        """Compare the shots of a tick with what was on the shooters' screens."""
        for shot in self._arena.shots:
            guest = self._guests[shot.shooter - 1]
            seq = self._fired(guest, before, after)
            screen = guest.targets.get(seq, 0)
            self._shots = self._shots.add(screen, shot.victim)

    def _fired(self, guest: Guest, before: World, after: World) -> int:
        """Return the number of the input with which a guest has shot in a tick."""
        id_ = guest.seat.player
        player = before.players[id_]
        for seq in range(player.seq + 1, after.players[id_].seq + 1):
            wanted = guest.taken.get(seq)  # None: the buffer was full
            if wanted is not None and fires(player, wanted):
                return seq
            if wanted is not None:
                player = advance(player, wanted, self._arena.setting)
        raise AssertionError(f"player {id_} has shot without an input")

    def _look(self) -> None:
        """Note what is on the screens: of the watched player, and of the next one."""
        now, world = self._agenda.now, self._arena.world
        watched, witness = self._guests[0], self._guests[1]
        me = watched.view.me
        seen = witness.view.others(now).get(watched.seat.player)
        others = watched.view.others(now)
        if me is not None and seen is not None and others:
            pairs = {id_: (player, world.players[id_]) for id_, player in others.items()}
            self._frames.append(Frame(now, me, world.players[me.id], seen, pairs))
