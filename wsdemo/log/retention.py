"""How long a log keeps entries, and how long it remembers that there were some.

Leaves out a limit in bytes: bodies are limited one by one, so a count bounds them, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Retention"]


@dataclass(frozen=True, slots=True)
class Retention:
    """What a log may forget.

    Entries go from a room's beginning, up to the first one that is to be kept; where the clock
    was set back, an old entry behind a young one stays until that one goes.

    Attributes:
        count: how many entries a room keeps; None for all.
        age: for how many seconds a room keeps an entry; None for ever. An older one is never
            read, even if the room was idle since.
        remember: how long a client may retry: for this many seconds after an append, at least,
            the same message is known again although its entry has been removed. As long as the
            entry is there it is known in any case. A memory costs some 100 bytes on disk. The
            default is a day: a laptop that was shut in the evening sends what it still had the
            next morning. JetStream's is two minutes.

    Raises:
        ValueError: a limit that would keep nothing, or isn't finite.
    """

    count: int | None = None
    age: float | None = None
    remember: float = 86_400.0

    def __post_init__(self) -> None:
        if self.count is not None and self.count < 1:
            raise ValueError(f"count {self.count} would keep nothing; None is no limit")
        if self.age is not None and not (self.age > 0 and math.isfinite(self.age)):
            raise ValueError(f"age {self.age} is no time to keep an entry; None is no limit")
        if not (self.remember >= 0 and math.isfinite(self.remember)):
            raise ValueError(f"remember {self.remember} is no time to remember an entry")
