"""The suite passes who is correct, and fails every fault in the cases that are about it.

Faults are tried side by side, since what takes long is to wait for those who say nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from typing import Any

import pytest

from tests.lab.conformance import plain
from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_server import PlainServer
from tests.lab.conformance.verdicts import FAILS, WITHIN, expand, expected
from tests.lab.conformance.wrong import Wrong
from tests.lab.conformance.wrong_clients import WRONG_CLIENTS
from tests.lab.conformance.wrong_servers import WRONG_SERVERS
from wsdemo.lab.conformance.case import Case, Role
from wsdemo.lab.conformance.drive import check_client
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.moves import Message
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import select
from wsdemo.lab.conformance.servers import run_cases
from wsdemo.lab.conformance.target import Target

PATIENCE = 20.0  # seconds for a case that has to pass: nobody waits, but on a very busy machine
BRIEFLY = 1.5  # seconds for one that has to fail, as most do by silence
JOBS = 12
TOGETHER = 8  # faults

# Some of every chapter: a fault must not show where it has no business.
SAMPLE = (
    "1.1.1, 1.1.3, 1.2.2, 1.2.5, 2.1, 2.4-2.5, 2.8, 2.10, 3.1, 3.7, 4.1.1, 4.2.3, 5.1, 5.3, 5.9, "
    "5.18, 6.1.2, 6.2.3, 6.3.1, 6.4.2, 6.5.3, 6.6.1, 6.19.1, 7.1.1, 7.1.4-7.1.5, 7.3.1-7.3.2, "
    "7.5.1, 7.7.12, 7.9.5, 12.1.3, 12.2.2, 13.2.3, 20.1.1, 20.1.7, 20.2.2, 20.2.9, 20.3.1, 20.4.1, "
    "21.1.1, 21.1.6, 21.2.4, 21.3.2, 21.3.7, 22.1-22.6, 22.8, 23.1, 23.4, 23.9, 23.11, 23.16, "
    "24.1, 24.3, 24.7-24.8, 25.1.5, 25.2.1, 25.2.3, 25.3.2, 25.4.2, 25.5.2, 25.6.3, 26.1"
)
# A fault of long messages. For others these are left out: they take as long as all the rest.
LONG = "truncated"
MUCH = 200_000  # octets
AMONG_OTHERS = "key-constant"  # a fault that shows if other connections are made besides
# Faults that are put through all of the suite.
THOROUGHLY = ("stray-continuation", "utf8-per-frame", "close-answered-1000", "deflate-window")


def _selection(name: str, role: Role) -> list[Case]:
    """Choose the cases beside those in which a fault shows, and some of the others."""
    groups = {_group(number) for number in expected(name, role)}
    beside = {case.number for case in select("", role) if _group(case.number) in groups}
    numbers = beside | expand(SAMPLE, role)
    if name in WITHIN:
        numbers &= expand(WITHIN[name], role)
    chosen = [case for case in select("", role) if case.number in numbers]
    long = name == LONG and role is Role.SERVER
    return [case for case in chosen if long or not _is_long(case)]


def _group(number: str) -> str:
    """Return what the cases around one have in common: the chapter, or the part of it."""
    return number.rpartition(".")[0]


def _is_long(case: Case) -> bool:
    carried = (move.payload for move in case.moves if isinstance(move, Frame | Message))
    return sum(map(len, carried)) > MUCH


async def _try_server(
    server_class: type[PlainServer], cases: Sequence[Case], patience: float = PATIENCE
) -> list[Result]:
    async with plain.serve(server_class) as url:
        return await run_cases(Target.parse(url), cases, jobs=JOBS, patience=patience)


async def _try_client(
    client_class: type[PlainClient], cases: Sequence[Case], patience: float = PATIENCE
) -> list[Result]:
    """Let a client come for cases side by side, and then for those that are to be alone."""
    results: list[Result] = []
    for alone, jobs in ((False, JOBS), (True, 1)):
        chosen = [case for case in cases if case.alone == alone]

        async def run(url: str, jobs: int = jobs) -> None:
            await plain.run_client(url, client_class, jobs=jobs)

        if chosen:
            report = await check_client(run, chosen, patience=patience)
            results += report.results
    return results


async def _try(wrong: Wrong[Any], cases: Sequence[Case], patience: float) -> list[Result]:
    if issubclass(wrong.peer, PlainServer):
        return await _try_server(wrong.peer, cases, patience)
    return await _try_client(wrong.peer, cases, patience)


async def _surprises(wrong: Wrong[Any], role: Role, cases: Sequence[Case]) -> list[str]:
    """Say which cases fail for a fault, and should not, or don't, and should."""
    wanted = expected(wrong.name, role)
    parts: dict[float, list[Case]] = {BRIEFLY: [], PATIENCE: []}
    for case in cases:
        brief = case.number in wanted and wrong.name != AMONG_OTHERS
        parts[BRIEFLY if brief else PATIENCE].append(case)
    trials = (_try(wrong, part, patience) for patience, part in parts.items())
    results: list[Result] = [*chain.from_iterable(await asyncio.gather(*trials))]
    assert len(results) == len(cases)
    return [
        f"{wrong}: {result.case}: {result.words or 'passed'}"
        for result in results
        if result.failed != (result.case.number in wanted)
    ]


