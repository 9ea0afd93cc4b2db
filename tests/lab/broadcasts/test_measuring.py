"""Real connections, one of which nobody reads: what is counted, not how fast it was."""

import pytest

from wsdemo.hub import Conflate, Disconnect, DropOldest
from wsdemo.lab.broadcasts import FIVE, Builtin, Hubbed, Naive, Stream, measure

SHORT = Stream(good=2, rate=1000, messages=40)


async def test_five_designs_and_one_that_stalls() -> None:
    """In the naive one all others wait; in the rest nobody does, and memory grows."""
    seen = await measure(SHORT, **{make.__name__: make for make in FIVE})
    naive = seen.pop("Naive")
    assert naive.published < 40
    assert naive.deliveries < 2 * 40
    for outcome in seen.values():
        assert (outcome.published, outcome.deliveries) == (40, 80)
        assert outcome.held > 10 * naive.held


async def test_a_hub_has_a_bound() -> None:
    """What is held is what may wait, and a write buffer."""
    makes = {
        "drop_oldest": lambda: Hubbed(DropOldest(), messages=4),
        "conflate": lambda: Hubbed(Conflate(), messages=16),
        "disconnect": lambda: Hubbed(Disconnect(), messages=4),
    }
    seen = await measure(SHORT, **makes)
    assert [outcome.code for outcome in seen.values()] == [None, None, 1013]
    buffer = 4 * SHORT.size
    for outcome, waiting in zip(seen.values(), (4, SHORT.keys, 0), strict=True):
        assert outcome.deliveries == 80
        assert waiting * SHORT.size <= outcome.held <= waiting * SHORT.size + buffer


async def test_names_are_made_readable() -> None:
    """An underscore is a space; and two good ones are enough."""
    (name,) = await measure(Stream(good=2, rate=1000, messages=2), built_in=Builtin)
    assert name == "built in"


async def test_what_is_raised_is_raised() -> None:
    """A design that fails ends the measurement."""

    class Broken(Naive):
        async def broadcast(self, message: str | bytes) -> None:
            raise ZeroDivisionError(len(message))

    with pytest.raises(ZeroDivisionError):
        await measure(SHORT, broken=Broken)


def test_a_message_is_the_newest_of_its_key() -> None:
    """Its first octet says of what, the next three say which one it is."""
    stream = Stream(keys=8, size=16)
    assert stream.message(10) == b"\x02\x00\x00\x0a" + bytes(12)
