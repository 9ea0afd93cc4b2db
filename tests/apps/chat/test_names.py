"""When two spellings are one name, and what is none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.apps.chat.names import LONGEST, BadName, Name, folded


@pytest.mark.parametrize(
    "other", ["ADA", "ada", "Ａｄａ", "ᴬda", "𝐀𝐝𝐚"], ids=["upper", "lower", "wide", "small", "bold"]
)
def test_spellings_of_one_name_have_one_key(other: str) -> None:
    """Another case, another width, another style."""
    assert Name.parse(other).key == Name.parse("Ada").key == "ada"


def test_a_name_is_shown_as_it_was_written_but_for_its_form() -> None:
    """NFKC: an accent of its own becomes part of the letter."""
    assert Name.parse("Zoe\u0308").shown == str(Name.parse("Zoë")) == "Zoë"


@pytest.mark.parametrize("sharp", ["STRASSE", "straße", "strasse"])
def test_case_is_folded_and_not_only_lowered(sharp: str) -> None:
    """The sharp s has no capital but two."""
    assert Name.parse(sharp).key == "strasse"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        " ",
        "a b",
        "a\nb",
        "a\u200bb",
        "a\u3164",
        "a\ufe0f",
        "a\U000e0101",
        "\u202eada",
        "@",
        "#a",
        ".a",
        "-",
        "\u0301a",
        "a/b",
        "x" * (LONGEST + 1),
        "ﷺ" * 2,
        "\ud800",
    ],
)
def test_what_is_no_name(bad: str) -> None:
    """Spaces, what is not seen, what begins with no letter, and what is or becomes too long."""
    with pytest.raises(BadName) as caught:
        Name.parse(bad)
    assert not bad.strip() or bad not in str(caught.value)


@given(st.text(max_size=LONGEST))
def test_a_key_is_the_key_of_all_its_forms(text: str) -> None:
    """Whoever writes a name in another normal form or folded writes the same name."""
    key = folded(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == key
    assert folded(key) == folded(text.casefold()) == key


@given(st.text(max_size=2 * LONGEST))
def test_a_name_that_is_one_stays_one(text: str) -> None:
    """What is shown can be typed again, and fits the name of a log."""
    try:
        name = Name.parse(text)
    except BadName:
        return
    assert Name.parse(name.shown) == name
    assert name.shown.isprintable()
    assert len(name.key.encode()) <= 4 * LONGEST
