"""The strict reading finds what breaks the format, and nothing in what keeps it."""

import pytest

from tests.metrics.text_format import faults

HEAD = "# HELP a_total What.\n# TYPE a_total counter\n"
HISTOGRAM = "# HELP h_seconds What.\n# TYPE h_seconds histogram\n"
BUCKETS = 'h_seconds_bucket{le="1.0"} 1\nh_seconds_bucket{le="+Inf"} 2\n'


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "a_total 1\n",
        HEAD + 'a_total{b="x"} 1\na_total{b="y \\"\\\\\\n"} 2.5e-05\n',
        HISTOGRAM + BUCKETS + "h_seconds_sum 3.5\nh_seconds_count 2\n",
    ],
)
def test_what_keeps_the_format_has_no_fault(text: str) -> None:
    """Labels with escapes, exponents, a histogram."""
    assert not faults(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + "a_total 1", "final newline"),
        ("a_total 1\n", "not under a TYPE"),
        (HEAD + "b_total 1\n", "not under a TYPE"),
        (HEAD + "a_total 1\na_total 2\n", "twice"),
        (HEAD + 'a_total{b="x",c="y"} 1\na_total{c="y",b="x"} 2\n', "twice"),
        (HEAD + 'a_total{b="x"y"} 1\n', "neither comment nor sample"),
        (HEAD + "a_total -1\n", "negative"),
        (HEAD + "a_total 1\n" + HEAD, "second HELP"),
        (HEAD, "no sample"),
        ("# TYPE a_total counter\na_total 1\n", "not under its HELP"),
        ("# HELP a What.\n# TYPE a counter\na 1\n", "_total"),
        ("# HELP a_ms What.\n# TYPE a_ms gauge\na_ms 1\n", "base units"),
        ("# HELP a \\t\n# TYPE a gauge\na 1\n", "escape"),
        ("# HELP a What.\n# TYPE a dial\na 1\n", "unknown TYPE"),
        (HISTOGRAM + BUCKETS + "h_seconds_sum 3\nh_seconds_count 3\n", "+Inf"),
        (HISTOGRAM + BUCKETS + "h_seconds_count 2\n", "no sum"),
        (HISTOGRAM + BUCKETS.replace(" 1", " 9") + "h_seconds_sum 3\n", "cumulative"),
    ],
)
def test_what_breaks_it_is_found(text: str, fault: str) -> None:
    """One example for each rule."""
    assert any(fault in found for found in faults(text)), faults(text)
