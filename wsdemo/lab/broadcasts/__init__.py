"""Five ways to tell everybody, hubs with a policy, and what each does when one client stalls.

For notebook 09. `designs` has the code that is compared; `rehearse` plays a design in memory and
counts, the same on every machine; `measure` runs designs side by side over real connections, and
`plot` draws what came of it. `draw` is a picture of what waits in an outbox.

Leaves out the feed itself, which is `wsdemo.apps.feed`.
"""

from wsdemo.lab.broadcasts.designs import (
    FIVE,
    Builtin,
    Concurrent,
    Design,
    Hubbed,
    Naive,
    PubSub,
    Queues,
    Registered,
    relay,
)
from wsdemo.lab.broadcasts.line import Step, draw, steps
from wsdemo.lab.broadcasts.measuring import Outcome, Stream, measure
from wsdemo.lab.broadcasts.plots import plot
from wsdemo.lab.broadcasts.rehearsing import Peer, Rehearsal, rehearse, settle

__all__ = [
    "FIVE",
    "Builtin",
    "Concurrent",
    "Design",
    "Hubbed",
    "Naive",
    "Outcome",
    "Peer",
    "PubSub",
    "Queues",
    "Registered",
    "Rehearsal",
    "Step",
    "Stream",
    "draw",
    "measure",
    "plot",
    "rehearse",
    "relay",
    "settle",
    "steps",
]
