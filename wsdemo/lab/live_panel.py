"""`panel()`: the metrics of a running server or client, in a cell, while it runs.

A thread takes a snapshot every half a second and writes it into a widget. A thread, and not a
task of the kernel's event loop: that loop stands still while a cell computes, which is just when
one wants to see what the server does. What counts is not slowed down: it isn't asked, it is read.

A panel ends when its button is pressed, when `Panel.stop` or ``panel.widget.close()`` is called,
when a panel of the same name takes its place (as when its cell is run again), and with the
kernel. It leaves no thread behind; unless it was closed, its last numbers remain to be read.

Leaves out history: for more than the last minute there are Prometheus and its dashboards.
"""

from __future__ import annotations

import atexit
import functools
import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, Protocol, Self

import ipywidgets

from wsdemo.lab.show.markup import Markup, element, join
from wsdemo.lab.show.snapshot_table import metrics_table
from wsdemo.lab.show.theme import MONO, TEXT, styles
from wsdemo.metrics import Snapshot

__all__ = ["Counted", "Panel", "panel"]

BARS = "▁▂▃▄▅▆▇█"
KEPT = 60  # readings in the little curve: half a minute at the usual interval
# Faster than an eye follows, and each update is a few KiB to the browser.
QUICKEST = 0.05


class Counted(Protocol):
    """A `wsdemo.metrics.Metrics`, or whatever else gives its snapshots."""

    def snapshot(self) -> Snapshot:
        """Return everything counted so far; called in the panel's own thread."""


class Panel:
    """A live panel, to be displayed.

    Attributes:
        name: what it is called.
        widget: the widget of ipywidgets, to be put into a layout with others.
    """

    def __init__(self, metrics: Counted, interval: float, name: str) -> None:
        self.name = name
        self._metrics = metrics
        self._interval = interval
        self._last = metrics.snapshot()
        self._lock = threading.Lock()
        self._rates: deque[float] = deque(maxlen=KEPT)
        self._view = ipywidgets.HTML()
        self._button = ipywidgets.Button(description="Stop", tooltip="Update no more")
        self._button.on_click(self._stop_at_once)
        self.widget = ipywidgets.VBox([self._view, self._button])
        # close() sets it to None, whoever calls it: Widget.close_all(), say.
        self.widget.observe(self._stop_at_once, "comm")
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"panel {name}", daemon=True)
        self._draw(self._last, None)

    @property
    def live(self) -> bool:
        """Whether it goes on updating."""
        return not self._done.is_set()

    def start(self) -> None:
        """Begin to update; `panel` does this."""
        # A daemon thread that sends while the interpreter ends would end in a traceback.
        atexit.register(self._end)
        self._thread.start()

    def refresh(self) -> None:
        """Show the present numbers, with the rates since the last refresh."""
        with self._lock:  # of two snapshots the later one has to come later
            now, last = self._metrics.snapshot(), self._last
            self._last = now
        rates = (now - last).rates()
        self._rates.append(rates["messages_in"] + rates["messages_out"])
        self._draw(now, last)

    def stop(self) -> None:
        """Update for the last time; the thread is over when this returns."""
        if not self.live:
            return
        self._end()
        self._draw(self._metrics.snapshot(), None)
        self._button.disabled = True
        self._button.description = "Stopped"

    def close(self) -> None:
        """Stop, and take the panel off the page."""
        self.widget.close()
        self._view.close()
        self._button.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            while not self._done.wait(self._interval):
                self.refresh()
        except Exception as error:  # told where somebody looks
            self._end()
            self._view.value = str(element("p", f"The panel has ended: {error!r}"))

    def _end(self) -> None:
        self._done.set()
        atexit.unregister(self._end)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _stop_at_once(self, _change: object) -> None:
        self.stop()

    def _draw(self, now: Snapshot, since: Snapshot | None) -> None:
        span = f"the last {self._interval:g} s" if since else "all the time"
        table = metrics_table(now, since=since, title=f"{self.name}: rates over {span}")
        self._view.value = str(join([Markup(table._repr_html_()), self._curve()]))

    def _curve(self) -> Markup:
        text = f"messages per s: {spark(self._rates)} {self._rates[-1]:.4g}" if self._rates else ""
        return element("div", text, style=styles(TEXT, MONO, "margin: 2px 10px"))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Give the widget to whatever can show it, and one fixed line to everything else."""
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if self.widget.comm is not None:
            bundle["application/vnd.jupyter.widget-view+json"] = {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.widget.model_id,
            }
        return bundle

    def __repr__(self) -> str:
        """Tell nothing that another run would tell otherwise."""
        how = f"every {self._interval:g} s" if self.live else "stopped"
        return f"<panel {self.name!r}, {how}>"


def panel(metrics: Counted, interval: float = 0.5, *, name: str = "metrics") -> Panel:
    """Show metrics live, until stopped.

    Args:
        metrics: Those of a server or of a client, such as ``server.metrics``.
        interval: Seconds between two updates; 0.05 at least.
        name: What to call the panel. The former one of that name is stopped and goes: give two
            panels that are to be seen at once a name each.

    Returns:
        The panel, to be displayed, or entered with ``with``, which stops it at the end.

    Raises:
        ValueError: The interval is too short.
    """
    if not interval >= QUICKEST:
        raise ValueError(f"an interval of {interval} s; {QUICKEST} s at least")
    former = _named().pop(name, None)
    if former:
        former.close()
    made = _named()[name] = Panel(metrics, interval, name)
    made.start()
    return made


def spark(values: Iterable[float]) -> str:
    """Draw numbers as a row of bars, from 0 to the greatest of them."""
    heights = list(values)
    most = max(heights, default=0.0)
    if not most:
        return BARS[0] * len(heights)
    return "".join(BARS[round(value / most * (len(BARS) - 1))] for value in heights)


@functools.cache
def _named() -> dict[str, Panel]:
    """Return the panels by name: what has to be found when a cell is run again."""
    return {}
