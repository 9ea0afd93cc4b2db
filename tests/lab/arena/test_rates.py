"""The same game at several tick rates."""

from wsdemo.lab.arena.rates import rates


def test_more_ticks_cost_more_and_deltas_save() -> None:
    """At each rate; and the others are seen less late with more ticks."""
    measured = rates((10, 30), seconds=4)
    assert measured.full[0].down < measured.full[1].down
    assert all(
        one.down > other.down for one, other in zip(measured.full, measured.delta, strict=True)
    )
    assert [(game.given.tick, game.given.behind) for game in measured.delta] == [
        (10, 300),
        (30, 100),
    ]
    assert measured.delta[0].others_error > measured.delta[1].others_error


def test_it_reads_as_a_table() -> None:
    """A row for each rate."""
    text = repr(rates((10,), seconds=2))
    assert "ticks/s" in text
    assert len(text.splitlines()) == 5
