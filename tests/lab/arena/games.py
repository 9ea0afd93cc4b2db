"""Short games for the tests, each played once."""

from __future__ import annotations

from functools import cache

from wsdemo.lab.arena.played import Played
from wsdemo.lab.arena.playing import play


@cache
def game(**conditions: object) -> Played:
    """Play four seconds under some conditions."""
    return play(**{"seconds": 4, "delay": 60, **conditions})  # type: ignore[arg-type]
