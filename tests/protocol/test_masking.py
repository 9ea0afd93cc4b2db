"""Masking: the RFC's algorithm, its own inverse, at the speed of C."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.streams import KEY
from wsdemo.protocol.masking import apply_mask


def test_example_of_the_rfc() -> None:
    """RFC 6455, 5.7: "Hello" under the key 37 fa 21 3d."""
    assert apply_mask(b"Hello", KEY) == bytes.fromhex("7f9f4d5158")


@given(st.binary(max_size=70), st.binary(min_size=4, max_size=4))
def test_every_octet_is_mixed_with_its_octet_of_the_key(data: bytes, key: bytes) -> None:
    """RFC 6455, 5.3, word by word: octet i with octet i MOD 4 of the key."""
    assert apply_mask(data, key) == bytes(data[i] ^ key[i % 4] for i in range(len(data)))


@given(st.binary(max_size=70), st.binary(min_size=4, max_size=4))
def test_masking_twice_changes_nothing(data: bytes, key: bytes) -> None:
    """The same operation masks and unmasks."""
    assert apply_mask(apply_mask(data, key), key) == data


def test_views_are_masked_too() -> None:
    """A payload need not be copied before it is unmasked."""
    assert apply_mask(memoryview(b"Hello"), KEY) == apply_mask(bytearray(b"Hello"), KEY)


@pytest.mark.parametrize("key", [b"", b"abc", b"abcde"])
def test_a_key_has_four_octets(key: bytes) -> None:
    """A key of another length would mask with something else than was meant."""
    with pytest.raises(ValueError, match=f"masking key of {len(key)} bytes"):
        apply_mask(b"Hello", key)
