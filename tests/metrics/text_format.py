"""Prometheus's text format 0.0.4, read as strictly as its documentation is written.

https://prometheus.io/docs/instrumenting/exposition_formats/ and, for names, what
``promtool check metrics`` complains of. `prometheus_client.parser` reads what is written; this
tells what should not have been.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (\S.*)")
SAMPLE = re.compile(rf"({NAME})(?:{{({LABEL}(?:,{LABEL})*)}})? (\S+)")
TYPES = ("counter", "gauge", "histogram", "summary", "untyped")
UNITS = re.compile(r"_(milliseconds|ms|micros\w*|minutes|hours|kb|kib|mb|kilobytes|octets)(_|$)")


@dataclass
class Family:
    """What stands under one HELP and TYPE."""

    name: str
    kind: str = ""
    samples: dict[tuple[str, str], float] = field(default_factory=dict)

    def owns(self, name: str) -> bool:
        """Whether a sample of this name may stand here."""
        if self.kind == "histogram":
            return name in {self.name + end for end in ("_bucket", "_sum", "_count")}
        return name == self.name


def faults(text: str) -> list[str]:
    """Return what is wrong with a text, in the order in which it comes."""
    found = (
        [] if text.endswith("\n") and not text.endswith("\n\n") else ["no final newline, or two"]
    )
    families: list[Family] = []
    for line in text.removesuffix("\n").split("\n"):
        found += _read(line, families)
    for family in families:
        found += _judge(family)
    return found


def _read(line: str, families: list[Family]) -> Iterator[str]:
    """Take one line into the families, and yield its faults."""
    if comment := COMMENT.fullmatch(line):
        yield from _comment(families, *comment.groups())
    elif sample := SAMPLE.fullmatch(line):
        name, labels, value = sample.groups()
        if not families or not families[-1].owns(name) or not families[-1].kind:
            yield f"{name} is not under a TYPE of its own"
            return
        key = name, ",".join(sorted((labels or "").split(",")))
        if key in families[-1].samples:
            yield f"{name} twice with {labels}"
        families[-1].samples[key] = float(value.replace("Inf", "inf"))
    else:
        yield f"neither comment nor sample: {line!r}"


def _comment(families: list[Family], kind: str, name: str, rest: str) -> Iterator[str]:
    if kind == "HELP":
        if any(family.name == name for family in families):
            yield f"a second HELP for {name}"
        if re.search(r"\\(?![\\n])", rest):
            yield f"an unknown escape in the HELP of {name}"
        families.append(Family(name))
    elif not families or families[-1].name != name:
        yield f"the TYPE of {name} is not under its HELP"
    elif families[-1].kind or families[-1].samples:
        yield f"a second TYPE of {name}, or one after its samples"
    elif rest not in TYPES:
        yield f"an unknown TYPE of {name}: {rest}"
    else:
        families[-1].kind = rest


def _judge(family: Family) -> Iterator[str]:
    """Yield what is wrong with a family as a whole."""
    if not family.samples:
        yield f"{family.name} has no sample"
    if (family.kind == "counter") != family.name.endswith("_total"):
        yield f"{family.name} is a {family.kind}: only a counter ends in _total"
    if UNITS.search(family.name):
        yield f"{family.name} is not in base units"
    if family.kind == "histogram" and family.samples:
        yield from _histogram(family)
    elif any(value < 0 for value in family.samples.values()) and family.kind == "counter":
        yield f"{family.name} is negative"


def _histogram(family: Family) -> Iterator[str]:
    buckets = [
        (float(labels.split('"')[1].replace("Inf", "inf")), value)
        for (name, labels), value in family.samples.items()
        if name.endswith("_bucket")
    ]
    if any(column != sorted(column) for column in map(list, zip(*buckets, strict=True))):
        yield f"the buckets of {family.name} are not cumulative and in order"
    if not buckets or buckets[-1] != (math.inf, family.samples.get((f"{family.name}_count", ""))):
        yield f"{family.name} has no bucket +Inf that is its count"
    if (f"{family.name}_sum", "") not in family.samples:
        yield f"{family.name} has no sum"
