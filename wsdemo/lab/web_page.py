"""`page()`: the page of a running application, under the cell that asks for it.

The page is in an ``<iframe>``: a document of its own with an origin of its own, the application's
server, so its WebSocket passes the origin check like any browser's. It talks to the server for as
long as that runs, whatever the kernel does meanwhile (unless the server shares the kernel's loop).

A saved notebook has no server. What is saved of the display is a sentence instead of the frame,
which `tests.normal_form` puts there, between the two comments.

Leaves out notebooks on another machine than the browser: there the server has to be reached
through a proxy, such as jupyter-server-proxy.
"""

from __future__ import annotations

from wsdemo.lab.app_server import AppServer
from wsdemo.lab.show.markup import Markup, element

__all__ = ["Page", "page"]

# Pixels: most of a laptop's screen, and the cell above it.
HEIGHT = 560

LIVE = "<!-- live -->"
END = "<!-- /live -->"

_FRAME = "width: 100%; border: 1px solid rgba(127, 127, 127, 0.4); border-radius: 6px"


def page(server: AppServer, *, height: int = HEIGHT, query: str = "") -> Page:
    """Show the page of a running application.

    Args:
        server: what `lab.app` gave.
        height: of the frame, in CSS pixels.
        query: what the page's address ends in, such as ``?nick=ada``.

    Raises:
        ValueError: a height of nothing.
        TypeError: the server has no page.
    """
    if not isinstance(server, AppServer):
        raise TypeError(f"{server!r} has no page: start an application with lab.app")
    if height < 1:
        raise ValueError(f"a frame {height} pixels high shows nothing")
    return Page(server.name, server.url + query, height)


class Page:
    """The page of an application; displays itself.

    Args:
        name: of the application.
        url: where it is.
        height: of the frame, in CSS pixels.
    """

    def __init__(self, name: str, url: str, height: int) -> None:
        self.name = name
        self.url = url
        self.height = height

    def _repr_html_(self) -> str:
        style = f"{_FRAME}; height: {self.height}px"
        frame = element("iframe", src=self.url, title=f"the page of {self.name}", style=style)
        link = element("a", "in a window of its own", href=self.url, target="_blank")
        note = element("p", f"The page of {self.name}, while its server runs; also ", link, ".")
        return element("div", Markup(LIVE), frame, note, Markup(END))

    def __repr__(self) -> str:
        # Without the port, which is another one in every run: nbval compares this.
        return f"<the page of {self.name}>"
