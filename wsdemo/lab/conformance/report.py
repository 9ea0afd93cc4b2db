"""What came of a run: how many cases passed, which failed, and what each of these was about.

The plain form and the HTML say the same. Times are left out, so that the same endpoint gives the
same report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wsdemo.lab.conformance.case import Role, Severity
from wsdemo.lab.conformance.cases import CHAPTERS
from wsdemo.lab.conformance.result import Outcome, Result

if TYPE_CHECKING:
    from wsdemo.lab.show.ladder import Ladder
    from wsdemo.lab.show.table import Mark, Table

__all__ = ["Report", "compare"]

_MARKS: Mapping[Severity, Mark] = MappingProxyType(
    {Severity.MUST: "bad", Severity.SHOULD: "warn", Severity.MAY: "warn"}
)
_HEAD = ("", "chapter", "passed", "must", "should", "may", "n/a")


@dataclass(frozen=True, repr=False)
class Report:
    """The results of a run, in the order of their numbers.

    `name` is what was tested, `role` what it is.
    """

    name: str
    role: Role
    results: tuple[Result, ...]

    @property
    def conforms(self) -> bool:
        """Whether no "must" has failed."""
        return not any(result.fatal for result in self.results)

    @property
    def failed(self) -> list[Result]:
        """The results that are not as they should be, of any severity."""
        return [result for result in self.results if result.failed]

    def __getitem__(self, number: str) -> Result:
        """Return the result of a case.

        Raises:
            KeyError: It was not run.
        """
        for result in self.results:
            if result.case.number == number:
                return result
        raise KeyError(f"case {number} was not run")

    def count(self, outcome: Outcome) -> int:
        """Count the results with an outcome."""
        return sum(result.outcome is outcome for result in self.results)

    def failures(self, severity: Severity) -> list[Result]:
        """Return the failures of a severity."""
        return [result for result in self.failed if result.case.severity is severity]

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        parts = [f"{self.count(Outcome.PASSED)} of {len(self.results)} cases passed"]
        parts += [
            f"{len(found)} “{severity.value}” failed"
            for severity in Severity
            if (found := self.failures(severity))
        ]
        moot = self.count(Outcome.MOOT)
        parts += [f"{moot} {'do' if moot > 1 else 'does'} not apply"] if moot else []
        return f"{self.name}: {', '.join(parts)}"

    def __repr__(self) -> str:
        return "\n\n".join([self.summary, *map(repr, self.tables())])

    def _repr_html_(self) -> str:
        from wsdemo.lab.show.markup import heading

        tables = (table._repr_html_() for table in self.tables())
        return "".join([heading(self.summary), *tables])

    def tables(self) -> Iterator[Table]:
        """Yield the chapters, and the failures if there are any."""
        yield self.chapters()
        if self.failed:
            yield self.faults()

    def chapters(self) -> Table:
        """Table how many cases of each chapter passed, failed, or did not apply."""
        from wsdemo.lab.show.table import Table

        rows, marks = [], {}
        for at, (chapter, results) in enumerate(_by_chapter(self.results)):
            part = Report(self.name, self.role, tuple(results))
            failed = [len(part.failures(severity)) or None for severity in Severity]
            moot = part.count(Outcome.MOOT) or None
            passed = f"{part.count(Outcome.PASSED)} of {len(results)}"
            rows.append([chapter, CHAPTERS[chapter], passed, *failed, moot])
            marks[at] = _mark(part)
        return Table(_HEAD, rows, marks=marks, align="rlrrrrr")

    def faults(self) -> Table:
        """Table the cases that failed, and what was wrong."""
        from wsdemo.lab.show.table import Table

        failed = self.failed
        rows = [
            [result.case.number, result.case.severity.value, result.case.name, result.words]
            for result in failed
        ]
        marks = {at: _MARKS[result.case.severity] for at, result in enumerate(failed)}
        return Table(["case", "", "about", "what was wrong"], rows, marks=marks, align="llll")

    def ladder(self, number: str) -> Ladder:
        """Draw the exchange of a case, with what was wrong marked."""
        from wsdemo.lab.conformance.picture import draw

        return draw(self[number])

    def to_json(self) -> dict[str, Any]:
        """Return the report as what JSON can hold."""
        return {
            "name": self.name,
            "role": self.role.value,
            "conforms": self.conforms,
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
            "cases": [result.to_json() for result in self.results],
        }


def compare(*reports: Report) -> Table:
    """Table several endpoints side by side: every case in which one of them failed.

    Raises:
        ValueError: There is nothing to compare.
    """
    from wsdemo.lab.show.table import Table

    if not reports:
        raise ValueError("compare() takes at least one report")
    numbers = {result.case.number: result.case for each in reports for result in each.failed}
    cases = sorted(numbers.values(), key=lambda case: case.order)
    rows = [
        [
            case.number,
            case.severity.value,
            case.name,
            *(_cell(each, case.number) for each in reports),
        ]
        for case in cases
    ]
    total = [["", "", "cases passed", *(_passed(each) for each in reports)]]
    headers = ["case", "", "about", *(each.name for each in reports)]
    return Table(headers, [*rows, *total], align="l" * len(headers))


def _passed(report: Report) -> str:
    return f"{report.count(Outcome.PASSED)} of {len(report.results)}"


def _cell(report: Report, number: str) -> str:
    signs = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_RUN: "✗", Outcome.MOOT: "–"}
    found = [result for result in report.results if result.case.number == number]
    return signs[found[0].outcome] if found else ""


def _mark(part: Report) -> Mark:
    if not part.conforms:
        return "bad"
    return "warn" if part.failures(Severity.SHOULD) else "ok"


def _by_chapter(results: Sequence[Result]) -> Iterator[tuple[int, list[Result]]]:
    for chapter in CHAPTERS:
        found = [result for result in results if result.case.order[0] == chapter]
        if found:
            yield chapter, found
