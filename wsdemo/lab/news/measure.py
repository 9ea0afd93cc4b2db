"""Read from a wire when each item arrived, and how late that was.

The wire is the same for all ways, and so is its clock: what is compared are the ways, and not the
libraries that carry them. An item has arrived when its last octet has left the wire at the
reader's end. Leaves out what the reader then does with it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from wsdemo.lab.chunks import Direction
from wsdemo.lab.live_wire import Wire
from wsdemo.lab.news.board import START
from wsdemo.lab.recording import Recording
from wsdemo.protocol.frames import Frame
from wsdemo.protocol.http import Request

__all__ = ["arrivals", "delays", "octets", "per_second"]

_ID = re.compile(rb'"id":(\d+)')


def octets(wire: Wire) -> int:
    """Return how many octets have crossed a wire, both directions together."""
    return wire.recording.bytes_up + wire.recording.bytes_down


def per_second(wire: Wire) -> float:
    """Return the octets per second of a reader that polls, or of one that is sent frames.

    Counted over whole cycles, from one request or frame to the last: a poll more or less at the
    edge of a short measurement would be a large part of it.

    Raises:
        ValueError: There are fewer than two requests or frames.
    """
    entries = wire.recording.entries()
    framed = any(isinstance(entry.what, Frame) for entry in entries)
    kind: type = Frame if framed else Request
    starts = [place for place, entry in enumerate(entries) if isinstance(entry.what, kind)]
    if len(starts) < 2:
        raise ValueError(f"{len(starts)} of {kind.__name__} on this wire: too few for a rate")
    first, last = starts[0], starts[-1]
    sent = sum(len(entry.raw) for entry in entries[first:last])
    return sent / (entries[last].time - entries[first].time)


def arrivals(recording: Recording) -> dict[int, float]:
    """Find out when each item first arrived.

    Args:
        recording: Of a reader of the news, in whichever way.

    Returns:
        Seconds since the recording began, by the item's id.
    """
    found: dict[int, float] = {}
    for entry in recording.entries():
        at = recording.arrived(entry) if entry.direction is Direction.DOWN else None
        if at is not None:
            for number in map(int, _ID.findall(entry.raw)):
                found.setdefault(number, at)
    return found


def delays(wire: Wire, begun: float, times: Sequence[float]) -> list[float]:
    """Find out how late each item arrived, counted from when the timetable has it.

    Not from when the server got round to it: a server that is late would look punctual.

    Args:
        wire: Before a newsroom whose timetable has begun. Its clock must be `time.monotonic`.
        begun: What `Elsewhere.begin` returned.
        times: The timetable: seconds from then.

    Returns:
        Seconds, in the order of the timetable; an item that has not arrived is left out.
    """
    arrived = arrivals(wire.recording)
    zero = time.monotonic() - wire.recording.now  # when the recording began
    due = {START + 1 + position: begun + at for position, at in enumerate(times)}
    return [zero + arrived[number] - at for number, at in due.items() if number in arrived]
