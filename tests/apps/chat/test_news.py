"""What a server sends, as a client reads it."""

import msgspec
import pytest

from wsdemo.apps.chat.news import Ack, FromServer, Gap, Joined, Left, Member, Presence, Said
from wsdemo.apps.door import JSON, Error

decode = JSON.decoder(FromServer)

SAID = Said(room="lobby", offset=1, at=5.0, nick="Ada", client="tab", seq=1, text="Hello")


@pytest.mark.parametrize(
    "message",
    [
        SAID,
        Ack(re=1, room="lobby", seq=1, offset=1, at=5.0, duplicate=True),
        Joined(re=1, room="lobby", role="member", open=True, offset=0, last=3, lost="gone"),
        Presence("lobby", [Member("Ada", "away", "owner")]),
        Gap("lobby", 7),
        Left(room="lobby", reason="put out"),
        Error("slow_down", "too fast", 1, retry_after=0.5),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_is_sent_is_what_is_read(message: msgspec.Struct) -> None:
    """Field by field."""
    assert decode(msgspec.json.encode(message)) == message


def test_what_says_nothing_is_left_out() -> None:
    """A message that was neither edited nor deleted doesn't say so; every octet counts a lot."""
    text = JSON.encode(SAID)
    assert isinstance(text, str)
    assert text.startswith('{"type":"said",')
    assert text.endswith('"text":"Hello"}')
