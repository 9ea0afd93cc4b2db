"""A small table that reads well as plain text, as HTML, and as HTML without its styles.

Leaves out sorting and paging: rows come in the order in which the reader should meet them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wsdemo.lab.show import theme
from wsdemo.lab.show.markup import Markup, cell, element, mono, row, sheet
from wsdemo.lab.show.text import clean, pad, width, wrap
from wsdemo.lab.show.theme import Hue, styles

Mark = Literal["ok", "bad", "warn"]

# What fits an output cell of JupyterLab beside its prompt, at its usual font size.
WIDEST = 100
# A column is never squeezed below this, however many there are: a longer word is cut.
NARROWEST = 8
GAP = "  "

SIGNS: Mapping[Mark, str] = {"ok": "✓", "bad": "✗", "warn": "!"}
HUES: Mapping[Mark, Hue] = {"ok": Hue.GREEN, "bad": Hue.VERMILLION, "warn": Hue.YELLOW}


class Code(str):
    """A cell that is code or bytes: set in a fixed-width font."""

    __slots__ = ()


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under headers, some of them marked.

    `headers` names the columns. `rows` holds any objects: numbers are set to the right, None is a
    dash, bytes and `Code` are set in a fixed-width font, and text may hold line breaks. `title`
    stands above. `marks` maps the index of a row to "ok", "bad" or "warn", which puts a sign
    before it (✓ ✗ !). `align` has one letter a column (l, r or c) instead of the choice by type.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""
    marks: Mapping[int, Mark] = field(default_factory=dict)
    align: str | None = None

    def __post_init__(self) -> None:
        columns = len(self.headers)
        for index, cells in enumerate(self.rows):
            if len(cells) != columns:
                raise ValueError(f"row {index} has {len(cells)} cells for {columns} headers")
        if self.align is not None and len(self.align) != columns:
            raise ValueError(f"align {self.align!r} has not one letter for {columns} headers")

    def __repr__(self) -> str:
        """Draw the table with spaces and one rule, 100 columns wide at most."""
        texts = [[show(value) for value in cells] for cells in self.rows]
        sizes = self._sizes(texts)
        lines = [self._line([*self.headers], sizes, "")]
        lines.append(self._indent("") + GAP.join("─" * size for size in sizes))
        lines += (self._line(cells, sizes, self._sign(at)) for at, cells in enumerate(texts))
        return "\n".join([self.title, "", *lines] if self.title else lines)

    def _repr_html_(self) -> str:
        """Draw the table for a notebook."""
        body = [self._row(index, cells) for index, cells in enumerate(self.rows)]
        return sheet(body, [self._head()] if any(self.headers) else [], self.title)

    def _sign(self, index: int) -> str:
        mark = self.marks.get(index)
        return SIGNS[mark] if mark else ""

    def _indent(self, sign: str) -> str:
        return pad(sign, 1) + " " if self.marks else ""

    def _letters(self) -> str:
        letters = (_letter(column, self.rows) for column in range(len(self.headers)))
        return self.align or "".join(letters)

    def _sizes(self, texts: Sequence[Sequence[str]]) -> list[int]:
        """How wide each column may be, so that the whole is no wider than `WIDEST`."""
        every = [[*self.headers], *texts]
        sizes = [max(map(_widest, column)) for column in zip(*every, strict=True)]
        room = WIDEST - len(self._indent("")) - len(GAP) * (len(sizes) - 1)
        while sum(sizes) > room and max(sizes) > NARROWEST:
            sizes[sizes.index(max(sizes))] -= 1
        return sizes

    def _line(self, texts: Sequence[str], sizes: Sequence[int], sign: str) -> str:
        """One row, which takes as many lines as its tallest cell."""
        cells = [wrap(text, size) for text, size in zip(texts, sizes, strict=True)]
        lines = []
        for at in range(max(map(len, cells), default=0)):
            parts = [cell[at] if at < len(cell) else "" for cell in cells]
            padded = map(pad, parts, sizes, self._letters())
            lines.append((self._indent("" if at else sign) + GAP.join(padded)).rstrip())
        return "\n".join(lines)

    def _head(self) -> Markup:
        under = f"border-bottom: {theme.RULE}"
        names = zip(self.headers, self._letters(), strict=True)
        cells = [cell(name, style=styles(under, _side(at)), tag="th") for name, at in names]
        return row(*([cell("", style=under, tag="th")] if self.marks else []), *cells)

    def _row(self, index: int, values: Sequence[object]) -> Markup:
        mark = self.marks.get(index)
        style = styles(f"border-bottom: {theme.HAIRLINE}", HUES[mark].tint if mark else "")
        sign = [cell(element("strong", self._sign(index)), style=style)] if self.marks else []
        sided = zip(values, self._letters(), strict=True)
        return row(*sign, *(_cell(value, styles(style, _side(at))) for value, at in sided))


def show(value: object) -> str:
    """Write one value as a cell shows it.

    Args:
        value: Anything; a float keeps four significant digits, None becomes a dash.

    Returns:
        Its text, safe to print.
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        # 4 digits are more than a measurement is worth, and no exponent is easier to read.
        return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
    return clean(str(value))


def _cell(value: object, style: str) -> Markup:
    text = show(value)
    if isinstance(value, Code | bytes):
        return cell(mono(text, style="white-space: pre-wrap"), style=style)
    return cell(text, style=styles(style, "white-space: pre-wrap"))


def _letter(column: int, rows: Sequence[Sequence[object]]) -> str:
    """Set a column to the right when it holds numbers and nothing else."""
    values = [cells[column] for cells in rows if cells[column] is not None]
    return "r" if values and all(map(_is_number, values)) else "l"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _widest(text: str) -> int:
    return max(map(width, text.split("\n")))


def _side(letter: str) -> str:
    return {"l": "", "r": "text-align: right", "c": "text-align: center"}[letter]
