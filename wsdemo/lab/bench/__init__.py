"""The bench: what servers cost under the same load, measured in the same run.

What is where::

    measuring              rounds through all peers: `measure`
    workloads, peers       what is done, and by whom
    results, goals, notes  what came of it
    servers, gorilla.go    the servers, each in a process of its own: child, golang
    generator              the load, in another: opening, crowd, member, inbound, octets
    processes, job         how they are started and told what to do
    idle, machine          memory; cores and clocks
    tables, faces, plots   how it is shown: words, for whom, pictures
    stored, selection      a report as JSON; names on a command line

Leaves out the command line: see `wsdemo.cli.bench`.
"""

from wsdemo.lab.bench.measuring import measure
from wsdemo.lab.bench.peers import PEERS
from wsdemo.lab.bench.results import Goal, Report, Row, Sample, Verdict
from wsdemo.lab.bench.workloads import Kind, Workload, workloads

__all__ = [
    "PEERS",
    "Goal",
    "Kind",
    "Report",
    "Row",
    "Sample",
    "Verdict",
    "Workload",
    "measure",
    "workloads",
]
