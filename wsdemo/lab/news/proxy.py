"""A proxy of the kind that breaks things: it reads each answer to its end, and then passes it on.

Many do that in good faith: to free the server sooner, to compress, to look for viruses. What HTTP
tells every proxy, to keep `Connection` and `Upgrade` to itself (RFC 9110, 7.6.1), it does too.

Leaves out everything that makes a proxy useful.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from wsdemo.lab.news.clients import session

__all__ = ["buffering_proxy"]


@asynccontextmanager
async def buffering_proxy(uri: str) -> AsyncIterator[str]:
    """Put a buffering proxy before a server for the length of a block.

    Args:
        uri: The server's.

    Yields:
        The URI to use instead.
    """
    scheme, rest = uri.split("://")
    origin, slash, path = rest.partition("/")

    async def forward(request: web.BaseRequest) -> web.Response:
        async with http.get(f"http://{origin}{request.rel_url}") as answer:
            body = await answer.read()  # to the end, if it has one
            return web.Response(status=answer.status, body=body)

    async with session() as http:
        runner = web.ServerRunner(
            web.Server(forward, handler_cancellation=True, access_log=None), shutdown_timeout=0.1
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}{slash}{path}"
        finally:
            await runner.cleanup()
