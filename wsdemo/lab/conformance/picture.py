"""The exchange of a case as a ladder, with what was wrong marked.

This is where the suite meets the instruments of the lab, which read with `wsdemo.protocol`: it is
for looking, after the verdict.
"""

from __future__ import annotations

import itertools

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.conformance.result import Result
from wsdemo.lab.conformance.transcript import Ended
from wsdemo.lab.entries import End, Entry, Fault, Opaque
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
    # A frame that never came whole, or that hides what is behind it, may be what it is all about.
    entries = sorted([*recording.entries(), *recording.pending()], key=lambda entry: entry.time)
    places = ((result.ours, True), (result.theirs, False))
    marks = [_index(entries, result, at, ours=ours) for at, ours in places if at is not None]
    found = [mark for mark in marks if mark is not None]
    return ladder(entries, mark=found, brief=True)


def _direction(result: Result, *, ours: bool) -> Direction:
    return Direction.UP if ours == result.server else Direction.DOWN


def _index(entries: list[Entry], result: Result, at: int, *, ours: bool) -> int | None:
    direction = _direction(result, ours=ours)
    sent = [
        (index, entry)
        for index, entry in enumerate(entries)
        if entry.direction is direction and not isinstance(entry.what, End)
    ]
    # What is unread behind a fault is not what is wrong: the fault is.
    read = (pair for pair in sent if not isinstance(pair[1].what, Opaque))
    reaching = (index for index, entry in read if entry.end >= at)
    # Positions end where nothing more could be read: at a fault, or at an unfinished frame.
    faults = (index for index, entry in reversed(sent) if isinstance(entry.what, Fault))
    last = (index for index, _ in reversed(sent))
    return next(itertools.chain(reaching, faults, last), None)
