"""Waiting for what a recording is about to hold, so that nobody has to sleep and hope.

Leaves out who writes the recording.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeAlias

from wsdemo.errors import LocalError
from wsdemo.lab.entries import Entry
from wsdemo.lab.recording import Recording

__all__ = ["Want", "first"]

Want: TypeAlias = int | str | Callable[[Entry], object]
"""A number of entries, a part of an entry's text, or a function that is true of an entry."""

SHOWN_ENTRIES = 5


async def first(
    recording: Recording, want: Want, *, arrived: bool = False, timeout: float | None
) -> Entry:
    """Wait until a recording holds what is wanted.

    Args:
        recording: May be written by another thread.
        want: What to wait for.
        arrived: Whether to wait until it has left the wire at the far end, too.
        timeout: Seconds; None for no limit.

    Returns:
        The first entry that is wanted; of a number of entries, the last one.

    Raises:
        TimeoutError: It did not come in time.
        LocalError: It cannot come any more, because the recording is full.
    """
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()

    def wake() -> None:
        # The writer's thread may outlive this loop.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(changed.set)

    with recording.watched(wake):
        try:
            async with asyncio.timeout(timeout):
                entry = await _search(recording, want, changed)
                while arrived and recording.arrived(entry) is None:
                    changed.clear()
                    await changed.wait()
                return entry
        except TimeoutError:
            raise TimeoutError(_complaint(recording, want, timeout)) from None


async def _search(recording: Recording, want: Want, changed: asyncio.Event) -> Entry:
    seen = 0
    while True:
        changed.clear()
        for entry in recording.decoded(seen):
            seen += 1
            if _fits(entry, seen, want):
                return entry
        if recording.full:
            raise LocalError(f"{recording} is full, and what was waited for is not in it")
        await changed.wait()


def _fits(entry: Entry, number: int, want: Want) -> bool:
    if isinstance(want, int):
        return number >= want
    return want in str(entry) if isinstance(want, str) else bool(want(entry))


def _complaint(recording: Recording, want: Want, timeout: float | None) -> str:
    match want:
        case int():
            wanted = f"{want} entries"
        case str():
            wanted = f"entry with {want!r}"
        case _:
            wanted = "such entry"
    texts = [str(entry) for entry in recording.entries()]
    if not texts:
        return f"no {wanted} after {timeout} s; nothing crossed the wire"
    last = "\n".join(f"  {text}" for text in texts[-SHOWN_ENTRIES:])
    return f"no {wanted} after {timeout} s; there are {len(texts)}, the last ones are\n{last}"
