"""The field: maps, walls, what they stop."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.apps.game.worlds import OPEN, WALLED
from wsdemo.apps.game.field import LARGE, LONGEST, RADIUS, SMALL, UNIT, Field, blocked, slide

points = st.tuples(st.integers(0, 32 * UNIT), st.integers(0, 19 * UNIT))


def test_a_map_gives_walls_and_spawns() -> None:
    """Runs of # that lie below each other and are equally long are one wall."""
    field = Field.parse("o.##\n..##\n.#..")
    assert (field.width, field.height, field.spawns) == (4, 3, ((0, 0),))
    assert field.walls == ((2, 0, 2, 2), (1, 2, 1, 1))
    assert field.boxes[0] == (2 * UNIT, 0, 4 * UNIT, 2 * UNIT)


@pytest.mark.parametrize("text", [SMALL, LARGE])
def test_the_walls_of_a_map_cover_exactly_its_cells(text: str) -> None:
    """Each # lies in one wall, and nothing else does."""
    rows = text.split()
    cells = [
        (x, y)
        for left, top, wide, high in Field.parse(text).walls
        for x in range(left, left + wide)
        for y in range(top, top + high)
    ]
    assert sorted(cells) == sorted(
        (x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "#"
    )


@pytest.mark.parametrize("text", [SMALL, LARGE])
def test_the_maps_are_fair(text: str) -> None:
    """Turned by half a turn, each is the same: nobody has the better side."""
    rows = text.split()
    assert [row[::-1] for row in rows[::-1]] == rows


@pytest.mark.parametrize(
    ("wide", "walls", "spawns"),
    [
        (LONGEST + 1, (), ((0, 0),)),
        (4, (), ()),
        (4, ((3, 0, 2, 1),), ((0, 0),)),
        (4, ((0, 0, 0, 1),), ((0, 0),)),
        (4, (), ((4, 0),)),
    ],
)
def test_a_field_that_can_not_be_is_refused(
    wide: int, walls: tuple[tuple[int, int, int, int], ...], spawns: tuple[tuple[int, int], ...]
) -> None:
    """Too large, without a spawn, a wall outside, a wall of nothing, a spawn outside."""
    with pytest.raises(ValueError, match="field"):
        Field(wide, 4, walls, spawns)


def test_a_map_with_lines_of_different_lengths_is_refused() -> None:
    """A letter was forgotten."""
    with pytest.raises(ValueError, match="equally long"):
        Field.parse("o..\n..")


def test_a_wall_stops_a_step_from_either_side() -> None:
    """The body ends where the wall begins."""
    field = Field(9, 3, ((4, 1, 1, 1),), ((0, 0),))
    y = 3 * UNIT // 2
    assert slide(field, 3 * UNIT, y, UNIT, upright=False) == 4 * UNIT - RADIUS
    assert slide(field, 6 * UNIT, y, -UNIT, upright=False) == 5 * UNIT + RADIUS
    assert slide(field, 3 * UNIT, UNIT // 2, UNIT, upright=False) == 4 * UNIT


def test_a_step_ends_at_the_edge_of_the_field() -> None:
    """Along both axes."""
    assert slide(OPEN, UNIT, UNIT, -UNIT, upright=False) == RADIUS
    assert slide(OPEN, UNIT, 15 * UNIT, UNIT, upright=True) == 16 * UNIT - RADIUS


@given(points, points)
def test_to_see_is_mutual(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Who sees is seen."""
    assert blocked(WALLED, *one, *other) == blocked(WALLED, *other, *one)


@given(points, points, st.integers(1, 63))
def test_a_line_with_a_point_in_a_wall_is_blocked(
    one: tuple[int, int], other: tuple[int, int], part: int
) -> None:
    """Wherever on the line the point is."""
    assume(one != other)
    (x, y), (to_x, to_y) = one, other
    on_x, on_y = 64 * x + (to_x - x) * part, 64 * y + (to_y - y) * part
    if any(
        64 * left < on_x < 64 * right and 64 * top < on_y < 64 * bottom
        for left, top, right, bottom in WALLED.boxes
    ):
        assert blocked(WALLED, x, y, to_x, to_y)


def test_a_line_along_a_wall_is_free() -> None:
    """To touch is not to cross; one part further in is."""
    field = Field(9, 3, ((4, 1, 1, 1),), ((0, 0),))
    assert not blocked(field, 0, UNIT, 9 * UNIT, UNIT)
    assert blocked(field, 0, UNIT + 1, 9 * UNIT, UNIT + 1)
