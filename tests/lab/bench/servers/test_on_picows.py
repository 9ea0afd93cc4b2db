"""The server answers rightly in every workload that it is measured in."""

import pytest

from tests.lab.bench.fakes import cases, measured
from wsdemo.lab.bench.workloads import Workload


@pytest.mark.parametrize(("peer", "workload"), cases("picows"))
def test_every_answer_is_right(peer: str, workload: Workload) -> None:
    """Else there would be no sample."""
    sample = measured(peer, workload)
    assert sample.cost >= 0
    assert sample.rate > 0
