"""Plain text for a fixed-width display: how wide it is, how it breaks, what of it is safe to print.

Leaves out grapheme clusters (a flag or a family counts as its parts), for which the standard
library has no table; a line that holds one may come out a cell too wide, and nothing else breaks.
"""

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
DOT = "·"

# Wide and fullwidth characters take two cells of a terminal (Unicode Annex 11).
_DOUBLE = frozenset("WF")
_ZERO_WIDTH_JOINER = "\u200d"
_ZERO = frozenset(("Mn", "Me", "Cf"))
# Controls move the cursor, format characters turn text around (U+202E), and a lone surrogate
# cannot be encoded: each is shown as an escape.
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def width(text: str) -> int:
    """Count the cells that `text` takes in a fixed-width font."""
    return sum(map(_cells, text)) if not text.isascii() else len(text)


def _cells(char: str) -> int:
    if unicodedata.category(char) in _ZERO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _DOUBLE else 1


def pad(text: str, size: int, align: str = "l", fill: str = " ") -> str:
    """Fill `text` up to `size` cells: `l` on its right, `r` on its left, `c` on both."""
    gap = max(0, size - width(text))
    left = {"l": 0, "r": gap, "c": gap // 2}[align]
    return fill * left + text + fill * (gap - left)


def clip(text: str, size: int) -> str:
    """Cut `text` to `size` cells, with an ellipsis where something was cut."""
    if width(text) <= size:
        return text
    kept, used = "", 1
    for char in text:
        used += _cells(char)
        if used > size:
            break
        kept += char
    return kept + ELLIPSIS


def clean(text: str) -> str:
    """Write the characters that would disturb a display as escapes; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(map(_clean, text))


def _clean(char: str) -> str:
    if char in ("\n", _ZERO_WIDTH_JOINER) or unicodedata.category(char) not in _UNSAFE:
        return char
    return char.encode("unicode_escape").decode("ascii")


def wrap(text: str, size: int) -> list[str]:
    """Break `text` into lines of `size` cells at most, between words where it can."""
    return [part for line in text.split("\n") for part in _wrap(line, size)]


def _wrap(line: str, size: int) -> Iterator[str]:
    while width(line) > size and len(line) > 1:
        end = _reach(line, size)
        space = line.rfind(" ", 1, end + 1)
        # A break that leaves less than half a line in place helps no reader: cut the word.
        cut = space if space >= end // 2 else end
        yield line[:cut].rstrip()
        line = line[cut:].lstrip()
    yield line


def _reach(line: str, size: int) -> int:
    """How many characters of `line` fit into `size` cells; at least one, so that work ends."""
    used = 0
    for index, char in enumerate(line):
        used += _cells(char)
        if used > size:
            return max(1, index)
    return len(line)


def printable(data: bytes) -> str:
    """Show octets as a hex dump does: ASCII as it is, a dot for everything else."""
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in data)


def hexadecimal(data: bytes) -> str:
    """Write octets as pairs of hex digits with spaces between."""
    return data.hex(" ")


def count(number: int, noun: str) -> str:
    """Say how many there are: `1 byte`, `65,536 bytes`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
