"""Python objects over a pipe between a notebook and the process that it started.

Each message is its length in four octets and a pickle. Leaves out trust: only for a process
that runs our own code as the same user.
"""

from __future__ import annotations

import os
import pickle
import struct
import traceback
from typing import Any, TypeAlias

import cloudpickle

from wsdemo.errors import LocalError

__all__ = ["ChildTraceback", "Parcel", "pack", "receive", "send", "unpack"]

_LENGTH = struct.Struct("!I")
_PIECE = 2**20

# An exception on its way: its pickle, what it says, and its traceback as text.
Parcel: TypeAlias = tuple[bytes, str, str]


def send(descriptor: int, message: object) -> None:
    """Write one message; blocks while the pipe is full.

    Args:
        descriptor: the end to write to. Not a file object: a thread that is blocked in one
            holds its lock, and the interpreter can't end then.
        message: anything that pickles.

    Raises:
        OSError: nobody reads at the other end.
    """
    payload = pickle.dumps(message)
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def receive(descriptor: int) -> Any:
    """Read one message; blocks until it is there.

    Args:
        descriptor: the end to read from.

    Raises:
        EOFError: the other end is closed.
    """
    (length,) = _LENGTH.unpack(_read(descriptor, _LENGTH.size))
    return pickle.loads(_read(descriptor, length))


def _read(descriptor: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(descriptor, min(size, _PIECE))
        if not part:
            raise EOFError("the other end of the pipe is closed")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class ChildTraceback(Exception):
    """The traceback of an exception in another process, which only travels as text."""

    def __str__(self) -> str:
        return f"\n\n{self.args[0]}"


def pack(failure: BaseException) -> Parcel:
    """Make an exception fit for the journey; one that doesn't pickle sends what it says."""
    try:
        pickled: bytes = cloudpickle.dumps(failure)
    except Exception:  # whatever a __reduce__ may raise
        pickled = b""
    said = "".join(traceback.format_exception_only(failure)).strip()
    return pickled, said, "".join(traceback.format_exception(failure))


def unpack(parcel: Parcel) -> BaseException:
    """Return the exception, or a `LocalError` with its words, with the traceback as its cause."""
    pickled, said, text = parcel
    try:
        made = pickle.loads(pickled)
    except Exception:  # whatever an __init__ with other arguments may raise, and no pickle at all
        made = None
    failure = made if isinstance(made, BaseException) else LocalError(said)
    failure.__cause__ = ChildTraceback(text)
    return failure
