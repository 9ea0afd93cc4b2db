"""UTF-8 in pieces, refused at the first byte that cannot be right.

Python's own incremental decoder does the work. Two things are added: the position and the value
of the offending byte, and one case in which Python waits for a byte more than it has to.

Left out: other encodings. WebSocket has none.
"""

from __future__ import annotations

import codecs

from wsdemo.errors import InvalidData

_make_decoder = codecs.getincrementaldecoder("utf-8")

# RFC 3629, 4: after ED comes 80 to 9F; with A0 to BF it would be half of a surrogate pair. Python
# holds these two bytes back, because an error handler may want to see all three.
_FIRST_SURROGATE = b"\xed\xa0"
_LAST_SURROGATE = b"\xed\xbf"


class Utf8Decoder:
    """Decodes one text after another, each in any number of pieces.

    Args:
        what: the name of the thing decoded, for error messages.
    """

    def __init__(self, what: str = "text") -> None:
        self._what = what
        self._decoder = _make_decoder()
        self._size = 0  # octets of this text, before the piece at hand

    def decode(self, data: bytes, fin: bool = True) -> str:
        """Decode the next piece.

        Args:
            data: octets; characters may be cut anywhere.
            fin: whether the text ends here.

        Returns:
            What is complete of it.

        Raises:
            InvalidData: the text is not UTF-8, whatever might come next.
        """
        held_back = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(data, fin)
        except UnicodeDecodeError as error:
            raise self._complaint(error, held_back) from None
        self._size = 0 if fin else self._size + len(data)
        self._check_held_back()
        return text

    def _complaint(self, error: UnicodeDecodeError, held_back: bytes) -> InvalidData:
        # RFC 6455, 8.1: "When an endpoint is to interpret a byte stream as UTF-8 but finds that
        # the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the
        # WebSocket Connection_."
        if error.reason == "unexpected end of data":
            beginning = error.object[error.start :].hex(" ")
            return InvalidData(f"{self._what} is not UTF-8: it ends after {beginning}")
        # ``start`` is the first byte of the character. The one that cannot follow is at ``end``.
        at = error.start if error.reason == "invalid start byte" else error.end
        return self._offence(self._size - len(held_back) + at, error.object[at])

    def _check_held_back(self) -> None:
        held_back = self._decoder.getstate()[0]
        if _FIRST_SURROGATE <= held_back <= _LAST_SURROGATE:
            raise self._offence(self._size - 1, held_back[1])

    def _offence(self, at: int, octet: int) -> InvalidData:
        return InvalidData(f"{self._what} is not UTF-8: byte {at} is 0x{octet:02x}")
