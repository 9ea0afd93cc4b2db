"""The exchange of a case as a ladder, with what was wrong marked.

This is where the suite meets the instruments of the lab, which read with `wsdemo.protocol`: it is
for looking, after the verdict.
"""

from __future__ import annotations

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.conformance.result import Result
from wsdemo.lab.conformance.transcript import Ended
from wsdemo.lab.recording import Recording
from wsdemo.lab.show.ladder import Ladder, ladder

__all__ = ["draw", "record"]

_ENDS = {Ended.FIN: Kind.EOF, Ended.RST: Kind.RESET}


def record(result: Result) -> Recording:
    """Make a recording of the octets that crossed the wire."""
    recording = Recording()
    for piece in result.pieces:
        direction = _direction(result, ours=piece.ours)
        if piece.data:
            recording.add(1, direction, piece.data, at=piece.time)
        if piece.ended is not None:
            recording.add(1, direction, kind=_ENDS[piece.ended], at=piece.time)
    return recording


def draw(result: Result) -> Ladder:
    """Draw the exchange; what the endpoint sent wrongly, or did not refuse, is marked."""
    recording = record(result)
    places = ((result.ours, True), (result.theirs, False))
    marks = [_index(recording, result, at, ours=ours) for at, ours in places if at is not None]
    found = [mark for mark in marks if mark is not None]
    return ladder(recording, mark=found, brief=True)


def _direction(result: Result, *, ours: bool) -> Direction:
    return Direction.UP if ours == result.server else Direction.DOWN


def _index(recording: Recording, result: Result, at: int, *, ours: bool) -> int | None:
    direction = _direction(result, ours=ours)
    entries = enumerate(recording.entries())
    found = (index for index, e in entries if e.direction is direction and e.end >= at)
    return next(found, None)
