"""What a server of the bench has to do, on a command line: the same for Python and Go.

Leaves out the rest of a workload: what only the load generator must know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wsdemo.lab.bench.workloads import Kind, Workload

__all__ = ["HOST", "Job"]

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Job:
    """What a server has to do.

    Attributes:
        copies: 0 to send every message back; else how often everybody gets it.
        deflate: whether to agree to permessage-deflate.
    """

    copies: int = 0
    deflate: bool = False

    @classmethod
    def of(cls, workload: Workload) -> Job:
        """Return what a workload needs."""
        fans_out = workload.kind is Kind.FAN_OUT
        return cls(workload.depth if fans_out else 0, workload.deflate)

    @classmethod
    def parse(cls, words: Sequence[str]) -> Job:
        """Read it from a command line.

        Raises:
            ValueError: it is not there.
        """
        copies, deflate = words
        return cls(int(copies), deflate == "deflate")

    @property
    def words(self) -> list[str]:
        """It as the end of a command line."""
        return [str(self.copies), "deflate" if self.deflate else "plain"]
