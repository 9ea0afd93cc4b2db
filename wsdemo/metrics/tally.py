"""How often each of several numbers came, frozen.

A `Counter` that can't change, that can be sent to another process, and that knows what came in
between: what neither `collections.Counter` nor `types.MappingProxyType` is.

Leaves out counting: see `wsdemo.metrics.counting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["Tally"]


class Tally(Mapping[int, int]):
    """Counts by close code or by HTTP status, in order; 0 for one that never came."""

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self._counts = dict(sorted((counts or {}).items()))

    def __getitem__(self, key: int) -> int:
        return self._counts.get(key, 0)

    def __contains__(self, key: object) -> bool:
        return key in self._counts

    def __iter__(self) -> Iterator[int]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __hash__(self) -> int:
        return hash(tuple(self._counts.items()))

    def __repr__(self) -> str:
        return repr(self._counts)

    def __sub__(self, earlier: Tally) -> Tally:
        """Return what came since.

        Raises:
            ValueError: the other one holds more, so it is not the earlier one.
        """
        left = {key: self[key] - earlier[key] for key in {*self, *earlier}}
        if any(count < 0 for count in left.values()):
            raise ValueError(f"{earlier!r} is not earlier than {self!r}")
        return Tally({key: count for key, count in left.items() if count})

    def total(self) -> int:
        """Return how many came in all."""
        return sum(self._counts.values())
