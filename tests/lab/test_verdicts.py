"""Predictions and claims, and how they read."""

from typing import Any

import pytest

from wsdemo.lab.verdicts import Claim, Outcome, Prediction


def _claim(**fields: Any) -> Claim:
    return Claim(**{"text": "Masking costs 4 bytes.", "said_by": "RFC 6455, 5.2"} | fields)


def test_a_prediction_shows_the_question_and_the_guess() -> None:
    """Nothing is known yet that could differ between two runs."""
    assert (
        repr(Prediction("How many bytes?", 10, "bytes")) == "How many bytes? Prediction: 10 bytes"
    )
    assert repr(Prediction("How many bytes?", None)) == "How many bytes? Prediction: no guess yet"


def test_an_outcome_says_how_far_off_the_guess_was() -> None:
    """As a difference and as a factor, and to whoever asked."""
    kept: list[Outcome] = []
    prediction = Prediction("How many bytes?", 10, "bytes", kept.append)
    outcome = prediction.measured(8)
    words = "measured 8 bytes; you said 10 bytes: too high by 2 bytes, a factor of 1.25"
    assert repr(outcome) == words
    assert kept == [outcome]


def test_an_outcome_without_a_guess_says_so() -> None:
    """The learner has run the cells without an answer."""
    assert repr(Prediction("?", None, "ms").measured(1.5)) == "measured 1.5 ms; you made no guess"


def test_what_is_not_measured_is_refused() -> None:
    """A division by nothing is no measurement."""
    with pytest.raises(ValueError, match="the measured value is nan"):
        Prediction("?", 1).measured(float("nan"))


def test_a_banded_claim_prints_all_but_the_measured_number() -> None:
    """Two runs measure two numbers; the verdict stays. People see the number all the same."""
    claim = _claim(measured=4.25, low=3, high=5, unit="bytes", url="https://a.example", note="n=9")
    assert repr(claim).splitlines() == [
        "claimed   Masking costs 4 bytes.",
        "said by   RFC 6455, 5.2, https://a.example",
        "taken as  3 to 5 bytes",
        "note      n=9",
        "verdict   holds here",
    ]
    assert "4.25 bytes" in claim._repr_html_()
    assert "measured  4.25 bytes" in str(claim).splitlines()


def test_an_exact_claim_shows_what_was_measured() -> None:
    """It is the same in every run, or the claim is wrong."""
    claim = _claim(measured=4, exact=4, unit="bytes")
    assert "measured  4 bytes" in repr(claim).splitlines()
    assert repr(claim) == str(claim)
    assert "4 bytes" in claim._repr_html_()


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"measured": 2, "low": 2, "high": 14}, True),
        ({"measured": 14, "low": 2, "high": 14}, True),
        ({"measured": 1.999, "low": 2, "high": 14}, False),
        ({"measured": 15, "low": 2, "high": 14}, False),
        ({"measured": 99, "low": 2}, True),
        ({"measured": -99, "high": 2}, True),
        ({"measured": 0, "low": 0, "high": 0}, True),
        ({"measured": "1006", "exact": "1006"}, True),
        ({"measured": "1000", "exact": "1006"}, False),
        ({"measured": False, "exact": False}, True),
        ({"measured": 0, "exact": 0}, True),
    ],
)
def test_the_verdict_is_the_bands(fields: dict[str, Any], holds: bool) -> None:
    """Both ends belong to it; zero and no are values."""
    claim = _claim(**fields)
    assert claim.holds is holds
    assert claim.verdict == ("holds here" if holds else "does not hold here")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "needs either a band or an exact value, not low=None, high=None, exact=None"),
        ({"low": 1, "exact": 4}, "needs either a band or an exact value, not low=1, high=None, e"),
        ({"low": 5, "high": 3}, "no value is in the band from 5 to 3"),
    ],
)
def test_a_band_that_is_none_is_refused(fields: dict[str, Any], words: str) -> None:
    """The message holds the values."""
    with pytest.raises(ValueError, match=words):
        _claim(measured=4, **fields)


def test_text_has_no_band() -> None:
    """It can only be exact."""
    with pytest.raises(TypeError, match=r"'much' is text, and can't be in a band: low=1"):
        _claim(measured="much", low=1)
