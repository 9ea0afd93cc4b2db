"""Cores, clocks and words of the machine."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from wsdemo.lab.bench.machine import Cores, cpu_time, described, pinned

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose")


def test_server_and_load_never_share_a_core() -> None:
    """Either both are pinned, to different cores, or neither is."""
    cores = Cores.choose()
    assert (cores.server is None) == (cores.load is None)
    assert cores.server is None or cores.server != cores.load


def test_what_is_pinned_is_said() -> None:
    """And what isn't."""
    assert str(Cores(2, 3)) == "Servers run on core 2 alone, the load generator on core 3."
    assert "Nothing is pinned" in str(Cores())


@linux
def test_pinning_ends_with_its_block() -> None:
    """What is started in it stays there; we don't."""
    assert sys.platform == "linux"
    before = os.sched_getaffinity(0)
    with pinned(min(before)):
        assert os.sched_getaffinity(0) == {min(before)}
    assert os.sched_getaffinity(0) == before
    with pinned(None):
        assert os.sched_getaffinity(0) == before


def test_cpu_time_is_summed_over_threads(tmp_path: Path) -> None:
    """Go has several; the first figure is the time on a core, in nanoseconds."""
    for task, spent in (("7", 1_500_000_000), ("8", 250_000_000)):
        folder = tmp_path / "7" / "task" / task
        folder.mkdir(parents=True)
        (folder / "schedstat").write_text(f"{spent} 99 3\n", "ascii")
    assert cpu_time(7, tmp_path) == 1.75


def test_where_the_kernel_tells_nothing_psutil_does(tmp_path: Path) -> None:
    """In coarser units."""
    assert cpu_time(os.getpid(), tmp_path) > 0


def test_a_process_that_has_ended_has_no_cpu_time(tmp_path: Path) -> None:
    """It is an error, and not zero."""
    with pytest.raises(psutil.NoSuchProcess):
        cpu_time(2**22 + 1, tmp_path)


def test_the_machine_is_described_in_words() -> None:
    """What it is, and not whose."""
    words = described()
    assert f"{os.cpu_count()} core" in words
    assert sys.version.split()[0] in words