async def _all_surprises(faults: Sequence[Wrong[Any]], role: Role) -> dict[str, list[str]]:
    """Try faults side by side, and the one that wants the machine for itself at the end."""
    free = asyncio.Semaphore(TOGETHER)
    found: dict[str, list[str]] = {}

    async def attempt(wrong: Wrong[Any]) -> None:
        async with free:
            found[wrong.name] = await _surprises(wrong, role, _selection(wrong.name, role))

    await asyncio.gather(*(attempt(each) for each in faults if each.name != LONG))
    await asyncio.gather(*(attempt(each) for each in faults if each.name == LONG))
    return found


def _try_role(role: Role) -> dict[str, list[str]]:
    if role is Role.SERVER:
        return asyncio.run(_all_surprises(WRONG_SERVERS, role))
    return asyncio.run(_all_surprises(WRONG_CLIENTS, role))


@pytest.fixture(scope="module")
def surprises() -> dict[Role, dict[str, list[str]]]:
    """Try all faulty peers, those of each role in a process of its own."""
    with ProcessPoolExecutor(len(Role), get_context("spawn")) as pool:
        return dict(zip(Role, pool.map(_try_role, Role), strict=True))


def _failed(results: Iterable[Result]) -> list[str]:
    return [
        f"{result.case}: {result.words}"
        for result in results
        if result.outcome is not Outcome.PASSED
    ]


async def test_a_correct_server_passes() -> None:
    """In every case, of whatever severity."""
    assert _failed(await _try_server(PlainServer, select("", Role.SERVER))) == []


async def test_a_correct_client_passes() -> None:
    """In every case, of whatever severity."""
    assert _failed(await _try_client(PlainClient, select("", Role.CLIENT))) == []


@pytest.mark.parametrize(
    ("role", "faults"),
    [(Role.SERVER, WRONG_SERVERS), (Role.CLIENT, WRONG_CLIENTS)],
    ids=["server", "client"],
)
def test_every_fault_has_a_set(role: Role, faults: Sequence[Wrong[Any]]) -> None:
    """Of cases that there are."""
    assert {wrong.name for wrong in faults} == FAILS[role].keys()
    assert sum(bool(expected(wrong.name, role)) for wrong in faults) > 80


@pytest.mark.parametrize("role", Role)
def test_every_chapter_is_about_some_fault(role: Role) -> None:
    """What no fault fails in tells nothing."""
    shown = set().union(*(expected(name, role) for name in FAILS[role] if name != "opens-200"))
    chapters = {case.order[0] for case in select("", role)}
    assert {int(number.partition(".")[0]) for number in shown} == chapters


@pytest.mark.parametrize(
    ("role", "name"),
    [pytest.param(role, name, id=f"{role.value}-{name}") for role in Role for name in FAILS[role]],
)
def test_who_is_wrong_fails_where_it_is_wrong(
    surprises: dict[Role, dict[str, list[str]]], role: Role, name: str
) -> None:
    """In these cases and no others."""
    assert surprises[role][name] == []


@pytest.mark.parametrize("name", THOROUGHLY)
async def test_a_faulty_server_is_right_in_all_the_rest(name: str) -> None:
    """In the whole suite."""
    wrong = next(each for each in WRONG_SERVERS if each.name == name)
    assert await _surprises(wrong, Role.SERVER, select("", Role.SERVER)) == []
