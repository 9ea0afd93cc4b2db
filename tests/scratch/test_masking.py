"""Masking in C, or in Python where there is no C: nobody sees a difference."""

from __future__ import annotations

import runpy
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.protocol.masking import apply_mask as in_python
from wsdemo.scratch import masking

keys = st.binary(min_size=4, max_size=4)


@given(st.binary(max_size=300), keys)
def test_any_data_are_masked_alike(data: bytes, key: bytes) -> None:
    """And unmasked by doing it again."""
    masked = masking.apply_mask(data, key)
    assert masked == in_python(data, key)
    assert type(masked) is bytes
    assert masking.apply_mask(masked, key) == data


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 2**20 + 3])
def test_data_of_any_length_are_masked_alike(size: int) -> None:
    """From nothing to more than a message may have."""
    data, key = bytes(range(256)) * (size // 256 + 1), b"\x37\xfa\x21\x3d"
    assert masking.apply_mask(data[:size], key) == in_python(data[:size], key)


@pytest.mark.parametrize("key", [b"", b"abc", b"abcde"])
def test_a_key_has_four_octets(key: bytes) -> None:
    """Both say so."""
    for apply_mask in (masking.apply_mask, in_python):
        with pytest.raises(ValueError, match=r"4|four"):
            apply_mask(b"data", key)


def test_without_c_it_is_done_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel of ``websockets`` may have been built without it."""
    monkeypatch.setitem(sys.modules, "websockets.speedups", None)
    assert runpy.run_path(masking.__file__)["apply_mask"] is in_python


def test_with_c_it_is_done_in_c() -> None:
    """Where this is not so, the engine is slower than it has to be."""
    speedups = pytest.importorskip("websockets.speedups")
    assert masking.apply_mask is speedups.apply_mask
