"""The fields of a frame as runs of bits, cut into the words of 32 in which the RFC draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wsdemo.lab.show.frame_parts import Layout, content
from wsdemo.lab.show.parts import Part
from wsdemo.lab.show.text import DOT, count

WORD = 32

# Two words of payload show where it begins; what it says stands in words beside it.
PAYLOAD_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Bits:
    """A field: its name, its bits from the left, and what they say."""

    name: str
    digits: str
    value: str
    part: Part
    meaning: str

    @property
    def flag(self) -> bool:
        """Whether it is a single bit, whose name has to stand upright."""
        return len(self.digits) == 1

    @property
    def shown(self) -> str:
        """What a list says beside the name: short fields in bits, long ones in hex."""
        return octets(self.digits) if len(self.digits) >= 8 else self.digits


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a field that falls into one word."""

    field: Bits
    start: int
    """Its first bit, counted in the word."""

    digits: str
    begins: bool
    """Whether the field begins here, rather than in a word before."""

    @property
    def end(self) -> int:
        """The bit after its last one, counted in the word."""
        return self.start + len(self.digits)

    @property
    def name(self) -> str:
        """The field's name, which says when the field began in a word before."""
        full = self.field.name if self.begins else f"{self.field.name}, continued"
        return full if len(full) < 2 * len(self.digits) else self.field.name

    @property
    def value(self) -> str:
        """What stands under the name: the octets of a long field, the value of a short one."""
        return octets(self.digits) if len(self.field.digits) >= 8 else self.field.value


def octets(digits: str) -> str:
    """Write bits as octets in hex; veiled ones as dots."""
    groups = (digits[at : at + 8] for at in range(0, len(digits), 8))
    return " ".join(DOT * 2 if DOT in group else f"{int(group, 2):02x}" for group in groups)


def fields(layout: Layout, *, hide: bool = False, inflated: bytes | None = None) -> list[Bits]:
    """List the fields of a frame with their bits.

    Args:
        layout: The frame.
        hide: Whether to veil the masking key, and the payload under it.
        inflated: What a compressed payload holds, where that is known.

    Returns:
        The fields that are there, in their order.
    """
    return [*_first(layout), *_second(layout), *_rest(layout, hide, content(layout, inflated))]


def words(all_fields: Sequence[Bits]) -> list[list[Cut]]:
    """Cut fields at every 32nd bit, as the RFC's diagram does."""
    rows: list[list[Cut]] = []
    at = 0
    for field in all_fields:
        done = 0
        while done < len(field.digits):
            start = at % WORD
            if start == 0:
                rows.append([])
            digits = field.digits[done : done + WORD - start]
            rows[-1].append(Cut(field, start, digits, begins=done == 0))
            done, at = done + len(digits), at + len(digits)
    return rows


def _first(layout: Layout) -> Iterator[Bits]:
    last = "the last frame of its message" if layout.fin else "more frames of the message follow"
    yield Bits("FIN", str(layout.fin), "", Part.FIRST, last)
    for number, bit in enumerate(layout.rsv, 1):
        yield Bits(f"RSV{number}", str(bit), "", Part.FIRST, _reserved(number, bit))
    kind = "control" if layout.opcode & 0b1000 else "data"
    meaning = f"{layout.name}, a {kind} frame"
    yield Bits("opcode", f"{layout.opcode:04b}", f"0x{layout.opcode:X}", Part.FIRST, meaning)


def _reserved(number: int, bit: int) -> str:
    if not bit:
        return "not used"
    return "compressed, if that was negotiated" if number == 1 else "set, and no extension says why"


def _second(layout: Layout) -> Iterator[Bits]:
    if layout.second is None:
        return
    mask = (
        "masked, as a client's frames are"
        if layout.masked
        else "not masked, as a server's frames are"
    )
    yield Bits("MASK", str(int(layout.masked)), "", Part.LENGTH, mask)
    more = layout.extended_size
    meaning = f"the next {more} bytes hold it" if more else count(layout.seven, "byte")
    yield Bits("payload len", f"{layout.seven:07b}", str(layout.seven), Part.LENGTH, meaning)
    if layout.extended:
        length = count(layout.length, "byte")
        whole = len(layout.extended) == layout.extended_size
        yield _octets("extended payload length", layout.extended, Part.EXTENDED, whole * length)


def _rest(layout: Layout, hide: bool, meaning: str) -> Iterator[Bits]:
    veiled = hide and layout.masked
    if layout.key:
        yield _octets("masking key", layout.key, Part.KEY, "XORed with the payload", veiled)
    if layout.payload:
        yield _octets("payload", layout.payload[:PAYLOAD_SHOWN], Part.PAYLOAD, meaning, veiled)


def _octets(name: str, data: bytes, part: Part, meaning: str, veiled: bool = False) -> Bits:
    digits = DOT * 8 * len(data) if veiled else "".join(f"{octet:08b}" for octet in data)
    return Bits(name, digits, octets(digits), part, meaning)
