"""Who is in a room: here, away, gone; each person once, however many connections there are.

::

    comes ─▶ here ─▶ (the last connection breaks; `grace` seconds) ─▶ away ─▶ (`patience`) ─▶ gone
              ▲ comes again ────────────────────┘                       │
              └─────────────────────────────────────────────────────────┘
    leaves ─▶ gone, at once

A connection that breaks and comes back within the grace period changes nothing that anybody sees.
Changes are told in batches: when a thousand people come at once, that is a few messages to each
of them, and not a thousand.

Leaves out noticing that a connection has broken: the engine's keepalive does, also where a client
has vanished and TCP doesn't tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wsdemo.apps.chat.messages import PresenceName
from wsdemo.scratch.options import Clock, Timer

__all__ = ["Pace", "Presence"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast presence changes, in seconds.

    Attributes:
        grace: without a connection before somebody is away.
        patience: away before somebody is gone.
        batch: that changes wait for others, to be told together.
    """

    grace: float = 5.0
    patience: float = 60.0
    batch: float = 0.1


@dataclass(slots=True)
class _Stay:
    """Somebody's stay: how many connections, and what happens if there is none for long."""

    connections: int = 0
    shown: PresenceName = "gone"
    timer: Timer | None = None


class Presence:
    """Who is in one room.

    Args:
        clock: sets the timers.
        tell: is given what has changed, by person.
        pace: how fast things change.
    """

    def __init__(
        self,
        clock: Clock,
        tell: Callable[[Mapping[int, PresenceName]], object],
        pace: Pace | None = None,
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._pace = pace or Pace()
        self._stays: dict[int, _Stay] = {}
        self._changes: dict[int, PresenceName] = {}
        self._batch: Timer | None = None

    def __len__(self) -> int:
        return len(self._stays)

    @property
    def people(self) -> Mapping[int, PresenceName]:
        """Who is here or away, by person, in the order in which they came."""
        return MappingProxyType({person: stay.shown for person, stay in self._stays.items()})

    def come(self, person: int) -> None:
        """Somebody has joined, on one more connection."""
        stay = self._stays.setdefault(person, _Stay())
        stay.connections += 1
        _stop(stay)
        self._show(person, stay, "here")

    def lose(self, person: int) -> None:
        """A connection of somebody's has broken."""
        stay = self._less(person)
        if stay is not None:
            stay.timer = self._clock.call_later(self._pace.grace, self._silent, person, stay)

    def leave(self, person: int) -> None:
        """Somebody has left, on one connection."""
        if self._less(person) is not None:
            self.remove(person)

    def forget(self, person: int) -> None:
        """Wait no more for somebody whose connections have all broken: they have left."""
        stay = self._stays.get(person)
        if stay is not None and not stay.connections:
            self.remove(person)

    def remove(self, person: int) -> None:
        """Somebody is out, on all connections; who isn't in is nothing to do for."""
        stay = self._stays.pop(person, None)
        if stay is not None:
            _stop(stay)
            self._show(person, stay, "gone")

    def close(self) -> None:
        """Stop all timers; nothing is told any more."""
        for stay in self._stays.values():
            _stop(stay)
        self._stays.clear()
        self._changes.clear()
        if self._batch is not None:
            self._batch.cancel()

    def _less(self, person: int) -> _Stay | None:
        """Take a connection off; return the stay if that was the last one."""
        stay = self._stays.get(person)
        if stay is None or stay.connections == 0:
            return None
        stay.connections -= 1
        return None if stay.connections else stay

    def _silent(self, person: int, stay: _Stay) -> None:
        self._show(person, stay, "away")
        stay.timer = self._clock.call_later(self._pace.patience, self.remove, person)

    def _show(self, person: int, stay: _Stay, presence: PresenceName) -> None:
        if stay.shown == presence:
            return
        stay.shown = presence
        self._changes[person] = presence
        if self._batch is None:
            self._batch = self._clock.call_later(self._pace.batch, self._flush)

    def _flush(self) -> None:
        changes, self._changes, self._batch = self._changes, {}, None
        self._tell(changes)


def _stop(stay: _Stay) -> None:
    if stay.timer is not None:
        stay.timer.cancel()
        stay.timer = None
