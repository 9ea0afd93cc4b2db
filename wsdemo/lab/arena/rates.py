"""`rates`: the same game at several tick rates, with deltas and without.

More ticks a second make a step of the others known sooner, and cost octets in proportion; deltas
take some of that back. At each rate the others are shown as many ticks late, because it takes two
snapshots to interpolate and one that may be late: that is where more ticks show. Everything is
measured on the virtual clock.

Leaves out the cost in computing: see ``load``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.played import Played
from wsdemo.lab.arena.playing import play

if TYPE_CHECKING:
    from wsdemo.lab.show.table import Table

__all__ = ["TICKS", "Rates", "rates"]

TICKS = (10, 20, 30, 60)
BEHIND = 3
"""Ticks by which the others are shown late."""


@dataclass(frozen=True, slots=True, repr=False)
class Rates:
    """Games at several rates.

    Attributes:
        ticks: the rates.
        full: the games with full snapshots, in the same order.
        delta: those with deltas.
    """

    ticks: tuple[int, ...]
    full: tuple[Played, ...]
    delta: tuple[Played, ...]

    def table(self) -> Table:
        """Table what each rate costs, and what it is good for."""
        from wsdemo.lab.show.table import Table

        rows = [
            [
                tick,
                f"{full.down:,}",
                f"{delta.down:,}",
                f"{full.down / delta.down:.1f} ×",
                f"{delta.up:,}",
                f"{delta.others_error:.3f}",
            ]
            for tick, full, delta in zip(self.ticks, self.full, self.delta, strict=True)
        ]
        headers = (
            "ticks/s",
            "full, bytes/s",
            "deltas, bytes/s",
            "",
            "up, bytes/s",
            "error of others",
        )
        return Table(headers, rows, "To and from each player; the error in units", align="rrrrrr")

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def rates(
    ticks: Sequence[int] = TICKS, given: Conditions | None = None, **conditions: Any
) -> Rates:
    """Play a game at several tick rates, with full snapshots and with deltas.

    Args:
        ticks: the rates.
        given: the conditions; by default those of `Conditions`.
        **conditions: in place of some of them, by name, but for ``tick`` and ``behind``.

    Raises:
        ValueError: a condition makes no sense.
        TypeError: there is no such condition.
    """
    common = replace(given or Conditions(), **conditions)
    each = [replace(common, tick=tick, behind=BEHIND * 1000 // tick) for tick in ticks]
    full = tuple(play(one, deltas=False) for one in each)
    delta = tuple(play(one, deltas=True) for one in each)
    return Rates(tuple(ticks), full, delta)
