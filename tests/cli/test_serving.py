"""The words of `wsdemo serve` say what the applications do."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import typer

from wsdemo import engines
from wsdemo.apps.chat import Chat
from wsdemo.apps.feed import Feed
from wsdemo.apps.game import Game
from wsdemo.apps.game.game import FIELDS
from wsdemo.cli import apps
from wsdemo.cli.commands import app
from wsdemo.cli.serving import App, EngineName, Field


def _shown() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    return {one.name: one.show_default for one in group.commands["serve"].params}


@pytest.mark.parametrize(
    ("kind", "option", "argument"),
    [
        (Chat, "room", "rooms"),
        (Feed, "symbols", "symbols"),
        (Feed, "rate", "rate"),
        (Feed, "history", "history"),
        (Game, "tick", "tick"),
        (Game, "bots", "bots"),
        (Game, "field", "field"),
    ],
)
def test_the_default_that_is_shown_is_the_one_that_holds(
    kind: type[Any], option: str, argument: str
) -> None:
    """The command has none of its own: what isn't said is left to the application."""
    default = inspect.signature(kind).parameters[argument].default
    words = " ".join(default) if isinstance(default, tuple) else f"{default}".removesuffix(".0")
    assert _shown()[option] == words


def test_the_choices_are_those_there_are() -> None:
    """Typer wants them as enumerations; these may not drift away."""
    assert {each.value for each in EngineName} == set(engines.NAMES)
    assert {each.value for each in Field} == set(FIELDS)
    assert {each.value for each in App} == {"pong", "echo", *apps.NAMES}
