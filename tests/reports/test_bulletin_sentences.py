"""What the sentences of bulletins say where rows are few, level, shared or done already."""

from datetime import date

import pytest
from django.db import transaction

from common import audit
from reports.bulletins import wording
from reports.bulletins.composing import compose
from reports.bulletins.content import Table
from reports.bulletins.editions import edition_of
from reports.bulletins.proofing import proof_of
from tasklists.models import Assignment, TaskItem
from tests.make import make_state_change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2024, 1, 5)


def document_of(period, **words):
    edition = edition_of(kind="annual" if len(period) == 4 else "monthly", period=period, **words)
    return compose(edition, as_of=edition.as_of(TODAY), dated=TODAY, issue=1)[0]


def lines_of(document):
    return [block.text for block in document.blocks if hasattr(block, "text")]


class Rated:
    def __init__(self, rate):
        self.rate = rate


@pytest.mark.parametrize(
    ("rates", "first", "last"),
    [
        ([90, 80, 70, 60, 50, 40], [90, 80, 70], [60, 50, 40]),
        ([90, 80, 70, 70, 50, 40, 30], [90, 80, 70, 70], [50, 40, 30]),
        ([90, 80, 70, 60, 0, 0, 0, 0], [90, 80, 70], [0, 0, 0, 0]),
        ([90, 50, 50, 50, 50, 10], [90], [10]),
        ([50] * 8, [], []),
        ([90, 80, 70], [], []),
    ],
)
def test_first_and_last_split_no_ties(rates, first, last):
    found = wording.first_and_last([Rated(rate) for rate in rates])
    assert [[o.rate for o in group] for group in found] == [first, last]


def test_growth_from_less_than_nothing_is_not_said():
    assert wording.growth(5, -3) == "" and wording.growth(5, 0) == ""


def test_a_list_of_which_nothing_is_assigned_yet_is_not_spoken_of():
    document = document_of("2023-05")
    text = "".join(lines_of(document))
    assert "国家和省支持政策任务清单" not in text and "支持政策任务分为" not in text
    assert "重点任务清单共150项" in text and "None" not in str(document.to_json())
    assert all("支持政策" not in annex.title for annex in document.annexes)


def test_many_that_tie_are_told_by_their_number():
    text = "".join(lines_of(document_of("2023-11")))
    assert "完成率靠后的有7个部门单位（均为0%）" in text
    assert "市委网信办等7个部门单位已全部完成；其余部门单位中完成率居前的有市行政审批局（87.5%）" in text
    assert "最低的是承接产业转移和疏解（28.6%）、推进生态环境共治（28.6%）" in text


def test_a_countys_shared_projects_are_told_whole_and_by_its_credit():
    document = document_of("2023-11", org="371425")
    text = "".join(lines_of(document))
    assert "今年以来，签约项目6个（含共同引进，按分成计5.5个），分成后总投资55.94亿元。" in text
    assert proof_of(document, date(2023, 11, 30))["findings"] == []


def test_what_an_organisation_has_done_is_not_asked_of_it_again():
    """Its own part is done while the task waits for others: neither its problem nor its next step."""
    item = TaskItem.objects.overdue(date(2023, 11, 30)).filter(assignments__role="responsible").first()
    part = Assignment.objects.filter(item=item, role="responsible", organisation__kind="department").first()
    part = part or item.assignments.filter(role="responsible").first()
    title = f"{item.title}。"
    Assignment.objects.filter(pk=part.pk).update(completed_on=None)
    audit.record(by=None, action="改")
    assert any(title in line for line in lines_of(document_of("2023-11", org=part.organisation.code)))
    Assignment.objects.filter(pk=part.pk).update(completed_on=date(2023, 10, 1))
    audit.record(by=None, action="办结")
    lines = lines_of(document_of("2023-11", org=part.organisation.code))
    assert not any(title in line for line in lines) and not any("未完成的任务中逾期1项" in line for line in lines)
    assert any("12月底前到期的8项任务" in line for line in lines_of(document_of("2023-11", org="市商务局")))


def test_a_countys_numbers_are_proofread_against_its_own():
    for period in ("2023-05", "2023-08"):
        document = document_of(period, org="371425")
        assert proof_of(document, edition_of(kind="monthly", period=period).as_of(TODAY))["findings"] == []


def test_a_whole_year_is_told_by_its_name():
    lines = lines_of(document_of("2023"))
    assert any(line.startswith("2023年，签约项目42个") for line in lines)
    assert any(line.startswith("全年各月中，") for line in lines) and not any("今年以来" in line for line in lines)


def test_cancelled_tasks_stand_in_a_column_so_that_the_parts_make_the_whole():
    def heads(document):
        tables = [block for block in document.blocks if isinstance(block, Table) and "分方面进展" in block.caption]
        return [[column.header for column in table.columns] for table in tables]

    assert all("已取消" not in head for head in heads(document_of("2023-11")))
    item = TaskItem.objects.as_of(date(2023, 11, 1)).filter(task_list__slug="policy", state="open").first()
    with transaction.atomic():
        make_state_change(item, "cancelled", on=date(2023, 11, 2))
        audit.record(by=None, action="取消任务", target=item)
    document = document_of("2023-11")
    assert ["已取消" in head for head in heads(document)] == [False, True]
    assert proof_of(document, date(2023, 11, 30))["findings"] == []
