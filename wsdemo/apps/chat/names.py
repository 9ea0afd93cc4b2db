"""Names of people and of rooms, and when two spellings are one name.

A name is shown in NFKC, so that a full-width ``Ａｄａ`` is ``Ada``, and compared without case: the
*key* is what Unicode calls NFKC_Casefold (The Unicode Standard, 3.13). Who has a name has all the
spellings with the same key.

Leaves out look-alikes of different scripts, such as a Cyrillic ``а`` in ``Ada``: to find those
takes the tables of Unicode Technical Standard 39.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from wsdemo.errors import PeerError

__all__ = ["LONGEST", "BadName", "Name"]

LONGEST = 24
"""Characters of a name, as it is shown and as it is compared."""

# What a name is made of, beside letters, marks and digits.
JOINTS = "-_."
# Letters and marks that are not seen: Hangul fillers, joiners, variation selectors. Unicode has
# them as Default_Ignorable_Code_Point.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
UNSEEN_FAR = range(0xE0100, 0xE01F0)


class BadName(PeerError):
    """A name that nobody may have; the message says why, and does not quote it."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name.

    Attributes:
        shown: as it is shown.
        key: as it is compared; the same for all spellings of it.
    """

    shown: str
    key: str

    @classmethod
    def parse(cls, text: str) -> Name:
        """Take a name as somebody has typed it.

        Raises:
            BadName: it is none.
        """
        shown = unicodedata.normalize("NFKC", text)
        key = folded(shown)
        for form in (shown, key):
            if not 1 <= len(form) <= LONGEST:
                raise BadName(f"a name has 1 to {LONGEST} characters")
        if not all(map(_belongs, shown)):
            raise BadName("a name is made of letters, digits, - _ and .")
        if not unicodedata.category(shown[0]).startswith(("L", "N")):
            raise BadName("a name begins with a letter or a digit")
        return cls(shown, key)

    def __str__(self) -> str:
        return self.shown


def folded(text: str) -> str:
    """Return what all spellings of a name have in common: NFKC, without case."""
    while True:
        further = unicodedata.normalize("NFKC", text.casefold())
        if further == text:
            return text
        text = further


def _belongs(char: str) -> bool:
    if UNSEEN.match(char) or ord(char) in UNSEEN_FAR:
        return False
    return char in JOINTS or unicodedata.category(char)[0] in "LMN"
