"""The colours and the few inline styles that all displays share.

The hues are Okabe and Ito's, which people with any of the common kinds of colour blindness can
tell apart ("Color Universal Design", 2008). They are laid under the text as translucent tints,
and the text keeps the colour of the page: so every display is legible on a light and on a dark
theme without asking which one it is on. No meaning is carried by colour alone.

Every declaration here is one that JupyterLab's sanitizer lets through, so that a notebook that is
not trusted looks the same. Leaves out style sheets, scripts and SVG, which it removes.
"""

import enum


class Hue(enum.Enum):
    """A colour of the palette, as red, green and blue."""

    BLUE = (0, 114, 178)
    SKY = (86, 180, 233)
    GREEN = (0, 158, 115)
    YELLOW = (240, 228, 66)
    ORANGE = (230, 159, 0)
    VERMILLION = (213, 94, 0)
    PURPLE = (204, 121, 167)
    GREY = (128, 128, 128)

    def rgba(self, alpha: float) -> str:
        """Give the colour as CSS, let through by `alpha` (0 is clear, 1 is opaque)."""
        red, green, blue = self.value
        return f"rgba({red}, {green}, {blue}, {alpha:g})"

    @property
    def hex(self) -> str:
        """The opaque colour, as matplotlib and HTML both read it."""
        return "#{:02x}{:02x}{:02x}".format(*self.value)

    @property
    def tint(self) -> str:
        """A declaration that lays the colour thinly under text, which stays legible."""
        return f"background-color: {self.rgba(TINT)}"

    @property
    def edge(self) -> str:
        """A declaration that draws the colour as a bar at the left of a box."""
        return f"border-left: 3px solid {self.rgba(0.9)}"


# Strong enough to tell eight hues apart, weak enough to keep text at 4.5:1 or better on white and
# on JupyterLab's #111 (tests/lab/show/test_theme.py computes it).
TINT = 0.36

MONO = "font-family: Menlo, Consolas, 'DejaVu Sans Mono', monospace"
TEXT = "font-size: 13px; line-height: 1.5"
RULE = f"1px solid {Hue.GREY.rgba(0.5)}"
HAIRLINE = f"1px solid {Hue.GREY.rgba(0.25)}"
FAINT = "opacity: 0.75"

# JupyterLab centres tables, fixes their layout and stripes their rows; these undo it.
TABLE = f"border-collapse: collapse; border: none; table-layout: auto; margin: 4px 0; {TEXT}"
ROW = "background: transparent; border: none"
CELL = "border: none; padding: 2px 10px; text-align: left; vertical-align: top"


def styles(*declarations: str) -> str:
    """Join declarations, leaving out the empty ones; a later one wins over an earlier one."""
    return "; ".join(filter(None, declarations))
