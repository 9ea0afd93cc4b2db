"""Messages: as documented, both ways, in both codecs."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from tests.apps.game.worlds import WALLED, at
from wsdemo.apps.door import BadMessage, Codec, Door
from wsdemo.apps.game import messages
from wsdemo.apps.game.messages import (
    CODECS,
    Delta,
    FromClient,
    FromServer,
    Full,
    Join,
    Map,
    Press,
    Welcome,
    press,
    wish,
)
from wsdemo.apps.game.world import Input, Player, Shot

INPUT = {"type": "input", "seq": 7, "move": 1, "aim": [127, 0], "fire": True, "seen": 9, "ack": 3}


@pytest.fixture(params=CODECS.values(), ids=lambda codec: codec.name)
def codec(request: pytest.FixtureRequest) -> Codec:
    """Both codecs."""
    found: Codec = request.param
    return found


def _read(codec: Codec, message: Any, kinds: Any) -> Any:
    return codec.decoder(kinds)(codec.encode(message))


@pytest.mark.parametrize(
    "message", [Join(1, "ada"), Join(1, "ada", "kq3v"), Press(7, 1, (127, 0), True, 9, 3)]
)
def test_what_a_client_says_is_heard(codec: Codec, message: Any) -> None:
    """By the server's door."""
    door: Door[Any] = Door(FromClient, codec)
    assert door.admit(codec.encode(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Welcome(1, 3, "kq3v", 770, 30, 20.0, 0, Map.of(WALLED)),
        Full(771, (at(3, 2, 2),), (Shot(3, 1, 2, 3, 4, 5),)),
        Delta(775, 773, ((3, 2053, 1581, 45, 7),), (at(4, 2, 2),), (5,)),
    ],
)
def test_what_the_server_says_is_heard(codec: Codec, message: Any) -> None:
    """Players and shots come as what they are, not as lists."""
    assert _read(codec, message, FromServer) == message


def test_a_field_arrives_as_it_was() -> None:
    """With the same walls and spawns, so with the same boxes."""
    assert Map.of(WALLED).field() == WALLED


def test_an_input_survives_the_message() -> None:
    """There and back."""
    made = Input(7, 1, -127, 3, True, 9)
    assert wish(press(made, ack=3)) == made


@pytest.mark.parametrize("name", ["ada", "Åsa-2", "a.b_c", "x y", "名前"])
def test_names_of_people_are_let_in(name: str) -> None:
    """In any script."""
    door: Door[Any] = Door(FromClient)
    assert door.admit(json.dumps({"type": "join", "id": 1, "name": name})) == Join(1, name)


@pytest.mark.parametrize("name", ["", " ", "a  b", "a\n", "\u202eada", "<b>", "a" * 17])
def test_names_that_deceive_are_not(name: str) -> None:
    """Empty, invisible, turned around, marked up, too long."""
    door: Door[Any] = Door(FromClient)
    with pytest.raises(BadMessage) as refused:
        door.admit(json.dumps({"type": "join", "id": 1, "name": name}))
    assert refused.value.error.field == "$.name"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 0),
        ("move", 9),
        ("aim", [128, 0]),
        ("aim", [1]),
        ("fire", 1),
        ("seen", -1),
        ("ack", 2**40 + 1),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(field: str, value: object) -> None:
    """The reply says where."""
    door: Door[Any] = Door(FromClient)
    with pytest.raises(BadMessage) as refused:
        door.admit(json.dumps(INPUT | {field: value}))
    assert str(refused.value.error.field).startswith(f"$.{field}")


@pytest.mark.parametrize("field", ["x", "health", "player"])
def test_there_is_no_field_to_lie_in(field: str) -> None:
    """Neither for a place, nor for a health, nor for another player."""
    door: Door[Any] = Door(FromClient)
    with pytest.raises(BadMessage, match=f"unknown field `{field}`"):
        door.admit(json.dumps(INPUT | {field: 1}))


def test_the_documentation_lists_the_fields_of_a_player() -> None:
    """In the order in which they are sent."""
    assert messages.__doc__ is not None
    listed = re.search(r"in their order:\s+(.*?)\.\n", messages.__doc__, re.DOTALL)
    assert listed is not None
    assert tuple(re.split(r",\s+", listed[1])) == Player._fields


def test_the_documented_messages_are_messages() -> None:
    """Those that are written out in full."""
    assert messages.__doc__ is not None
    whole = re.findall(r"^    (\{.*?\})", messages.__doc__, re.DOTALL | re.MULTILINE)
    said = [text for text in whole if "…" not in text and '"type": "stats"' not in text]
    for text in said:
        assert msgspec.json.decode(text, type=FromClient | FromServer)
    assert len(said) >= 4
