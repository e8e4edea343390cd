"""Headline figures: what the pages remember is what the rows say, and each counts the rows that it opens."""

from datetime import date

from accounts.models import User
from accounts.permissions import COORDINATOR
from common.figures import ROWS, Figure
from common.remember import computed_anew
from projects import figures as project_figures
from projects.service import figures as service_figures
from reports.figures import headline_figures
from reports.integrity.findings import Findings
from tasklists import figures as task_figures

KIND = "figures"


def check_figures(findings: Findings, as_of: date) -> None:
    remembered = {figure.key: figure for figure in headline_figures(as_of)}
    with computed_anew():
        found = headline_figures(as_of)
        counts = {figure.key: _rows_opened(figure) for figure in found}
    for figure in found:
        findings.checked[KIND] += 1
        shown = remembered.pop(figure.key, None)
        if shown is None or (shown.value, shown.rows) != (figure.value, figure.rows):
            told = "没有这项数字" if shown is None else f"为 {shown.text}{shown.unit}"
            findings.add(KIND, figure.key, f"“{figure.label}”缓存中{told}，按行重算为 {figure.text}{figure.unit}")
        if counts[figure.key] not in (None, figure.rows):
            findings.add(
                KIND, figure.key, f"“{figure.label}”计入 {figure.rows} 行，打开名单为 {counts[figure.key]} 行"
            )
    for key, figure in remembered.items():
        findings.add(KIND, key, f"“{figure.label}”缓存中为 {figure.text}{figure.unit}，按行重算没有这项数字")


def _rows_opened(figure: Figure) -> int | None:
    """How many rows the list behind the figure shows to one who sees all; None where it opens no list of rows."""
    if figure.basis != ROWS or figure.rows is None:
        return None
    kind, _, measure = figure.key.rpartition(".")
    everyone = User(role=COORDINATOR)
    if kind.startswith("tasks.") and measure in task_figures.MEASURES:
        return task_figures.rows_of(figure, everyone).count()
    if kind.startswith("projects") or figure.key in ("funds.in_place", "investments.completed"):
        return project_figures.counted_rows(figure, everyone).count()
    if kind == "service":
        return service_figures.counted_rows(figure, everyone).count()
    return None
