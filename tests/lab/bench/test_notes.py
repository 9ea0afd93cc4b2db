"""What a report says beside its figures."""

from tests.lab.bench.fakes import row
from wsdemo.lab.bench import notes
from wsdemo.lab.bench.peers import chosen
from wsdemo.lab.bench.workloads import echo, idle


def test_descriptors_are_told() -> None:
    """As a number, or as none."""
    assert "20,000 descriptors" in notes.of_open_files(20_000)
    assert "not limited" in notes.of_open_files(None)


def test_who_cannot_compress_is_told_where_that_matters() -> None:
    """A plain echo of TCP is not missed."""
    peers = chosen(["picows", "tcp", "scratch"])
    (said,) = notes.of_deflate(peers, [echo(), echo(deflate=True)])
    assert said.startswith("picows was left out")
    assert not list(notes.of_deflate(peers, [echo()]))


def test_a_server_that_waited_is_told_with_both_shares() -> None:
    """That is how one knows who was the bottleneck."""
    rows = [row(echo(), "tcp", 1.0, busy=0.6), row(echo(), "scratch", 1.0, busy=0.95)]
    said = list(notes.of_rows(rows))
    assert said[-1] == "echo 64 B text, one at a time: tcp 60% (generator 50%)."
    assert not any("scratch" in line for line in said)


def test_a_generator_that_was_nowhere_the_bottleneck_is_told() -> None:
    """At the bound, too."""
    (said,) = notes.of_rows([row(echo(), "tcp", 1.0, busy=notes.BUSY)])
    assert "nowhere the bottleneck" in said


def test_memory_has_no_bottleneck() -> None:
    """Nothing is said of rows that have no time in them."""
    assert not list(notes.of_rows([row(idle(10), "tcp", 1.0, busy=0.0)]))
