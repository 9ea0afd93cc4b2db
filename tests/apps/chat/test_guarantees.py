"""What each guarantee takes."""

from wsdemo.apps.chat.guarantees import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    GUARANTEES,
)
from wsdemo.lab import delivery


def test_each_takes_more_than_the_one_before() -> None:
    """Nothing, then all but deduplication, then all."""
    measures = [
        (each.retries, each.deduplicates, each.resumes)
        for each in (AT_MOST_ONCE, AT_LEAST_ONCE, EXACTLY_ONCE_IN_EFFECT)
    ]
    assert measures == [(False, False, False), (True, False, True), (True, True, True)]


def test_the_names_are_those_that_the_checker_judges_by() -> None:
    """A notebook looks one up by the other."""
    assert [*GUARANTEES] == [each.name for each in delivery.GUARANTEES]
    assert str(AT_MOST_ONCE) == "at most once"
