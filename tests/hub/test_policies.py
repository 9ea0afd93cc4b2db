"""Policies are values that can't be nonsense."""

from __future__ import annotations

import pytest

from wsdemo.hub import Conflate, Disconnect, DropNewest, DropOldest
from wsdemo.hub.policies import checked
from wsdemo.protocol.closing import Close


def test_policies_are_values() -> None:
    """Two that say the same are equal, and print as they are written."""
    assert Conflate() == Conflate(full=Disconnect(1013, "too slow"))
    assert len({DropOldest(), DropOldest(), DropNewest()}) == 2
    assert repr(Conflate(full=DropOldest())) == "Conflate(full=DropOldest())"
    assert repr(Disconnect()) == "Disconnect(code=1013, reason='too slow')"


@pytest.mark.parametrize("code", [1008, 1013, 3000, 4999])
def test_a_client_can_be_sent_away_with_codes_that_may_be_sent(code: int) -> None:
    """1008 and 1013 are registered; those from 3000 on are an application's."""
    assert checked(code, "€") == Close(Disconnect(code, "€").code, "€")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2000, 5000])
def test_a_code_that_may_not_be_sent_is_told_at_once(code: int) -> None:
    """And not when the first slow client comes."""
    with pytest.raises(ValueError, match=f"close code {code}"):
        Disconnect(code, "")


def test_a_reason_too_long_is_told_at_once() -> None:
    """A close frame has room for 123 octets of it."""
    Disconnect(reason="x" * 123)
    with pytest.raises(ValueError, match="124 bytes"):
        Disconnect(reason="x" * 122 + "é")


def test_conflation_never_drops_the_newest() -> None:
    """The client would keep the old value for ever."""
    with pytest.raises(TypeError, match="DropNewest"):
        Conflate(full=DropNewest())  # type: ignore[arg-type]
