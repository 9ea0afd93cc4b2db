"""A game for the browser: a small arena, an authoritative server, and clients that hide the lag.

    async with serving(Game(bots=3)) as server:
        print(server.url)

Read in this order::

    field, world, rules       the game itself: pure functions on integers, the same in JavaScript
    messages, delta           what goes over the wire, and how little of it
    predict, reconcile        the client's own player, at once and right
    interpolate               the others, late and true
    rewind                    a shot is judged by what the shooter saw
    seats, arena              what the server takes from a client, and the server itself
    ticker                    when a tick is due
    visit, game               the same on a connection and on a clock: the application
    timeline, view            the same on the other side: what a client knows, without a socket
    client, bot               a client without a screen, and who plays it

The server alone decides. A client sends what its player wants and nothing else; it shows its own
player ahead of what the server has said (prediction), the others behind it (interpolation), and
takes the server's word when it comes (reconciliation).

Leaves out extrapolation, teams, and levels; and the page, which is in ``wsdemo.pages``.
"""

from wsdemo.apps.game.arena import Arena
from wsdemo.apps.game.bot import Bot
from wsdemo.apps.game.client import GameClient
from wsdemo.apps.game.field import LARGE, SMALL, Field
from wsdemo.apps.game.game import Game
from wsdemo.apps.game.interpolate import interpolate
from wsdemo.apps.game.reconcile import reconcile
from wsdemo.apps.game.rules import advance, step
from wsdemo.apps.game.view import View
from wsdemo.apps.game.world import Input, Player, Setting, World

__all__ = [
    "LARGE",
    "SMALL",
    "Arena",
    "Bot",
    "Field",
    "Game",
    "GameClient",
    "Input",
    "Player",
    "Setting",
    "View",
    "World",
    "advance",
    "interpolate",
    "reconcile",
    "step",
]
