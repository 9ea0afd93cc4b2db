"""The limits: on by default, off by None, immutable."""

import dataclasses
import os
import zlib

import pytest

from wsdemo.protocol.limits import Limits


def test_every_limit_is_on_by_default() -> None:
    """Whoever forgets the limits is protected all the same."""
    assert all(value is not None for value in dataclasses.asdict(Limits()).values())


def test_limits_cannot_be_changed_under_a_connection() -> None:
    """One object may serve all connections of a server."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().message_size = 1  # type: ignore[misc]


def test_a_frame_is_limited_like_its_message() -> None:
    """A frame can be a whole message, and no more."""
    assert Limits(message_size=1000).frame_size() == 1000
    assert Limits(message_size=None).frame_size(compressed=True) is None


@pytest.mark.parametrize("size", [0, 1, 125, 1000, 100_000])
@pytest.mark.parametrize("memory_level", [1, 5, 9])
@pytest.mark.parametrize("bits", [9, 12, 15])
def test_what_cannot_be_compressed_fits_all_the_same(
    size: int, memory_level: int, bits: int
) -> None:
    """A message of legal size is not refused because compression has made it longer."""
    compressor = zlib.compressobj(9, wbits=-bits, memLevel=memory_level)
    compressed = compressor.compress(os.urandom(size)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert len(compressed) <= (Limits(message_size=size).frame_size(compressed=True) or 0)
