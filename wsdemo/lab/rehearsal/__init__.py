"""A rehearsal: clients and a server play a chat without a network, and lines break where told.

    from wsdemo.lab.rehearsal import rehearse, schedule

    rehearse(Client, Server, ["ann says", "carry 1", "cut ann", "back ann"]).plot()
    rehearse(Client, Server, schedule(seed=7)).report

A client and a server are plain objects, without I/O and without time, as `wsdemo.protocol` is: they
are told what happens, and say what to send. So a run is exact, takes a millisecond, and can be had
with hundreds of seeds; its verdicts are those of `wsdemo.lab.delivery`.

    moves       what happens, and in which order: written by hand, or drawn from a seed
    stage       the people, their lines, the server
    designs     clients and servers that fail when a line breaks
    keeper      a server that keeps a log, and a client that resumes from it
    picture     who sent what to whom, and where it was lost

Leaves out the network: `wsdemo.lab.wire` bends a real one.
"""

from wsdemo.lab.rehearsal.keeper import Keeper, Member
from wsdemo.lab.rehearsal.moves import PEOPLE, schedule
from wsdemo.lab.rehearsal.stage import Endless, Rehearsal, rehearse

__all__ = [
    "PEOPLE",
    "Endless",
    "Forgetful",
    "Keeper",
    "Member",
    "Rehearsal",
    "rehearse",
    "schedule",
]
