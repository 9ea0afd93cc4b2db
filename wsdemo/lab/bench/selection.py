"""Which workloads and peers are meant by words on a command line.

The names of workloads have commas in them (``to 10,000``; ``64 B text, one at a time``), and so
has a list of names. A comma parts two names unless a space or a digit follows it; capitals and
commas within a name need not be typed.

Leaves out which workloads and peers there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wsdemo.errors import LocalError
from wsdemo.lab.bench.peers import PEERS, Peer, chosen
from wsdemo.lab.bench.workloads import Workload

__all__ = ["UnknownName", "choose_peers", "choose_workloads"]

_BETWEEN_NAMES = re.compile(r",(?![\s\d])")


class UnknownName(LocalError):
    """There is no workload, or no peer, of that name."""


def choose_workloads(words: str, among: Sequence[Workload]) -> tuple[Workload, ...]:
    """Choose workloads by parts of their names; a whole name chooses that one only.

    Args:
        words: parts of names, with commas between them; empty for all.
        among: what there is.

    Returns:
        Those that are meant, in the order in which they were given.

    Raises:
        UnknownName: A part is in no name.
    """
    if not words.strip():
        return tuple(among)
    parts = filter(None, map(_plain, _BETWEEN_NAMES.split(words)))
    found = {workload for part in parts for workload in _meant(part, among)}
    return tuple(workload for workload in among if workload in found)


def _meant(part: str, among: Sequence[Workload]) -> list[Workload]:
    found = [workload for workload in among if part == _plain(workload.name)]
    # A number is a whole one: 1,000 is no part of 10,000.
    pattern = re.compile(rf"(?<!\d){re.escape(part)}(?!\d)")
    found = found or [workload for workload in among if pattern.search(_plain(workload.name))]
    if not found:
        raise UnknownName(f"there is no workload {part!r}; see wsdemo bench --list")
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(",", "").split())


def choose_peers(words: str) -> tuple[Peer, ...]:
    """Choose peers by their names.

    Args:
        words: names, with commas between them; empty for all.

    Returns:
        Those that are meant, in the order in which the bench has them.

    Raises:
        UnknownName: There is no such peer.
    """
    names = {word.strip() for word in words.split(",")} - {""}
    try:
        return chosen(names) if names else PEERS
    except ValueError as error:
        raise UnknownName(str(error)) from error
