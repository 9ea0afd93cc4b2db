"""The pages of the applications: HTML, CSS and JavaScript modules, as the browser reads them.

    async with serve(chat, pages=pages.of("chat")) as server: ...

A page needs no build step and no other server. Each has a folder of its own beside this file,
and ``kit/`` has what they share::

    kit/     a connection that keeps itself, its state for people, colours and type
    chat/    rooms, messages, who is here
    feed/    live prices
    game/    an arena

What a page sends and understands stands in the ``messages`` of its application in `wsdemo.apps`.

Leaves out serving, which is `wsdemo.server.pages`, and a page for anything that asks for none.
"""

from pathlib import Path

__all__ = ["NAMES", "of"]

HERE = Path(__file__).parent
KIT = "kit"
INDEX = "index.html"

# The pages there are. Said here and not looked up: a folder is no promise.
NAMES = ("chat", "feed", "game")


def of(name: str) -> dict[str, Path]:
    """Return the files of a page, by the path at which a browser finds them.

    Args:
        name: one of `NAMES`.

    Returns:
        What ``pages`` of `wsdemo.server.serve` takes: the page at ``/``, what is beside it at
        ``/name.js``, what all pages share at ``/kit/name.js``.

    Raises:
        ValueError: there is no such page.
    """
    if name not in NAMES:
        raise ValueError(f"no page {name!r}; there are {', '.join(NAMES)}")
    own = {f"/{path.name}": path for path in _files(name)}
    shared = {f"/{KIT}/{path.name}": path for path in _files(KIT)}
    return {"/": own[f"/{INDEX}"], **own, **shared}


def _files(folder: str) -> list[Path]:
    return sorted(path for path in (HERE / folder).iterdir() if path.suffix in _SERVED)


# What a browser is given; an editor's backup is not.
_SERVED = frozenset({".css", ".html", ".js", ".svg"})
