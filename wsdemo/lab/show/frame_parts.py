"""A frame taken apart into its fields, whether an endpoint should have sent it or not.

`wsdemo.protocol` stops at the first broken rule, as it must. Here reading goes on as far as the
octets make sense, and the protocol is asked afterwards what it says about them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from wsdemo.errors import PeerError
from wsdemo.lab.show.parts import Field, Part, Section, Span, Veil
from wsdemo.lab.show.text import clean, clip, count, hexadecimal
from wsdemo.protocol.closing import meaning
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.masking import apply_mask

NAMES = {opcode.value: opcode.name for opcode in Opcode}
RESERVED = "reserved"

# As much of a payload as fits a note beside its octets.
SHOWN = 32


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of one frame are, as far as its octets are there."""

    first: int
    second: int | None
    extended: bytes
    key: bytes
    payload: bytes
    """As it travels: masked, compressed."""

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Find the fields of the frame at the beginning of `data`, which is not empty."""
        if len(data) == 1:
            return cls(data[0], None, b"", b"", b"")
        second = data[1]
        key_at = 2 + {126: 2, 127: 8}.get(second & 0x7F, 0)
        extended = data[2:key_at]
        start = key_at + (4 if second & 0x80 else 0)
        length = int.from_bytes(extended, "big") if key_at > 2 else second & 0x7F
        return cls(data[0], second, extended, data[key_at:start], data[start : start + length])

    @property
    def fin(self) -> int:
        """The bit that marks the last frame of a message."""
        return self.first >> 7

    @property
    def rsv(self) -> tuple[int, int, int]:
        """The three reserved bits."""
        return (self.first >> 6 & 1, self.first >> 5 & 1, self.first >> 4 & 1)

    @property
    def opcode(self) -> int:
        """The four bits of the opcode."""
        return self.first & 0x0F

    @property
    def name(self) -> str:
        """The opcode's name, or "reserved"."""
        return NAMES.get(self.opcode, RESERVED)

    @property
    def masked(self) -> bool:
        """Whether the MASK bit is set."""
        return bool((self.second or 0) >> 7)

    @property
    def seven(self) -> int:
        """The seven bits that are the length, or say where it is."""
        return (self.second or 0) & 0x7F

    @property
    def extended_size(self) -> int:
        """How many octets the extended length has, all there or not."""
        return {126: 2, 127: 8}.get(self.seven, 0)

    @property
    def length(self) -> int:
        """The payload's length, as the header gives it."""
        return int.from_bytes(self.extended, "big") if self.extended_size else self.seven

    @property
    def size(self) -> int:
        """How many octets of the frame are there."""
        there = 1 if self.second is None else 2
        return there + len(self.extended) + len(self.key) + len(self.payload)

    @property
    def missing(self) -> str:
        """What is still to come, or nothing."""
        if self.second is None:
            return "the second octet"
        if len(self.extended) < self.extended_size:
            return count(self.extended_size - len(self.extended), "byte") + " of the length"
        if len(self.key) < 4 * self.masked:
            return count(4 - len(self.key), "byte") + " of the masking key"
        lacking = self.length - len(self.payload)
        return count(lacking, "byte") + " of the payload" if lacking else ""

    @property
    def clear(self) -> bytes:
        """The payload, unmasked as far as the key is there."""
        return apply_mask(self.payload, self.key) if len(self.key) == 4 else self.payload


def frame_section(
    data: bytes,
    *,
    from_client: bool | None = None,
    hide: bool = False,
    inflated: bytes | None = None,
    title: str = "",
) -> Section:
    """Take the frame at the beginning of `data` apart.

    Args:
        data: At least one octet; what follows the frame is left alone.
        from_client: Which side sent it, so that its mask can be judged; None if unknown.
        hide: Whether to veil the masking key, and the payload under it.
        inflated: What a compressed payload holds, where that is known.
        title: What the frame is, where more is known than its octets tell.

    Returns:
        The frame's fields, and the rule it breaks if it breaks one.
    """
    layout = Layout.read(data)
    octets = data[: layout.size]
    fields = tuple(_fields(layout, Veil.VALUE if hide else Veil.NONE, inflated))
    return Section(title or describe(layout, octets), fields, judge(octets, from_client))


def describe(layout: Layout, octets: bytes) -> str:
    """Say in one line what a frame is, or what of it is there."""
    if layout.missing:
        return f"{layout.name} frame, with {layout.missing} to come"
    try:
        parsed = Frame.parse(octets)
    except PeerError:
        return f"Not a legal frame [{count(len(octets), 'byte')}]"
    return str(parsed[0]) if parsed else ""


