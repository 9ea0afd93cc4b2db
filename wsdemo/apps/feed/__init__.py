"""Live data: a market of many symbols, and whoever wants to know what they cost.

    async with serving(Feed(symbols=1000, rate=2000), port=8080) as server:
        async with FeedClient(server.uri, ["A*"]) as feed:
            async for update in feed:
                print(update.symbol, update.price)

Read in this order, from the market to the wire::

    messages        what a feed and its clients say to each other; how a gap is told from the rest
    walk, market    prices, their changes, and the last of them
    pace            when changes are due
    patterns        which symbols a client means
    batch           what has changed in one interval, written once for each codec
    subscriber      one client: whether it is behind, and what then
    audience        all clients that get the same messages
    floor           who is in which audience
    session         one client's requests
    feed            `Feed`, the application: a ticker, and a handler
    view            what a client knows, and what it has missed
    exchange        the client's half of the conversation
    client          `FeedClient`

Leaves out real markets, and money: prices are cents, and nobody can buy.
"""

from wsdemo.apps.feed.client import FeedClient
from wsdemo.apps.feed.feed import Feed
from wsdemo.apps.feed.messages import SUBPROTOCOLS, Slow, Update

__all__ = ["SUBPROTOCOLS", "Feed", "FeedClient", "Slow", "Update"]
