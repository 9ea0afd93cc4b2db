"""A ladder for a notebook: a table whose middle column holds the arrows, drawn in characters.

The characters are what makes it a ladder where styles are stripped; colours are added on top.
"""

from collections.abc import Iterator, Sequence

from wsdemo.lab.show import theme
from wsdemo.lab.show.ladder_plain import (
    MARK,
    SHAFT,
    SILENT,
    Lifelines,
    bracket,
    broken,
    clock,
    distance,
    passed,
    pauses,
    shafts,
)
from wsdemo.lab.show.ladder_steps import Fold, Look, Step
from wsdemo.lab.show.markup import Markup, cell, element, join, mono, row, sheet
from wsdemo.lab.show.text import clip, width
from wsdemo.lab.show.theme import Hue, styles

WIDEST = 84

_SIDE = "vertical-align: middle; white-space: nowrap"
_MIDDLE = "vertical-align: middle; padding: 2px 0; white-space: nowrap"
_LABEL = "display: inline-block; padding: 0 6px; border-radius: 4px; vertical-align: middle"
_BREAK = Markup("<br>")


def draw(folds: Sequence[Fold], title: str) -> Markup:
    """Draw a ladder.

    Args:
        folds: The steps.
        title: What stands above it; nothing when empty.

    Returns:
        Its HTML.
    """
    size = distance(folds, WIDEST)
    lines = Lifelines()
    # The head first: drawing the rows lets lifelines end.
    return sheet(head=[_head(lines)], body=_rows(folds, size, lines), title=title)


def _head(lines: Lifelines) -> Markup:
    ends = ("client", "text-align: right"), ("", _lifelines(lines)), ("server", "")
    return row(*(cell(name, style=styles(_SIDE, style), tag="th") for name, style in ends))


def _rows(folds: Sequence[Fold], size: int, lines: Lifelines) -> Iterator[Markup]:
    written = clock(folds)
    for pause, fold in pauses(folds):
        if pause:
            yield _row("", element("em", f"· {pause} ·"), "", lines, center=True)
        for index, step in enumerate(fold.steps):
            left, right = passed(step, written)
            mark = element("strong", MARK) if step.marked else ""
            before = join(filter(None, (mark, left)), " ")
            after = right or mono(bracket(fold, index))
            yield _row(before, _arrow(step, size), after, lines)
            lines.after(step)


def _row(before: str, middle: Markup, after: str, lines: Lifelines, center: bool = False) -> Markup:
    align = "center" if center else "left"
    style = styles(_MIDDLE, _lifelines(lines), f"text-align: {align}")
    return row(
        cell(before, style=styles(_SIDE, "text-align: right")),
        cell(middle, style=style, align=align),
        cell(after, style=_SIDE),
    )


def _lifelines(lines: Lifelines) -> str:
    sides = {"left": lines.client, "right": lines.server}
    color = Hue.GREY.rgba(0.8)
    drawn = ((side, "dotted" if line == SILENT else "solid") for side, line in sides.items())
    return styles(*(f"border-{side}: 2px {kind} {color}" for side, kind in drawn))


def _arrow(step: Step, size: int) -> Markup:
    if step.look is Look.HEAD:
        texts = broken(step.label, size - SHAFT)
    else:
        texts = [clip(step.label[0], size - SHAFT)]
    # A space on either side of the label belongs to the shafts, so that it is there without style.
    before, after = shafts(step, size - max(map(width, texts)) - 2)
    weight = "font-weight: bold" if step.marked else ""
    style = styles(_LABEL, theme.MONO, step.look.hue.tint, weight)
    label = element("samp", join(texts, _BREAK), style=style)
    middle = "vertical-align: middle"
    return join([mono(before + " ", style=middle), label, mono(" " + after, style=middle)])
