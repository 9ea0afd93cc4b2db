"""The applications that `wsdemo serve` knows, made of what the command line says.

Leaves out serving them, which is `serve`, and what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wsdemo.apps.app import App
from wsdemo.errors import LocalError, WsdemoError

__all__ = ["NAMES", "AppOptions", "CannotServe", "check", "make"]


class CannotServe(LocalError):
    """What the command line asks for can't be done, for a reason that fits in a line."""


@dataclass(frozen=True, slots=True)
class AppOptions:
    """The options of single applications; None is what was not said.

    Attributes:
        log: of chat: the file in which everything is kept.
        keep: of chat: how many messages a room keeps.
        room: of chat: the rooms that are there from the start.
        symbols: of feed: how many there are.
        rate: of feed: changes a second, over all symbols.
        history: of feed: changes that are remembered for those who come back.
        tick: of game: ticks a second.
        bots: of game: players that the server plays.
        field: of game: which one.
        seed: of feed and game.
    """

    log: Path | None = None
    keep: int | None = None
    room: tuple[str, ...] | None = None
    symbols: int | None = None
    rate: float | None = None
    history: int | None = None
    tick: int | None = None
    bots: int | None = None
    field: str | None = None
    seed: int | None = None

    def said(self) -> dict[str, Any]:
        """Return what was said, by name."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in named.items() if value is not None}


def make(name: str, options: AppOptions) -> App:
    """Make an application.

    Args:
        name: one of `NAMES`.
        options: what was said.

    Raises:
        CannotServe: an option is another application's, or makes no sense.
    """
    check(name, options)
    maker, _ = _APPS[name]
    try:
        return maker(options.said())
    except (ValueError, TypeError, WsdemoError) as error:
        raise CannotServe(str(error)) from error


def check(name: str, options: AppOptions) -> None:
    """Check that what was said is for what is to be served.

    Args:
        name: what is to be served; it may be none of `NAMES`, and then has no options.
        options: what was said.

    Raises:
        CannotServe: an option is another application's.
    """
    _, own = _APPS.get(name, (None, ()))
    for option in options.said():
        if option not in own:
            others = " and ".join(other for other, (_, theirs) in _APPS.items() if option in theirs)
            raise CannotServe(f"--{option} is for {others}, not for {name}")


# Each is imported when it is asked for: `wsdemo serve` alone needs none of them.


def _chat(said: Mapping[str, Any]) -> App:
    from wsdemo.apps.chat import Chat
    from wsdemo.log import Retention

    keep = Retention(count=said["keep"]) if "keep" in said else None
    return Chat(said.get("log"), keep=keep, rooms=said.get("room", ("lobby",)))


def _feed(said: Mapping[str, Any]) -> App:
    from wsdemo.apps.feed import Feed

    return Feed(**said)


def _game(said: Mapping[str, Any]) -> App:
    from wsdemo.apps.game import Game

    return Game(**said)


_APPS: Mapping[str, tuple[Callable[[Mapping[str, Any]], App], tuple[str, ...]]] = MappingProxyType(
    {
        "chat": (_chat, ("log", "keep", "room")),
        "feed": (_feed, ("symbols", "rate", "history", "seed")),
        "game": (_game, ("tick", "bots", "field", "seed")),
    }
)
NAMES = tuple(_APPS)
