"""The errors of the log."""

from wsdemo.errors import LocalError, StateError, WsdemoError
from wsdemo.log.errors import Ahead, Gone, LogClosed, NotOpened, NotStored


def test_gone_names_the_first_entry_that_is_left() -> None:
    """Who is told can go on from there."""
    error = Gone("lobby", 3, 7)
    assert str(error) == "entry 3 of room 'lobby' is gone; the first one left is 7"
    assert (error.room, error.offset, error.first) == ("lobby", 3, 7)


def test_ahead_names_the_last_entry() -> None:
    """An offset of another log is told from a quiet room."""
    error = Ahead("lobby", 9, 4)
    assert str(error) == "offset 9 of room 'lobby' is ahead of its last entry, 4"
    assert (error.room, error.offset, error.last) == ("lobby", 9, 4)


def test_the_errors_say_whose_fault_it_was() -> None:
    """Retention is nobody's fault, the rest is on our side."""
    assert all(issubclass(error, LocalError) for error in (Ahead, NotOpened, NotStored))
    assert issubclass(LogClosed, StateError)
    assert issubclass(Gone, WsdemoError)
    assert not issubclass(Gone, LocalError)
