"""Frames for hypothesis to combine: legal ones, faulty ones, and those that are out of place."""

from hypothesis import strategies as st

first_octets = st.sampled_from([
    0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A, 0x88,  # legal, as far as one frame can tell
    0xC1, 0xA2, 0x99, 0x83, 0x8B, 0x09, 0x08,
])  # fmt: skip
contents = st.one_of(
    st.text(max_size=8).map(str.encode),
    st.binary(max_size=8),
    st.sampled_from(
        [b"\x03\xe8", b"\x03\xe8bye", b"\x03\xe7", b"\x03", b"\xed\xa0", bytes(126), bytes(140)]
    ),
)
