"""A report survives JSON, and what is no report is told from one."""

import json
from typing import Any

import pytest

from tests.lab.bench.reports import ECHO, report
from wsdemo.lab.bench.stored import BadReport, from_json, to_json


def stored() -> dict[str, Any]:
    """Write the made-up report, and read what is written."""
    data: dict[str, Any] = json.loads(json.dumps(to_json(report())))
    return data


def test_what_was_written_is_read() -> None:
    """To the last sample."""
    assert from_json(stored()) == report()


def test_a_script_finds_medians_and_verdicts() -> None:
    """It need not know how they are made."""
    data = stored()
    first = data["rows"][0]
    assert (first["workload"]["name"], first["workload"]["unit"]) == (ECHO.name, "µs/message")
    assert (first["peer"], first["cost"], first["spread"]) == ("websockets", 40.0, [36.0, 48.0])
    assert data["goals"][0] == {
        "workload": ECHO.name,
        "peer": "scratch",
        "at_most": 0.5,
        "to": "websockets",
        "figure": 0.25,
        "met": True,
    }


def _without(path: list[str | int]) -> Any:
    data = stored()
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return data


@pytest.mark.parametrize(
    "data",
    [
        [],
        "report",
        {},
        _without(["rows", 0, "samples", 0, "cost"]),
        _without(["rows", 0, "workload", "kind"]),
        _without(["machine"]),
        stored() | {"rows": [stored()["rows"][0] | {"samples": []}]},
    ],
)
def test_what_is_no_report_is_refused(data: object) -> None:
    """With one line that says so."""
    with pytest.raises(BadReport, match=r"^no report of `wsdemo bench --json`: "):
        from_json(data)
