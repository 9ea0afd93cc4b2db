"""The bits of a frame, in the diagram that RFC 6455 draws in 5.2, filled with real values.

Leaves out everything behind the first frame, and most of a long payload: `hexdump` shows those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wsdemo.lab.show import bit_art, theme
from wsdemo.lab.show.bit_fields import PAYLOAD_SHOWN, WORD, Bits, Cut, fields, words
from wsdemo.lab.show.dissect import Data, Sample
from wsdemo.lab.show.frame_parts import Layout, judge
from wsdemo.lab.show.head_parts import is_head
from wsdemo.lab.show.markup import Markup, cell, element, mono, pill, row
from wsdemo.lab.show.table import Code, Table
from wsdemo.lab.show.text import clean, count
from wsdemo.lab.show.theme import Hue, styles

# Wide enough for "1" and a name on its side; 32 of them fit an output cell.
_BIT = "22px"
# A large area needs less colour than a few octets of a dump.
_THIN = 0.24
_BOX = "padding: 2px 0; text-align: center; vertical-align: middle; line-height: 1.3"


@dataclass(frozen=True, repr=False)
class BitDiagram:
    """The fields of one frame as boxes over their bits, and what each says."""

    fields: Sequence[Bits]
    fault: str = ""
    """The rule that the frame breaks, or nothing."""

    left_out: int = 0
    """How many octets of the payload are not drawn."""

    def __repr__(self) -> str:
        """Draw the diagram as the RFC does, and list the fields below."""
        fault = f"✗ {clean(self.fault)}" if self.fault else ""
        drawn = "\n".join(filter(None, (bit_art.draw(words(self.fields)), self._rest(), fault)))
        return f"{drawn}\n\n{self._table()}"

    def _repr_html_(self) -> str:
        """Draw the diagram for a notebook."""
        rows = [_ruler(), *(line for word in words(self.fields) for line in _word(word))]
        style = styles(theme.TABLE, "table-layout: fixed", f"width: {22 * WORD}px")
        drawn = element("table", element("tbody", *rows), style=style)
        rest = element("div", self._rest(), style=styles(theme.TEXT, theme.FAINT))
        fault = element("div", pill(f"✗ {clean(self.fault)}", Hue.VERMILLION)) if self.fault else ""
        parts = (drawn, rest, fault, Markup(self._table()._repr_html_()))
        return element("div", *parts, style="overflow-x: auto; padding: 4px 0")

    def _rest(self) -> str:
        return f"… and {count(self.left_out, 'byte')} of payload more" if self.left_out else ""

    def _table(self) -> Table:
        rows = [(Code(field.name), Code(field.shown), field.meaning) for field in self.fields]
        return Table(["field", "value", "meaning"], rows)


def bits(data: Data, *, from_client: bool | None = None, hide: bool | None = None) -> BitDiagram:
    """Draw the first frame in some bytes bit by bit, as RFC 6455 does in 5.2.

    Args:
        data: Bytes that begin with a frame, an entry of a recording, or a frame.
        from_client: Whether the client sent it, so that its mask can be judged; an entry knows.
        hide: Whether to veil a masking key and what is under it; None does so for an entry.

    Returns:
        The diagram, to be displayed or printed.

    Raises:
        ValueError: There is no frame: nothing at all, or a handshake.
    """
    sample = Sample.take(data, from_client=from_client, hide=hide)
    if not sample.data:
        raise ValueError("no bytes, so no bits to draw")
    if is_head(sample.data):
        raise ValueError("an HTTP head has lines and no bit fields: use hexdump()")
    layout = Layout.read(sample.data)
    fault = judge(sample.data[: layout.size], sample.from_client)
    left_out = max(0, len(layout.payload) - PAYLOAD_SHOWN)
    found = fields(layout, hide=sample.hide, inflated=sample.inflated)
    return BitDiagram(found, fault, left_out)


def _ruler() -> Markup:
    style = styles(_BOX, theme.FAINT, f"width: {_BIT}")
    numbers = (mono(bit, style="font-size: 10px") for bit in range(WORD))
    return row(*(cell(number, style=style, align="center") for number in numbers))


def _word(cuts: Sequence[Cut]) -> Iterator[Markup]:
    """Draw a word in two rows: names and values over their bits."""
    yield row(*map(_name, cuts))
    digits = ((cut, at) for cut in cuts for at in range(len(cut.digits)))
    yield row(*(_digit(cut, at) for cut, at in digits))


def _name(cut: Cut) -> Markup:
    style = styles(_BOX, _ground(cut), _sides(True, True), f"border-top: {theme.RULE}")
    if cut.field.flag:
        letters = [element("div", letter) for letter in cut.field.name]
        return cell(*letters, style=styles(style, "font-size: 11px"), align="center")
    parts = [element("div", cut.name), element("div", mono(cut.value))]
    return cell(*parts, style=style, align="center", colspan=len(cut.digits))


def _digit(cut: Cut, at: int) -> Markup:
    first, last = at == 0, at == len(cut.digits) - 1
    style = styles(_BOX, _ground(cut), _sides(first, last))
    under = f"border-bottom: {theme.RULE}"
    return cell(mono(cut.digits[at]), style=styles(style, under), align="center")


def _ground(cut: Cut) -> str:
    return f"background-color: {cut.field.part.hue.rgba(_THIN)}"


def _sides(left: bool, right: bool) -> str:
    line = theme.RULE
    return styles(f"border-left: {line}" if left else "", f"border-right: {line}" if right else "")
