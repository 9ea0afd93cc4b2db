"""Bytes of a handshake or of frames, each field on a line of its own, named and explained.

Leaves out the single bits, which `bits` draws.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wsdemo.lab.show import theme
from wsdemo.lab.show.dissect import Data, Sample
from wsdemo.lab.show.lines import Line, layout, plain
from wsdemo.lab.show.markup import Markup, cell, element, join, mono, pill, row, sheet
from wsdemo.lab.show.parts import Octet, Part, Section
from wsdemo.lab.show.text import clean
from wsdemo.lab.show.theme import Hue, styles

# A head is text, and text wants long lines; the fields of a frame are short, and their notes long.
WIDE = 16
NARROW = 8

# More octets of one field say nothing new; a header is read to its end, if that is not far.
LONGEST_FIELD = 64
LONGEST_LINE = 512
LONGEST = 512

_HEAD = frozenset((Part.START, Part.NAME, Part.VALUE, Part.BREAK))


@dataclass(frozen=True, repr=False)
class Hexdump:
    """Bytes with their offsets, their text and the names of their fields."""

    sections: Sequence[Section]
    annotate: bool = True

    def __repr__(self) -> str:
        """Draw the dump in plain text."""
        if not self.annotate:
            return "\n".join(plain(self._bare())) or "no bytes"
        return "\n\n".join(map(_plain, self.sections, self._lines())) or "no bytes"

    def _repr_html_(self) -> str:
        """Draw the dump for a notebook."""
        if not self.annotate:
            return sheet(_row(line, noted=False) for line in self._bare()) + self._legend()
        return join(map(_html, self.sections, self._lines())) or "no bytes"

    def _lines(self) -> Iterator[list[Line]]:
        """Lay out each section, with offsets that run through all of them."""
        at: int | None = 0
        for section in self.sections:
            lines: list[Line] = []
            size, limit = (WIDE, LONGEST_LINE) if _is_head(section) else (NARROW, LONGEST_FIELD)
            for field in section.fields:
                many = {"limit": limit, "total": len(field.data)}
                made, at = layout(field.octets(), at, size, note=field.note, **many)
                lines += made
            yield lines

    def _bare(self) -> list[Line]:
        fields = [field for section in self.sections for field in section.fields]
        octets = (octet for field in fields for octet in field.octets())
        total = sum(len(field.data) for field in fields)
        return layout(octets, 0, WIDE, limit=LONGEST, total=total)[0]

    def _legend(self) -> Markup:
        """Name the colours, where no note does."""
        parts = dict.fromkeys(octet.part for line in self._bare() for octet in line.octets)
        pills = (pill(part.value, part.hue) for part in parts)
        return element("div", join(pills, " "), style=styles(theme.TEXT, "margin: 0 10px 8px 10px"))


def hexdump(
    data: Data, *, from_client: bool | None = None, annotate: bool = True, hide: bool | None = None
) -> Hexdump:
    """Show bytes with their offsets, as text, and with the names and values of their fields.

    Args:
        data: Bytes of a handshake or of frames or of both, an entry of a recording, or anything
            that can be serialized, such as a frame.
        from_client: Whether the client sent them, so that masks can be judged; an entry knows.
        annotate: Whether each field gets a line of its own and a note; otherwise lines are full.
        hide: Whether to veil what differs from run to run, such as ports, keys and dates. None
            veils it in entries of a recording, and shows bytes as they are.

    Returns:
        The dump, to be displayed or printed.
    """
    return Hexdump(Sample.take(data, from_client=from_client, hide=hide).sections, annotate)


def _is_head(section: Section) -> bool:
    return bool(section.fields) and section.fields[0].spans[0].part in _HEAD


def _plain(section: Section, lines: Sequence[Line]) -> str:
    body = ["", *plain(lines)] if lines else []
    fault = [f"✗ {clean(section.fault)}"] if section.fault else []
    return "\n".join([section.title, *fault, *body])


def _html(section: Section, lines: Sequence[Line]) -> Markup:
    fault = _fault(section.fault) if section.fault else ""
    return sheet(map(_row, lines), title=join([mono(section.title), fault]))


def _fault(rule: str) -> Markup:
    return element("div", pill(f"✗ {clean(rule)}", Hue.VERMILLION), style="margin: 4px 0")


def _row(line: Line, noted: bool = True) -> Markup:
    offset = cell(mono(line.offset, style=theme.FAINT))
    if line.left_out:
        return row(offset, cell(line.digits, colspan=2 + noted, style=theme.FAINT))
    digits = _runs(line.octets, " ", [octet.digits for octet in line.octets])
    chars = _runs(line.octets, "", [octet.char for octet in line.octets])
    return row(offset, cell(digits), cell(chars), *([cell(line.note)] if noted else []))


def _runs(octets: Sequence[Octet], between: str, texts: Sequence[str]) -> Markup:
    """Lay one tint under neighbours of one part, and none between parts."""
    runs: list[tuple[Part, list[str]]] = []
    for octet, text in zip(octets, texts, strict=True):
        if not runs or runs[-1][0] is not octet.part:
            runs.append((octet.part, []))
        runs[-1][1].append(text)
    ground = "padding: 2px 0; border-radius: 3px"
    tinted = (mono(between.join(text), style=f"{part.hue.tint}; {ground}") for part, text in runs)
    return mono(join(tinted, between))
