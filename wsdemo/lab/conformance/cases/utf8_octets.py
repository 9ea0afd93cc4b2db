"""The octets of chapter 6, by group: what is UTF-8 and what only looks like it.

Whether a row is valid is for Python's strict decoder to say, which follows RFC 3629. The groups and
their order are Autobahn's, which took most of them from Markus Kuhn's stress test for decoders.
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["GROUPS"]

KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")  # Greek, with U+1F79 of three octets in it

Rows = tuple[bytes, ...]


def _rows(words: str) -> Rows:
    return tuple(map(bytes.fromhex, words.split()))


def _each_and_space(first: int, last: int) -> bytes:
    """Every start octet of a range, each followed by a space instead of what it announces."""
    return b"".join(bytes((octet, 0x20)) for octet in range(first, last + 1))


def _non_characters() -> Rows:
    """U+FFFE and U+FFFF, and the same in each of the 16 planes above."""
    planes = (plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))
    return tuple(chr(point).encode() for point in planes)


_CUT = _rows("c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf")

GROUPS = MappingProxyType(
    {
        5: ("valid text", (*map(str.encode, ("hello$world", "hello¢world", "hello€world",
                                             "hello\U00024b62world")), KOSME)),
        6: ("text cut off", tuple(KOSME[:end] for end in range(1, len(KOSME) + 1))),
        7: ("the first character of a length", _rows("00 c280 e0a080 f0908080")),
        8: ("the first of 5 and 6 octets", _rows("f888808080 fc8480808080")),
        9: ("the last character of a length", _rows("7f dfbf efbfbf f48fbfbf")),
        10: ("the last of 4, 5 and 6 octets", _rows("f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf")),
        11: ("a border of what is allowed", _rows("ed9fbf ee8080 efbfbd f48fbfbf f4908080")),
        12: (
            "continuation octets alone",
            (
                *_rows("80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf"),
                bytes(range(0x80, 0xBF)),
            ),
        ),
        13: (
            "start octets alone",
            (
                _each_and_space(0xC0, 0xDE),
                _each_and_space(0xE0, 0xEE),
                _each_and_space(0xF0, 0xF6),
                _each_and_space(0xF8, 0xFA),
                _each_and_space(0xFC, 0xFC),
            ),
        ),
        14: ("the last octet missing", _CUT),
        15: ("all of these in a row", (b"".join(_CUT),)),
        16: ("impossible octets", _rows("fe ff fefeffff")),
        17: ("a slash, overlong", _rows("c0af e080af f08080af f8808080af fc80808080af")),
        18: (
            "the highest that is overlong",
            _rows("c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf"),
        ),
        19: ("NUL, overlong", _rows("c080 e08080 f0808080 f880808080 fc8080808080")),
        20: ("a surrogate", _rows("eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf")),
        21: (
            "a pair of surrogates",
            tuple(
                high + low
                for high in _rows("eda080 edadbf edae80 edafbf")
                for low in _rows("edb080 edbfbf")
            ),
        ),
        22: ("no character, and valid", _non_characters()),
        23: ("a special character", tuple(chr(point).encode() for point in range(0xFFF9, 0x10000))),
    }
)  # fmt: skip
