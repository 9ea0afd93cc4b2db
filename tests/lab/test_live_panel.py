"""The live panel: it follows the numbers, and leaves nothing behind."""

import threading
from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest

from tests.lab.kernels import a_kernel
from wsdemo import lab
from wsdemo.lab.live_panel import KEPT, Panel, panel, spark
from wsdemo.metrics import Metrics, Snapshot

NEVER = 3600.0  # seconds between updates, where a test asks for them itself


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Check that no thread and no widget outlives a test."""
    before = set(threading.enumerate())
    yield
    ipywidgets.Widget.close_all()
    assert set(threading.enumerate()) <= before


def shown(of: Panel) -> str:
    """Return the HTML on display."""
    return str(of.widget.children[0].value)


def wait_for_update(of: Panel) -> str:
    """Wait until the panel shows something else than now, and return it."""
    changed = threading.Event()
    of.widget.children[0].observe(lambda _: changed.set(), "value")
    assert changed.wait(10)
    return shown(of)


def test_it_shows_the_numbers_at_once() -> None:
    """Not after the first interval."""
    metrics = Metrics()
    metrics.opened()
    with panel(metrics, NEVER) as made:
        assert "connections at most" in shown(made)
        assert ">1<" in shown(made)


def test_it_follows_while_the_cell_is_busy() -> None:
    """A thread updates it, whatever the event loop does."""
    metrics = Metrics()
    with panel(metrics, 0.05) as made:
        metrics.opened()
        metrics.closed(4321)
        while "closed with 4321" not in wait_for_update(made):
            pass
        assert made.live


def test_rates_are_those_since_the_last_update() -> None:
    """On the clock of the metrics."""
    now = [0.0]
    metrics = Metrics(clock=lambda: now[0])
    with panel(metrics, NEVER) as made:
        for messages in (10, 30):
            for _ in range(messages):
                metrics.received(1)
            now[0] += 2.0
            made.refresh()
        assert "messages per s: ▃█ 15" in shown(made)


def test_its_last_numbers_are_the_last() -> None:
    """What came after the last update is seen when it is stopped."""
    metrics = Metrics()
    made = panel(metrics, NEVER)
    metrics.refused(418)
    made.stop()
    assert "refused with 418" in shown(made)
    assert made.widget.children[1].disabled


def test_the_button_stops_it() -> None:
    """As a click in the browser does."""
    made = panel(Metrics(), NEVER)
    made.widget.children[1].click()
    assert not made.live
    assert repr(made) == "<panel 'metrics', stopped>"


def test_it_ends_when_it_is_closed() -> None:
    """By its own method, or by whatever closes its widget."""
    for close in (Panel.close, lambda made: made.widget.close(), _close_all):
        made = panel(Metrics(), 0.05)
        close(made)
        assert not made.live


def _close_all(_: Panel) -> None:
    ipywidgets.Widget.close_all()


def test_a_panel_takes_the_place_of_the_former() -> None:
    """A cell that is run again leaves one thread; another name is another panel."""
    first, other = panel(Metrics(), NEVER), panel(Metrics(), NEVER, name="client")
    second = panel(Metrics(), NEVER)
    assert [each.live for each in (first, other, second)] == [False, True, True]
    assert first.widget.comm is None
    second.stop()
    other.stop()


def test_stopping_twice_does_nothing_more() -> None:
    """And neither does stopping after closing."""
    made = panel(Metrics(), NEVER)
    made.stop()
    before = shown(made)
    made.stop()
    made.close()
    made.stop()
    assert shown(made) == before


def test_what_goes_wrong_is_told_in_the_panel() -> None:
    """There is nobody else to tell in a thread."""

    class Broken(Metrics):
        broken = False

        def snapshot(self) -> Snapshot:
            if self.broken:
                raise RuntimeError("<no numbers>")
            return super().snapshot()

    metrics = Broken()
    made = panel(metrics, 0.05)
    metrics.broken = True
    assert "RuntimeError(&#x27;&lt;no numbers&gt;&#x27;)" in wait_for_update(made)
    assert not made.live


@pytest.mark.parametrize("interval", [0.0, -1.0, 0.01, float("nan")])
def test_an_interval_that_floods_the_browser_is_refused(interval: float) -> None:
    """Twenty updates a second are more than anybody reads."""
    with pytest.raises(ValueError, match=r"0\.05 s at least"):
        panel(Metrics(), interval)


def test_its_text_is_the_same_at_every_run() -> None:
    """A notebook that is compared to the letter may hold it."""
    with lab.panel(Metrics(), NEVER) as made:
        bundle = made._repr_mimebundle_()
        assert bundle["text/plain"] == "<panel 'metrics', every 3600 s>"
        view = bundle["application/vnd.jupyter.widget-view+json"]
        assert view["model_id"] == made.widget.model_id
    made.close()
    assert list(made._repr_mimebundle_()) == ["text/plain"]


def test_the_curve_is_from_zero_to_the_most() -> None:
    """And keeps half a minute."""
    assert spark([0, 1, 2, 4, 8]) == "▁▂▃▅█"
    assert spark([0, 0]) == "▁▁"
    assert spark([]) == ""
    with panel(Metrics(), NEVER) as made:
        for _ in range(KEPT + 5):
            made.refresh()
        assert shown(made).count("▁") == KEPT


def test_it_lives_in_a_kernel(tmp_path: Path) -> None:
    """Its updates reach the front end, and a cell that is run twice leaves one thread."""
    with a_kernel(tmp_path) as kernel:
        kernel.run(
            "import threading, time; from wsdemo import lab; from wsdemo.metrics import Metrics\n"
            "metrics = Metrics()\n"
            "def panels(): return sum(t.name.startswith('panel') for t in threading.enumerate())"
        )
        cell = "metrics.received(5)\nlab.panel(metrics, 0.05)"
        assert kernel.run(cell) == "<panel 'metrics', every 0.05 s>"
        assert kernel.run(cell) == "<panel 'metrics', every 0.05 s>"
        assert kernel.run("panels()") == "1"
        kernel.run("metrics.opened(); metrics.closed(4321)")
        while True:
            message = kernel.client.get_iopub_msg(timeout=60)
            state = message["content"].get("data", {}).get("state", {})
            if message["msg_type"] == "comm_msg" and "closed with 4321" in state.get("value", ""):
                break
        assert kernel.run("lab.panel(metrics).close(); panels()") == "0"
