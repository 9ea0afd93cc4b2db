"""What the guarantees forbid."""

import pytest

from wsdemo.lab.delivery import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    GUARANTEES,
    Verdict,
)


def test_exactly_once_is_both_of_the_others_and_the_orders() -> None:
    """Nothing is allowed but what nobody can tell yet."""
    both = AT_MOST_ONCE.forbids | AT_LEAST_ONCE.forbids
    orders = {Verdict.REORDERED_LOG, Verdict.REORDERED_SENDER}
    assert EXACTLY_ONCE_IN_EFFECT.forbids == both | orders == {*Verdict} - {Verdict.PENDING}


def test_each_of_the_two_allows_what_the_other_forbids() -> None:
    """Losing and repeating."""
    losing = {Verdict.LOST, Verdict.PARTIAL, Verdict.UNKNOWN}
    assert not losing & AT_MOST_ONCE.forbids
    assert losing <= AT_LEAST_ONCE.forbids
    assert AT_MOST_ONCE.forbids - AT_LEAST_ONCE.forbids == {Verdict.DUPLICATED}


@pytest.mark.parametrize("verdict", [Verdict.LEAKED, Verdict.INVENTED, Verdict.ALTERED])
def test_what_only_a_program_can_do_is_never_allowed(verdict: Verdict) -> None:
    """No network makes up a message."""
    assert all(verdict in guarantee.forbids for guarantee in GUARANTEES)


def test_a_guarantee_reads_as_its_name() -> None:
    """In a sentence."""
    assert f"{EXACTLY_ONCE_IN_EFFECT}" == "exactly once in effect"
