"""A WebSocket server for the world, on either engine.

    async def shout(connection):
        async for message in connection:
            await connection.send(message.upper())

    async with serve(shout, port=0) as server:
        print(server.uri)                   # ws://127.0.0.1:41234/ws

or, in a program of its own, until it is told to stop::

    asyncio.run(serve({"/chat": chat, "/feed": feed}, pages="web").run())

What it does beyond the engine's ``serve``, and where::

    serving          the arguments; settings: those that are the engine's
    core             start, drain, stop
    attending        runs the handlers
    signals          SIGINT and SIGTERM
    gate             who gets in: paths, origins, subprotocols, a slot; /healthz and /metrics
    pages            files for a browser
    register         who is here, and what they cost
    on_websockets    the engines, each with what makes it count
    on_scratch
    connection       what a handler is given

Leaves out HTTP beyond small answers to GET and HEAD: a site belongs behind a web server.
"""

from wsdemo.security import EVERYBODY, SAME_HOST
from wsdemo.server.connection import Connection, Handler
from wsdemo.server.core import Server
from wsdemo.server.serving import serve

__all__ = ["EVERYBODY", "SAME_HOST", "Connection", "Handler", "Server", "serve"]
