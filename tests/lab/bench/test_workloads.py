"""The workloads: which there are, and what they are called."""

import pytest

from wsdemo.lab.bench.workloads import Kind, echo, fan_out, idle, workloads

FULL = workloads(quick=False)


def test_names_are_for_people_and_differ() -> None:
    """A report finds its rows by them."""
    assert echo().name == "echo 64 B text, one at a time"
    assert echo(65536, 16, binary=True, deflate=True).name == (
        "echo 64 KiB binary, 16 in flight, deflate"
    )
    assert fan_out(1000, 10).name == "fan-out of 10 messages at once to 1,000"
    assert idle(10_000).name == "memory of 10,000 idle connections"
    assert len({workload.name for workload in FULL}) == len(FULL)


def test_every_echo_is_measured_in_all_combinations() -> None:
    """Three sizes, text and binary, alone and in flight, compressed or not."""
    echoes = [workload for workload in FULL if workload.kind is Kind.ECHO]
    shapes = {(one.size, one.depth, one.binary, one.deflate) for one in echoes}
    assert len(shapes) == len(echoes) == 3 * 2 * 2 * 2
    assert {one.size for one in echoes} == {64, 1024, 65536}


def test_crowds_grow_to_ten_thousand() -> None:
    """Fan-out and memory are about many."""
    crowds = {one.connections for one in FULL if one.kind is Kind.FAN_OUT}
    assert crowds == {100, 1000, 10_000}
    assert [one.connections for one in FULL if one.kind is Kind.IDLE] == [10_000]
    assert any(one.kind is Kind.CONNECT for one in FULL)


def test_a_quick_run_is_a_part_of_the_full_one_but_for_the_idle() -> None:
    """Its ratios can be compared."""
    quick = [one for one in workloads(quick=True) if one.kind is not Kind.IDLE]
    assert quick
    assert set(quick) < set(FULL)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_unit(kind: Kind) -> None:
    """A cost without one says nothing."""
    amount, _, of = kind.unit.partition("/")
    assert amount in {"µs", "KiB"}
    assert of
