"""The agenda: one thing after another."""

from wsdemo.lab.arena.agenda import Agenda


def test_things_happen_in_time_and_then_in_order_of_entry() -> None:
    """Each at its own time."""
    agenda, done = Agenda(), list[tuple[int, str]]()
    for when, name in ((5, "b"), (3, "a"), (5, "c"), (9, "d")):
        agenda.enter(when, lambda name=name: done.append((agenda.now, name)))  # type: ignore[misc]
    agenda.run(9)
    assert done == [(3, "a"), (5, "b"), (5, "c")]
    assert agenda.now == 9


def test_what_happens_may_enter_more() -> None:
    """Before the end, it is done; after it, not."""
    agenda, done = Agenda(), list[int]()

    def again() -> None:
        done.append(agenda.now)
        agenda.enter(agenda.now + 4, again)

    agenda.enter(1, again)
    agenda.run(10)
    assert done == [1, 5, 9]
