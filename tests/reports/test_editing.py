"""Editing a draft, its versions, its proof; withdrawing an issue; correcting figures that changed after it."""

import json
from datetime import date
from urllib.parse import unquote

import pytest
from django.urls import reverse

from accounts.models import User
from common import jobs
from common.errors import UserError
from common.models import AuditEntry, Job
from common.versions import StaleVersion
from reports.bulletins import building, edit_reading, editing, publishing, restating
from reports.bulletins.comparing import figure_changes, issue_before, text_changes
from reports.bulletins.content import Document, FigureRef, Paragraph, figure_refs, plain_text
from reports.bulletins.editions import Edition
from reports.models import Bulletin, Restatement
from tests.make import client_of, make_user
from tests.reports.test_bulletins import PNG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2023, 12, 13)
COUNTY = "371425"


@pytest.fixture(autouse=True)
def _without_browser(monkeypatch, settings, tmp_path):
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    monkeypatch.setattr(building, "chart_png", lambda figure, width, height: PNG)


def office():
    return User.objects.get(username="xietiaoban")


def leader():
    return User.objects.get(username="lingdao")


@pytest.fixture
def draft():
    return built("2023-11")


def built(period, **about):
    return building.store_built(building.build(Edition("monthly", period, **about), today=TODAY), by=office())


def sent(bulletin, **changes):
    """What the editor sends when nothing was changed, with ``changes``."""
    document = Document.from_json(bulletin.content)
    blocks = []
    for block in editing.editor_blocks(document):
        if block["kind"] == "heading":
            blocks.append({"type": "heading", "level": block["level"], "text": block["text"]})
        elif block["kind"] == "paragraph":
            runs = [run["text"] if "text" in run else {"key": run["ref"].key, "text": run["ref"].text}
                    for run in block["runs"]]  # fmt: skip
            blocks.append({"type": "paragraph", "lead": block["lead"], "runs": runs})
        else:
            blocks.append({"type": "keep", "mark": block["mark"]})
    kept = {"version": bulletin.version, "title": document.title_text, "addressees": document.addressees}
    return kept | {"blocks": blocks} | changes


def run_jobs():
    for pk in jobs.waiting_ids():
        jobs.run(pk)


def post(client, name, bulletin, body):
    return client.post(reverse(name, args=[bulletin.pk]), json.dumps(body), content_type="application/json")


def first_figure(body):
    """Return the first figure in what the editor sends, to be written over."""
    return next(run for block in body["blocks"] for run in block.get("runs", []) if isinstance(run, dict))


def test_what_was_not_touched_stays_the_same_to_the_letter(draft):
    assert edit_reading.read_edit(draft, sent(draft)).to_json() == draft.content
    answer = post(client_of(office()), "reports:edit_save", draft, sent(draft))
    assert answer.json()["version"] == draft.version
    assert not draft.versions.exists() and not Job.objects.filter(kind=editing.JOB).exists()


def test_free_text_is_saved_as_a_version_and_the_files_are_set_anew(draft):
    before = draft.pdf_sha256
    body = sent(draft, title="关于重点任务推进情况的通报")
    body["blocks"].insert(1, {"type": "paragraph", "lead": "", "runs": ["<b>新加的</b>一段\u202e话，没有数字。"]})
    answer = post(client_of(office()), "reports:edit_save", draft, body)
    assert answer.status_code == 200 and answer.json()["version"] == draft.version + 1
    draft.refresh_from_db()
    assert draft.edited and not draft.pdf_file, "the old files no longer say what the draft says"
    assert "<b>新加的</b>一段话，没有数字。" in draft.plain_text
    run_jobs()
    draft.refresh_from_db()
    assert draft.pdf_sha256 and draft.pdf_sha256 != before
    assert [row.number for row in draft.versions.all()] == [2, 1]
    page = client_of(office()).get(reverse("reports:versions", args=[draft.pk])).content.decode()
    assert "&lt;b&gt;新加的&lt;/b&gt;" in page and "第1版 → 第2版" in page


