"""The octets of chapter 6: those of Autobahn, row by row."""

from __future__ import annotations

import pytest

from wsdemo.lab.conformance.cases.utf8_octets import GROUPS

# How many there are of each group, from 5 on.
SIZES = (5, 11, 4, 2, 4, 3, 5, 8, 5, 10, 1, 3, 5, 5, 5, 7, 8, 34, 7)


def test_groups_are_as_large_as_autobahns() -> None:
    """132 rows in 19 groups, each with a name."""
    assert tuple(GROUPS) == tuple(range(5, 24))
    assert tuple(len(rows) for _, rows in GROUPS.values()) == SIZES
    assert sum(SIZES) == 132
    assert len({name for name, _ in GROUPS.values()}) == 19


@pytest.mark.parametrize(
    ("group", "row", "octets"),
    [
        (5, 1, "68656c6c6f24776f726c64"),
        (5, 2, "68656c6c6fc2a2776f726c64"),
        (5, 3, "68656c6c6fe282ac776f726c64"),
        (5, 4, "68656c6c6ff0a4ada2776f726c64"),
        (5, 5, "cebae1bdb9cf83cebcceb5"),
        (6, 1, "ce"),
        (6, 6, "cebae1bdb9cf"),
        (6, 11, "cebae1bdb9cf83cebcceb5"),
        (7, 4, "f0908080"),
        (8, 2, "fc8480808080"),
        (9, 4, "f48fbfbf"),
        (10, 1, "f7bfbfbf"),
        (11, 5, "f4908080"),
        (12, 7, "80bf80bf80bf"),
        (13, 3, "f020f120f220f320f420f520f620"),
        (13, 4, "f820f920fa20"),
        (13, 5, "fc20"),
        (14, 6, "df"),
        (14, 10, "fdbfbfbfbf"),
        (15, 1, "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"),
        (16, 3, "fefeffff"),
        (17, 1, "c0af"),
        (17, 5, "fc80808080af"),
        (18, 2, "e09fbf"),
        (19, 5, "fc8080808080"),
        (20, 3, "edae80"),
        (20, 6, "edbe80"),
        (21, 1, "eda080edb080"),
        (21, 4, "edadbfedbfbf"),
        (21, 8, "edafbfedbfbf"),
        (22, 1, "efbfbe"),
        (22, 3, "f09fbfbe"),
        (22, 10, "f18fbfbf"),
        (22, 34, "f48fbfbf"),
        (23, 1, "efbfb9"),
        (23, 7, "efbfbf"),
    ],
)
def test_rows_are_autobahns(group: int, row: int, octets: str) -> None:
    """Digit by digit."""
    assert GROUPS[group][1][row - 1].hex() == octets


def test_long_rows_are_autobahns() -> None:
    """Whose ranges leave out their upper end."""
    assert GROUPS[12][1][7].hex(" ").split(" ")[::31] == ["80", "9f", "be"]
    assert len(GROUPS[12][1][7]) == 63
    assert (GROUPS[13][1][0][:4].hex(), GROUPS[13][1][0][-4:].hex()) == ("c020c120", "dd20de20")
    assert (len(GROUPS[13][1][0]), len(GROUPS[13][1][1])) == (62, 30)
    assert GROUPS[13][1][1][-2:].hex() == "ee20"


@pytest.mark.parametrize("group", GROUPS)
def test_no_row_comes_twice_in_a_group(group: int) -> None:
    """Each of them is another one."""
    rows = GROUPS[group][1]
    assert len(set(rows)) == len(rows)
