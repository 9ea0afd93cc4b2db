"""What the commands that talk to a server have in common: their lines, and how they end.

What they are for is on standard output, a line at a time and at once, since it is watched; all else
is on standard error. Leaves out what a line says.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["INTERRUPTED", "USAGE", "Enough", "ended", "harmless", "mute", "say", "tell"]

USAGE = 2  # the exit code of every command line that is wrong
INTERRUPTED = 130  # 128 + SIGINT, as a shell has it


class Enough(Exception):
    """Whoever reads our lines has read enough: ``wsdemo feed | head``."""


def say(text: str) -> None:
    """Print a line on standard output.

    Raises:
        Enough: nobody reads it any more.
    """
    encoding = sys.stdout.encoding
    try:
        # What a terminal can't show must not end the program.
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError:
        raise Enough from None


def mute() -> None:
    """Print nothing on standard output any more: Python's own flush at the end would fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str) -> None:
    """Print a line on standard error, harmless to a terminal."""
    print(f"wsdemo: {harmless(text)}", file=sys.stderr, flush=True)


def harmless(text: str) -> str:
    """Return text in which nothing moves the cursor: what can't be printed is spelled out."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def ended(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Do a command's work, and return its exit code; a fault is told in a line.

    Args:
        work: begins it; may fail itself, when a word of the command line is wrong.

    Returns:
        0 it is done, or nobody reads what it says; 1 the server is not there, refuses, or has
        gone; 2 bad usage; 130 it was interrupted, the way to end what goes on for ever.
    """
    from wsdemo.errors import WsdemoError

    try:
        asyncio.run(work())
    except WsdemoError as error:
        tell(str(error))
        return 1
    except (ValueError, OSError) as error:
        tell(str(error))
        return USAGE
    except Enough:
        mute()
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
