"""A judge of HTML: well formed, free of what a notebook that is not trusted would lose."""

import re
from html.parser import HTMLParser

VOID = {"br"}
ALLOWED = {
    "div",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "samp",
    "pre",
    "strong",
    "em",
}

# A part of what JupyterLab's sanitizer lets through, written more strictly.
COLOR = r"(#[0-9a-f]{6}|transparent|rgba\(\d+, \d+, \d+, (0?\.\d+|0|1)\))"
LENGTH = r"-?\d+(px)?"
VALUES = {
    "background": COLOR,
    "background-color": COLOR,
    "border": rf"none|\d+px (solid|dotted) {COLOR}",
    "border-bottom": rf"\d+px (solid|dotted) {COLOR}",
    "border-collapse": "collapse",
    "border-left": rf"\d+px (solid|dotted) {COLOR}",
    "border-radius": rf"{LENGTH}( {LENGTH})*",
    "border-right": rf"\d+px (solid|dotted) {COLOR}",
    "border-top": rf"\d+px (solid|dotted) {COLOR}",
    "color": COLOR,
    "display": "inline-block",
    "font-family": r"[\w' ,-]+",
    "font-size": LENGTH,
    "font-style": "italic",
    "font-weight": "bold",
    "line-height": r"\d(\.\d)?",
    "margin": rf"{LENGTH}( {LENGTH})*",
    "opacity": r"0\.\d+",
    "overflow-x": "auto",
    "padding": rf"{LENGTH}( {LENGTH})*",
    "table-layout": "auto|fixed",
    "text-align": "left|right|center",
    "vertical-align": "top|middle",
    "white-space": "pre|pre-wrap|nowrap",
    "width": LENGTH,
}


class Page(HTMLParser):
    """Reads HTML, and keeps its faults, its elements and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and judge its attributes."""
        self.tags.append(tag)
        if tag not in ALLOWED | VOID:
            self.faults.append(f"<{tag}>")
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            if name == "style":
                self.faults += _unsafe(value or "")
            elif name not in {"align", "colspan"}:
                self.faults.append(f"attribute {name}")

    def handle_endtag(self, tag: str) -> None:
        """Match an end tag with its start."""
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> out of place")

    def handle_data(self, data: str) -> None:
        """Gather the text."""
        self.text += data


def _unsafe(style: str) -> list[str]:
    """Name the declarations that may be lost; one with a variable stands for a better colour."""
    pairs = [declaration.split(": ", 1) for declaration in style.split("; ")]
    return [
        f"{name}: {value}"
        for name, value in pairs
        if not value.startswith("var(--jp-") and not re.fullmatch(VALUES.get(name, ""), value)
    ]


def check(display: object) -> Page:
    """Assert that a display's HTML is well formed and safe, and the same when asked again."""
    markup = display._repr_html_()  # type: ignore[attr-defined]
    page = Page(markup)
    assert not page.faults, page.faults
    assert markup == display._repr_html_()  # type: ignore[attr-defined]
    return page
