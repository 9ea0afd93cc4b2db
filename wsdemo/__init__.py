"""WebSocket taken apart byte by byte, put together again, and measured.

The course is a folder of notebooks (``wsdemo lab`` opens it); this module is what they run:

- `wsdemo.protocol`: RFC 6455 and RFC 7692 without I/O, bytes in and events out;
- `wsdemo.scratch`: `serve()` and `connect()` on asyncio around it;
- `wsdemo.engines`: the choice between that engine and the `websockets` library;
- `wsdemo.server`, `wsdemo.client`: what a program is built on, on either engine;
- `wsdemo.metrics`: what such a program counts;
- `wsdemo.lab`: the instruments of the notebooks, the conformance suite among them.

Importing `wsdemo` imports none of them, patches nothing and starts nothing.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
