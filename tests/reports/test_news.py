"""Work news from the reporter's form to the issue that carries it: who may do what, nothing twice, nothing lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice
from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from reports.bulletins.editions import Edition
from reports.bulletins.material import Material
from reports.bulletins.sections import work
from reports.models import Bulletin, NewsItem
from reports.news import carrying, deciding, submitting
from reports.news.scoring import suggested_score
from tests.make import TODAY, client_of, make_business_date, make_item, make_organisation, make_user
from tests.photos import photo_file

pytestmark = pytest.mark.django_db
NEW = "/reports/news/new/"


@pytest.fixture(autouse=True)
def _day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    make_business_date()


@pytest.fixture
def reporter():
    return make_user("dept_reporter")


@pytest.fixture
def office():
    return make_user("coordinator")


def typed(**fields):
    return {"title": "召开对接会", "text": "会上议定三件事。", "occurred_on": "2023-12-12"} | fields


def submit(by, **fields):
    values = {"title": "召开对接会", "text": "会上议定三件事。", "occurred_on": date(2023, 12, 12)} | fields
    return submitting.submit_news(**values, by=by, on=TODAY)


def decide(client, news, act, **fields):
    fields.setdefault("version", NewsItem.objects.get(pk=news.pk).version)
    return client.post(reverse("reports:news_decide", args=[news.pk, act]), fields)


def test_reporter_submits_with_photo_and_the_office_is_told(reporter, office):
    client = client_of(reporter)
    photo = photo_file("现场.png")
    item = make_item(responsible=[reporter.organisation])
    answer = client.post(NEW, typed(place="北京市", photo=photo, photo_caption="会场", item=item.pk))
    news = NewsItem.objects.get()
    assert answer["Location"].startswith(reverse("reports:news_item", args=[news.pk]))
    assert (news.organisation, news.submitted_by, news.state) == (reporter.organisation, reporter, "submitted")
    assert (news.submitted_title, news.submitted_on, news.item) == (news.title, TODAY, item)
    page = client.get(reverse("reports:news_item", args=[news.pk])).content.decode()
    assert "会上议定三件事" in page and 'alt="会场"' in page
    picture = client.get(reverse("reports:news_photo", args=[news.pk]))
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert Notice.objects.filter(recipient=office, title__contains="召开对接会").count() == 1
    assert AuditEntry.objects.filter(action="报送工作动态", actor=reporter).exists()
    assert suggested_score(news) == 2


def test_the_same_form_posted_again_is_one_item(reporter):
    client = client_of(reporter)
    for _ in range(3):
        assert client.post(NEW, typed()).status_code == 302
    assert NewsItem.objects.count() == 1
    assert AuditEntry.objects.filter(action="报送工作动态").count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "长" * 200}, "标题有200个字，最多120个"),
        ({"title": " \x00 "}, "请填写标题"),
        ({"title": "\u202e\x07"}, "请填写标题"),
        ({"text": ""}, "请填写正文"),
        ({"text": "字" * 2001}, "正文有2001个字"),
        ({"occurred_on": "2023-12-14"}, "日期不能晚于今天"),
        ({"occurred_on": "昨天"}, "日期应写作 2023-12-13"),
        ({"place": "远" * 61}, "地点有61个字"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_nothing_typed_is_lost(reporter, fields, sentence):
    answer = client_of(reporter).post(NEW, typed(place="留着的地点") | fields)
    page = answer.content.decode()
    assert answer.status_code == 200 and sentence in page
    assert "留着的地点" in page or "place" in fields
    assert not NewsItem.objects.exists()


def test_markup_stays_text_and_control_characters_go(reporter):
    client = client_of(reporter)
    client.post(NEW, typed(title="<b>对\x00接</b>\x07\u202e会", text="一行\r\n<script>alert(1)</script>\x08"))
    news = NewsItem.objects.get()
    assert (news.title, news.text) == ("<b>对接</b>会", "一行\n<script>alert(1)</script>")
    page = client.get(reverse("reports:news_item", args=[news.pk])).content.decode()
    assert "&lt;b&gt;对接" in page and "<script>alert" not in page


def test_posted_extras_change_nothing(reporter, office):
    other = make_organisation()
    client_of(reporter).post(NEW, typed(organisation=other.pk, state="adopted", score="9", decided_by=office.pk))
    news = NewsItem.objects.get()
    assert (news.organisation, news.state, news.score) == (reporter.organisation, "submitted", None)


def test_another_organisations_task_cannot_be_linked(reporter):
    item = make_item(responsible=[make_organisation()])
    page = client_of(reporter).post(NEW, typed(item=item.pk)).content.decode()
    assert "相关任务只能选本单位的任务" in page and item.title not in page
    assert not NewsItem.objects.exists()


def test_the_organisation_reads_its_own_and_others_get_404(reporter):
    news = submit(reporter, photo=photo_file())
    reviewer, stranger = make_user("reviewer", reporter.organisation), make_user("county_reporter")
    urls = [reverse(f"reports:{name}", args=[news.pk]) for name in ("news_item", "news_photo")]
    for url in urls:
        assert client_of(reviewer).get(url).status_code == 200
        assert client_of(stranger).get(url).status_code == 404
    assert client_of(stranger).get(reverse("reports:news_edit", args=[news.pk])).status_code == 404
    assert client_of(reviewer).get(reverse("reports:news_edit", args=[news.pk])).status_code == 403
    assert "召开对接会" not in client_of(stranger).get("/reports/news/", {"q": "对接会"}).content.decode()


def test_submitter_changes_it_until_the_office_begins(reporter, office):
    news = submit(reporter)
    client, url = client_of(reporter), reverse("reports:news_edit", args=[news.pk])
    client.post(url, typed(title="改过的标题", version=1))
    news.refresh_from_db()
    assert (news.title, news.submitted_title, news.version) == ("改过的标题", "改过的标题", 2)
    stale = client.post(url, typed(title="同时改的标题", version=1))
    assert stale.status_code == 409
    assert "同时改的标题" in stale.content.decode() and "改过的标题" in stale.content.decode()
    deciding.edit_news(news=news, version=2, title="协调办的标题", text=news.text, place="", by=office)
    assert client.post(url, typed(version=3)).status_code == 403


def test_office_edits_and_what_was_submitted_stays_readable(reporter, office):
    news = submit(reporter)
    decide(client_of(office), news, "edit", title="齐商对接会", text="改写后的正文。", place="")
    news.refresh_from_db()
    assert (news.title, news.submitted_title, news.submitted_text) == ("齐商对接会", "召开对接会", "会上议定三件事。")
    page = client_of(reporter).get(reverse("reports:news_item", args=[news.pk])).content.decode()
    assert "改写后的正文" in page and "报送时的文字" in page and "会上议定三件事" in page


def test_office_adopts_once_and_the_submitter_is_told(reporter, office):
    news, client = submit(reporter), client_of(office)
    decide(client, news, "adopt", score="1.5")
    news.refresh_from_db()
    assert (news.state, news.adopted_on, news.score, news.decided_by) == ("adopted", TODAY, Decimal("1.5"), office)
    for _ in range(2):
        decide(client, news, "adopt", score="1.5", version=1)
    assert NewsItem.objects.get().version == news.version
    assert AuditEntry.objects.filter(action="采用工作动态").count() == 1
    assert Notice.objects.filter(recipient=reporter, title__startswith="动态已采用，计1.5分").count() == 1


@pytest.mark.parametrize("score", ["10.5", "-1", "0.7", "很多", "", "1e9", "NaN"])
def test_scores_off_the_scale_are_refused(reporter, office, score):
    news = submit(reporter)
    answer = decide(client_of(office), news, "adopt", score=score)
    assert answer.status_code == 200 and "计分" in answer.content.decode()
    assert NewsItem.objects.get().state == "submitted"


def test_declining_needs_a_reason_that_the_submitter_reads(reporter, office):
    news, client = submit(reporter), client_of(office)
    assert "不采用要写明原因" in decide(client, news, "decline", reason=" ").content.decode()
    assert "最多200个" in decide(client, news, "decline", reason="因" * 201).content.decode()
    decide(client, news, "decline", reason="内容不够具体")
    assert NewsItem.objects.get().decline_reason == "内容不够具体"
    assert Notice.objects.get(recipient=reporter).text == "原因：内容不够具体"
    page = client_of(reporter).get(reverse("reports:news_item", args=[news.pk])).content.decode()
    assert "内容不够具体" in page


def test_duplicates_are_merged_and_both_organisations_are_told(reporter, office):
    other = make_user("county_reporter", make_organisation(kind="county"))
    stays, twice = submit(reporter), submit(other, title="同一场对接会")
    client = client_of(office)
    decide(client, twice, "merge", into=stays.pk)
    twice.refresh_from_db()
    assert (twice.state, twice.merged_into) == ("merged", stays)
    assert Notice.objects.get(recipient=other).title.endswith("同类动态合并：同一场对接会")
    assert Notice.objects.get(recipient=reporter).title.endswith("同类动态已并入：召开对接会")
    page = client_of(other).get(reverse("reports:news_item", args=[twice.pk])).content.decode()
    assert stays.title not in page, "another organisation's item is named by its organisation alone"
    answer = decide(client, stays, "merge", into=twice.pk)
    assert "请从列表中选择" in answer.content.decode(), "what was merged is nothing to merge into"
    with pytest.raises(UserError, match="不能并入自己"):
        deciding.merge_news(news=stays, into=stays, version=1, by=office, on=TODAY)


def test_an_item_that_others_were_merged_into_is_not_declined_over_their_heads(reporter, office):
    stays, twice = submit(reporter), submit(reporter, title="同一场对接会")
    client = client_of(office)
    decide(client, twice, "merge", into=stays.pk)
    page = decide(client, stays, "decline", reason="不够具体").content.decode()
    assert "请先把并入的那些另行采用或不采用" in page and NewsItem.objects.get(pk=stays.pk).state == "submitted"
    twice.refresh_from_db()
    decide(client, twice, "decline", reason="重复")
    decide(client, stays, "decline", reason="不够具体")
    assert set(NewsItem.objects.values_list("state", flat=True)) == {"declined"}


def test_of_two_deciders_one_wins_and_the_other_loses_no_typing(reporter, office):
    news, second = submit(reporter), make_user("coordinator")
    decide(client_of(office), news, "adopt", score="1", version=1)
    answer = decide(client_of(second), news, "decline", reason="第二个人的理由", version=1)
    page = answer.content.decode()
    assert answer.status_code == 409 and "刚被他人改过" in page and "第二个人的理由" in page
    assert NewsItem.objects.get().state == "adopted"
    with pytest.raises(StaleVersion):
        deciding.decline_news(news=news, version=1, reason="x", by=second, on=TODAY)


def test_reporters_and_leaders_do_not_decide(reporter):
    news = submit(reporter)
    for user in (reporter, make_user("leader")):
        assert decide(client_of(user), news, "adopt", score="1").status_code == 403
    with pytest.raises(UserError, match="协调办"):
        deciding.adopt_news(news=news, version=1, score=Decimal(1), by=reporter, on=TODAY)
    assert NewsItem.objects.get().state == "submitted"


def issue_saying(text, number=1, **fields):
    values = {
        "kind": "monthly",
        "period": f"2023-{number:02d}",
        "year": 2023,
        "issue": number,
        "title": f"通报{number}",
    }
    values |= {"state": "published", "published_on": TODAY, "as_of": TODAY, "plain_text": text}
    return Bulletin.objects.create(**values | fields)


def section_text(period="2023-12", **about):
    material = Material(Edition("monthly", period, **about), TODAY)
    return "\n".join(paragraph.text for paragraph in work.news(material))


def test_an_adopted_item_stands_in_one_issue_only(reporter, office):
    told, left = submit(reporter, place="北京市"), submit(reporter, title="另一件事", text="另一件事的经过。")
    for news in (told, left):
        deciding.adopt_news(news=news, version=1, score=Decimal(1), by=office, on=TODAY)
    text = section_text()
    assert "本月采用工作动态2条" in text
    assert f"召开对接会。会上议定三件事。（{reporter.organisation.short}，12月12日，北京市）" in text
    first = issue_saying(text.split("\n2.")[0])
    assert carrying.carry_news(first) == 1
    told.refresh_from_db(), left.refresh_from_db()
    assert (told.bulletin, left.bulletin) == (first, None), "what the editor took out waits"
    following = section_text()
    assert "召开对接会" not in following and "1.另一件事。" in following
    with pytest.raises(UserError, match="第1期已刊载动态“召开对接会”"):
        carrying.check_carried_once(issue_saying(text, number=2))
    with pytest.raises(UserError, match="已刊载这条动态"):
        deciding.decline_news(news=told, version=told.version, reason="晚了", by=office, on=TODAY)
    assert "召开对接会。（12月12日，载于第1期）" in section_text(organisation=reporter.organisation)
    assert carrying.release_news(first) == 1 and "召开对接会" in section_text()


def test_other_series_carry_nothing(reporter, office):
    news = submit(reporter)
    deciding.adopt_news(news=news, version=1, score=Decimal(1), by=office, on=TODAY)
    text = section_text()
    assert carrying.carry_news(issue_saying(text, organisation=reporter.organisation)) == 0
    assert carrying.carry_news(issue_saying(text, number=2, kind="annual", period="2023")) == 0


def test_without_news_there_is_no_sentence():
    assert section_text() == ""


def test_counts_per_organisation_open_their_rows(reporter, office):
    client = client_of(office)
    items = [submit(reporter, title=f"动态{n}") for n in range(3)]
    submit(make_user("dept_reporter"))
    NewsItem.objects.filter(pk=items[2].pk).update(submitted_on=date(2023, 10, 8))
    decide(client, items[0], "adopt", score="1.5")
    decide(client, items[1], "decline", reason="重复")
    page = client.get("/reports/news/counts/", {"period": "2023-12"}).content.decode()
    code = reporter.organisation.code
    assert f'?organisation={code}&amp;period=2023-12">2</a>' in page and "50.0" in page and "1.5" in page
    assert "报送 <b>3</b> 条" in page and "采用 <b>1</b> 条" in page
    rows = client.get("/reports/news/", {"organisation": code, "period": "2023-12", "state": "adopted"})
    assert "共 <b>1</b> 条" in rows.content.decode()
    own = client_of(reporter).get("/reports/news/counts/").content.decode()
    assert "报送 <b>3</b> 条" in own, "an organisation sees its own line alone"
    sheet = client.get("/reports/news/counts/", {"period": "2023-12", "_export": "xlsx"})
    assert sheet["Content-Type"].startswith("application/vnd.openxml")
    assert "2023-13" in client.get("/reports/news/counts/", {"period": "2023-13"}).content.decode()


def test_counts_and_item_cost_the_same_queries_whatever_their_rows(reporter, office):
    client = client_of(office)

    def asked(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    news = submit(reporter)
    counts, item = "/reports/news/counts/", reverse("reports:news_item", args=[news.pk])
    asked(counts), asked(item)
    few = asked(counts), asked(item)
    for n in range(12):
        other = submit(make_user("dept_reporter"), title=f"动态{n}")
        deciding.merge_news(news=other, into=news, version=1, by=office, on=TODAY)
    asked(counts)  # what is remembered of the data as it stands is asked anew here
    many = asked(counts), asked(item)
    assert many == few and many[0] <= 12


def test_search_reads_title_and_text(reporter, office):
    submit(reporter)
    client = client_of(office)
    assert "召开对接会" in client.get("/reports/news/", {"q": "三件事 对接"}).content.decode()
    assert "召开对接会" not in client.get("/reports/news/", {"q": "三件事 不在"}).content.decode()
