"""A recorded run: what clients sent, were told and received, in the order in which it happened.

Leaves out how it is recorded, which is `recorder`, and what it amounts to, which is `checker`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

__all__ = ["Event", "Kind", "Run"]

FORMAT = 1


class Kind(StrEnum):
    """What happened."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    RECEIVED = "received"
    JOINING = "joining"
    JOINED = "joined"
    LEAVING = "leaving"
    LEFT = "left"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    RESTARTED = "restarted"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        at: when, in seconds since the recording began.
        kind: what.
        who: the client; of a restart the server, of a fault its name.
        message: the id of the message.
        room: where it was sent to, or came from; what was joined or left.
        offset: the message's place in the log of the room; None if it is not known.
        body: what the message says.
    """

    at: float
    kind: Kind
    who: str
    message: str = ""
    room: str = ""
    offset: int | None = None
    body: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold, without what is not set."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    @classmethod
    def from_json(cls, row: Any) -> Event:
        """Take what `to_json` gave.

        Raises:
            ValueError: It gave no such thing.
        """
        if not isinstance(row, dict) or not {"at", "kind", "who"} <= row.keys() <= _TYPES.keys():
            raise ValueError(f"no event: {row!r}")
        for name, value in row.items():
            if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
                raise ValueError(f"{name} {value!r} in an event")  # noqa: TRY004 - of the text
        return cls(**{**row, "kind": Kind(row["kind"])})


_TYPES: Mapping[str, type | tuple[type, ...]] = MappingProxyType(
    {**{field.name: str for field in fields(Event)}, "at": (int, float), "offset": int}
)


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """Events in order. The order counts, not the times: two things may happen at one time."""

    events: tuple[Event, ...]

    def to_json(self) -> str:
        """Return the run as JSON, one event a line, so that it can be kept and judged again."""
        rows = ",\n".join(json.dumps(event.to_json()) for event in self.events)
        return f'{{"format": {FORMAT}, "events": [\n{rows}\n]}}\n'

    @classmethod
    def from_json(cls, text: str) -> Run:
        """Read what `to_json` wrote.

        Raises:
            ValueError: The text is not JSON, or holds no run.
        """
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"no recorded run of format {FORMAT}")
        rows = document.get("events")
        if not isinstance(rows, list):
            raise ValueError(f"no list of events: {rows!r}")  # noqa: TRY004 - of the text
        return cls(tuple(map(Event.from_json, rows)))

    def __repr__(self) -> str:
        return f"<run of {len(self.events)} events>"
