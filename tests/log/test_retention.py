"""What a log may forget, as its settings say it."""

import math
from typing import Any

import pytest

from wsdemo.log import Retention


def test_by_default_nothing_is_removed() -> None:
    """And if something is, by hand, a client may retry for a day."""
    assert Retention() == Retention(count=None, age=None, remember=86_400)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"count": 0}, "count 0 would keep nothing"),
        ({"age": 0}, "age 0 is no time"),
        ({"age": math.nan}, "age nan is no time"),
        ({"remember": -1}, "remember -1 is no time"),
        ({"remember": math.inf}, "remember inf is no time"),
    ],
)
def test_a_limit_that_keeps_nothing_is_refused(limits: dict[str, Any], words: str) -> None:
    """It would look like a log that loses everything."""
    with pytest.raises(ValueError, match=words):
        Retention(**limits)
