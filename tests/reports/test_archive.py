"""The archive: searched by its whole text, its downloads logged, its readers told of each new issue."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.digests import send_digests
from accounts.models import Notice, User
from common.models import AuditEntry
from reports.bulletins import archive, building, subscribing
from reports.models import Bulletin, BulletinDownload, Subscription
from tasklists.models import TaskList
from tests.make import TODAY, client_of, make_business_date, make_list, make_organisation, make_user

pytestmark = pytest.mark.django_db
LIST = "/reports/"


@pytest.fixture(autouse=True)
def _day(settings, tmp_path):
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    make_business_date()


def make_issue(number, text="", **fields):
    values = {
        "kind": "special",
        "period": "2023-11",
        "year": 2023,
        "issue": number,
        "title": f"第{number}号题目",
        "state": "published",
        "published_on": TODAY,
        "as_of": TODAY,
        "plain_text": text,
    }
    return Bulletin.objects.create(**values | fields)


def page_of(user, **query):
    return client_of(user).get(LIST, query).content.decode()


def titles_of(user, **query):
    page = page_of(user, **query)
    return {b.title for b in Bulletin.objects.all() if f'href="{reverse("reports:detail", args=[b.pk])}"' in page}


def test_search_reads_the_whole_text_and_marks_the_hit_in_its_context():
    text = "前文。" * 40 + "全市推进京津冀中试基地<b>建设</b>，成效明显。" + "后文。" * 40
    make_issue(1, text), make_issue(2, "别的内容。")
    page = page_of(make_user("dept_reporter"), q="中试基地")
    assert "全市推进京津冀<mark>中试基地</mark>&lt;b&gt;建设&lt;/b&gt;" in page
    assert "第1号题目" in page and "第2号题目" not in page
    assert len(page) < 60_000 and "前文。" * 20 not in page


def test_every_word_must_stand_and_a_number_finds_its_issue():
    user = make_user("leader")
    make_issue(7, "中试基地建成。"), make_issue(8, "中试基地停工。")
    assert titles_of(user, q="中试基地 建成") == {"第7号题目"}
    assert titles_of(user, q="第8期") == titles_of(user, q="8") == {"第8号题目"}
    assert "没有符合筛选的内容" in page_of(user, q="查无此词")


def test_a_mark_in_what_is_searched_is_text():
    make_issue(1, "含有<script>的一段。")
    page = page_of(make_user("leader"), q="<script>的")
    assert "<mark>&lt;script&gt;的</mark>" in page and "<script>的" not in page
    assert page_of(make_user("leader"), q="(((*[")


def test_search_tells_nothing_of_what_one_may_not_read():
    mine, other = make_organisation(), make_organisation()
    make_issue(1, "密语甲", organisation=mine), make_issue(1, "密语乙", organisation=other)
    make_issue(2, "密语丙", state="withdrawn", withdrawn_on=TODAY, withdraw_reason="有误")
    make_issue(None, "密语丁", state="draft")
    page = page_of(make_user("dept_reporter", mine), q="密语")
    assert "<mark>密语</mark>甲" in page
    assert not any(hidden in page for hidden in ("</mark>乙", "</mark>丙", "</mark>丁"))
    office = page_of(make_user("coordinator"), q="密语")
    assert all(shown in office for shown in ("</mark>甲", "</mark>乙", "</mark>丙", "</mark>丁"))


def test_filters_by_subject_and_year():
    user = make_user("leader")
    county = make_organisation(kind="county")
    make_issue(1)
    make_issue(2, year=2022)
    make_issue(3, organisation=county)
    make_issue(4, task_list=TaskList.objects.get(pk=make_list().pk))
    assert titles_of(user, subject="city") == {"第1号题目", "第2号题目"}
    assert titles_of(user, subject="county") == {"第3号题目"}
    assert titles_of(user, subject="list") == {"第4号题目"}
    assert titles_of(user, year="2022") == {"第2号题目"}


def test_excerpt_keeps_to_the_hit():
    assert archive.excerpt("没有", ["词"]) == ""
    assert archive.excerpt("甲乙" + "。" * 200 + "丙", ["丙", "甲"]).count("<mark>") == 2, "each word is shown once"
    assert archive.excerpt("词" + "长" * 500, ["词"]).count("长") == archive.AROUND


def stored_issue(**fields):
    content = b"%PDF-1.7 text"
    digest = building.digest_of(content)
    path = building.document_path(digest, "pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return make_issue(9, pdf_sha256=digest, pdf_file=f"{digest}.pdf", **fields)


def test_each_download_is_logged_and_the_office_reads_the_log():
    issue, reader = stored_issue(), make_user("dept_reporter", display_name="下载者甲")
    answer = client_of(reader).get(reverse("reports:download", args=[issue.pk, "pdf"]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 text"
    row = BulletinDownload.objects.get()
    assert (row.bulletin, row.by, row.ending, row.sha256) == (issue, reader, "pdf", issue.pdf_sha256)
    assert AuditEntry.objects.filter(action="下载通报", actor=reader).count() == 1
    for role in ("coordinator", "leader"):
        page = client_of(make_user(role)).get(reverse("reports:downloads"), {"q": "下载者甲"}).content.decode()
        assert "下载者甲" in page and "第9号题目" in page and "共 <b>1</b> 次" in page
    assert client_of(reader).get(reverse("reports:downloads")).status_code == 403


def test_a_download_that_cannot_be_audited_is_not_given(monkeypatch):
    from common import audit

    issue, reader = stored_issue(), make_user("leader")

    def refuse(**_):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", refuse)
    client = client_of(reader, raise_request_exception=False)
    assert client.get(reverse("reports:download", args=[issue.pk, "pdf"])).status_code == 500
    assert not BulletinDownload.objects.exists()


def test_subscription_is_turned_on_and_off_in_the_archive():
    user = make_user("county_reporter", make_organisation(kind="county"))
    client = client_of(user)
    for _ in range(2):
        client.post("/reports/subscribe/", {"on": "inbox"})
    assert Subscription.objects.get().since == TODAY
    assert "已订阅" in client.get(LIST).content.decode()
    client.post("/reports/subscribe/", {"on": "mail"})
    assert not Subscription.objects.get().by_mail, "no mail is promised where none is set up"
    for _ in range(2):
        client.post("/reports/subscribe/", {"on": "0"})
    assert not Subscription.objects.exists()
    assert AuditEntry.objects.filter(action="取消订阅通报").count() == 1


def test_subscribers_are_exactly_those_who_may_read_the_issue():
    own = make_organisation()
    people = [
        make_user("leader"),
        make_user("coordinator"),
        make_user("dept_reporter", own),
        make_user("reviewer", own),
        make_user("dept_reporter"),
        make_user("sysadmin"),
        make_user("auditor"),
        make_user("dept_reporter", own, is_active=False),
    ]
    for user in people:
        subscribing.subscribe(user=user, by_mail=False, on=TODAY)
    for issue in (make_issue(1), make_issue(2, organisation=own)):
        for _ in range(2):
            subscribing.tell_subscribers(issue, TODAY)
        told = list(Notice.objects.filter(url=reverse("reports:detail", args=[issue.pk])).order_by("recipient_id"))
        wanted = [u.pk for u in people if Bulletin.objects.visible_to(u).filter(pk=issue.pk).exists()]
        assert [notice.recipient_id for notice in told] == sorted(wanted)
        assert f"第{issue.issue}期" in told[0].title


def test_the_daily_mail_takes_the_issue_to_those_who_asked_for_mail(settings):
    settings.EMAIL_URL = "smtp://localhost"
    by_mail, inbox = make_user("leader", email="a@example.org"), make_user("leader", email="b@example.org")
    client_of(by_mail).post("/reports/subscribe/", {"on": "mail"})
    client_of(inbox).post("/reports/subscribe/", {"on": "inbox"})
    subscribing.tell_subscribers(make_issue(3), TODAY)
    assert mail.outbox == []
    assert send_digests(now=timezone.now()) == 1
    assert mail.outbox[0].to == ["a@example.org"] and "第3期" in mail.outbox[0].body
    assert Notice.objects.filter(recipient=inbox, read_at=None).count() == 1
    assert User.objects.filter(subscription__by_mail=True).get() == by_mail
