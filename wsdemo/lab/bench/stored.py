"""A report as JSON, and back.

What follows from the samples (medians, verdicts) is written for scripts that want it, and is not
read: it is computed from the samples again.

Leaves out files: see `wsdemo.cli.bench`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from wsdemo.errors import LocalError
from wsdemo.lab.bench.results import Report, Row, Sample, Verdict
from wsdemo.lab.bench.workloads import Kind, Workload

__all__ = ["BadReport", "from_json", "to_json"]


class BadReport(LocalError):
    """What was read is no report of the bench."""


def to_json(report: Report) -> dict[str, Any]:
    """Return a report as what JSON can hold.

    Costs are in the workload's unit, rates in messages, deliveries or connections per second,
    the busy shares in cores.
    """
    return {
        "machine": report.machine,
        "date": report.date,
        "notes": list(report.notes),
        "rows": [_row_to_json(row) for row in report.rows],
        "goals": [_verdict_to_json(verdict) for verdict in report.goals],
    }


def _row_to_json(row: Row) -> dict[str, Any]:
    return {
        "workload": asdict(row.workload) | {"unit": row.workload.unit},
        "peer": row.peer,
        "cost": row.cost,
        "spread": list(row.spread),
        "rate": row.rate,
        "server_busy": row.server_busy,
        "load_busy": row.load_busy,
        "samples": [asdict(sample) for sample in row.samples],
    }


def _verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return asdict(verdict.goal) | {"figure": verdict.figure, "met": verdict.met}


def from_json(data: Any) -> Report:
    """Return the report that `to_json` has made this of.

    Raises:
        BadReport: It is none.
    """
    try:
        rows = tuple(map(_row_from_json, data["rows"]))
        return Report(data["machine"], data["date"], rows, tuple(data["notes"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadReport(f"no report of `wsdemo bench --json`: {error!r}") from error


def _row_from_json(data: Mapping[str, Any]) -> Row:
    workload = {name: value for name, value in data["workload"].items() if name != "unit"}
    samples = tuple(Sample(**sample) for sample in data["samples"])
    if not samples:
        raise ValueError(f"no samples of {data['peer']}")
    kind = Kind(workload.pop("kind"))
    return Row(Workload(kind=kind, **workload), data["peer"], samples)
