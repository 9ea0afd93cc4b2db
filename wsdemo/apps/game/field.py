"""The field: how large it is, where its walls are, and what they stop.

All lengths are integers. Walls and spawns are in whole units, as in the map; positions, speeds and
the `Field.boxes` are in parts of a unit, `UNIT` to one. Python and JavaScript then agree to the
last bit: every product here stays below 2**53, and nothing is divided.

x grows to the right and y downwards, as on a canvas.

Leaves out the players, but for their size: a body is a square of twice `RADIUS`, and bodies pass
through each other. Were they to collide, nobody could predict itself without knowing what the
others are doing at this moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["LARGE", "LONGEST", "RADIUS", "SMALL", "UNIT", "Box", "Field", "blocked", "slide"]

UNIT = 1024
"""Parts of one unit of length."""
RADIUS = 512
"""Half of a player's width, in parts."""
LONGEST = 128
"""Units of the longest side: squares of cross products with an aim stay below 2**53."""

Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field.

    Args:
        width: in units.
        height: in units.
        walls: x, y, width and height of each, in units.
        spawns: the cells where players begin, x and y in units; a player stands in the middle.

    Attributes:
        boxes: left, top, right and bottom of each wall, in parts.

    Raises:
        ValueError: it is too large, has no spawn, or a wall or a spawn lies outside.
    """

    width: int
    height: int
    walls: tuple[Box, ...]
    spawns: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (1 <= self.width <= LONGEST and 1 <= self.height <= LONGEST):
            raise ValueError(f"a field of {self.width} × {self.height}; {LONGEST} at most")
        if not self.spawns:
            raise ValueError("a field without a spawn: nobody could begin")
        for x, y, wide, high in (*self.walls, *((x, y, 1, 1) for x, y in self.spawns)):
            inside = 0 <= x <= x + wide <= self.width and 0 <= y <= y + high <= self.height
            if not inside or wide < 1 or high < 1:
                raise ValueError(f"{(x, y, wide, high)} is not inside of the field")
        boxes = (
            (x * UNIT, y * UNIT, (x + wide) * UNIT, (y + high) * UNIT)
            for x, y, wide, high in self.walls
        )
        object.__setattr__(self, "boxes", tuple(boxes))

    @classmethod
    def parse(cls, text: str) -> Field:
        """Read a map: ``#`` is a wall, ``o`` a spawn, everything else is free.

        Raises:
            ValueError: its lines are not equally long; or as for a `Field`.
        """
        rows = text.split()
        if len({len(row) for row in rows}) != 1:
            raise ValueError("the lines of a map are equally long, and there is one at least")
        spawns = [(x, y) for y, row in enumerate(rows) for x, at in enumerate(row) if at == "o"]
        return cls(len(rows[0]), len(rows), tuple(_walls(rows)), tuple(spawns))

    def middle(self, spawn: int) -> tuple[int, int]:
        """Return the middle of a spawn's cell, in parts."""
        x, y = self.spawns[spawn]
        return x * UNIT + UNIT // 2, y * UNIT + UNIT // 2


def slide(field: Field, x: int, y: int, step: int, *, upright: bool) -> int:
    """Move a body along one axis, as far as the walls let it.

    A step is shorter than a wall and a body together are thick, so that none is leapt over.

    Args:
        field: where.
        x: of its middle.
        y: the same.
        step: how far to go.
        upright: whether to go along y, and not along x.

    Returns:
        Its new x, or its new y.
    """
    at, side, end = (y, x, field.height) if upright else (x, y, field.width)
    to = min(max(at + step, RADIUS), end * UNIT - RADIUS)
    for left, top, right, bottom in field.boxes:
        near, far, low, high = (top, bottom, left, right) if upright else (left, right, top, bottom)
        if low - RADIUS < side < high + RADIUS and near - RADIUS < to < far + RADIUS:
            to = near - RADIUS if step > 0 else far + RADIUS
    return to


def blocked(field: Field, x: int, y: int, to_x: int, to_y: int) -> bool:
    """Tell whether a wall stands between two different points.

    A straight line and a box have nothing in common if they are apart along x, or along y, or if
    all four corners of the box lie on the same side of the line. To touch is not to cross.
    """
    low_x, high_x = min(x, to_x), max(x, to_x)
    low_y, high_y = min(y, to_y), max(y, to_y)
    for left, top, right, bottom in field.boxes:
        if high_x <= left or low_x >= right or high_y <= top or low_y >= bottom:
            continue
        sides = [
            (to_x - x) * (corner_y - y) - (to_y - y) * (corner_x - x)
            for corner_x, corner_y in ((left, top), (right, top), (left, bottom), (right, bottom))
        ]
        if min(sides) < 0 < max(sides):
            return True
    return False


def _walls(rows: list[str]) -> list[Box]:
    """Return the walls of a map: each run of ``#``, one below its like joined with it."""
    runs: list[Box] = []
    for y, row in enumerate(rows):
        x = 0
        while (x := row.find("#", x)) >= 0:
            end = next((at for at in range(x, len(row)) if row[at] != "#"), len(row))
            above = next((run for run in runs if _continues(run, x, y, end - x)), None)
            if above is not None:
                runs.remove(above)
            high = 0 if above is None else above[3]
            runs.append((x, y - high, end - x, high + 1))
            x = end
    return runs


def _continues(run: Box, x: int, y: int, wide: int) -> bool:
    left, top, width, high = run
    return left == x and width == wide and top + high == y


SMALL = """
................................
.o............................o.
................................
.....###................###.....
.....#....................#.....
.....#.......o....o.......#.....
................................
...........##......##...........
...........#........#...........
.o............................o.
...........#........#...........
...........##......##...........
................................
.....#.......o....o.......#.....
.....#....................#.....
.....###................###.....
................................
.o............................o.
................................
"""
"""For a handful of players."""

LARGE = """
................................................................
.o............o..............o....o..............o............o.
................................................................
.....####.........##........................##.........####.....
.....#............#..........................#............#.....
.....#............#.....################.....#............#.....
................................................................
..o.........o..................oo..................o.........o..
..........####....................................####..........
.............#.....#........................#.....#.............
...................#........................#...................
.o......#..........#......############......#..........#......o.
........#..............................................#........
........#....o........o..................o........o....#........
................................................................
...####......##..................................##......####...
................#..........##########..........#................
.o..............#...........o......o...........#..............o.
................#..........##########..........#................
...####......##..................................##......####...
................................................................
........#....o........o..................o........o....#........
........#..............................................#........
.o......#..........#......############......#..........#......o.
...................#........................#...................
.............#.....#........................#.....#.............
..........####....................................####..........
..o.........o..................oo..................o.........o..
................................................................
.....#............#.....################.....#............#.....
.....#............#..........................#............#.....
.....####.........##........................##.........####.....
................................................................
.o............o..............o....o..............o............o.
................................................................
"""
"""For a hundred."""
