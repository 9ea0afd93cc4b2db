"""A no that can be caught."""

from wsdemo.apps.chat.refusals import Refused
from wsdemo.errors import PeerError


def test_a_refusal_says_what_and_why() -> None:
    """In its text, and for programs."""
    no = Refused("slow_down", "too fast", retry_after=0.5)
    assert str(no) == "slow_down: too fast"
    assert (no.code, no.reason, no.field, no.retry_after) == ("slow_down", "too fast", None, 0.5)
    assert isinstance(no, PeerError)
