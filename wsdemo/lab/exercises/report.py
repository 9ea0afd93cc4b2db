"""What a check found: one row a case, and the first fault in words.

Leaves out how the rows come about (`core`). The plain form has nothing in it that changes from run
to run: no time, no port, no address of an object.
"""

from dataclasses import dataclass

from wsdemo.lab.show import Code, Table
from wsdemo.lab.show.markup import Markup, element, join
from wsdemo.lab.show.table import Mark


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a check.

    `case` says what is tried, `sent` what the answer was given, `came_back` what it did with it,
    `expected` what it should have done, and `fault` what is likely wrong: empty when all is well.
    """

    case: str
    sent: str
    came_back: str
    expected: str
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the answer is right in this case."""
        return not self.fault

    def explain(self) -> str:
        """Put the case into words, over several lines."""
        return "\n".join(
            [
                f"  sent       {_indent(self.sent)}",
                f"  came back  {_indent(self.came_back)}",
                f"  expected   {_indent(self.expected)}",
                f"  {_indent(self.fault, 2)}",
            ]
        )


@dataclass(frozen=True, repr=False, slots=True)
class Report:
    """What a check found; true when every case passes.

    `exercise` is the name of the exercise. `blank` says why the answer counts as not written yet,
    and is empty otherwise. `remark` says what was left out, such as cases after a time limit.
    """

    exercise: str
    rows: tuple[Row, ...] = ()
    blank: str = ""
    remark: str = ""

    @property
    def done(self) -> bool:
        """Whether there was an answer to check, right or wrong."""
        return not self.blank

    @property
    def passed(self) -> bool:
        """Whether the answer is right in every case."""
        return self.done and not self.remark and bool(self.rows) and self.failing is None

    @property
    def failing(self) -> Row | None:
        """The first case in which the answer is wrong."""
        return next((row for row in self.rows if not row.ok), None)

    @property
    def headline(self) -> str:
        """The outcome on one line."""
        if self.blank:
            return f"not done yet: {self.blank}"
        right, all_of_them = sum(row.ok for row in self.rows), len(self.rows)
        if self.passed:
            return f"{self.exercise}: all {all_of_them} cases pass"
        return f"{self.exercise}: {right} of {all_of_them} cases pass{self.remark}"

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        if self.failing is None:
            return self.headline
        return "\n".join(
            [self.headline, f"first failing case: {self.failing.case}", self.failing.explain()]
        )

    def _repr_html_(self) -> str:
        headline = element("div", element("strong", self.headline))
        if not self.done:
            return headline
        return join([headline, self._first_failing(), self._all_rows()])

    def _first_failing(self) -> Markup:
        row = self.failing
        if row is None:
            return Markup("")
        table = Table(HEADERS, [_cells(row)], "First failing case", {0: "bad"})
        return join(
            [Markup(table._repr_html_()), element("div", row.fault, style="margin: 4px 10px 8px")]
        )

    def _all_rows(self) -> Markup:
        """Draw all rows, folded away: a long table hides what is to be done."""
        marks: dict[int, Mark] = {i: "ok" if row.ok else "bad" for i, row in enumerate(self.rows)}
        table = Table(HEADERS, [_cells(row) for row in self.rows], marks=marks)
        summary = element("summary", f"all {len(self.rows)} cases")
        return element("details", summary, Markup(table._repr_html_()))


HEADERS = ("case", "sent", "came back", "expected")


def _cells(row: Row) -> tuple[str, Code, Code, str]:
    return row.case, Code(row.sent), Code(row.came_back), row.expected


def _indent(text: str, by: int = 13) -> str:
    return text.replace("\n", "\n" + " " * by)
