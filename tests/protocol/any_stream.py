"""Any stream for hypothesis to make up: legal frames, faulty ones, noise; and any way to cut it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from tests.protocol.odd_frames import contents, first_octets
from tests.protocol.streams import to_peer
from wsdemo.protocol import Close, Deflate, Limits, Role

# Most of a stream is what the fast path is for, and one frame in a few is not.
WHOLE = (0x81, 0x82)

# The lengths at which a header grows, and those at which limits of ours end.
EDGES = (0, 1, 124, 125, 126, 127, 128, 129, 65_534, 65_535, 65_536)

# Too small to be drawn too often, none at all, and around the longest that the fast path takes.
LIMITS = [
    Limits(message_size=size, fragments=fragments)
    for size in (None, 0, 1, 126, 127, 65_534, 65_535, 65_536)
    for fragments in (None, 0, 1, 2)
]

# How a length may be written; all but the first are wrong for most sizes.
LENGTHS: tuple[Callable[[int], bytes | None], ...] = (
    lambda size: None,
    lambda size: bytes((126,)) + (size & 0xFFFF).to_bytes(2, "big"),
    lambda size: bytes((127,)) + size.to_bytes(8, "big"),
    lambda size: bytes((127, 128)) + size.to_bytes(7, "big"),
)

limits = st.sampled_from(LIMITS) | st.just(Limits())
texts = st.text(max_size=6).map(str.encode)
payloads = st.one_of(
    texts,
    contents,
    st.sampled_from(EDGES[:8]).map(lambda size: b"x" * size),
    st.sampled_from([b"\xed\xa0\x80", b"caf\xc3", b"\xf4\x90\x80\x80", "é".encode() * 63]),
)
lengthy = st.sampled_from(EDGES[8:]).map(lambda size: b"y" * size)


def frames(role: Role) -> st.SearchStrategy[bytes]:
    """Make frames as the peer of that role sends them, right and wrong ones."""
    peer = Role.CLIENT if role is Role.SERVER else Role.SERVER

    def frame(first: int, payload: bytes, length: Callable[[int], bytes | None]) -> bytes:
        return to_peer(role, first, payload, length=length(len(payload)))

    right = st.just(LENGTHS[0])
    return st.one_of(
        st.builds(frame, st.sampled_from(WHOLE), payloads, right),
        st.builds(frame, st.sampled_from(WHOLE), texts, right),
        st.builds(frame, st.sampled_from(WHOLE), lengthy, right),
        st.builds(frame, first_octets, payloads, right),
        st.builds(frame, st.integers(0, 255), payloads, st.sampled_from(LENGTHS)),
        st.builds(lambda text: frame(0xC1, Deflate().compress(text), LENGTHS[0]), texts),
        st.builds(lambda code: frame(0x88, Close(code).serialize(), LENGTHS[0]), st.just(1000)),
        st.builds(lambda first: to_peer(peer, first, b"x"), st.sampled_from(WHOLE)),
        st.lists(texts, min_size=2, max_size=4).map(lambda parts: _fragmented(role, parts)),
        st.binary(max_size=6),
    )


def _fragmented(role: Role, parts: list[bytes]) -> bytes:
    last = len(parts) - 1
    firsts = [(0x80 if at == last else 0) | (0x01 if at == 0 else 0) for at in range(len(parts))]
    return b"".join(map(to_peer, [role] * len(parts), firsts, parts))


def streams(role: Role) -> st.SearchStrategy[bytes]:
    """Make streams of such frames, some of them with an octet that is not as it was."""
    whole = st.lists(frames(role), max_size=8).map(b"".join)
    return whole | st.builds(
        _mutated, whole, st.integers(0), st.integers(0, 255), st.integers(0, 2)
    )


def _mutated(stream: bytes, at: int, octet: int, taken: int) -> bytes:
    """Put an octet instead of that many of the stream."""
    at %= len(stream) + 1
    return stream[:at] + bytes((octet,)) + stream[at + taken :]


def cuts() -> st.SearchStrategy[list[int]]:
    """Make lists of the sizes of chunks; they are used over and over until the stream ends."""
    small = st.lists(st.integers(1, 9), min_size=1, max_size=5)
    large = st.lists(st.integers(10, 70_000), min_size=1, max_size=5)
    return st.one_of(st.just([1]), small, large, st.builds(list.__add__, small, large))


def cut(stream: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Cut a stream; a long one in small pieces at its beginning and its end, and not between."""
    at, turn = 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        if turn == 200:  # enough of that
            size = max(size, len(stream) - at - 100)
        yield stream[at : at + size]
        at, turn = at + size, turn + 1


def of_each_role(make: Callable[[Role], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Make pairs of a role and what depends on it."""
    return st.sampled_from(Role).flatmap(lambda role: st.tuples(st.just(role), make(role)))
