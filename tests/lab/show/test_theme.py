"""The colours can be told apart, and text on them is legible on light and on dark pages."""

import pytest

from wsdemo.lab.show.source import GROUND, INKS, TEXT_INK, Ink
from wsdemo.lab.show.theme import TINT, Hue, styles

Color = tuple[float, float, float]
WHITE, BLACK = (255.0, 255.0, 255.0), (17.0, 17.0, 17.0)

# JupyterLab's ink: 87 % black on its light theme, white on its dark one.
PAGES = {"light": (WHITE, (33.0, 33.0, 33.0)), "dark": (BLACK, WHITE)}


def luminance(color: Color) -> float:
    """Relative luminance, by WCAG 2.2."""
    parts = [part / 255 for part in color]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio, by WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(color: Color, alpha: float, page: Color) -> Color:
    """Lay a translucent colour on a page."""
    red, green, blue = (c * alpha + p * (1 - alpha) for c, p in zip(color, page, strict=True))
    return red, green, blue


def from_hex(text: str) -> Color:
    """Read ``#rrggbb``."""
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("hue", Hue)
def test_text_on_every_tint_is_legible(hue: Hue, page: str) -> None:
    """WCAG's 4.5:1, on a white page and on JupyterLab's dark one."""
    ground, ink = PAGES[page]
    assert contrast(over(hue.value, TINT, ground), ink) >= 4.5


@pytest.mark.parametrize("page", PAGES)
def test_faint_text_is_legible(page: str) -> None:
    """Offsets are faint, and no fainter than 4.5:1."""
    ground, ink = PAGES[page]
    assert contrast(over(ink, 0.75, ground), ground) >= 4.5


@pytest.mark.parametrize("ink", [*INKS.values(), TEXT_INK])
def test_code_is_legible_on_its_ground(ink: Ink) -> None:
    """Wherever a theme's own colours are not to be had."""
    assert contrast(from_hex(ink.plain), from_hex(GROUND)) >= 4.5


def test_a_hue_is_written_as_css_and_as_hex() -> None:
    """The forms that HTML and matplotlib read."""
    assert Hue.BLUE.rgba(0.5) == "rgba(0, 114, 178, 0.5)"
    assert Hue.BLUE.hex == "#0072b2"
    assert Hue.BLUE.edge == "border-left: 3px solid rgba(0, 114, 178, 0.9)"


def test_empty_declarations_are_left_out() -> None:
    """A style that does not apply leaves no trace."""
    assert styles("color: red", "", "margin: 0") == "color: red; margin: 0"
