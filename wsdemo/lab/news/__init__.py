"""Four ways to get the same news: polling, long polling, server-sent events, WebSocket.

For notebook 01, which compares them: `newsroom` serves one board in all four ways, `read` and its
four readers get it, `elsewhere` is a newsroom in a process of its own, `delays` and `octets` read
from a wire what each way cost, and `experiments` has the notebook's measurements. The HTTP is
aiohttp's, on both sides.

Leaves out apps: a feed that one would put on the net has limits, origins and a past.
"""

from wsdemo.lab.news.board import START, Board, Item, prices, timetable
from wsdemo.lab.news.browser import CHROMIUM_POLL
from wsdemo.lab.news.clients import (
    Way,
    beats,
    events,
    long_poll,
    poll,
    read,
    session,
    take,
    websocket,
)
from wsdemo.lab.news.elsewhere import elsewhere
from wsdemo.lab.news.experiments import octets_per_update, race, rates, sign_of_life
from wsdemo.lab.news.measure import arrivals, delays, octets, per_second
from wsdemo.lab.news.newsroom import Newsroom, newsroom
from wsdemo.lab.news.proxy import buffering_proxy
from wsdemo.lab.news.servers import Servers

__all__ = [
    "CHROMIUM_POLL",
    "START",
    "Board",
    "Item",
    "Newsroom",
    "Servers",
    "Way",
    "arrivals",
    "beats",
    "buffering_proxy",
    "delays",
    "elsewhere",
    "events",
    "long_poll",
    "newsroom",
    "octets",
    "octets_per_update",
    "per_second",
    "poll",
    "prices",
    "race",
    "rates",
    "read",
    "session",
    "sign_of_life",
    "take",
    "timetable",
    "websocket",
]
