"""The recorded request is one; that a Chromium still sends its like is `tests/browser`'s to try."""

from wsdemo.lab.news.browser import CHROMIUM_POLL
from wsdemo.protocol.http import RequestReader


def test_the_recorded_poll_is_a_request() -> None:
    """To the last octet."""
    reader = RequestReader()
    reader.feed(CHROMIUM_POLL)
    request = reader.read()
    assert request is not None
    assert request.path == "/news?after=100"
    assert reader.used == len(CHROMIUM_POLL) == 515
