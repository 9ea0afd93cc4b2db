"""`switches`: three views of one player, with a slider for the delay and a switch for each remedy.

    lab.arena.switches()

Whatever is moved, the same game is played again under the new conditions, on the virtual clock,
and drawn: it takes about as long as one notices. What is shown needs a kernel; a saved notebook
has the sentence that says what could be switched, and the picture of `arena.views` beside it.

Leaves out playing oneself, with the same switches: that is the game's page.
"""

from __future__ import annotations

from typing import Any

import ipywidgets

from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.figures import views
from wsdemo.lab.arena.played import Played
from wsdemo.lab.arena.playing import play

__all__ = ["REMEDIES", "Switches", "switches"]

REMEDIES = ("prediction", "reconciliation", "interpolation", "compensation")
FARTHEST = 300
"""Milliseconds, one way, of the slider: farther than around the world."""
SINCE = 0.5
"""Seconds of the game before what is drawn, in which the first snapshots come."""
SHORTEST = 2


class Switches:
    """The switches and what they lead to, to be displayed.

    Args:
        given: the conditions to begin with.

    Attributes:
        played: the game that is shown.
        widget: the widget of ipywidgets, to be put into a layout with others.
        delay: the slider.
        remedies: the switches, by the name of the condition.
    """

    def __init__(self, given: Conditions) -> None:
        self._given = given
        self.delay = ipywidgets.IntSlider(
            given.delay, 0, FARTHEST, 10, description="delay, ms", continuous_update=False
        )
        self.remedies = {
            name: ipywidgets.Checkbox(getattr(given, name), description=name, indent=False)
            for name in REMEDIES
        }
        self._picture = ipywidgets.Image(format="png", width=640)
        self._numbers = ipywidgets.HTML()
        for each in (self.delay, *self.remedies.values()):
            each.observe(self._changed, "value")
        row = ipywidgets.HBox([*self.remedies.values()])
        self.widget = ipywidgets.VBox([self.delay, row, self._picture, self._numbers])
        self._changed(None)

    def close(self) -> None:
        """Take the widget off the page."""
        for each in (self.widget, self.delay, *self.remedies.values()):
            each.close()
        self._picture.close()
        self._numbers.close()

    def _changed(self, _change: object) -> None:
        """Play again, and draw."""
        self.played: Played = play(
            self._given,
            delay=self.delay.value,
            **{name: box.value for name, box in self.remedies.items()},
        )
        data, _ = views(self.played, since=SINCE, seconds=self._given.seconds - SINCE)._repr_png_()
        self._picture.value = data
        self._numbers.value = self.played._repr_html_()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Give the widget to whatever can show it, and a fixed line to everything else."""
        return {
            "text/plain": repr(self),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.widget.model_id,
            },
        }

    def __repr__(self) -> str:
        return f"three views, with a slider for the delay, and switches: {', '.join(REMEDIES)}"


def switches(given: Conditions | None = None, **conditions: Any) -> Switches:
    """Show one player as three see it, and let the conditions be switched.

    Args:
        given: the conditions to begin with; by default four players, for three seconds.
        **conditions: in place of some of them, by name.

    Raises:
        ValueError: a condition makes no sense, or the game is too short to be drawn.
        TypeError: there is no such condition.
    """
    begin = given or Conditions(seed=8, delay=100, players=4, seconds=3)
    fields = {name: getattr(begin, name) for name in Conditions.__slots__}
    asked = Conditions(**{**fields, **conditions})
    if asked.seconds < SHORTEST:
        raise ValueError(f"{asked.seconds} s are too short; {SHORTEST} are needed at least")
    return Switches(asked)
