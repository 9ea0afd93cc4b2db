"""The metrics as a table: what the snapshot says, and what a notebook may compare."""

import pytest

from wsdemo import lab
from wsdemo.lab.show.snapshot_table import metrics_table
from wsdemo.lab.show.table import Table
from wsdemo.metrics import Latency, Snapshot, Tally

EARLIER = Snapshot(now=1, peak=1, total=1, uptime=1.0)
LATER = Snapshot(
    now=1,
    peak=2,
    total=3,
    closed=Tally({1000: 2}),
    messages_in=8,
    latency=Latency.of([0.002]),
    uptime=5.0,
)


def test_it_says_what_the_snapshot_says() -> None:
    """Row by row, numbers to the right."""
    table = metrics_table(LATER)
    assert isinstance(table, Table)
    assert [tuple(row) for row in table.rows] == list(LATER.rows())
    lines = repr(table).splitlines()
    assert lines[0] == "                     so far  per s"
    assert "messages in               8    1.6" in lines
    assert "latency p99, ms           2      –" in lines


def test_without_what_is_measured_it_is_the_same_at_every_run() -> None:
    """To the letter, so that nbval can compare it."""
    assert repr(metrics_table(LATER, measured=False, title="After three")).splitlines() == [
        "After three",
        "",
        "                     so far",
        "───────────────────  ──────",
        "connections now           1",
        "connections at most       2",
        "connections in all        3",
        "closed with 1000          2",
        "messages in               8",
        "messages out              0",
        "payload octets in         0",
        "payload octets out        0",
        "wire octets in            0",
        "wire octets out           0",
        "handler errors            0",
    ]


def test_rates_can_be_those_since() -> None:
    """8 messages in 4 seconds."""
    rows = {row[0]: row[2] for row in metrics_table(LATER, since=EARLIER).rows}
    assert rows["messages in"] == 2.0
    with pytest.raises(ValueError, match="not an earlier snapshot"):
        metrics_table(EARLIER, since=LATER)


def test_a_notebook_has_it_as_html() -> None:
    """Under `lab.metrics_table`."""
    assert "closed with 1000" in lab.metrics_table(LATER)._repr_html_()
