"""The command line makes applications, and says which option is whose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wsdemo.apps.chat import Chat
from wsdemo.apps.feed import Feed
from wsdemo.apps.game import Game
from wsdemo.cli import apps
from wsdemo.cli.apps import AppOptions, CannotServe


@pytest.mark.parametrize(("name", "kind"), [("chat", Chat), ("feed", Feed), ("game", Game)])
def test_without_options_it_is_what_it_is_in_a_program(name: str, kind: type[Any]) -> None:
    """Every application can be made of nothing."""
    assert isinstance(apps.make(name, AppOptions()), kind)


def test_every_name_is_an_application() -> None:
    """And is what its page is called."""
    assert [apps.make(name, AppOptions()).name for name in apps.NAMES] == list(apps.NAMES)


async def test_the_options_of_chat_reach_it(tmp_path: Path) -> None:
    """A room that was named is there, and the file."""
    made = apps.make("chat", AppOptions(log=tmp_path / "chat.db", keep=10, room=("a", "b")))
    async with made:
        assert (tmp_path / "chat.db").exists()
        assert isinstance(made, Chat)
        assert set(made.house.ledger.rooms) == {"a", "b"}


async def test_the_options_of_feed_reach_it() -> None:
    """The same seed makes the same prices."""
    made = [apps.make("feed", AppOptions(symbols=3, seed=seed, rate=1.0)) for seed in (1, 1, 2)]
    first, again, other = (one.prices for one in made if isinstance(one, Feed))
    assert len(first) == 3
    assert first == again
    assert first != other


async def test_the_options_of_game_reach_it() -> None:
    """Ticks a second, and bots."""
    made = apps.make("game", AppOptions(tick=20, bots=2, field="large", seed=1))
    assert isinstance(made, Game)
    assert made.arena.setting.rate == 20
    made.arena.tick()
    assert len(made.arena.world.players) == 2


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("game", AppOptions(log=Path("x")), "--log is for chat, not for game"),
        ("pong", AppOptions(bots=1), "--bots is for game, not for pong"),
        ("chat", AppOptions(seed=1), "--seed is for feed and game, not for chat"),
    ],
)
def test_an_option_of_another_application_is_refused(
    name: str, options: AppOptions, message: str
) -> None:
    """It would be ignored in silence otherwise."""
    with pytest.raises(CannotServe, match=message):
        apps.check(name, options)


@pytest.mark.parametrize(
    ("name", "options", "named"),
    [
        ("chat", AppOptions(keep=0), "count 0"),
        ("chat", AppOptions(room=("",)), "name"),
        ("feed", AppOptions(history=-1), "-1"),
        ("game", AppOptions(tick=0), "0"),
    ],
)
def test_what_an_application_refuses_is_said_in_a_line(
    name: str, options: AppOptions, named: str
) -> None:
    """With the offending value."""
    with pytest.raises(CannotServe, match=named) as caught:
        apps.make(name, options)
    assert "\n" not in str(caught.value)
