"""What a connection is told when it is made."""

from __future__ import annotations

import asyncio

import pytest

from wsdemo.protocol.deflate import DeflateConfig
from wsdemo.scratch.options import Marks, MarksLike, Options, deflate_config


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


async def test_the_usual_clock_is_the_loops_with_a_finer_hand() -> None:
    """Options get it once, for all connections of a server."""
    loop = asyncio.get_running_loop()
    options = Options().on(loop)
    assert options.on(loop) is options
    assert options.clock is not None
    before = options.clock.time()
    rung = asyncio.Event()
    options.clock.call_later(0, rung.set)
    await rung.wait()
    assert options.clock.time() > before


def test_a_word_for_compression() -> None:
    """The word "deflate" stands for what is usual; None for none; a configuration for itself."""
    usual, own = DeflateConfig(), DeflateConfig(level=1)
    assert deflate_config("deflate", usual) is usual
    assert deflate_config(None, usual) is None
    assert deflate_config(own, usual) is own
    with pytest.raises(ValueError, match="gzip"):
        deflate_config("gzip", usual)
