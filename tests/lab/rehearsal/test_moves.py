"""Moves are read strictly, and a schedule is the same for a seed, whoever plays it."""

from collections import Counter

import pytest

from wsdemo.lab.rehearsal.moves import PEOPLE, Move, parse, schedule


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("ann says", Move("says", "ann")),
        ("carry", Move("carry")),
        ("carry 0", Move("carry", number=0)),
        ("carry 12", Move("carry", number=12)),
        ("cut bob", Move("cut", "bob")),
        ("back bob", Move("back", "bob")),
    ],
)
def test_a_move_is_read(text: str, move: Move) -> None:
    """As it stands in a notebook."""
    assert parse(text, PEOPLE) == move


@pytest.mark.parametrize(
    "text", ["", "dan says", "ann", "cut", "cut dan", "carry -1", "carry x", "ann says hello"]
)
def test_what_is_no_move_is_told(text: str) -> None:
    """With the people that there are."""
    with pytest.raises(ValueError, match=f"no move: '{text}'; people are ann, bob, cleo"):
        parse(text, PEOPLE)


def test_a_seed_names_a_schedule() -> None:
    """The first one, written out: notebooks show what comes of it."""
    assert schedule(1, texts=4) == schedule(1, texts=4)
    assert schedule(1, texts=4) == [
        *["ann says", "carry 8", "ann says", "carry 4"],
        *["bob says", "carry 7", "cut ann", "bob says", "carry 7", "cut bob"],
    ]


def test_lines_break_and_come_back_in_turn() -> None:
    """Nobody is cut twice in a row, or comes back without having been away."""
    for seed in range(50):
        away = Counter[str]()
        for move in (parse(text, PEOPLE) for text in schedule(seed)):
            away[move.who] += {"cut": 1, "back": -1}.get(move.verb, 0)
            assert away[move.who] in {0, 1}


def test_a_schedule_has_as_many_texts_as_asked_for() -> None:
    """And people of one's own."""
    moves = schedule(3, ["x", "y"], texts=7)
    assert sum(move.endswith(" says") for move in moves) == 7
    assert all(parse(move, ["x", "y"]) for move in moves)
