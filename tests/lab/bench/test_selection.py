"""Words on a command line mean workloads and peers, commas in names notwithstanding."""

import pytest

from wsdemo.lab.bench.peers import PEERS
from wsdemo.lab.bench.selection import UnknownName, choose_peers, choose_workloads
from wsdemo.lab.bench.workloads import workloads

FULL = workloads(quick=False)


def names(words: str) -> list[str]:
    """Return the names of the workloads that are meant."""
    return [workload.name for workload in choose_workloads(words, FULL)]


@pytest.mark.parametrize("workload", FULL, ids=lambda workload: workload.name)
def test_a_whole_name_means_that_workload(workload: object) -> None:
    """Although it may be a part of others, and has commas in it."""
    assert choose_workloads(workload.name, FULL) == (workload,)  # type: ignore[attr-defined]


def test_a_part_means_all_that_have_it() -> None:
    """Capitals and the commas of numbers are not needed."""
    expected = [workload.name for workload in FULL if "10,000" in workload.name]
    assert names("10000") == names("10,000") == expected
    assert names("1000") == [name for name in names("fan-out") if "1,000" in name]
    assert names("FAN-OUT OF ONE") == [
        f"fan-out of one message to {n}" for n in ("100", "1,000", "10,000")
    ]


def test_several_are_parted_by_commas() -> None:
    """They come in the order of the list, each once."""
    both = names("10,000 idle,fan-out of one message to 10,000,to 10,000")
    assert both == ["fan-out of one message to 10,000", "memory of 10,000 idle connections"]


def test_no_words_mean_all() -> None:
    """Of workloads and of peers."""
    assert choose_workloads(" ", FULL) == FULL
    assert choose_peers("") == PEERS


def test_peers_are_named_in_any_order() -> None:
    """They come in the order of the list, each once."""
    assert [peer.name for peer in choose_peers("tcp, scratch,tcp")] == ["scratch", "tcp"]


def test_what_is_not_there_is_named() -> None:
    """With what there is, or where that stands."""
    with pytest.raises(UnknownName, match="there is no workload 'shout'; see wsdemo bench --list"):
        names("echo,shout")
    with pytest.raises(UnknownName, match=r"no peer nginx; there are scratch, .*, tcp"):
        choose_peers("nginx")
