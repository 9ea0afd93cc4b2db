"""A view: what a client knows of the game and shows of it, without a socket and without a clock.

    view = View(welcome)
    view.hear(message, now)                 a Full or a Delta
    await send(view.press(now, move=1))     an input, to be sent at once
    view.me, view.others(now)               what to draw

The same on a wire, in the virtual lab, and, in JavaScript, on the page. The three ways to hide a
delay can be switched off one by one, to see what each is for.

Leaves out drawing: places are those of the last input and of this moment, and a page that draws
more often than the game ticks may glide between them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from wsdemo.apps.game.delta import patched
from wsdemo.apps.game.interpolate import PARTS, Interpolate, interpolate
from wsdemo.apps.game.messages import Delta, Full, Press, Welcome, press
from wsdemo.apps.game.predict import Prediction
from wsdemo.apps.game.reconcile import Reconcile, reconcile, snap
from wsdemo.apps.game.timeline import Timeline
from wsdemo.apps.game.world import Input, Player, Setting, Shot, World

__all__ = ["DELAY", "View"]

DELAY = 100
"""Milliseconds behind the newest snapshot at which the others are shown: three ticks at 30 a
second, so that two may be late."""
KEPT = 2
"""Seconds of snapshots, as on the server: each may be the base of a delta."""


class View:
    """What one player sees.

    Args:
        welcome: the server's.
        prediction: whether inputs take effect at once, and not when the server has said so.
        reconciliation: whether inputs that the server has not seen are replayed on what it says.
        interpolation: whether the others are shown late and smooth, and not as they come.
        delay: how late, in milliseconds.
        reconcile: how to do the second, if that is on.
        interpolate: how to find the others at a moment, which `interpolate` does.

    Attributes:
        player: the id of our player.
        setting: field and rate.
        worlds: the snapshots, the oldest first.
        shots: those of the last snapshot.
        corrections: for each snapshot, how far it has moved our own player, in parts.
        ack: the tick to acknowledge; 0 to ask for a full snapshot.
    """

    def __init__(
        self,
        welcome: Welcome,
        *,
        prediction: bool = True,
        reconciliation: bool = True,
        interpolation: bool = True,
        delay: int = DELAY,
        reconcile: Reconcile = reconcile,
        interpolate: Interpolate = interpolate,
    ) -> None:
        self.player = welcome.player
        self.setting = Setting.of(welcome.field.field(), welcome.rate)
        self.worlds: deque[World] = deque()
        self.shots: tuple[Shot, ...] = ()
        self.corrections: deque[int] = deque(maxlen=KEPT * welcome.rate)
        self.ack = 0
        self._predicts = prediction
        self._reconcile = reconcile if reconciliation else snap
        self._interpolate = interpolate
        self._delay = delay * welcome.rate * PARTS // 1000 if interpolation else 0
        self._interpolates = interpolation
        self._prediction: Prediction | None = None
        self._timeline = Timeline(welcome.rate)
        self._seq = welcome.seq
        self._seen = 0

    # From the server

    def hear(self, message: Full | Delta, now: int) -> None:
        """Take a snapshot.

        Args:
            message: as it came. A delta against a snapshot that we don't have is passed over, and
                a full one asked for.
            now: microseconds, by a clock that never goes back.
        """
        world = self._whole(message)
        if world is None:
            self.ack = 0
            return
        self.ack = world.tick
        self.shots = message.shots
        self.worlds.append(world)
        while self.worlds[0].tick <= world.tick - KEPT * self.setting.rate:
            self.worlds.popleft()
        self._timeline.arrived(world.tick, now)
        self._correct(world)

    def _whole(self, message: Full | Delta) -> World | None:
        if isinstance(message, Full):
            return World(message.tick, {player.id: player for player in message.players})
        base = next((world for world in self.worlds if world.tick == message.base), None)
        return None if base is None else patched(base, message)

    def _correct(self, world: World) -> None:
        told = world.players.get(self.player)
        if told is None:
            return
        if self._prediction is None:
            self._prediction = Prediction(told, self.setting, reconcile=self._reconcile)
        self.corrections.append(self._prediction.correct(told))

    # To the server

    def press(
        self, now: int, move: int = 0, ax: int = 0, ay: int = 0, *, fire: bool = False
    ) -> Press:
        """Make the next input, and let it take effect here.

        Args:
            now: microseconds.
            move: an index into ``world.HEADINGS``.
            ax: the aim to the right, -127 to 127.
            ay: the aim down.
            fire: whether the trigger is held.

        Returns:
            The message to send.
        """
        self._seq += 1
        wish = Input(self._seq, move, ax, ay, fire, self.moment(now))
        if self._prediction is not None:
            self._prediction.press(wish)
        return press(wish, self.ack)

    # To be shown

    @property
    def me(self) -> Player | None:
        """Our own player, predicted if that is on; None before it is in a snapshot."""
        if self._prediction is not None and self._predicts:
            return self._prediction.player
        return self.worlds[-1].players.get(self.player) if self.worlds else None

    @property
    def newest(self) -> World | None:
        """The last snapshot; None before the first."""
        return self.worlds[-1] if self.worlds else None

    @property
    def pending(self) -> int:
        """How many inputs are in no snapshot yet."""
        return 0 if self._prediction is None else len(self._prediction.pending)

    @property
    def seq(self) -> int:
        """The number of the last input; 0 before the first."""
        return self._seq

    def moment(self, now: int) -> int:
        """Return the moment at which the others are shown, in sixteenths of a tick.

        It never goes back, and 0 means that nothing is to be shown yet.
        """
        if not self.worlds:
            return 0
        oldest, newest = self.worlds[0].tick * PARTS, self.worlds[-1].tick * PARTS
        if self._interpolates:
            shown = min(self._timeline.moment(now) - self._delay, newest)
            self._seen = max(self._seen, shown, oldest)
        else:
            self._seen = newest
        return self._seen

    def present(self, now: int) -> int:
        """Return which moment it is on the server, less the shortest way, in sixteenths."""
        return self._timeline.moment(now)

    def others(self, now: int) -> Mapping[int, Player]:
        """Return everybody but us, where they are to be shown at a time in microseconds."""
        moment = self.moment(now)
        if not self.worlds:
            return {}
        shown = self._interpolate(self.worlds, moment)
        return {id_: player for id_, player in shown.items() if id_ != self.player}
