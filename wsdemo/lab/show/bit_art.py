"""The bit diagram of RFC 6455, 5.2, in plain text: two columns a bit, a line of `+-` between words.

Leaves out what the fields are: it draws the cuts that `bit_fields` makes.
"""

from collections.abc import Iterator, Sequence

from wsdemo.lab.show.bit_fields import WORD, Cut
from wsdemo.lab.show.text import clip, pad


def draw(rows: Sequence[Sequence[Cut]]) -> str:
    """Draw words, with the numbers of the bits above."""
    lines = [*_ruler()]
    above: Sequence[Cut] = ()
    for row in rows:
        lines += [_border(above, row), *_word(row)]
        above = row
    return "\n".join([*lines, _border(above, ())])


def _ruler() -> Iterator[str]:
    tens = (str(bit // 10) if bit % 10 == 0 else " " for bit in range(WORD))
    yield " " + " ".join(tens).rstrip()
    yield " " + " ".join(str(bit % 10) for bit in range(WORD))


def _border(above: Sequence[Cut], below: Sequence[Cut]) -> str:
    """Draw a line as long as the longer of two words, with a `+` wherever a field ends."""
    edges = {edge for cut in (*above, *below) for edge in (cut.start, cut.end)}
    marks = ("+" if edge in edges else "-" for edge in range(max(edges) + 1))
    return "-".join(marks)


def _word(row: Sequence[Cut]) -> Iterator[str]:
    columns = [_column(cut, flags=any(cut.field.flag for cut in row)) for cut in row]
    for line in zip(*columns, strict=True):
        yield "|" + "|".join(line) + "|"


def _column(cut: Cut, *, flags: bool) -> list[str]:
    """Fill the box of one field: its name, its value, its bits.

    A flag's name stands upright, and a box beside flags is as tall as they are.
    """
    size = 2 * len(cut.digits) - 1
    if cut.field.flag:
        names = list(pad(cut.field.name, 4))
    else:
        names = [pad(clip(text, size), size, "c") for text in (cut.name, cut.value)]
        names = [" " * size, *names, " " * size] if flags else names
    return [*names, " ".join(cut.digits)]
