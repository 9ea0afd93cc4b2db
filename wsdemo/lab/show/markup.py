"""HTML built from text that is escaped by default.

A payload is written by the other side, and it may hold `<script>`. So a string becomes HTML here
only by being escaped, and HTML that is built already has a type of its own. Leaves out parsing,
templates and void elements, which no display needs.
"""

import html
from collections.abc import Iterable
from typing import Self

from wsdemo.lab.show.theme import CELL, MONO, ROW, TABLE, TEXT, Hue, styles


class Markup(str):
    """A string that is HTML already; every other string is text and gets escaped."""

    __slots__ = ()

    def __add__(self, other: str) -> Self:
        """Join HTML to HTML; text is escaped on the way."""
        return type(self)(str(self) + str(escape(other)))


def escape(text: object) -> Markup:
    """Turn text into HTML that shows it; what is HTML already stays as it is."""
    return text if isinstance(text, Markup) else Markup(html.escape(str(text)))


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Put HTML and text one after the other."""
    return Markup(str(escape(between)).join(map(escape, parts)))


def element(tag: str, *children: object, style: str = "", **attributes: object) -> Markup:
    """Build one element.

    Args:
        tag: Its name.
        children: HTML as `Markup`; anything else is text, and is escaped.
        style: Its inline style; none when empty.
        attributes: Further attributes; one that is None is left out.

    Returns:
        The element with its end tag.
    """
    if style:
        attributes["style"] = style
    written = "".join(
        f' {name.rstrip("_")}="{html.escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{join(children)}</{tag}>")


def mono(*children: object, style: str = "") -> Markup:
    """Set something in a fixed-width font that stays one where styles are stripped.

    `samp` rather than `code`: JupyterLab and code hosts lay a grey box under `code`.
    """
    return element("samp", *children, style=styles(MONO, "white-space: pre", style))


def cell(*children: object, style: str = "", tag: str = "td", **attributes: object) -> Markup:
    """Build a cell of a table, to the left and at the top unless `style` says otherwise."""
    align = "right" if "text-align: right" in style else "left"
    attributes = {"align": align, **attributes}
    return element(tag, *children, style=styles(CELL, style), **attributes)


def row(*cells: Markup, style: str = "") -> Markup:
    """Build a row of a table."""
    return element("tr", *cells, style=styles(ROW, style))


def sheet(body: Iterable[Markup], head: Iterable[Markup] = (), title: object = "") -> Markup:
    """Build a whole display: a title, and a table that scrolls sideways when it must.

    Args:
        body: The rows.
        head: The header rows, if any.
        title: What stands above it in bold; nothing when empty.

    Returns:
        The display's HTML.
    """
    top = join(head)
    parts = [element("thead", top, style="border: none")] if top else []
    table = element("table", *parts, element("tbody", *body), style=TABLE)
    return element("div", heading(title), table, style="overflow-x: auto; padding: 4px 0")


def pill(text: object, hue: Hue) -> Markup:
    """Build a few words on a tinted ground, such as a name in a legend or a warning."""
    style = styles(hue.tint, "display: inline-block; padding: 1px 8px; border-radius: 3px")
    return element("span", text, style=style)


def heading(title: object) -> Markup:
    """Build the line above a display; nothing when there is nothing to say."""
    if not title:
        return Markup("")
    return element("div", element("strong", title), style=styles(TEXT, "margin: 2px 10px"))
