"""A snapshot of the metrics as the table that notebooks use.

Leaves out the numbers and their names, which are `wsdemo.metrics.Snapshot.rows`.
"""

from wsdemo.lab.show.table import Table
from wsdemo.metrics import Snapshot

__all__ = ["metrics_table"]


def metrics_table(
    snapshot: Snapshot,
    *,
    since: Snapshot | None = None,
    measured: bool = True,
    title: str = "",
) -> Table:
    """Show what was counted.

    Args:
        snapshot: What `Metrics.snapshot` gave, or a difference of two.
        since: An earlier snapshot; the rates are those since then. Overall, unless given.
        measured: Whether to show what differs from run to run: rates, latencies, seconds.
            Without it, what remains is exact, and a test of a notebook can compare it.
        title: What stands above.

    Returns:
        The table, to be displayed or printed.

    Raises:
        ValueError: `since` is not earlier.
    """
    rows = list(snapshot.rows(since, measured=measured))
    if measured:
        return Table(["", "so far", "per s"], rows, title, align="lrr")
    return Table(["", "so far"], [row[:2] for row in rows], title, align="lr")
