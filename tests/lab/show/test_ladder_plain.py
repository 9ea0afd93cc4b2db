"""The ladder in plain text: arrows that begin and end where they should."""

import pytest

from tests.lab.show.samples import DOWN, UP, entry, text
from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.entries import End, Entry
from wsdemo.lab.show import ladder_plain
from wsdemo.lab.show.ladder_steps import Fold, Shape, Step, steps
from wsdemo.lab.show.text import width


def step(source: Entry, shape: Shape = Shape.WHOLE) -> Step:
    """Make a step of one entry."""
    (made,) = steps([source], None, times=False, mark=(), hide=True)
    return Step(made.direction, made.label, made.look, shape, made.ends)


@pytest.mark.parametrize(
    ("direction", "shape", "drawn"),
    [
        (UP, Shape.WHOLE, ("──", "─────►")),
        (DOWN, Shape.WHOLE, ("◄─────", "──")),
        (UP, Shape.LOST, ("──", "──✗   ")),
        (DOWN, Shape.LOST, ("   ✗──", "──")),
        (UP, Shape.MIDWAY, ("  ──", "───►")),
        (DOWN, Shape.MIDWAY, ("◄───", "──  ")),
    ],
)
def test_a_shaft_has_its_shape(direction: Direction, shape: Shape, drawn: tuple[str, str]) -> None:
    """From end to end, up to where it was lost, or from where the wire began it."""
    assert ladder_plain.shafts(step(text("a", direction), shape), 8) == drawn


def test_an_end_of_stream_is_broken_in_looks_too() -> None:
    """It carries no bytes."""
    assert ladder_plain.shafts(step(entry(UP, End(Kind.EOF))), 8) == ("╌╌", "╌╌╌╌╌►")


def test_brackets_gather_what_is_folded() -> None:
    """Beside one step a count, beside several a bracket."""
    one, two = step(text("a")), step(text("b"))
    assert ladder_plain.bracket(Fold((one,)), 0) == ""
    assert ladder_plain.bracket(Fold((one,), 12), 0) == "× 12"
    three = Fold((one, two, one), 3)
    assert [ladder_plain.bracket(three, index) for index in range(3)] == ["┐", "│", "┘ × 3"]


def test_long_lines_of_a_head_are_broken() -> None:
    """And what continues one is set in."""
    assert ladder_plain.broken(["a: b", "name: value value"], 12) == [
        "a: b",
        "name:",
        "  value",
        "  value",
    ]


def test_a_pause_is_named() -> None:
    """If it is long enough to be news."""
    folds = [Fold((Step(UP, ("a",), step(text("a")).look, sent=at),)) for at in (0.0, 0.05, 1.0)]
    assert [pause for pause, _ in ladder_plain.pauses(folds)] == ["", "", "950 ms later"]


@pytest.mark.parametrize(("last", "shown"), [(0.0123, "0.5 ms"), (2.0, "0.001 s")])
def test_all_times_of_a_ladder_have_one_unit(last: float, shown: str) -> None:
    """Milliseconds, while all of it is over within a second."""
    folds = [Fold((Step(UP, ("a",), step(text("a")).look, sent=last),))]
    assert ladder_plain.clock(folds)(0.0005) == shown


@pytest.mark.parametrize("times", [False, True])
@pytest.mark.parametrize("message", ["a", "x" * 60, "日本語" * 20])
def test_lines_are_88_columns_wide_at_most(message: str, times: bool) -> None:
    """And the lifelines stay where they are."""
    folds = [Fold((step(text(message)),), 1000), Fold((step(text(message, DOWN)),))]
    lines = list(ladder_plain.draw(folds, times=times))
    assert max(map(width, lines)) <= 88
    assert len({width(line.rpartition("│")[0]) for line in lines[1:]}) == 1
