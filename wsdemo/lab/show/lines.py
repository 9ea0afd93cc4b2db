"""Octets laid out in lines of a dump, with the offset at which each line begins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from wsdemo.lab.show.parts import Octet
from wsdemo.lab.show.text import ELLIPSIS, count, pad, wrap

# A dump is as wide as a table may be.
WIDEST = 100
GAP = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dump, with a note on the first line of a field."""

    start: int | None
    """The offset of its first octet; None behind a veil that hides a length."""

    octets: Sequence[Octet]
    note: str = ""
    left_out: int = 0
    """How many octets are not shown here, on a line that shows none."""

    @property
    def offset(self) -> str:
        """The offset in hex."""
        return "" if self.start is None else f"{self.start:04x}"

    @property
    def digits(self) -> str:
        """The octets in hex, or how many there would be."""
        if self.left_out:
            return f"{ELLIPSIS} {count(self.left_out, 'byte')} more"
        return " ".join(octet.digits for octet in self.octets)

    @property
    def chars(self) -> str:
        """The octets as text."""
        return "".join(octet.char for octet in self.octets)


def layout(
    octets: Iterable[Octet], start: int | None, size: int, *, note: str = "", limit: int, total: int
) -> tuple[list[Line], int | None]:
    """Cut the octets of a field into lines.

    Args:
        octets: What there is to show.
        start: The offset of the first; None when it is unknown.
        size: How many octets stand on a line.
        note: What to say on the first line.
        limit: How many octets to show; of the others, only the number.
        total: How many octets there are.

    Returns:
        The lines, and the offset after them.
    """
    # A line that says how much is left out is no shorter than a last line that shows it.
    shown = list(islice(octets, limit + size + 1))
    left_out = total - limit if len(shown) > limit + size else 0
    shown = shown[:limit] if left_out else shown
    lines, at = [], start
    for index in range(0, len(shown), size):
        part = shown[index : index + size]
        lines.append(Line(at, part, "" if index else note))
        at = _after(at, part)
    if left_out:
        lines.append(Line(at, (), "", left_out))
        at = None if at is None else at + left_out
    return lines, at


def _after(at: int | None, octets: Sequence[Octet]) -> int | None:
    hidden = any(octet.size != 1 for octet in octets)
    return None if at is None or hidden else at + len(octets)


def plain(lines: Sequence[Line]) -> Iterator[str]:
    """Write lines in columns: offset, hex, text, note."""
    full = [line for line in lines if not line.left_out]
    digits = max((len(line.digits) for line in full), default=0)
    chars = max((len(line.chars) for line in full), default=0)
    room = WIDEST - digits - chars - 4 - 3 * len(GAP)
    for line in lines:
        first, *more = wrap(line.note, room)
        hexes, text = pad(line.digits, digits), pad(line.chars, chars)
        yield GAP.join((pad(line.offset, 4), hexes, text, first)).rstrip()
        for part in more:
            yield GAP.join((" " * 4, " " * digits, " " * chars, part))
