"""What differs from run to run is veiled, and nothing else."""

import pytest

from wsdemo.lab.show.volatile import mask, pieces


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Host", "127.0.0.1:43567", "127.0.0.1:…"),
        ("host", "[::1]:43567", "[::1]:…"),
        ("Host", "example.org", "example.org"),
        ("Origin", "http://localhost:8888", "http://localhost:…"),
        ("Referer", "http://localhost:8888/lab", "http://localhost:…/lab"),
        ("Date", "Sun, 22 Nov 2026 17:46:00 GMT", "…"),
        ("Server", "Python/3.11 websockets/17.4", "…"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "…"),
        ("Cookie", "session=1", "…"),
        ("Authorization", "Basic dXNlcjpwYXNz", "…"),
        ("Upgrade", "websocket", "websocket"),
        ("Sec-WebSocket-Version", "13", "13"),
    ],
)
def test_a_value_is_masked_as_far_as_it_has_to_be(name: str, value: str, shown: str) -> None:
    """Ports, keys, dates, versions, and whatever is nobody's business."""
    assert mask(name, value) == shown
    assert "".join(text for text, _ in pieces(name, value)) == value