def judge(octets: bytes, from_client: bool | None) -> str:
    """Ask the protocol which rule a frame breaks, as far as one frame alone can tell.

    Args:
        octets: The frame, or its beginning.
        from_client: Which side sent it; None leaves its mask unjudged.

    Returns:
        The rule, or nothing.
    """
    try:
        parsed = Frame.parse(octets)
        if parsed is not None:
            frame = parsed[0]
            client = frame.masking_key is not None if from_client is None else from_client
            # Whether RSV1 may be set was settled in the handshake, which is not known here.
            frame.check(from_client=client, rsv1_allowed=True)
    except PeerError as error:
        return str(error)
    return ""


def _fields(layout: Layout, veil: Veil, inflated: bytes | None) -> Iterator[Field]:
    yield Field((Span(Part.FIRST, bytes([layout.first])),), first_note(layout))
    if layout.second is not None:
        yield Field((Span(Part.LENGTH, bytes([layout.second])),), second_note(layout))
    if layout.extended:
        yield Field((Span(Part.EXTENDED, layout.extended),), extended_note(layout))
    if layout.key:
        yield Field((Span(Part.KEY, layout.key, veil),), "masking key")
    if layout.payload:
        yield from _payload(layout, veil if layout.masked else Veil.NONE, inflated)


def first_note(layout: Layout) -> str:
    """Name the bits of the first octet."""
    reserved = "".join(f"RSV{at}=1 " for at, bit in enumerate(layout.rsv, 1) if bit)
    return f"FIN={layout.fin} {reserved}opcode={layout.opcode:X} {layout.name}"


def second_note(layout: Layout) -> str:
    """Name the bits of the second octet."""
    where = f": it is in the next {layout.extended_size} bytes" if layout.extended_size else ""
    return f"MASK={int(layout.masked)} length={layout.seven}{where}"


def extended_note(layout: Layout) -> str:
    """Name the extended length."""
    there = len(layout.extended)
    if there < layout.extended_size:
        return f"extended length, {there} of {layout.extended_size} bytes"
    return f"extended length={layout.length:,}"


def _payload(layout: Layout, veil: Veil, inflated: bytes | None) -> Iterator[Field]:
    """Give the payload as one field, or a close frame's as its code and its reason."""
    cut = 2 if layout.opcode == Opcode.CLOSE and len(layout.payload) >= 2 else 0
    if cut:
        code = Span(Part.PAYLOAD, layout.payload[:2], veil)
        yield Field((code,), _note("close code", layout, _code(layout)))
    if rest := layout.payload[cut:]:
        name = "close reason" if cut else "payload"
        note = _note(name, layout, _value(layout, layout.clear[cut:], inflated), inflated)
        yield Field((Span(Part.PAYLOAD, rest, veil),), note)


def content(layout: Layout, inflated: bytes | None = None) -> str:
    """Say in a few words what a payload holds, unmasked."""
    if layout.opcode == Opcode.CLOSE and len(layout.payload) >= 2:
        reason = layout.clear[2:]
        return f"{_code(layout)} {_quote(reason)}" if reason else _code(layout)
    packed = "compressed" if _is_compressed(layout, inflated) else ""
    return ", ".join(filter(None, (_value(layout, layout.clear, inflated), packed)))


def _note(name: str, layout: Layout, value: str, inflated: bytes | None = None) -> str:
    """Say how a value travels, and what it is: `payload, masked → 'Hello'`."""
    how = ["masked"] * layout.masked + ["compressed"] * _is_compressed(layout, inflated)
    if not how:
        return f"{name} {value}"
    return ", ".join([name, *how]) + (f" → {value}" if value else "")


def _is_compressed(layout: Layout, inflated: bytes | None) -> bool:
    """Tell by RSV1, which stands on the first frame only; a recording knows the others."""
    return inflated is not None or bool(layout.rsv[0])


def _code(layout: Layout) -> str:
    code = int.from_bytes(layout.clear[:2], "big")
    return f"{code} ({meaning(code)})"


def _value(layout: Layout, clear: bytes, inflated: bytes | None) -> str:
    """Quote text as text, write everything else in hex, and leave out what nobody can read."""
    if inflated is None and layout.rsv[0]:
        return ""
    shown = clear if inflated is None else inflated
    return clip(hexadecimal(shown), SHOWN) if layout.opcode == Opcode.BINARY else _quote(shown)


def _quote(clear: bytes) -> str:
    """Quote octets as text when they are text: as Python would, so that nothing is disguised."""
    try:
        text = clear.decode()
    except UnicodeDecodeError:
        return clip(hexadecimal(clear), SHOWN)
    quoted = clean(repr(text[:SHOWN]))
    return quoted + "…" if len(text) > SHOWN else quoted
