"""Memory of idle connections: from what a server had before, to where it settles."""

from collections.abc import Iterable

import pytest

from wsdemo.lab.bench.idle import FIRST, LOOKS, held

KIB = 1024


class _Server:
    port = 1234

    def __init__(self, sizes: Iterable[int]) -> None:
        self._sizes = iter(sizes)

    def memory(self) -> int:
        return next(self._sizes)


class _Generator:
    def __init__(self) -> None:
        self.orders: list[tuple[object, ...]] = []

    def order(self, name: str, *arguments: object) -> None:
        self.orders.append((name, *arguments))


def _held(*sizes: int, connections: int = 100) -> float:
    server, slept = _Server(size * KIB for size in sizes), list[float]()
    return held(server, _Generator(), connections, raw=False, sleep=slept.append).cost


def test_a_connection_s_memory_is_the_growth_shared_by_all() -> None:
    """In KiB."""
    assert _held(1000, 1000, 1400, 1400) == pytest.approx(4.0)


def test_memory_is_looked_at_until_it_has_settled() -> None:
    """Before and after."""
    assert _held(1500, 1200, 1000, 1000, 1900, 1700, 1600, 1600) == pytest.approx(6.0)


def test_memory_that_never_settles_is_taken_as_it_is_at_last() -> None:
    """A bench must come to an end."""
    restless = [1000 + 100 * (look % 2) for look in range(LOOKS + 1)]
    assert _held(1000, 1000, *restless) == pytest.approx(0.0)


def test_a_few_come_and_go_first() -> None:
    """What they leave behind is no connection's."""
    generator = _Generator()
    server = _Server([KIB, KIB, 2 * KIB, 2 * KIB])
    sample = held(server, generator, 7, raw=True, sleep=lambda _: None)
    assert generator.orders == [
        ("hold", 1234, FIRST, True),
        ("drop",),
        ("hold", 1234, 7, True),
        ("drop",),
    ]
    assert (sample.rate, sample.server_busy, sample.load_busy) == (0.0, 0.0, 0.0)
