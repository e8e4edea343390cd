"""Bulletins of a year, a county, a department, a list: what they say, how they are arranged, many at once."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Organisation, User
from common import audit, jobs
from common.errors import UserError
from common.models import AuditEntry, Job
from common.versions import StaleVersion
from projects.models import FundEntry, Project
from reports.bulletins import arranging, batches, building, wording
from reports.bulletins.arrangements import SHIPPED, Entry, template_key
from reports.bulletins.composing import compose, numeral
from reports.bulletins.content import plain_text
from reports.bulletins.editions import Edition, edition_of
from reports.models import Bulletin, BulletinTemplate
from reports.proofreading.proofread import proofread_text
from tasklists.models import Extension, TaskItem
from tests.make import client_of, make_item, make_list
from tests.reports.test_bulletins import PNG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2023, 12, 13)


@pytest.fixture(autouse=True)
def _without_browser(monkeypatch, settings, tmp_path):
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    monkeypatch.setattr(building, "chart_png", lambda figure, width, height: PNG)


def office():
    return User.objects.get(username="xietiaoban")


def text_of(**words):
    edition = edition_of(**{"kind": "monthly", "period": "2023-11"} | words)
    document, _ = compose(edition, as_of=edition.as_of(TODAY), dated=TODAY, issue=1)
    return plain_text(document)


def test_a_countys_bulletin_speaks_of_the_county_alone():
    text = text_of(org="371425")
    assert "关于2023年11月齐河县京津冀协同发展重点任务推进情况的通报" in text
    assert "齐河县牵头或负责的任务共30项，已完成24项，完成率80%" in text
    assert "到位资金16.8亿元，完成年度目标的120%，总量居全市第1位" in text
    assert "禹城市" not in text and "None" not in text


def test_a_departments_bulletin_has_no_projects():
    text = text_of(org="D02")
    assert "市发展改革委牵头或负责的任务共" in text
    assert "到位资金" not in text


def test_a_special_bulletin_speaks_of_one_list():
    text = text_of(kind="special", list="policy")
    assert "国家和省支持政策任务清单共127项" in text and "责任单位完成情况" in text
    assert "年度重点任务" not in text


def test_the_annual_bulletin_has_the_year_month_by_month():
    text = text_of(kind="annual", period="2023")
    assert "关于2023年京津冀协同发展重点任务推进情况的通报" in text
    assert "截至2023年12月13日" in text and "全年走势" in text and "12月\t" in text
    assert "较上年末" not in text, "nothing was assigned before the year: there is nothing to compare with"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"kind": "weekly"}, "没有“weekly”这类通报"),
        ({"period": "2023"}, "期间应写作"),
        ({"kind": "annual"}, "年度通报的期间"),
        ({"kind": "special"}, "要选一个单位或一份清单"),
        ({"kind": "special", "list": "none"}, "没有标识为“none”的在办清单"),
        ({"list": "policy"}, "请选专题"),
        ({"org": "D02", "kind": "special", "list": "policy"}, "只能针对"),
        ({"org": "X99"}, "没有代码或名称为“X99”"),
    ],
)
def test_what_is_no_edition_is_refused_in_one_sentence(words, said):
    with pytest.raises(UserError, match=said):
        edition_of(**{"kind": "monthly", "period": "2023-11"} | words)


@pytest.mark.parametrize(
    "words", [["--org", "371425"], ["--org", "齐河县"], ["--org", "D02"], ["--kind", "annual", "--period", "2023"],
              ["--kind", "special", "--list", "annual"]]
)  # fmt: skip
def test_the_command_builds_each_kind(words, tmp_path):
    output = StringIO()
    words = words if "--period" in words else [*words, "--period", "2023-11"]
    call_command("build_bulletin", *words, "--out", str(tmp_path), "--json", stdout=output)
    told = json.loads(output.getvalue())
    with open(told["pdf"], "rb") as pdf, open(told["docx"], "rb") as docx:
        assert pdf.read(4) == b"%PDF" and docx.read(2) == b"PK"
    assert told["pages"] >= 2 and told["issue"] == (1 if "--org" in words else 44)


def test_two_lists_of_one_name_are_no_fault():
    for slug, count in (("one", 5), ("other", 3)):
        tasks = make_list(slug, title="专项清单", short="专项清单")
        for number in range(count):
            make_item(tasks, code=str(number), order=number)
    audit.record(by=None, action="新增清单")
    text = text_of()
    assert text.count("专项清单共") == 2
    assert not [f for f in proofread_text(text, date(2023, 11, 30)).findings if "专项清单" in f.quote + f.because]


def test_an_extension_granted_since_leaves_the_deadline_that_stood():
    written, county = text_of(), text_of(org="371425")
    item = TaskItem.objects.overdue(date(2023, 11, 30)).select_related("task_list").first()
    later = {"old_due_on": item.due_on, "new_due_on": date(2024, 3, 31), "reason": "排期靠后", "state": "granted"}
    asked = {"asked_by": User.objects.get(username="qihe"), "asked_on": date(2023, 12, 1)}
    decided = {"decided_by": office(), "decided_on": date(2023, 12, 5), "decision_reason": "情况属实"}
    Extension.objects.create(item=item, assignment=item.assignments.first(), **later, **asked, **decided)
    TaskItem.objects.filter(pk=item.pk).update(due_on=date(2024, 3, 31))
    audit.record(by=None, action="批准延期")
    assert (text_of(), text_of(org="371425")) == (written, county)
    assert "2024-03-31" in text_of(kind="special", list=item.task_list.slug, period="2023-12")


def test_numerals_go_on_after_ten():
    assert [numeral(n) for n in (1, 10, 11, 20, 25)] == ["一", "十", "十一", "二十", "二十五"]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (Decimal("108.92"), 100, "增长8.92%"),
        (Decimal("91.08"), 100, "下降8.92%"),
        (5, 5, "持平"),
        (5, 0, ""),
        (5, None, ""),
        (None, 5, ""),
        (1, 3, "下降66.67%"),
        (3, 2, "增长50%"),
    ],
)
def test_growth_is_said_as_officials_say_it(now, before, said):
    assert wording.growth(now, before) == said


def test_growth_stands_in_the_text_where_last_year_has_rows():
    assert "同比" not in text_of()
    project = Project.objects.filter(origin_province="北京市", funds__isnull=False).first()
    entry = {"state": "city_verified", "claimed_on": date(2022, 6, 1), "city_verified_on": date(2022, 6, 2)}
    FundEntry.objects.create(
        project=project, month="2022-05", amount=1000000, voucher_kind="银行进账单", voucher_number="Y-1", **entry
    )
    audit.record(by=None, action="补录上年")
    assert "到位资金109.1亿元，同比增长9.1%，" in text_of()


# The arrangement of sections


def keys(entries):
    return [entry.key for entry in entries]


def test_every_shipped_arrangement_can_be_saved_as_it_is():
    for kind, subject in SHIPPED:
        key = template_key(kind, subject)
        arranging.save_arrangement(key=key, entries=arranging.current_entries(key), version=0, by=office())
    assert BulletinTemplate.objects.count() == len(SHIPPED)


def test_the_office_reorders_adds_and_writes_sections_and_the_next_draft_follows():
    client = client_of(office())
    url = reverse("reports:arrangement", args=["monthly-city"])
    entries = [e for e in arranging.current_entries("monthly-city") if e.key not in ("indicators", "task_tables")]
    entries = [entries[1], entries[0], *entries[2:], Entry(title="下月安排", text="第一段。\n第二段。", when="")]
    entries.append(Entry(title="年终提示", text="只在年末出现。", when="year_end"))
    form = {name: [getattr(entry, name) for entry in entries] for name in ("key", "title", "text", "when")}
    assert client.post(url, form | {"version": 0, "act": "save"}).status_code == 302
    text = text_of()
    headings = [line for line in text.splitlines() if line[1:2] == "、"]
    assert headings[:2] == ["一、重点任务", "二、总体进展"] and headings[-1] == "八、下月安排"
    assert "第二段。" in text and "主要指标完成情况" not in text and "只在年末出现" not in text
    assert AuditEntry.objects.filter(action="调整通报栏目").count() == 1
    client.post(url, {"act": "reset", "version": 1})
    assert "主要指标完成情况" in text_of()


def test_moving_a_row_loses_nothing_typed_and_writes_nothing():
    client = client_of(office())
    url = reverse("reports:arrangement", args=["monthly-county"])
    form = {"key": ["own_overall", ""], "title": ["", "自写"], "text": ["", "打了一半的字"], "when": ["", "overdue"]}
    page = client.post(url, form | {"version": 0, "act": "up:1"}).content.decode()
    assert page.index("打了一半的字") < page.index('value="own_overall"')
    assert not BulletinTemplate.objects.exists()


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "至少要保留一个栏目"),
        ([Entry("overall"), Entry("overall")], "第2行的栏目重复"),
        ([Entry("own_overall")], "不适用于这类通报"),
        ([Entry(title="标题")], "标题和正文都要填写"),
        ([Entry("overall", title="长" * 41)], "最多40个"),
        ([Entry("overall", when="never")], "出现条件无效"),
    ],
)
def test_an_arrangement_that_cannot_stand_is_refused_at_its_row(entries, said):
    with pytest.raises(UserError, match=said):
        arranging.save_arrangement(key="monthly-city", entries=entries, version=0, by=office())


def test_two_editors_of_an_arrangement_do_not_overwrite_each_other():
    entries = arranging.current_entries("monthly-city")
    arranging.save_arrangement(key="monthly-city", entries=entries, version=0, by=office())
    arranging.save_arrangement(key="monthly-city", entries=entries[:-1], version=1, by=office())
    with pytest.raises(StaleVersion):
        arranging.save_arrangement(key="monthly-city", entries=entries[1:], version=1, by=office())


# Batches


def run_all():
    for pk in jobs.waiting_ids():
        jobs.run(pk)


def test_a_batch_builds_one_bulletin_each_and_gives_them_as_one_archive():
    client = client_of(office())
    answer = client.post(reverse("reports:batches"), {"period": "2023-11", "groups": ["city", "counties"]})
    page = client.get(answer["Location"]).content.decode()
    count = 1 + Organisation.objects.counties_and_zones().count()
    assert f"0 / {count} 份已就绪" in page and "data-refresh" in page
    again = client.post(reverse("reports:batches"), {"period": "2023-11", "groups": ["city", "counties"]})
    assert again["Location"] == answer["Location"], "asking twice makes one batch"
    assert Job.objects.filter(kind="bulletin").count() == count
    run_all()
    assert f"{count} / {count} 份已就绪" in client.get(answer["Location"]).content.decode()
    assert Bulletin.objects.filter(kind="monthly", period="2023-11").count() == count
    archive = b"".join(client.get(f"{answer['Location']}zip/").streaming_content)
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert len(names) == 2 * count and "02 德城区 2023年11月情况通报.docx" in names
    first = Bulletin.objects.filter(period="2023-11", organisation__isnull=False, state="draft").first()
    building.document_path(first.pdf_sha256, "pdf").unlink()
    page = client.get(f"{answer['Location']}zip/", follow=True).content.decode()
    assert f"{first.organisation.short}的通报文件不在了" in page


def test_a_failed_one_is_named_and_tried_again(monkeypatch):
    batch = batches.order(kind="monthly", period="2023-11", groups=["city"], by=office(), today=TODAY)
    with monkeypatch.context() as patch:
        patch.setattr(building, "build_docx", lambda *_: (_ for _ in ()).throw(UserError("缺少字体。")))
        run_all()
    page = client_of(office()).get(reverse("reports:batch", args=[batch.pk])).content.decode()
    assert "1 份未完成" in page and "缺少字体" in page
    assert batches.retry(batch=batch, by=office(), today=TODAY) == 1
    run_all()
    batch.refresh_from_db()
    assert [line.state for line in batches.lines_of(batch)] == ["done"]


def test_a_batch_leaves_edited_and_issued_ones_alone():
    edition = Edition("monthly", "2023-11")
    draft = building.store_built(building.build(edition, today=TODAY), by=office())
    Bulletin.objects.filter(pk=draft.pk).update(edited=True)
    batch = batches.order(kind="monthly", period="2023-11", groups=["city"], by=office(), today=TODAY)
    assert [(line.state, line.note) for line in batches.lines_of(batch)] == [("kept", "已人工编辑，未重新生成")]
    with pytest.raises(UserError, match="已人工编辑"):
        building.request_building(edition, by=office(), today=TODAY)
    building.request_building(edition, by=office(), today=TODAY, over_edits=True)
    run_all()
    draft.refresh_from_db()
    assert draft.edited is False


@pytest.mark.parametrize(
    ("period", "groups", "said"),
    [("2024-02", ["city"], "还没有开始"), ("2023-11", [], "请选择要生成的范围"), ("abc", ["city"], "期间应写作")],
)
def test_an_order_that_makes_no_sense_is_refused(period, groups, said):
    page = client_of(office()).post(reverse("reports:batches"), {"period": period, "groups": groups})
    assert page.status_code == 409 and said in page.content.decode()
    assert not Job.objects.filter(kind="bulletin").exists()
