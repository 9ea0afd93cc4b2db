"""What a ladder draws: one step for each entry of a recording, with what repeats folded.

Leaves out how a step looks, which is `ladder_plain` and `ladder_html`.
"""

import enum
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.entries import End, Entry, Fault
from wsdemo.lab.show.head_parts import lines, split_head
from wsdemo.lab.show.text import clean
from wsdemo.lab.show.theme import Hue
from wsdemo.lab.show.volatile import mask
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.http import Request, Response

# Twice the same is drawn twice: only from three times on does a fold save a line.
FEWEST = 3
# A question, its answer and a ping with its pong still fold as one.
LONGEST = 4


_LOSING = frozenset((Kind.HALF_OPEN, Kind.CUT, Kind.BROKEN, Kind.RESET))
_ENDING = frozenset((Kind.EOF, Kind.RESET))


class Look(enum.Enum):
    """What a step is, as far as its looks go."""

    HEAD = Hue.SKY
    DATA = Hue.BLUE
    PING = Hue.PURPLE
    CLOSE = Hue.ORANGE
    FAULT = Hue.VERMILLION
    END = Hue.GREY
    OTHER = Hue.GREEN

    @property
    def hue(self) -> Hue:
        """Its colour."""
        return Hue(self.value)


_FRAMES = {Opcode.PING: Look.PING, Opcode.PONG: Look.PING, Opcode.CLOSE: Look.CLOSE}


class Shape(enum.Enum):
    """Where an arrow begins and ends."""

    WHOLE = enum.auto()
    """At one endpoint, and at the other."""

    LOST = enum.auto()
    """At one endpoint, and on the way."""

    MIDWAY = enum.auto()
    """On the way, and at an endpoint: the wire sent it in the other's place."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of a ladder."""

    direction: Direction
    label: tuple[str, ...]
    """One line on an arrow, or the several lines of a head."""

    look: Look
    shape: Shape = Shape.WHOLE
    ends: bool = False
    """Whether its sender will send no more."""

    marked: bool = False
    sent: float | None = None
    arrived: float | None = None
    """Seconds since the recording began; None where times are not shown."""

    @property
    def up(self) -> bool:
        """Whether it goes from the client to the server."""
        return self.direction is Direction.UP


_SHAPES = {
    Kind.CUT: Shape.MIDWAY,
    Kind.BROKEN: Shape.MIDWAY,
    Kind.HALF_OPEN: Shape.LOST,
    Kind.REFUSED: Shape.LOST,
    Kind.FULL: Shape.LOST,
}


@dataclass(frozen=True, slots=True)
class Fold:
    """Steps that come some times in a row."""

    steps: tuple[Step, ...]
    times: int = 1


Mark = int | str
Arrived = Callable[[Entry], float | None]


def steps(
    entries: Sequence[Entry],
    arrived: Arrived | None,
    *,
    times: bool,
    mark: Collection[Mark],
    hide: bool,
    brief: bool = False,
) -> list[Step]:
    """Turn entries into steps.

    Args:
        entries: Of one connection, in their order.
        arrived: Tells when an entry arrived, or None when it did not; None if nobody can tell.
        times: Whether the steps carry their times.
        mark: Which to mark: numbers of entries from 0, or words in them.
        hide: Whether to veil in a head what differs from run to run.
        brief: Whether to leave out all of a head but its first line, and how the endpoints end TCP.
    """
    arrivals = [arrived(entry) if arrived else None for entry in entries]
    losing = {entry.direction for entry in entries if _kind(entry) in _LOSING}
    # A recording that knows of no arrival at all was written by hand, and can't tell.
    told = any(there is not None for there in arrivals)
    made = []
    for index, (entry, there) in enumerate(zip(entries, arrivals, strict=True)):
        if brief and _kind(entry) in _ENDING:
            continue
        # What has not arrived may still be under way; only what the wire swallowed is lost.
        lost = told and there is None and entry.direction in losing
        step = Step(
            entry.direction,
            _label(entry, hide)[: 1 if brief else None],
            _look(entry),
            _shape(entry, lost),
            ends=_kind(entry) in _ENDING,
            marked=any(_matches(entry, index, wanted) for wanted in mark),
            sent=entry.time if times else None,
            arrived=there if times else None,
        )
        made.append(step)
    return made


def _shape(entry: Entry, lost: bool) -> Shape:
    otherwise = Shape.LOST if lost else Shape.WHOLE
    kind = _kind(entry)
    return _SHAPES.get(kind, otherwise) if kind else otherwise


def _kind(entry: Entry) -> Kind | None:
    return entry.what.kind if isinstance(entry.what, End) else None


def _matches(entry: Entry, index: int, wanted: Mark) -> bool:
    return wanted == index if isinstance(wanted, int) else wanted in str(entry)


def _label(entry: Entry, hide: bool) -> tuple[str, ...]:
    if not isinstance(entry.what, Request | Response):
        sign = "✗ " if isinstance(entry.what, Fault) else ""
        return (sign + clean(" ".join(str(entry).splitlines())),)
    head = [line.decode("latin-1").rstrip("\r\n") for line in lines(split_head(entry.raw)[0])]
    return tuple(clean(_header(line) if hide else line) for line in head if line)


def _header(line: str) -> str:
    name, colon, value = line.partition(": ")
    return f"{name}: {mask(name, value)}" if colon else line


def _look(entry: Entry) -> Look:
    what = entry.what
    if isinstance(what, Frame):
        return _FRAMES.get(what.opcode, Look.DATA)
    if isinstance(what, Fault) or _kind(entry) is Kind.REFUSED:
        return Look.FAULT
    if isinstance(what, End):
        return Look.END
    return Look.HEAD if isinstance(what, Request | Response) else Look.OTHER


def fold(all_steps: Sequence[Step]) -> Iterator[Fold]:
    """Gather what repeats, up to four steps at a time; what is marked stands alone."""
    at = 0
    while at < len(all_steps):
        size, times = max(_repeats(all_steps, at), key=lambda found: found[0] * found[1])
        yield Fold(tuple(all_steps[at : at + size]), times)
        at += size * times


def _repeats(all_steps: Sequence[Step], at: int) -> Iterator[tuple[int, int]]:
    """Yield how often the next one, two, three, four steps come, shortest first."""
    yield 1, 1
    for size in range(1, LONGEST + 1):
        unit = all_steps[at : at + size]
        times = 1
        while unit and all_steps[at + times * size : at + (times + 1) * size] == unit:
            times += 1
        if times >= FEWEST and not any(step.marked for step in unit):
            yield size, times
