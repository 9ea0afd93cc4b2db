"""Guarantees as verdicts: a run is recorded under faults, and a checker says what went wrong.

    record = lab.Delivery()                          clients write down what they do
    await lab.inflict(lab.faults(7, 60), wire, note=record.fault)
    report = record.check()                          lost, duplicated, reordered, leaked, ...
    report.holds(delivery.EXACTLY_ONCE_IN_EFFECT)

    events, recorder       what happened, in order
    history, checker       what that says about each message, by definitions
    guarantees, report     what is forbidden, and how it reads
    inflicting             what goes wrong on the way; when, is in `wsdemo.lab.schedule`

Leaves out what is judged: any server and any client whose program can write down what it does.
"""

from wsdemo.lab.delivery.checker import check
from wsdemo.lab.delivery.events import Event, Kind, Run
from wsdemo.lab.delivery.guarantees import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    GUARANTEES,
    Guarantee,
    Verdict,
)
from wsdemo.lab.delivery.inflicting import inflict
from wsdemo.lab.delivery.recorder import Delivery
from wsdemo.lab.delivery.report import Finding, Report

__all__ = [
    "AT_LEAST_ONCE",
    "AT_MOST_ONCE",
    "EXACTLY_ONCE_IN_EFFECT",
    "GUARANTEES",
    "Delivery",
    "Event",
    "Finding",
    "Guarantee",
    "Kind",
    "Report",
    "Run",
    "Verdict",
    "check",
    "inflict",
]
