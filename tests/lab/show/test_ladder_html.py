"""The ladder for a notebook: characters that make it one, and colours on top."""

from tests.lab.show.pages import Page
from tests.lab.show.samples import DOWN, UP, conversation, entry, text
from wsdemo.lab.chunks import Kind
from wsdemo.lab.entries import End, Entry
from wsdemo.lab.show import ladder_html
from wsdemo.lab.show.ladder_steps import fold, steps
from wsdemo.lab.show.markup import Markup


def drawn(entries: list[Entry], title: str = "") -> Markup:
    """Draw entries."""
    made = steps(entries, None, times=False, mark=(3,), hide=True)
    return ladder_html.draw(list(fold(made)), title)


def test_it_is_well_formed_and_safe() -> None:
    """With all kinds of steps."""
    assert not Page(drawn(conversation(), "connection 1")).faults


def test_without_styles_the_arrows_are_there() -> None:
    """They are characters."""
    page = Page(drawn(conversation()))
    assert "── TEXT 'Hello' [5 bytes, masked] ──" in page.text
    assert "─► " not in page.text  # an arrow ends at the lifeline
    assert page.text.count("►") == 4
    assert page.text.count("◄") == 5


def test_the_middle_column_is_as_wide_in_every_row() -> None:
    """So that all arrows reach both lifelines."""
    page = Page(drawn([text("a"), text("longer"), text("b", DOWN)]).partition("<tbody>")[2])
    arrows = [
        line for line in page.text.replace("►", "►\n").replace("◄", "\n◄").split("\n") if line
    ]
    assert len({len(line) for line in arrows}) == 1


def test_lifelines_of_those_who_ended_are_dotted() -> None:
    """Those of the others go on."""
    markup = drawn([entry(UP, End(Kind.EOF)), text("late", DOWN)])
    _, head, first, second = markup.split("<tr ")
    assert "dotted" not in head + first
    assert "border-left: 2px dotted" in second
    assert "border-right: 2px solid" in second


def test_a_mark_is_a_sign() -> None:
    """And bold type, not a colour."""
    page = Page(drawn(conversation()))
    assert page.text.count("▸") == 1


def test_a_payload_cannot_become_html() -> None:
    """Nor can a connection's title."""
    page = Page(drawn([text("<script>")], "<script>"))
    assert not page.faults
    assert page.text.count("<script>") == 2
