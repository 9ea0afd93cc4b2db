"""Where the states of a connection stand in their diagram, and how the arrows between them run.

Which states and arrows there are comes from the table. A state that has no place here gets one
below the others, and an arrow without a rail runs straight: a diagram may be ugly, never wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wsdemo.protocol.connection import Cue, State

Point = tuple[float, float]
Table = Mapping[tuple[State, Cue], State]

# From left to right in the order of a connection's life; what either side may begin, above and
# below. In inches.
PLACES: Mapping[State, Point] = {
    State.CONNECTING: (0.95, 2.85),
    State.OPEN: (3.6, 2.85),
    State.LOCAL_CLOSING: (6.25, 4.15),
    State.REMOTE_CLOSING: (6.25, 1.55),
    State.DRAINING: (8.85, 2.85),
    State.CLOSED: (11.1, 2.85),
}

# The height at which an arrow runs that cannot be straight. Those that share one merge.
RAILS: Mapping[tuple[State, State], float] = {
    (State.CONNECTING, State.DRAINING): 5.25,
    (State.LOCAL_CLOSING, State.CLOSED): 4.15,
    (State.CONNECTING, State.CLOSED): 0.45,
    (State.OPEN, State.CLOSED): 0.45,
    (State.REMOTE_CLOSING, State.CLOSED): 0.45,
}

LINE = 0.2
BOX_WIDTH = 1.7
BOX_HEIGHT = 0.5
# Below everything that has a place.
SPARE_ROW = -0.6
SPARE_STEP = 2.4


@dataclass(frozen=True, slots=True)
class Box:
    """A state, with the cues after which it stays what it is."""

    state: State
    center: Point
    stays: Sequence[Cue]

    @property
    def height(self) -> float:
        """How tall it is, with a line for each cue inside."""
        return BOX_HEIGHT + LINE * len(self.stays)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.center[1] + self.height / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.center[1] - self.height / 2

    def toward(self, point: Point) -> Point:
        """Find where a line from its centre to a point leaves it."""
        x, y = self.center
        dx, dy = point[0] - x, point[1] - y
        if not (dx or dy):
            return self.center
        across = BOX_WIDTH / 2 / abs(dx) if dx else float("inf")
        along = self.height / 2 / abs(dy) if dy else float("inf")
        share = min(across, along)
        return (x + dx * share, y + dy * share)


@dataclass(frozen=True, slots=True)
class Arrow:
    """All that leads from one state to another one."""

    source: Box
    target: Box
    cues: Sequence[Cue]

    @property
    def rail(self) -> float | None:
        """The height at which it runs, unless it is straight."""
        return RAILS.get((self.source.state, self.target.state))

    @property
    def points(self) -> list[Point]:
        """Its corners, from the edge of one box to the edge of the other."""
        source, target = self.source.center, self.target.center
        if self.rail is None:
            return [self.source.toward(target), self.target.toward(source)]
        corners = [(source[0], self.rail), (target[0], self.rail)]
        # A rail at the height of its own box leaves it sideways, without a corner.
        if self.rail == source[1]:
            return [self.source.toward(corners[1]), corners[1], self.target.toward(corners[1])]
        return [self.source.toward(corners[0]), *corners, self.target.toward(corners[1])]

    @property
    def label_at(self) -> Point:
        """Where its label stands: on the first stretch that is its own."""
        points = self.points
        if len(points) == 4:
            # On the way to a rail that others share.
            (x, start), (_, end) = points[:2]
            return (x, start + (end - start) * 0.5)
        (x1, y1), (x2, y2) = points[:2]
        # Beyond the crossing, if there may be one.
        share = 0.7 if len(points) == 3 else 0.5
        return (x1 + (x2 - x1) * share, y1 + (y2 - y1) * share)


def boxes(table: Table) -> dict[State, Box]:
    """Place every state that the table names."""
    named = dict.fromkeys(
        state for (source, _), target in table.items() for state in (source, target)
    )
    spare = (state for state in named if state not in PLACES)
    places = dict(PLACES) | {
        state: (0.95 + SPARE_STEP * at, SPARE_ROW) for at, state in enumerate(spare)
    }
    return {state: Box(state, places[state], _stays(table, state)) for state in named}


def _stays(table: Table, state: State) -> list[Cue]:
    return [cue for (source, cue), target in table.items() if source == target == state]


def arrows(table: Table) -> list[Arrow]:
    """Gather what leads from one state to another."""
    placed = boxes(table)
    pairs = dict.fromkeys((source, target) for (source, _), target in table.items())
    return [
        Arrow(placed[source], placed[target], _cues(table, source, target))
        for source, target in pairs
        if source != target
    ]


def _cues(table: Table, source: State, target: State) -> list[Cue]:
    return [cue for (start, cue), end in table.items() if (start, end) == (source, target)]


def extent(placed: Iterable[Box]) -> tuple[float, float, float, float]:
    """Find the edges of the whole diagram: left, right, bottom, top."""
    every = list(placed)
    lows = [box.bottom for box in every] + list(RAILS.values())
    highs = [box.top for box in every] + list(RAILS.values())
    rights = [box.center[0] + BOX_WIDTH / 2 for box in every]
    lefts = [box.center[0] - BOX_WIDTH / 2 for box in every]
    return min(lefts), max(rights), min(lows), max(highs)
