"""The fast path: messages that travel whole, in one frame each.

Nearly all frames of a busy connection are alike: FIN set and no other bit, text or binary, shorter
than 64 KiB, and here from the first octet to the last. For these, and for nothing else, this
module does in one loop what ``frame_header``, ``frames``, ``utf8``, ``messages`` and ``writer`` do
step by step, without an object or a call for each step. What it doesn't take it leaves where it
lies, for the readable path to deal with: control frames, fragments, compressed messages, long
ones, and everything that breaks a rule. So it needs to know no error, and cannot disagree about
one.

The two paths are equal on any octets, cut anywhere; a test holds them to it.

Left out: the readable path (``endpoint``).
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from wsdemo.protocol.connection import Cue, staying
from wsdemo.protocol.frame_header import LENGTH_IN_2_OCTETS, LENGTH_IN_8_OCTETS
from wsdemo.protocol.frames import Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import KEY_SIZE, ApplyMask, Buffer
from wsdemo.protocol.sender import Sender

# Where data may be sent, and may come, by the table, and the state stays as it is: what is true
# of one message there is true of a thousand.
SENDING = staying(Cue.SEND_DATA)
RECEIVING = staying(Cue.RECEIVE_DATA)

# The first octet of a frame that is a whole message: FIN, no reserved bit, and the opcode.
TEXT, BINARY = 0b1000_0001, 0b1000_0010
WHOLE = frozenset({TEXT, BINARY})

# The headers of short messages, unmasked, by the octets of the payload.
TEXT_HEADERS = tuple(bytes((TEXT, size)) for size in range(LENGTH_IN_2_OCTETS))
BINARY_HEADERS = tuple(bytes((BINARY, size)) for size in range(LENGTH_IN_2_OCTETS))
_header_with_16_bits = Struct("!BBH").pack
_header_with_64_bits = Struct("!BBQ").pack

# A frame up to this long has at most 2 octets of extended length, and may wait here for its end:
# it is looked at anew with each piece that comes, which would be too dear for a longer one.
LONGEST = 0xFFFF


class WholeMessages(Sender):
    """The part of an endpoint that deals with whole messages.

    Args:
        limits: what the peer may cost us.
        masking: gives the masking key of each frame; None for a server.
        apply_mask: how to mask and unmask.
    """

    __slots__ = ("_between", "_longest", "_rest", "limits")

    def __init__(
        self,
        limits: Limits,
        masking: Callable[[int], bytes] | None,
        apply_mask: ApplyMask,
    ) -> None:
        super().__init__(masking, apply_mask)
        self.limits = limits
        self._longest = _longest(limits)
        self._between = False  # whether the next octet begins a frame, and the frame a message
        self._rest = b""  # of what has come, the beginning of a frame whose end has not

    def send(self, message: str | bytes) -> int:
        """Send a message in one frame.

        Args:
            message: a string to be sent as text, or bytes to be sent as binary.

        Returns:
            The octets of its payload.

        Raises:
            StateError: the connection is not open, or a fragmented message is under way.
        """
        if self.state not in SENDING:
            self._step(Cue.SEND_DATA)
        if isinstance(message, str):
            first, headers, payload = TEXT, TEXT_HEADERS, message.encode()
        else:
            first, headers, payload = BINARY, BINARY_HEADERS, message
        size = len(payload)
        if not self._plain:
            self._begin(Opcode(first & 0b1111), payload, fin=True)
        elif size < LENGTH_IN_2_OCTETS:
            self.output.append(headers[size] + payload)
        else:
            self.output += (_long_header(first, size), payload)
        return size

    def send_framed(self, message: str | bytes, frame: bytes) -> None:
        """Send a message that ``framed`` has made a frame of, for many connections at once.

        Args:
            message: to be framed anew where it has to be masked or compressed.
            frame: the same as it travels everywhere else.

        Raises:
            StateError: as ``send``.
        """
        if self._plain and self.state in SENDING:
            self.output.append(frame)
        else:
            self.send(message)

    # One loop with everything in it: the calls between its steps are what it is there to save.
    def messages(self, data: Buffer) -> tuple[list[str | bytes], int, Buffer]:  # noqa: C901, PLR0912
        """Take whole messages, as many as there are in a row, from what the network brought.

        Args:
            data: any number of bytes, cut anywhere.

        Returns:
            The messages, in order; the octets of their payloads; and the bytes that have to be
            given to ``receive`` next, unless there are none.
        """
        messages: list[str | bytes] = []
        # A long frame is the readable path's, and not to be copied before.
        if (not self._between or self.state not in RECEIVING) or (
            len(data) > LONGEST and not self._rest and data[1] & 0b0111_1111 == LENGTH_IN_8_OCTETS
        ):
            return messages, 0, data
        data, self._rest = self._rest + bytes(data), b""
        octets = at = 0
        available, longest, apply_mask = len(data), self._longest, self._apply_mask
        # The mask bit shares an octet with the length. Taken off where it has to be set, it leaves
        # a number below 0 if it was not; left on where it must not be, it makes one above 126.
        # Whoever doesn't mask is a server, and its peer has to.
        mask_bit, key_size = (0b1000_0000, KEY_SIZE) if self._masking is None else (0, 0)
        while at + 2 <= available:
            first, length = data[at], data[at + 1] - mask_bit
            if first not in WHOLE or not 0 <= length <= LENGTH_IN_2_OCTETS:
                return messages, octets, data[at:]
            start = at + 2 + key_size
            if length == LENGTH_IN_2_OCTETS:
                start += 2
                if start > available:
                    break
                length = data[at + 2] << 8 | data[at + 3]
                if length < LENGTH_IN_2_OCTETS:  # it had to be written in the 7 bits
                    return messages, octets, data[at:]
            if length > longest:
                return messages, octets, data[at:]
            end = start + length
            if end > available:
                break
            payload = data[start:end]
            if key_size:
                payload = apply_mask(payload, data[start - KEY_SIZE : start])
            if first == TEXT:
                try:
                    messages.append(payload.decode())
                except UnicodeDecodeError:
                    return messages, octets, data[at:]
            else:
                messages.append(payload)
            octets += length
            at = end
        # What is left is the beginning of one more of the kind, as far as it is here, or nothing.
        if at < available:
            self._rest = data[at:]
        return messages, octets, b""


def framed(message: str | bytes) -> tuple[bytes, int]:
    """Return a message as a whole frame, unmasked, and the octets of its payload."""
    if isinstance(message, str):
        first, headers, payload = TEXT, TEXT_HEADERS, message.encode()
    else:
        first, headers, payload = BINARY, BINARY_HEADERS, message
    size = len(payload)
    header = headers[size] if size < LENGTH_IN_2_OCTETS else _long_header(first, size)
    return header + payload, size


def _long_header(first: int, size: int) -> bytes:
    """Write the header of a whole message of at least 126 octets, unmasked."""
    if size <= LONGEST:
        return _header_with_16_bits(first, LENGTH_IN_2_OCTETS, size)
    return _header_with_64_bits(first, LENGTH_IN_8_OCTETS, size)


def _longest(limits: Limits) -> int:
    """Return how long a message may be for the fast path; -1 if none may be taken."""
    if limits.fragments is not None and limits.fragments < 1:
        return -1
    return LONGEST if limits.message_size is None else min(limits.message_size, LONGEST)
