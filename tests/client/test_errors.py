"""The client's branches of the tree of errors."""

import pytest

from wsdemo.client import errors
from wsdemo.errors import LocalError, PeerError, StateError, WsdemoError


@pytest.mark.parametrize(
    ("error", "above"),
    [
        (errors.Refused, PeerError),
        (errors.Misbehaved, PeerError),
        (errors.Dismissed, LocalError),
        (errors.OutboxFull, LocalError),
        (errors.ClientClosed, StateError),
        (errors.DeadlineExceeded, WsdemoError),
        (errors.Unreachable, WsdemoError),
        (errors.ConnectionLost, WsdemoError),
        (errors.RequestLost, WsdemoError),
    ],
)
def test_tree(error: type[Exception], above: type[Exception]) -> None:
    """The tree is the one that the module's docstring draws."""
    assert error.__bases__[0] is above
    assert error.__name__ in str(errors.__doc__)
    assert error.__name__ in errors.__all__


def test_a_deadline_is_a_timeout_and_says_of_what() -> None:
    """Whoever catches TimeoutError catches it."""
    error = errors.DeadlineExceeded("reply", "the reply to request 7", 2.5)
    assert isinstance(error, TimeoutError)
    assert str(error) == "the reply to request 7 took longer than 2.5 s"
    assert (error.deadline, error.seconds) == ("reply", 2.5)


def test_errors_carry_what_a_program_decides_by() -> None:
    """A status, a code, an id."""
    assert errors.Refused("no", 403).status == 403
    assert errors.Refused("no").status is None
    assert errors.Dismissed("no", 1008).code == 1008
    assert errors.Misbehaved("no", 1007).code == 1007
    assert errors.ConnectionLost("gone", 1006).code == 1006
    assert errors.RequestLost("gone", "a-1").id == "a-1"