def test_a_figure_written_over_needs_a_reason_and_stays_marked(draft):
    client, body = client_of(office()), sent(draft)
    figure = first_figure(body)
    was, figure["text"] = figure["text"], "278项"
    refused = post(client, "reports:edit_save", draft, body)
    assert refused.status_code == 422 and f"把“{was}”改写成“278项”，请写明理由" in refused.json()["error"]
    figure["reason"] = "含今日新交办1项"
    assert post(client, "reports:edit_save", draft, body).status_code == 200
    draft.refresh_from_db()
    marked = [run for run in figure_refs(Document.from_json(draft.content)) if run.original]
    assert [(run.text, run.original, run.reason) for run in marked] == [("278项", was, "含今日新交办1项")]
    told = AuditEntry.objects.get(action="编辑通报").after["overwritten"]
    assert told[0]["written"] == "278项" and told[0]["reason"] == "含今日新交办1项"
    page = client.get(reverse("reports:edit", args=[draft.pk])).content.decode()
    assert f"原数 {was}；改写理由：含今日新交办1项" in page
    assert draft.proof["findings"], "the proofreader sees that the number disagrees with the rows"


def test_a_figure_can_be_inserted_and_an_unknown_one_is_refused(draft):
    body = sent(draft)
    body["blocks"][1]["runs"].append({"key": "bulletins.issued", "text": "42期"})
    assert FigureRef("42期", "bulletins.issued") in figure_refs(edit_reading.read_edit(draft, body))
    body["blocks"][1]["runs"].append({"key": "nothing.such", "text": "1项"})
    with pytest.raises(UserError, match="第2段引用的数字“1项”在本站没有"):
        edit_reading.read_edit(draft, body)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "标题不能空"),
        ({"title": "长" * 200}, "标题有200个字，最多100个"),
        ({"blocks": []}, "正文不能空"),
        ({"blocks": [{"type": "keep", "mark": "0" * 20}]}, "第1段的表或图已不在草稿中"),
        ({"blocks": [{"type": "script"}]}, "第1段的类型无法识别"),
        ({"blocks": [{"type": "heading", "level": 9, "text": "一"}]}, "级别无效"),
        ({"blocks": [{"type": "paragraph", "runs": ["字" * 3001]}]}, "第1段有3001个字"),
        ({"blocks": "x"}, "页面内容不完整"),
        ({"version": "1"}, "页面内容不完整"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_place_and_nothing_is_written(draft, change, said):
    answer = post(client_of(office()), "reports:edit_save", draft, sent(draft) | change)
    assert answer.status_code == 422 and said in answer.json()["error"]
    fresh = Bulletin.objects.get(pk=draft.pk)
    assert (fresh.version, fresh.content) == (draft.version, draft.content)


def test_two_editors_do_not_overwrite_each_other(draft):
    other = make_user("coordinator")
    mine, theirs = sent(draft, title="我的标题"), sent(draft, title="对方的标题")
    assert post(client_of(other), "reports:edit_save", draft, theirs).status_code == 200
    answer = post(client_of(office()), "reports:edit_save", draft, mine)
    assert answer.status_code == 409
    told = answer.json()
    assert client_of(office()).get(told["history"]).status_code == 200
    draft.refresh_from_db()
    assert draft.title == "对方的标题"
    again = post(client_of(office()), "reports:edit_save", draft, mine | {"version": told["version"]})
    assert again.status_code == 200, "after looking, mine may stand"
    assert draft.versions.count() == 3


def test_an_earlier_version_comes_back_as_a_new_one(draft):
    post(client_of(office()), "reports:edit_save", draft, sent(draft, title="改坏了"))
    draft.refresh_from_db()
    url = reverse("reports:version_restore", args=[draft.pk, 1])
    client_of(office()).post(url, {"version": draft.version})
    draft.refresh_from_db()
    assert "京津冀协同发展重点任务推进情况" in draft.title and draft.versions.first().note == "恢复第1版"
    with pytest.raises(StaleVersion):
        editing.restore_version(bulletin=draft, number=2, version=1, by=office())


def test_a_bulletin_out_of_the_offices_hands_is_not_edited(draft):
    publishing.send_for_signing(bulletin=draft, version=draft.version, by=office())
    draft.refresh_from_db()
    client = client_of(office())
    assert client.get(reverse("reports:edit", args=[draft.pk])).status_code == 302
    answer = post(client, "reports:edit_save", draft, sent(draft, title="晚了"))
    assert answer.status_code == 422 and "待签发，不能编辑" in answer.json()["error"]


def test_findings_must_be_answered_before_signing(draft):
    body = sent(draft)
    figure = first_figure(body)
    figure.update(text="278项", reason="按会议口径")
    post(client_of(office()), "reports:edit_save", draft, body)
    run_jobs()
    draft.refresh_from_db()
    client, url = client_of(office()), reverse("reports:send", args=[draft.pk])
    page = client.post(url, {"version": draft.version}, follow=True).content.decode()
    assert "处问题，请改正；确无问题的，写明理由再送签" in page
    client.post(url, {"version": draft.version, "answer": "按领导小组会议口径"})
    draft.refresh_from_db()
    assert draft.state == "in_review" and draft.proof["answer"] == "按领导小组会议口径"


def test_the_proofreader_answers_for_unsaved_text(draft):
    body = sent(draft)
    body["blocks"].append({"type": "paragraph", "lead": "", "runs": ["共办理127项，其中已完成49项，占38.9%。"]})
    told = post(client_of(office()), "reports:edit_proof", draft, body).json()["proof"]
    assert "38.9" in told and "38.6" in told and "改为" in told
    assert Bulletin.objects.get(pk=draft.pk).version == draft.version


def test_a_sum_that_disagrees_shows_what_its_parts_make(draft):
    body = sent(draft)
    text = "全市对接事项共186项，其中已办结112项、正在办理71项、尚未启动13项，办结率为60.2%。"
    body["blocks"].append({"type": "paragraph", "lead": "", "runs": [text]})
    told = post(client_of(office()), "reports:edit_proof", draft, body).json()["proof"]
    assert "<span>分项之和</span>" in told and "112 + 71 + 13 = 196" in told


# Issued


def issue(bulletin):
    bulletin = publishing.send_for_signing(bulletin=bulletin, version=bulletin.version, by=office(), answer="已核")
    job = publishing.request_publishing(bulletin=bulletin, by=leader())
    assert jobs.run(job.pk)
    bulletin.refresh_from_db()
    assert bulletin.state == "published"
    return bulletin


def test_numbers_run_on_without_gaps_whatever_is_given_up(draft):
    special = building.store_built(building.build(Edition("annual", "2023"), today=TODAY), by=office())
    draft.delete()
    assert issue(special).issue == 44
    assert issue(built("2023-11")).issue == 45
    assert Document.from_json(Bulletin.objects.get(issue=45).content).doc_no == "德京津冀办通〔2023〕45号"


def test_two_issued_at_once_get_two_numbers_and_files_that_say_them(draft):
    annual = building.store_built(building.build(Edition("annual", "2023"), today=TODAY), by=office())
    both = []
    for bulletin in (draft, annual):
        ready = publishing.send_for_signing(bulletin=bulletin, version=bulletin.version, by=office(), answer="已核")
        both.append(publishing.request_publishing(bulletin=ready, by=leader()))
    stores = [publishing.do_publish(job, lambda *_: None) for job in both]
    assert [store()["issue"] for store in stores] == [44, 45], "the second had set its files as number 44"
    annual.refresh_from_db()
    assert Document.from_json(annual.content).issue == 45


def test_a_leader_withdraws_with_a_reason_that_readers_see(draft):
    bulletin = issue(draft)
    url = reverse("reports:withdraw", args=[bulletin.pk])
    client = client_of(leader())
    page = client.post(url, {"version": bulletin.version, "reason": " "}, follow=True).content.decode()
    assert "撤回要写明原因" in page
    client.post(url, {"version": bulletin.version, "reason": "附件有误"})
    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.issue, bulletin.withdrawn_on) == ("withdrawn", 44, TODAY)
    reader = client_of(User.objects.get(username="shangwu"))
    page = reader.get(reverse("reports:detail", args=[bulletin.pk])).content.decode()
    assert "撤回：附件有误" in page and "全市列入清单的任务" not in page
    assert reader.get(reverse("reports:download", args=[bulletin.pk, "pdf"])).status_code == 404
    kept = client.get(reverse("reports:download", args=[bulletin.pk, "pdf"]))
    assert "（已撤回）.pdf" in unquote(kept["Content-Disposition"]), "the office keeps the file, and its name says so"
    assert not Bulletin.objects.issued(TODAY).filter(pk=bulletin.pk).exists()
    assert issue(built("2023-11")).issue == 45, "the month can be issued again, under a new number"
    assert client_of(office()).post(url, {"version": 1, "reason": "x"}).status_code == 403


