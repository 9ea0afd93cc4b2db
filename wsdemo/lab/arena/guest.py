"""A guest: one player with a view, a bot and a network, on a virtual clock.

Leaves out what is measured: it keeps what it has done and shown, and others compare.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from wsdemo.apps.door import Codec
from wsdemo.apps.game import Arena, Bot, Input, Player, View
from wsdemo.apps.game.messages import Delta, Full, Map, Press, Welcome
from wsdemo.apps.game.rules import struck
from wsdemo.apps.game.world import Shot
from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.network import Way

__all__ = ["Guest", "Shown"]


class Shown(NamedTuple):
    """What a guest has shown of itself when it made an input.

    Attributes:
        at: when, in microseconds.
        seq: of the input.
        player: itself, after the input.
    """

    at: int
    seq: int
    player: Player


class Guest:
    """A player of a virtual game.

    Args:
        arena: the server.
        number: which guest, from 1; 1 is the one who is looked at.
        given: the conditions.
        codec: how messages are written, to know how long they are.
        **ways: for the view: ``reconcile`` and ``interpolate``.

    Attributes:
        view: what it sees.
        seat: its place on the server.
        up: the way to the server.
        down: the way back.
        taken: what it has wanted and the server has taken, by number.
        shown: itself at each input.
        targets: whom a shot with that input would have hit on its screen, by number.
        corrections: when a snapshot has moved it, and by how much.
        sent: octets.
        received: octets.
        fulls: snapshots that were full.
        deltas: those that were not.
    """

    def __init__(
        self, arena: Arena, number: int, given: Conditions, codec: Codec, **ways: Any
    ) -> None:
        self.seat, token = arena.join(f"player {number}")
        welcome = Welcome(
            re=1,
            player=self.seat.player,
            token=token,
            tick=0,
            rate=given.tick,
            hold=arena.hold,
            seq=0,
            field=Map.of(arena.setting.field),
        )
        self.view = View(
            welcome,
            prediction=given.prediction,
            reconciliation=given.reconciliation,
            interpolation=given.interpolation,
            delay=given.behind,
            **ways,
        )
        # By number and seed, so that the same guest has the same whims under other conditions.
        self._bot = Bot(1000 * given.seed + number)
        chance = random.Random(1_000_000 * given.seed + number).random
        self.phase = int(chance() * 1_000_000) // given.tick
        self.up = Way(given.delay, given.jitter, given.loss, chance)
        self.down = Way(given.delay, given.jitter, given.loss, chance)
        self._codec = codec
        self._predicts = given.prediction
        self.taken: dict[int, Input] = {}
        self.shown: list[Shown] = []
        self.targets: dict[int, int] = {}
        self.corrections: list[tuple[int, int]] = []
        self.sent = self.received = self.fulls = self.deltas = 0

    def hear(self, news: Full | Delta, now: int) -> None:
        """Take a snapshot that has arrived."""
        before = self.view.me
        self.view.hear(news, now)
        if isinstance(news, Full):
            self.fulls += 1
        else:
            self.deltas += 1
        # Who lay has risen somewhere else; that is no correction.
        lived = before is not None and before.health > 0
        if self._predicts and lived and self.view.corrections[-1] > 0:
            self.corrections.append((now, self.view.corrections[-1]))

    def act(self, now: int) -> Press | None:
        """Make an input; None before it has seen anything."""
        me = self.view.me
        if me is None:
            return None
        others = self.view.others(now)
        moment = self.view.moment(now)
        want = self._bot.decide(me, others, self.view.setting, self.view.seq + 1, moment)
        press = self.view.press(now, want.move, want.ax, want.ay, fire=want.fire)
        self.sent += len(self._codec.encode_octets(press))
        shown = self.view.me
        assert shown is not None
        self.shown.append(Shown(now, press.seq, shown))
        if want.fire and shown.health > 0:
            self._aim(press, shown, now)
        return press

    def _aim(self, press: Press, me: Player, now: int) -> None:
        ax, ay = press.aim
        line = Shot(me.id, me.x, me.y, ax, ay)
        others = self.view.others(now).values()
        self.targets[press.seq] = struck(line, others, self.view.setting.field)
