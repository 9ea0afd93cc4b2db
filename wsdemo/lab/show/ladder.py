"""The exchange between two endpoints as a ladder: the client left, the server right, time down.

Leaves out bytes, which are `hexdump`'s, and judgement: faults are drawn where the recording
found them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeAlias

from wsdemo.lab.entries import Entry
from wsdemo.lab.recording import Recording
from wsdemo.lab.show import ladder_html, ladder_plain
from wsdemo.lab.show.ladder_steps import Fold, Mark, Step, fold, steps
from wsdemo.lab.show.markup import join


class Recorded(Protocol):
    """A wire, or whatever else carries a recording."""

    @property
    def recording(self) -> Recording:
        """What it has recorded."""


Source: TypeAlias = Recording | Recorded | Iterable[Entry]


@dataclass(frozen=True, repr=False)
class Ladder:
    """Message sequence charts, one for each connection."""

    charts: Sequence[tuple[str, Sequence[Fold]]]
    times: bool = False

    def __repr__(self) -> str:
        """Draw the charts in plain text, 88 columns wide at most."""
        return "\n\n".join(map("\n".join, self._plain())) or "nothing recorded"

    def _repr_html_(self) -> str:
        """Draw the charts for a notebook."""
        if not self.charts:
            return repr(self)
        return join(ladder_html.draw(folds, title) for title, folds in self.charts)

    def _plain(self) -> Iterator[list[str]]:
        for title, folds in self.charts:
            drawn = ladder_plain.draw(folds, times=self.times)
            yield [title, "", *drawn] if title else [*drawn]


def ladder(
    source: Source,
    *,
    times: bool = False,
    connection: int | None = None,
    mark: Collection[Mark] = (),
    folded: bool = True,
    hide: bool = True,
    brief: bool = False,
) -> Ladder:
    """Draw what two endpoints said to each other.

    Args:
        source: A wire, its recording, or entries of one.
        times: Whether to show when each thing was sent and when it arrived, in seconds since the
            recording began, and the pauses between. Such a ladder is another one at every run.
        connection: Draw only this one; all, one below the other, unless given.
        mark: Which entries to point at: their numbers in their connection, from 0, or words that
            stand in them.
        folded: Whether what comes three times in a row or more is drawn once, with a count; what
            carries times never is.
        hide: Whether to veil in handshakes what differs from run to run: ports, keys, dates.
        brief: Whether to draw the WebSocket part alone: handshakes by their first lines, and no
            FIN or RST of an endpoint. In which order these come is TCP's affair, and in a
            connection that failed it differs from run to run.

    Returns:
        The ladder, to be displayed or printed.
    """
    recording, entries = _entries(source)
    arrived = recording.arrived if recording else None
    charts = []
    for number, group in groupby(sorted(entries, key=_connection), key=_connection):
        if connection in (None, number):
            made = steps(list(group), arrived, times=times, mark=mark, hide=hide, brief=brief)
            folds = fold(made) if folded and not times else map(_single, made)
            charts.append((f"connection {number}", tuple(folds)))
    alone = len(charts) == 1 and connection is None
    return Ladder([("" if alone else title, folds) for title, folds in charts], times)


def _entries(source: Source) -> tuple[Recording | None, list[Entry]]:
    recording = source if isinstance(source, Recording) else getattr(source, "recording", None)
    if isinstance(recording, Recording):
        return recording, recording.entries()
    assert isinstance(source, Iterable)
    return None, list(source)


def _connection(entry: Entry) -> int:
    return entry.connection


def _single(step: Step) -> Fold:
    return Fold((step,))
