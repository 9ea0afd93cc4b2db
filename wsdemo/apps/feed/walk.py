"""A market to look at: many symbols whose prices walk at random, the same way for the same seed.

Every change moves one symbol, drawn at random, by some cents up or down: at most a thousandth of
its price, and at least one. Prices are integers, so that no codec, language or machine has another
one. A walk that would come to nothing is reflected.

Only ``random()`` of the generator is used: it is what Python promises to give the same sequence in
every version (https://docs.python.org/3/library/random.html#notes-on-reproducibility).

Leaves out time: when a change is due is `pace`'s.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase

__all__ = ["MOST_SYMBOLS", "Walk", "names"]

# A quote has some 25 octets, or twice that with the longest of names: a snapshot of all is one
# message, and fits into what either engine receives, a mebibyte.
MOST_SYMBOLS = 10_000
# Opening prices, in cents.
CHEAPEST, DEAREST = 1_000, 100_000
# No divisor of 26 ** 3, so that the names are all different, and spread over the alphabet.
STRIDE = 7_919


def names(number: int) -> tuple[str, ...]:
    """Return so many names of three letters, all different, none of them by chance.

    Raises:
        ValueError: less than one, or more than `MOST_SYMBOLS`.
    """
    if not 1 <= number <= MOST_SYMBOLS:
        raise ValueError(f"a market has 1 to {MOST_SYMBOLS} symbols, not {number!r}")
    return tuple(_name(index * STRIDE % 26**3) for index in range(number))


def _name(number: int) -> str:
    first, rest = divmod(number, 26 * 26)
    return "".join(ascii_uppercase[digit] for digit in (first, *divmod(rest, 26)))


class Walk:
    """The prices of some symbols, one change after the other.

    Args:
        symbols: their names.
        seed: the same one makes the same prices.

    Attributes:
        prices: the present one of each symbol, in cents.
        opens: the first one of each symbol.
    """

    def __init__(self, symbols: Sequence[str], seed: int = 0) -> None:
        self._random = random.Random(seed).random
        self._symbols = tuple(symbols)
        range_ = DEAREST - CHEAPEST
        self.prices = {name: CHEAPEST + int(self._random() * range_) for name in self._symbols}
        self.opens = dict(self.prices)

    def step(self) -> tuple[str, int]:
        """Let one symbol move, and return it with its new price, which is another one."""
        symbol = self._symbols[int(self._random() * len(self._symbols))]
        price = self.prices[symbol]
        reach = max(1, price // 1000)
        # One of -reach … -1, 1 … reach, all equally likely.
        delta = int(self._random() * 2 * reach) - reach
        delta += delta >= 0
        self.prices[symbol] = price = price + delta if price + delta > 0 else price - delta
        return symbol, price
