"""Source code as it is shown: the code itself in plain text, coloured under a title in HTML."""

import pytest

from tests.lab.show.pages import check
from wsdemo.lab.show.source import source
from wsdemo.protocol import closing
from wsdemo.protocol.closing import Close


def test_the_plain_form_is_the_code() -> None:
    """Nothing but."""
    assert repr(source(closing.may_be_sent)).startswith("def may_be_sent(code: int) -> bool:\n")
    assert not repr(source(closing.may_be_sent)).endswith("\n")


def test_html_is_the_code_under_its_title() -> None:
    """To the last character, quotes and angle brackets included."""
    shown = source(Close)
    page = check(shown)
    assert page.text == f"wsdemo/protocol/closing.py · Close{shown!r}\n"
    assert page.tags[:4] == ["div", "div", "strong", "pre"]


def test_words_are_coloured() -> None:
    """By the theme where there is one, and by fixed colours where there is none."""
    markup = source(closing.may_be_sent)._repr_html_()
    keyword = "color: #005c91; color: var(--jp-mirror-editor-keyword-color, "
    assert f'<span style="{keyword}' in markup


def test_keywords_and_comments_differ_in_more_than_colour() -> None:
    """Bold and italic."""
    markup = source(closing.may_be_sent)._repr_html_()
    assert 'font-weight: bold">return</span>' in markup
    assert 'font-style: italic"># RFC' in markup


def test_docstrings_can_be_left_out() -> None:
    """What remains is the code, with its comments."""
    lines = repr(source(closing.may_be_sent, docstring=False)).splitlines()
    assert lines[1].startswith("    # RFC 6455, 7.4.2")


def test_a_part_can_be_shown() -> None:
    """By lines of what would be shown, from 1, both included."""
    assert repr(source(closing.may_be_sent, lines=(1, 1))) == "def may_be_sent(code: int) -> bool:"
    last = source(closing.may_be_sent, docstring=False, lines=(4, 99))
    assert repr(last).startswith("    return 3000")


def test_lines_that_are_not_there_are_named() -> None:
    """Rather than an empty box."""
    with pytest.raises(ValueError, match="lines 50 to 60"):
        source(closing.may_be_sent, lines=(50, 60))
