"""Source code as a notebook shows it: coloured, under the name of its file.

The code stands on a ground of its own. In JupyterLab that ground, the ink and the colours are the
editor's, of whatever theme; everywhere else they are dark on light. Leaves out finding the text,
which is `source_text`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from wsdemo.lab.show.markup import element, join
from wsdemo.lab.show.source_text import find, without_docstrings
from wsdemo.lab.show.theme import MONO, TEXT, Hue, styles


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour on the light ground, and the name that JupyterLab's themes have for it."""

    plain: str
    theme: str
    extra: str = ""

    @property
    def style(self) -> str:
        """The plain colour first: whoever does not know variables keeps it.

        A theme that lacks the colour has an ink, which fits its ground as the plain one may not.
        """
        ink = f"var(--jp-content-font-color0, {self.plain})"
        themed = f"color: var(--jp-{self.theme}, {ink})"
        return styles(f"color: {self.plain}", themed, self.extra)


# The most special that fits wins. Each has 4.5:1 on the light ground.
INKS: Mapping[_TokenType, Ink] = {
    Keyword: Ink("#005c91", "mirror-editor-keyword-color", "font-weight: bold"),
    Keyword.Constant: Ink("#005c91", "mirror-editor-keyword-color"),
    Name.Builtin: Ink("#00664b", "mirror-editor-builtin-color"),
    Name.Exception: Ink("#00664b", "mirror-editor-builtin-color"),
    Name.Function: Ink("#6a3d9a", "mirror-editor-def-color"),
    Name.Class: Ink("#6a3d9a", "mirror-editor-def-color", "font-weight: bold"),
    Name.Decorator: Ink("#8a4b00", "mirror-editor-meta-color"),
    String: Ink("#a03000", "mirror-editor-string-color"),
    Number: Ink("#00664b", "mirror-editor-number-color"),
    Operator.Word: Ink("#005c91", "mirror-editor-keyword-color", "font-weight: bold"),
    Comment: Ink("#5a6068", "mirror-editor-comment-color", "font-style: italic"),
}

GROUND = "#f7f7f5"
TEXT_INK = Ink("#1f1f1f", "content-font-color0")

_TITLE = styles(
    TEXT, "padding: 3px 10px; border-radius: 4px 4px 0 0", f"background-color: {Hue.BLUE.rgba(0.2)}"
)
_CODE = styles(
    MONO,
    TEXT,
    f"background-color: {GROUND}",
    f"background-color: var(--jp-cell-editor-background, {GROUND})",
    TEXT_INK.style,
    f"margin: 0; padding: 8px 10px; border: 1px solid {Hue.GREY.rgba(0.3)}; overflow-x: auto",
)


@dataclass(frozen=True, repr=False)
class Source:
    """A piece of source code, with the title it is shown under."""

    text: str
    title: str

    def __repr__(self) -> str:
        """Return the code itself."""
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        """Show the code coloured, under its title."""
        code = element("pre", join(_colored(self.text)), style=_CODE)
        title = element("div", element("strong", self.title), style=_TITLE)
        return element("div", title, code, style="margin: 4px 0")


def source(
    target: object, *, docstring: bool = True, lines: tuple[int, int] | None = None
) -> Source:
    """Show the source of something in `wsdemo`, or in any other Python module.

    Args:
        target: A function, class, method, property or module; or a dotted name, which also
            finds a constant, such as ``"wsdemo.protocol.connection.TRANSITIONS"``.
        docstring: Whether to show docstrings.
        lines: The first and the last line to show, counted from 1 in what would be shown.

    Returns:
        The source, to be displayed or printed.

    Raises:
        ValueError: It has no source, or no such lines.
    """
    found = find(target)
    text = found.text if docstring else without_docstrings(found.text)
    if lines is not None:
        first, last = lines
        chosen = text.splitlines(keepends=True)[max(0, first - 1) : last]
        if not chosen:
            raise ValueError(f"lines {first} to {last} of {len(text.splitlines())} are none")
        text = "".join(chosen)
    return Source(text, " · ".join(filter(None, (found.file, found.name))))


def _colored(text: str) -> Iterator[object]:
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for token, part in lexer.get_tokens(text):
        ink = _ink(token)
        yield element("span", part, style=ink.style) if ink and part.strip() else part


def _ink(token: _TokenType) -> Ink | None:
    kinds = reversed(token.split())
    return next((INKS[kind] for kind in kinds if kind in INKS), None)
