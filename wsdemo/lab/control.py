"""The reins of a wire: what can be changed while it is running.

Leaves out what the changes do to the bytes, which is `shaping` and `link`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from wsdemo.errors import LocalError
from wsdemo.lab.link import Lane, Link
from wsdemo.lab.shaping import Shape

__all__ = ["Call", "Connection", "Control"]

Call: TypeAlias = Callable[[Callable[[], object]], None]
"""Runs something in the thread of the wire, and returns when that is done."""

T = TypeVar("T")


class Control:
    """Changes how bytes get through: in one direction or both, of one connection or all.

    A change counts from now on. What is already on its way arrives as it would have.

    Args:
        call: How to reach the wire's thread.
        shapes: How the directions behave; for a whole wire, how new connections begin.
        lanes: Returns the directions of the connections there are.
    """

    def __init__(
        self, call: Call, shapes: Sequence[Shape], lanes: Callable[[], Sequence[Lane]]
    ) -> None:
        self._call = call
        self._shapes = shapes
        self._lanes = lanes

    @property
    def delay(self) -> float:
        """Seconds that each byte travels. Both directions together lengthen a round trip."""
        return self._common("delay", lambda shape: shape.delay)

    @delay.setter
    def delay(self, seconds: float) -> None:
        self._change("delay", _seconds("delay", seconds))

    @property
    def jitter(self) -> float:
        """Up to so many seconds more: evenly distributed, from a seed, order kept."""
        return self._common("jitter", lambda shape: shape.jitter)

    @jitter.setter
    def jitter(self, seconds: float) -> None:
        self._change("jitter", _seconds("jitter", seconds))

    @property
    def rate(self) -> float | None:
        """Bytes that get through in a second; None for as many as the machine can carry."""
        return self._common("rate", lambda shape: shape.rate)

    @rate.setter
    def rate(self, rate: float | None) -> None:
        if rate is not None and not rate > 0:
            raise ValueError(f"rate {rate!r} is not above 0; stall() lets nothing through")
        self._change("rate", None if rate == math.inf else rate)

    @property
    def buffer(self) -> int:
        """Bytes that may wait inside when more comes than gets through; then the sender waits.

        It waits later than that: its system has a buffer of its own, of 0.1 MB and more, which
        ``SO_SNDBUF`` on the sender's socket limits.
        """
        return self._common("buffer", lambda shape: shape.buffer)

    @buffer.setter
    def buffer(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"buffer {size!r} is not at least 1 byte")
        self._change("buffer", size)

    @property
    def stalled(self) -> bool:
        """Whether nothing moves."""
        return self._common("stalled", lambda shape: shape.stalled)

    def stall(self) -> None:
        """Let nothing through until `resume`; nothing is lost, and senders wait in the end."""
        self._change("stalled", value=True)

    def resume(self) -> None:
        """End a stall."""
        self._change("stalled", value=False)

    def cut(self) -> None:
        """Send a FIN to the receivers, as if the senders had ended; what is under way is lost.

        What the senders go on sending is recorded, and lost too.
        """
        self._each(Lane.cut)

    def reset(self) -> None:
        """Send a RST to the receivers, as if the senders had crashed; what is under way is lost.

        In one direction only, the other endpoint is not told: its peer has silently gone.
        """
        self._each(Lane.reset)

    def half_open(self) -> None:
        """Deliver nothing any more and close nothing, as if the other machine had lost power.

        Connections that come later are not affected.
        """
        self._each(Lane.half_open)

    def __repr__(self) -> str:
        return " / ".join(dict.fromkeys(map(_words, self._shapes)))

    def _common(self, name: str, get: Callable[[Shape], T]) -> T:
        values = [get(shape) for shape in self._shapes]
        if any(value != values[0] for value in values):
            raise LocalError(f"{name} is not the same in both directions: ask up or down")
        return values[0]

    def _change(self, name: str, value: object) -> None:
        def change() -> None:
            for shape in self._shapes:
                # Of one connection, the shapes are those of its lanes: below, with care.
                if all(shape is not lane.shaper.shape for lane in self._lanes()):
                    setattr(shape, name, value)
            for lane in self._lanes():
                lane.change(name, value)

        self._call(change)

    def _each(self, action: Callable[[Lane], None]) -> None:
        def act() -> None:
            for lane in self._lanes():
                action(lane)

        self._call(act)


class Connection(Control):
    """One connection of a wire.

    Args:
        call: How to reach the wire's thread.
        link: The connection.
    """

    def __init__(self, call: Call, link: Link) -> None:
        lanes = (link.up, link.down)
        super().__init__(call, [lane.shaper.shape for lane in lanes], lambda: lanes)
        self._link = link
        self.number = link.number
        """1 for the first of the wire."""
        self.up = self._of(link.up)
        """From the client to the server."""
        self.down = self._of(link.down)
        """From the server to the client."""

    def _of(self, lane: Lane) -> Control:
        return Control(self._call, [lane.shaper.shape], lambda: [lane])

    @property
    def ended(self) -> bool:
        """Whether both its sockets are closed."""
        return self._link.finished.is_set()

    def __repr__(self) -> str:
        return f"<connection {self.number}{', ended' if self.ended else ''}: {super().__repr__()}>"


def _seconds(name: str, seconds: float) -> float:
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} {seconds!r} is no number of seconds; stall() stops everything")
    return seconds


def _words(shape: Shape) -> str:
    rate = "any rate" if shape.rate is None else f"{shape.rate:g} bytes/s"
    jitter = f" to {shape.delay + shape.jitter:g}" if shape.jitter else ""
    words = [f"{shape.delay:g}{jitter} s", rate, f"buffer {shape.buffer} bytes"]
    return ", ".join(words + ["stalled"] * shape.stalled)
