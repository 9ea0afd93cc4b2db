"""What a reader of a report must know beside the figures, in sentences.

Leaves out what went wrong: that is told where it happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wsdemo.lab.bench.peers import Peer
from wsdemo.lab.bench.results import Row
from wsdemo.lab.bench.workloads import Kind, Workload

__all__ = ["BUSY", "of_deflate", "of_open_files", "of_rows"]

# A server that uses this share of its core has all the load that it can take.
BUSY = 0.9


def of_open_files(limit: int | None) -> str:
    """Say how many connections there could be."""
    if limit is None:
        return "The number of descriptors is not limited."
    return f"A process could have {limit:,} descriptors open: all that it was allowed to."


def of_deflate(peers: Sequence[Peer], workloads: Sequence[Workload]) -> Iterator[str]:
    """Say whom a reader will look for in vain, for want of compression."""
    if any(workload.deflate for workload in workloads):
        for peer in peers:
            if Kind.ECHO in peer.kinds and not peer.deflate and not peer.raw:
                yield f"{peer.name} was left out where messages are compressed: it can't."


def of_rows(rows: Sequence[Row]) -> Iterator[str]:
    """Say where the load generator was the bottleneck, and how that is known."""
    timed = [row for row in rows if row.workload.kind is not Kind.IDLE]
    if not timed:
        return
    short = [row for row in timed if row.server_busy < BUSY]
    if not short:
        yield (
            f"The load generator was nowhere the bottleneck: every server used at least "
            f"{BUSY:.0%} of its core."
        )
        return
    yield (
        f"A server that used less than {BUSY:.0%} of its core was waiting for the load generator, "
        f"or both for a machine that had something else to do: the rate is not its limit. Its CPU "
        f"time for each message holds. These were:"
    )
    for name in dict.fromkeys(row.workload.name for row in short):
        busy = ", ".join(
            f"{row.peer} {row.server_busy:.0%} (generator {row.load_busy:.0%})"
            for row in short
            if row.workload.name == name
        )
        yield f"{name}: {busy}."
