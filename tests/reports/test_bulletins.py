"""A month's bulletin: built from rows, the same bytes twice, one job, one path to the reader."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Organisation, User
from common import jobs, periods
from common.chart_pictures import ChartsUnavailable
from common.errors import UserError
from common.models import AuditEntry, Job
from reports import tasks
from reports.bulletins import building, publishing
from reports.bulletins.content import Document, plain_text
from reports.bulletins.editions import Edition
from reports.models import Bulletin
from tests.make import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2023, 12, 13)
MONTH = Edition("monthly", "2023-11")


@pytest.fixture(autouse=True)
def _without_browser(monkeypatch, settings, tmp_path):
    """Charts have tests of their own; here a small picture stands for each."""
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    monkeypatch.setattr(building, "chart_png", lambda figure, width, height: PNG)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000" + "01f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def person(username):
    return User.objects.get(username=username)


@pytest.fixture
def draft():
    return building.store_built(building.build(MONTH, today=TODAY), by=person("xietiaoban"))


def build_command(out, period="2023-11"):
    from io import StringIO

    output = StringIO()
    call_command("build_bulletin", "--period", period, "--out", str(out), "--json", stdout=output)
    return json.loads(output.getvalue())


def test_command_writes_both_files_and_the_same_bytes_twice(tmp_path):
    first, second = build_command(tmp_path / "a"), build_command(tmp_path / "b")
    assert first["sha256"] == second["sha256"]
    assert (first["year"], first["issue"], first["number"]) == (2023, 44, "德京津冀办通〔2023〕44号")
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        content = (tmp_path / "a" / f"情况通报第44期_2023-11.{ending}").read_bytes()
        assert content.startswith(start)
        assert content == (tmp_path / "b" / f"情况通报第44期_2023-11.{ending}").read_bytes()
    assert first["pages"] > 5 and "tasks.policy.closed" in first["figures"] and first["proofread"] == []
    assert Bulletin.objects.filter(period="2023-11", organisation=None).count() == 1


@pytest.mark.parametrize("period", ["2023-13", "2024-02", "十一月", ""])
def test_command_refuses_in_one_sentence_and_writes_nothing(tmp_path, capsys, period):
    with pytest.raises(SystemExit) as stop:
        build_command(tmp_path / "out", period)
    assert stop.value.code == 2
    assert capsys.readouterr().err.strip().count("\n") == 0
    assert not (tmp_path / "out").exists()


def test_sentences_say_what_the_rows_say(draft):
    text = plain_text(Document.from_json(draft.content))
    assert "截至2023年11月30日，全市列入清单的任务共277项" in text
    assert "国家和省支持政策任务清单共127项" in text
    assert "签约项目42个，总投资432.3亿元" in text
    assert "到位资金109.1亿元，完成年度目标的109.1%，齐河县、天衢新区、禹城市居前三位" in text
    assert "None" not in text and "–%" not in text


def test_every_figure_in_the_text_is_kept_with_its_passport(draft):
    kept = {figure["reference"] for figure in draft.figures["figures"]}
    assert "funds.in_place?county=371425" in kept
    assert all(figure["as_of"] == "2023-11-30" for figure in draft.figures["figures"])


def test_a_month_without_data_makes_a_bulletin_without_empty_sentences():
    built = building.build(Edition("monthly", "2021-01"), today=TODAY)
    text = plain_text(built.document)
    assert "尚无交办的任务" in text
    assert "项目招引" not in text and "0个" not in text
    assert built.pdf.startswith(b"%PDF")


def test_without_a_browser_the_files_are_built_and_the_page_says_so(monkeypatch):
    def refuse(*_):
        raise ChartsUnavailable("没有找到 Chromium。")

    monkeypatch.setattr(building, "chart_png", refuse)
    bulletin = building.store_built(building.build(MONTH, today=TODAY), by=person("xietiaoban"))
    page = client_of(person("xietiaoban")).get(reverse("reports:detail", args=[bulletin.pk])).content.decode()
    assert "没有找到 Chromium" in page
    assert bulletin.pdf_sha256 and bulletin.docx_sha256


def test_office_asks_by_page_and_asking_twice_makes_one_job():
    client = client_of(person("xietiaoban"))
    for _ in range(3):
        answer = client.post(reverse("reports:build"), {"period": "2023-11"})
    job = Job.objects.get(kind="bulletin")
    assert answer["Location"] == reverse("reports:building", args=[job.pk])
    assert client.get(f"/jobs/{job.pk}/").json()["state"] == "waiting"
    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    bulletin = Bulletin.objects.get(period="2023-11", kind="monthly")
    assert client.get(reverse("reports:building", args=[job.pk]))["Location"] == reverse(
        "reports:detail", args=[bulletin.pk]
    )
    assert client_of(person("shangwu")).get(f"/jobs/{job.pk}/").status_code == 404


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_one_does_it_once(monkeypatch):
    job = building.request_building(MONTH, by=person("xietiaoban"), today=TODAY)
    before = Bulletin.objects.count()

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(building, "build_docx", die)
        with pytest.raises(Killed):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Bulletin.objects.count()) == ("running", before)
    assert jobs.run(job.pk) is False, "the dead worker's lease still stands"
    Job.objects.filter(pk=job.pk).update(lease_until=job.created_at)
    assert jobs.waiting_ids() == [job.pk]
    assert jobs.run(job.pk) is True
    assert Bulletin.objects.count() == before + 1
    assert AuditEntry.objects.filter(action="生成通报草稿").count() == 1


def test_the_schedule_orders_last_months_drafts_by_itself():
    tasks.draft_monthly_bulletins()
    tasks.draft_monthly_bulletins()
    asked = list(Job.objects.filter(kind="bulletin"))
    busy = Organisation.objects.departments().filter(assignments__item__task_list__state="in_force").distinct()
    assert len(asked) == 1 + Organisation.objects.counties_and_zones().count() + busy.count()
    city = next(job for job in asked if not job.payload["org"])
    assert city.payload == {"kind": "monthly", "period": "2023-11", "org": "", "list": ""}
    jobs.run(city.pk)
    assert Bulletin.objects.get(period="2023-11", organisation=None).state == "draft"


def publish(bulletin, by):
    job = publishing.request_publishing(bulletin=bulletin, by=by)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_leader_issues_what_the_office_sent_and_it_is_frozen(draft):
    office, leader = person("xietiaoban"), person("lingdao")
    sent = publishing.send_for_signing(bulletin=draft, version=draft.version, by=office)
    assert publishing.send_for_signing(bulletin=sent, version=sent.version, by=office).version == sent.version
    job = publish(sent, leader)
    assert job.state == "done", job.error
    sent.refresh_from_db()
    assert (sent.state, sent.published_on, sent.issue) == ("published", TODAY, 44)
    assert building.document_path(sent.pdf_sha256, "pdf").exists()
    with pytest.raises(UserError):
        building.request_building(MONTH, by=office, today=TODAY)
    with pytest.raises(UserError):
        publishing.request_publishing(bulletin=sent, by=leader)


def test_nobody_issues_their_own(draft):
    leader = person("lingdao")
    Bulletin.objects.filter(pk=draft.pk).update(drafted_by=leader, state="in_review")
    draft.refresh_from_db()
    with pytest.raises(UserError):
        publishing.request_publishing(bulletin=draft, by=leader)


def test_an_unsent_draft_is_not_issued(draft):
    answer = client_of(person("lingdao")).post(
        reverse("reports:publish", args=[draft.pk]), {"version": draft.version}, follow=True
    )
    assert "不能印发" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_stale_page_does_not_send(draft):
    answer = client_of(person("xietiaoban")).post(
        reverse("reports:send", args=[draft.pk]), {"version": draft.version + 5}, follow=True
    )
    assert "刚被他人改过" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_departments_see_issued_bulletins_only(draft):
    reporter = client_of(person("shangwu"))
    assert reporter.get(reverse("reports:detail", args=[draft.pk])).status_code == 404
    assert reporter.get(reverse("reports:download", args=[draft.pk, "pdf"])).status_code == 404
    assert reporter.post(reverse("reports:build"), {"period": "2023-11"}).status_code == 403
    issued = Bulletin.objects.get(issue=43)
    assert reporter.get(reverse("reports:detail", args=[issued.pk])).status_code == 200


def test_download_is_audited_and_named(draft):
    answer = client_of(person("lingdao")).get(reverse("reports:download", args=[draft.pk, "docx"]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="下载通报", actor_name="lingdao").count() == 1


def test_a_draft_has_the_number_it_would_get_and_keeps_none(draft):
    assert (draft.issue, draft.number_words) == (None, "拟第44期")
    assert building.build(Edition("monthly", "2023-12"), today=TODAY).issue == 44
    assert periods.label("2023-11") in draft.title
