"""The arena of `wsdemo.apps.game` in a laboratory: on a virtual clock, and under load.

    games = {"as it is": arena.play(delay=100), "late": arena.play(delay=100, prediction=False)}
    arena.compare(games)                 the numbers, side by side
    arena.errors(games)                  an error over time
    arena.views(games["late"])           one player, as three see it
    arena.switches()                     the same, with a slider and switches
    arena.scene(field, players, shot)    one moment, from above
    arena.rates()                        octets a second by tick rate, full and as deltas
    await arena.load(players=100)        a real server in a process of its own, under load

    conditions, network, agenda    what a virtual game is played under
    guest, playing                 a player with its view, and all of them with the server
    played, rates                  what came of it
    figures, above, switchboard    the same in pictures
    crowd, loading                 the same with sockets, and what it costs

All but ``load`` gives the same numbers on every machine.

Leaves out the game itself, and its clients: they are those of `wsdemo.apps.game`.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.loading import Load, load
from wsdemo.lab.arena.played import Played, compare
from wsdemo.lab.arena.playing import play
from wsdemo.lab.arena.rates import Rates, rates

if TYPE_CHECKING:
    from wsdemo.lab.arena.above import scene
    from wsdemo.lab.arena.figures import errors, traffic, views
    from wsdemo.lab.arena.switchboard import switches

__all__ = [
    "Conditions",
    "Load",
    "Played",
    "Rates",
    "compare",
    "errors",
    "load",
    "play",
    "rates",
    "scene",
    "switches",
    "traffic",
    "views",
]

# Put off, and matplotlib and ipywidgets with them.
_HOME = MappingProxyType(
    {
        "errors": "figures",
        "scene": "above",
        "switches": "switchboard",
        "traffic": "figures",
        "views": "figures",
    }
)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
