"""What a connection is told when it is made."""

from __future__ import annotations

import pytest

from wsdemo.scratch.options import Marks, MarksLike, Options


@pytest.mark.parametrize(
    ("given", "marks"),
    [
        (16, (16, 4)),
        (0, (0, 0)),
        (None, (None, None)),
        ((16, 2), (16, 2)),
        ((16, None), (16, 4)),
        ((None, 4), (16, 4)),
        ((None, None), (None, None)),
    ],
)
def test_marks_are_completed(given: MarksLike, marks: tuple[int | None, int | None]) -> None:
    """The low mark is a quarter of the high one unless it is given."""
    assert Marks.of(given) == marks


@pytest.mark.parametrize("given", [(4, 16), (4, -1), -1])
def test_marks_in_the_wrong_order_are_refused(given: MarksLike) -> None:
    """The low mark is between zero and the high one."""
    with pytest.raises(ValueError, match="0 <= low <= high"):
        Marks.of(given)


def test_default_marks_are_complete() -> None:
    """The defaults say what ``Marks.of`` would make of their high marks."""
    assert Options().queue == Marks.of(16)
    assert Options().write == Marks.of(32_768)
