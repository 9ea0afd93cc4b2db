"""What came of a virtual game: curves, and the numbers that sum them up.

Errors are distances between what a screen shows and what the server has, the greater of both
directions, in parts of a unit. Two questions are asked, and they have different answers:

* Of itself: where will the server have me, when it has applied all that I have pressed so far?
* Of the others: where does the server have them now?

Who lies, or rises somewhere else, is left out of all curves for as long as the two disagree about
that. Leaves out pictures: see ``figures``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from wsdemo.apps.game import Player
from wsdemo.apps.game.field import UNIT
from wsdemo.apps.game.world import SPEED
from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.guest import Guest

if TYPE_CHECKING:
    from wsdemo.lab.show.table import Table

__all__ = ["FRAMES", "Curve", "Frame", "Played", "Shots", "compare"]

FRAMES = 60
"""Pictures a second, at which is looked."""

Curve = tuple[tuple[int, int], ...]
"""Pairs of microseconds and parts."""


class Frame(NamedTuple):
    """One moment, on two screens and on the server.

    Attributes:
        at: when, in microseconds.
        me: the watched player, on its own screen.
        truth: the same, on the server.
        seen: the same, on another player's screen.
        others: by id, the others on the watched player's screen, and on the server.
    """

    at: int
    me: Player
    truth: Player
    seen: Player
    others: Mapping[int, tuple[Player, Player]]


class Shots(NamedTuple):
    """The shots of all players.

    Attributes:
        fired: all of them.
        hits: those that hit somebody, as the server judged.
        on_screen: those that hit somebody on the shooter's screen.
        confirmed: those of them that hit the same player as the server judged.
    """

    fired: int
    hits: int
    on_screen: int
    confirmed: int

    def add(self, screen: int, victim: int) -> Shots:
        """Count one more: whom it hit on the screen, and whom on the server; 0 for nobody."""
        same = screen == victim != 0
        return Shots(
            self.fired + 1,
            self.hits + (victim != 0),
            self.on_screen + (screen != 0),
            self.confirmed + same,
        )


@dataclass(frozen=True, slots=True, repr=False)
class Played:
    """A game that was played.

    Attributes:
        given: under which conditions.
        own: the error of the watched player's place on its own screen, at each of its inputs.
        others: the mean error of the others' places on its screen, at each frame.
        steps: the longest step of any of them since the frame before.
        corrections: when a snapshot has moved the watched player, and how far.
        shots: of all players.
        up: octets a second from each player, on average, without headers of frames.
        down: octets a second to each.
        fulls: full snapshots.
        deltas: the others.
        frames: the watched player, frame by frame, as three see it.
    """

    given: Conditions
    own: Curve
    others: Curve
    steps: Curve
    corrections: Curve
    shots: Shots
    up: int
    down: int
    fulls: int
    deltas: int
    frames: tuple[Frame, ...]

    @classmethod
    def of(
        cls,
        given: Conditions,
        guests: Sequence[Guest],
        frames: Sequence[Frame],
        truth: Mapping[int, Player],
        shots: Shots,
    ) -> Played:
        """Compare what was shown with what was true.

        Args:
            given: the conditions.
            guests: all players; the first is the watched one.
            frames: what was on the screens.
            truth: the watched player on the server, by the number of its last input.
            shots: of all players.
        """
        share = given.players * given.seconds
        own = (
            (shown.at, apart(shown.player, truth[shown.seq]))
            for shown in guests[0].shown
            if shown.seq in truth and _comparable(shown.player, truth[shown.seq])
        )
        return cls(
            given,
            own=tuple(own),
            others=tuple(_others(frames)),
            steps=tuple(_steps(frames)),
            corrections=tuple(guests[0].corrections),
            shots=shots,
            up=sum(guest.sent for guest in guests) // share,
            down=sum(guest.received for guest in guests) // share,
            fulls=sum(guest.fulls for guest in guests),
            deltas=sum(guest.deltas for guest in guests),
            frames=tuple(frames),
        )

    @property
    def own_error(self) -> float:
        """Units by which it shows itself in a wrong place, on average."""
        return _mean(self.own)

    @property
    def others_error(self) -> float:
        """Units by which it shows the others in a wrong place, on average."""
        return _mean(self.others)

    @property
    def roughness(self) -> float:
        """The longest step of another from frame to frame, by the step of the greatest speed."""
        return _most(self.steps) * UNIT * FRAMES / SPEED

    def cells(self) -> dict[str, str]:
        """Return what it comes to, in words and numbers."""
        shots = self.shots
        return {
            "itself, mean error (units)": f"{self.own_error:.3f}",
            "itself, worst": f"{_most(self.own):.3f}",
            "corrections": f"{len(self.corrections)}",
            "the largest (units)": f"{_most(self.corrections):.3f}",
            "the others, mean error (units)": f"{self.others_error:.3f}",
            "their longest step (of full speed)": f"{self.roughness:.2f} ×",
            "hits on the screen, confirmed": f"{shots.confirmed} of {shots.on_screen}",
            "bytes/s up, each player": f"{self.up:,}",
            "bytes/s down, each player": f"{self.down:,}",
            "snapshots full, as deltas": f"{self.fulls:,}, {self.deltas:,}",
        }

    def table(self) -> Table:
        """Table what it comes to."""
        return compare({"": self})

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def compare(games: Mapping[str, Played]) -> Table:
    """Table several games side by side.

    Args:
        games: by a name for each.

    Raises:
        ValueError: there is none.
    """
    from wsdemo.lab.show.table import Table

    if not games:
        raise ValueError("no game to compare")
    cells = [played.cells() for played in games.values()]
    rows = [[name, *(each[name] for each in cells)] for name in cells[0]]
    return Table(("", *games), rows, align="l" + "r" * len(games))


def apart(one: Player, other: Player) -> int:
    """Return how far apart two places are: the greater of both directions, in parts."""
    return max(abs(one.x - other.x), abs(one.y - other.y))


def _comparable(shown: Player, truth: Player) -> bool:
    return shown.health > 0 and truth.health > 0 and shown.deaths == truth.deaths


def _others(frames: Iterable[Frame]) -> Iterator[tuple[int, int]]:
    for frame in frames:
        errors = [apart(*pair) for pair in frame.others.values() if _comparable(*pair)]
        if errors:
            yield frame.at, sum(errors) // len(errors)


def _steps(frames: Sequence[Frame]) -> Iterator[tuple[int, int]]:
    for before, frame in pairwise(frames):
        steps = [
            apart(before.others[id_][0], shown)
            for id_, (shown, _) in frame.others.items()
            if id_ in before.others and _comparable(before.others[id_][0], shown)
        ]
        if steps:
            yield frame.at, max(steps)


def _mean(curve: Curve) -> float:
    return sum(error for _, error in curve) / len(curve) / UNIT if curve else 0.0


def _most(curve: Curve) -> float:
    return max((error for _, error in curve), default=0) / UNIT
