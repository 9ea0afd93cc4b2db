"""The instruments of the notebooks, flat: ``from wsdemo import lab``, then ``lab.running(...)``.

`claims`, `running` and `wire` are functions here, though modules have these names too: the
module is what ``from wsdemo.lab.running import ...`` reads, the function is what a notebook
calls. They are imported at once, because the import of a module by that name, at any later
time, would put it in the function's place. What is heavy comes when it is first used (PEP 562):
opening a notebook doesn't wait for matplotlib.

Leaves out the instruments themselves: every one has a module of its own beside this file.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wsdemo.lab.claims import claim, claims, predict
from wsdemo.lab.kernel import begin
from wsdemo.lab.loop import run
from wsdemo.lab.running import running
from wsdemo.lab.streams import listening
from wsdemo.lab.wire import wire

if TYPE_CHECKING:
    from wsdemo.lab import arena as arena
    from wsdemo.lab import delivery as delivery
    from wsdemo.lab.app_server import app
    from wsdemo.lab.chat_measure import chat_load
    from wsdemo.lab.conformance import check, check_client, compare
    from wsdemo.lab.delivery import Delivery, inflict
    from wsdemo.lab.dry import dry_run
    from wsdemo.lab.exercises import exercise
    from wsdemo.lab.feed_measure import feed_load
    from wsdemo.lab.live_panel import panel
    from wsdemo.lab.schedule import faults
    from wsdemo.lab.show import Table, bits, hexdump, ladder, source, states
    from wsdemo.lab.show.quantiles import histogram
    from wsdemo.lab.show.snapshot_table import metrics_table
    from wsdemo.lab.steps import stairs
    from wsdemo.lab.web_page import page

__all__ = [
    "Delivery",
    "Table",
    "app",
    "begin",
    "bits",
    "chat_load",
    "check",
    "check_client",
    "claim",
    "claims",
    "compare",
    "dry_run",
    "exercise",
    "faults",
    "feed_load",
    "hexdump",
    "histogram",
    "inflict",
    "ladder",
    "listening",
    "metrics_table",
    "page",
    "panel",
    "predict",
    "run",
    "running",
    "source",
    "stairs",
    "states",
    "wire",
]

_HOME = MappingProxyType(
    {
        "Delivery": "delivery",
        "Table": "show",
        "app": "app_server",
        "bits": "show",
        "chat_load": "chat_measure",
        "check": "conformance",
        "check_client": "conformance",
        "compare": "conformance",
        "dry_run": "dry",
        "exercise": "exercises",
        "faults": "schedule",
        "feed_load": "feed_measure",
        "hexdump": "show",
        "histogram": "show.quantiles",
        "inflict": "delivery",
        "ladder": "show",
        "metrics_table": "show.snapshot_table",
        "page": "web_page",
        "panel": "live_panel",
        "source": "show",
        "stairs": "steps",
        "states": "show",
    }
)


def __getattr__(name: str) -> Any:
    if name in ("arena", "delivery"):  # no functions, but packages: `lab.delivery.AT_MOST_ONCE`
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
