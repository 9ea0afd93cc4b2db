"""What an endpoint has done, in numbers: counted, frozen, told to Prometheus.

::

    metrics = Metrics()
    ...                                # a server or a client counts while it works
    before = metrics.snapshot()
    ...
    between = metrics.snapshot() - before
    between.rates()["messages_in"], between.latency.quantile(0.99)
    metrics.exposition()               # the body of an answer of type CONTENT_TYPE

To count a message costs an addition or two; everything else is paid by whoever looks. On two
cores and Python 3.11, ``received()``, ``sent()`` and ``wire()`` together took 0.23 µs, 0.3 % of
the 80 to 94 µs of CPU time in which a server on `websockets` echoes 64 octets; ``observe()`` took
1.7 µs, 2 % of it; a look takes a millisecond. ``python -m tests.metrics.cost`` measures it again.

Leaves out names of peers, rooms and paths: a label whose values a peer can choose grows without
bound, here and in the database that keeps it. Close codes and statuses are such labels, and have
a few thousand values at most.
"""

from wsdemo.metrics.counting import CONTENT_TYPE, Metrics
from wsdemo.metrics.latency import Latency, LatencyRecorder
from wsdemo.metrics.snapshot import Snapshot
from wsdemo.metrics.tally import Tally

__all__ = ["CONTENT_TYPE", "Latency", "LatencyRecorder", "Metrics", "Snapshot", "Tally"]
