"""HTML is escaped unless it is known to be HTML."""

from tests.lab.show.pages import Page
from wsdemo.lab.show.markup import (
    Markup,
    cell,
    element,
    escape,
    heading,
    join,
    mono,
    pill,
    row,
    sheet,
)
from wsdemo.lab.show.theme import Hue


def test_text_is_escaped_and_html_is_not() -> None:
    """The type tells them apart, also when they are added."""
    assert escape("<&>") == "&lt;&amp;&gt;"
    assert escape(Markup("<b>")) == "<b>"
    assert Markup("<b>") + "<i>" == "<b>&lt;i&gt;"
    assert isinstance(Markup("a") + "b", Markup)


def test_an_element_has_attributes_and_children() -> None:
    """One that is None is left out, and quotes are escaped."""
    made = element("td", "a<b", style="color: red", colspan=2, align=None, title='"')
    assert made == '<td colspan="2" title="&quot;" style="color: red">a&lt;b</td>'


def test_join_puts_parts_together() -> None:
    """Text and HTML mixed, and what stands between."""
    assert join([Markup("<b>"), "<"], " & ") == "<b> &amp; &lt;"


def test_fixed_width_survives_without_styles() -> None:
    """The element itself asks for such a font."""
    assert mono("81").startswith("<samp ")


def test_a_cell_is_aligned_with_and_without_styles() -> None:
    """An attribute says the same as the style."""
    assert 'align="right"' in cell("1", style="text-align: right")
    assert 'align="left"' in cell("1")


def test_a_sheet_is_a_whole_display() -> None:
    """Title, head and body, in one element that scrolls."""
    made = sheet([row(cell("body"))], [row(cell("head", tag="th"))], "title")
    page = Page(made)
    assert not page.faults
    assert page.text == "titleheadbody"
    assert page.tags[0] == "div"


def test_nothing_is_made_of_nothing() -> None:
    """No title, no line for it; no head, no element for it."""
    assert heading("") == ""
    assert "thead" not in sheet([])


def test_a_pill_is_tinted_text() -> None:
    """And the text says what the colour says."""
    assert Hue.GREEN.tint in pill("ok", Hue.GREEN)
    assert Page(pill("ok", Hue.GREEN)).text == "ok"
