"""The peers: who there is, who can what, and who is missing."""

from dataclasses import replace
from importlib.util import find_spec

import pytest

from wsdemo.lab.bench.peers import PEERS, Peer, chosen
from wsdemo.lab.bench.workloads import Kind, echo, fan_out


def test_peers_are_found_by_name_in_the_order_of_the_bench() -> None:
    """However they are asked for."""
    assert [peer.name for peer in chosen(["tcp", "scratch", "tcp"])] == ["scratch", "tcp"]
    assert len({peer.name for peer in PEERS}) == len(PEERS)


def test_a_stranger_is_named() -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match="no peer twisted; there are scratch, "):
        chosen(["scratch", "twisted"])


def test_every_peer_in_python_has_its_module() -> None:
    """And the one in Go has none."""
    for peer in PEERS:
        found = find_spec(f"wsdemo.lab.bench.servers.{peer.module}") if peer.module else None
        assert (found is not None) == (peer.name != "gorilla")


def test_a_peer_does_what_it_can() -> None:
    """A peer without compression has no answer to that."""
    picows, sendall = chosen(["picows", "sendall"])
    assert picows.can(echo())
    assert not picows.can(echo(deflate=True))
    assert sendall.can(fan_out(10))
    assert not sendall.can(echo())


def test_what_is_missing_is_named_with_what_brings_it() -> None:
    """And what is there is not."""
    peer = Peer("x", needs=("asyncio", "no_such_module"))
    assert peer.missing() == "no no_such_module here; pip install 'wsdemo[bench]' brings it"
    assert replace(peer, needs=("asyncio",)).missing() is None


def test_windows_does_without_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, not tried."""
    (sendall,) = chosen(["sendall"])
    monkeypatch.setattr("sys.platform", "win32")
    assert sendall.missing() == "it does not run on Windows"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_workload_compares_at_least_three(kind: Kind) -> None:
    """One alone has no ratio."""
    assert sum(kind in peer.kinds for peer in PEERS) >= 3
