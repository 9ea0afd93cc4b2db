"""Whether what a log is given can be right, told before it reaches any storage.

Leaves out what only the log's contents can tell: `wsdemo.log.errors.Gone` and `Ahead`.
"""

from __future__ import annotations

__all__ = [
    "MAX_INTEGER",
    "MAX_NAME",
    "MAX_PAGE",
    "check_body",
    "check_integer",
    "check_limit",
    "check_name",
]

# Octets of UTF-8. Names are stored with every entry; a UUID takes 36.
MAX_NAME = 128

# Entries of one answer: it is in memory as a whole, and nobody else is served meanwhile.
MAX_PAGE = 1_000

# What SQLite stores, and more than JavaScript can count to.
MAX_INTEGER = 2**63 - 1

# Of a long value, so much is shown.
_SHOWN = 40


def check_name(what: str, value: object) -> None:
    """Check the name of a room or of a client.

    Args:
        what: what it names, for the error.
        value: the name.

    Raises:
        TypeError: it is no string.
        ValueError: it is empty, too long, or no Unicode.
    """
    if not isinstance(value, str):
        raise TypeError(f"{what} is a string, not {value!r}")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise ValueError(f"{what} {_short(value)} is no Unicode: half a surrogate pair") from None
    if not 1 <= size <= MAX_NAME:
        raise ValueError(f"{what} {_short(value)} has {size} bytes; it takes 1 to {MAX_NAME}")


def check_integer(what: str, value: object, least: int = 0) -> None:
    """Check an offset or a sequence.

    Args:
        what: what it is, for the error.
        value: the number.
        least: what it must be at least.

    Raises:
        TypeError: it is no integer; True is none here.
        ValueError: it is out of range.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} is an integer, not {value!r}")
    if not least <= value <= MAX_INTEGER:
        raise ValueError(f"{what} {value} is out of range; it takes {least} to {MAX_INTEGER}")


def check_limit(value: int) -> None:
    """Check the length of a page.

    Raises:
        TypeError: it is no integer.
        ValueError: it is out of range.
    """
    check_integer("limit", value, 1)
    if value > MAX_PAGE:
        raise ValueError(f"limit {value} is out of range; it takes 1 to {MAX_PAGE}")


def check_body(value: object, most: int) -> None:
    """Check a message.

    Args:
        value: the message.
        most: how many bytes it may have.

    Raises:
        TypeError: it isn't bytes; what may change after the call isn't taken.
        ValueError: it is too large.
    """
    if not isinstance(value, bytes):
        raise TypeError(f"body is bytes, not {type(value).__name__}")
    if len(value) > most:
        raise ValueError(f"body has {len(value)} bytes; it takes {most} at most")


def _short(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")