def frozen_then_changed(draft):
    """Issue the month, then find out that a fund entry it counted was wrong."""
    from projects.models import FundEntry

    bulletin = issue(draft)
    entry = FundEntry.objects.verified(date(2023, 11, 30)).filter(project__county__code=COUNTY).first()
    FundEntry.objects.filter(pk=entry.pk).update(amount=entry.amount + 10000)
    AuditEntry.objects.exists()
    from common import audit

    audit.record(by=None, action="测试更正")
    return bulletin


def test_a_later_change_never_changes_the_issue_and_the_next_draft_corrects_it(draft):
    bulletin = frozen_then_changed(draft)
    text, digest = bulletin.plain_text, bulletin.pdf_sha256
    client = client_of(office())
    client.post(reverse("reports:restatements_check"))
    found = {row.reference: row for row in restating.open_restatements()}
    assert (found["funds.in_place"].frozen_value, found["funds.in_place"].new_value) == ("109.1", "110.1")
    assert f"funds.in_place?county={COUNTY}" in found
    client.post(reverse("reports:restatements_check"))
    assert Restatement.objects.count() == len(found), "looking twice finds nothing new"
    bulletin.refresh_from_db()
    assert (bulletin.plain_text, bulletin.pdf_sha256) == (text, digest)

    row = found["funds.in_place"]
    client.post(reverse("reports:restatement_act", args=[row.pk]), {"act": "explain", "reason": "齐河县补报一笔"})
    following = built("2023-12")
    said = "第44期。截至2023年11月30日的“到位资金”应为110.1亿元，印发时为109.1亿元。原因：齐河县补报一笔。"
    assert "更正说明" in following.plain_text and said in following.plain_text
    issue(following)
    row.refresh_from_db()
    assert row.carried_by == following
    assert "第45期已更正" in client.get(reverse("reports:restatements")).content.decode()


