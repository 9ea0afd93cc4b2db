"""What one connection may cost us, before the peer has earned any trust.

RFC 6455, 10.4: "Implementations that have implementation- and/or platform-specific limitations
regarding the frame size or total message size after reassembly from multiple frames MUST
protect themselves against exceeding those limits."

Left out: how many connections, how fast, and for how long: that is the server's to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

# A compressed payload may be longer than what it inflates to: deflate wraps what it cannot
# compress in blocks with headers of their own. zlib's deflateBound() adds at most a sixteenth
# for its smallest windows, and a few octets.
DEFLATE_OVERHEAD = 16
DEFLATE_SLACK = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """The named limits of a connection; None means no limit.

    Attributes:
        message_size: octets of a message, all fragments together, after decompression.
            1 MiB is far above a chat line and far below what hurts when a thousand
            clients do it at once; ``websockets`` has the same default.
        fragments: frames of one message. Each may be empty and still costs work, so a limit
            on size alone is none. 1024 fragments carry 1 MiB in pieces of 1 KiB.
        handshake_size: octets of a request or response head. Browsers stay below 4 KiB unless
            their cookies grow; 16 KiB is generous.
        header_count: header fields in a head. A browser sends about fifteen.
        header_line: octets of one line of a head, which a long cookie or token needs.
    """

    message_size: int | None = 2**20
    fragments: int | None = 1024
    handshake_size: int | None = 16_384
    header_count: int | None = 128
    header_line: int | None = 8_192

    def frame_size(self, compressed: bool = False) -> int | None:
        """Tell how long the payload of one frame may be.

        Args:
            compressed: whether the payload may be a compressed one.

        Returns:
            Octets, or None for no limit.
        """
        if self.message_size is None or not compressed:
            return self.message_size
        return self.message_size + self.message_size // DEFLATE_OVERHEAD + DEFLATE_SLACK