def test_a_correction_can_be_declined_with_a_reason_only(draft):
    frozen_then_changed(draft)
    restating.find_restatements(TODAY)
    row = restating.open_restatements().get(reference="funds.in_place")
    client, url = client_of(office()), reverse("reports:restatement_act", args=[row.pk])
    answer = client.post(url, {"act": "dismiss", "reason": ""})
    assert answer.status_code == 409 and "不予更正要写明原因" in answer.content.decode()
    client.post(url, {"act": "dismiss", "reason": "系录入口径调整"})
    assert "“到位资金”应为" not in built("2023-12").plain_text
    with pytest.raises(UserError, match="已经办结"):
        restating.explain(restatement=row, reason="晚了", by=office())


def test_what_changed_since_the_last_issue(draft):
    november, december = issue(draft), built("2023-12")
    assert issue_before(december, Bulletin.objects.all()) == november
    changes = {change.reference: change for change in figure_changes(november, december)}
    assert changes["tasks.all.closed"].before != changes["tasks.all.closed"].after
    page = client_of(office()).get(reverse("reports:compare", args=[december.pk])).content.decode()
    assert "比上一期变了什么" in page and "<ins>" in page


def test_changes_are_told_to_the_character():
    before = Document("标题", blocks=[Paragraph(["甲县12项。"]), Paragraph(["不变。"])])
    after = Document("标题", blocks=[Paragraph(["甲县13项。"]), Paragraph(["不变。"]), Paragraph(["新段。"])])
    changes = [change for change in text_changes(before, after) if not change.is_same]
    assert [piece.text for piece in changes[0].before if piece.changed] == ["2"]
    assert [piece.text for piece in changes[0].after if piece.changed] == ["3"]
    assert (changes[1].before, changes[1].after[0].text) == ([], "新段。")
    assert text_changes(before, before) == [] and plain_text(before).startswith("标题")
