"""Photos of news: scaled when they come in, small in lists, printed where the office chose so."""

from datetime import date

import pytest
from django.urls import reverse

from reports.models import NewsItem
from reports.news import deciding, submitting
from reports.news.photos import path_of, thumb_of
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.photos import photo_file, picture

pytestmark = pytest.mark.django_db
NEW = "/reports/news/new/"


@pytest.fixture(autouse=True)
def _day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    make_business_date()


@pytest.fixture
def reporter():
    return make_user("dept_reporter")


@pytest.fixture
def office():
    return make_user("coordinator")


def submit(by, title="召开对接会", **fields):
    values = {"title": title, "text": "会上议定三件事。", "occurred_on": date(2023, 12, 12)} | fields
    return submitting.submit_news(**values, by=by, on=TODAY)


def typed(**fields):
    return {"title": "召开对接会", "text": "会上议定三件事。", "occurred_on": "2023-12-12"} | fields


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photo_is_kept_small_and_listed_as_a_thumbnail(reporter):
    news = submit(reporter, photo=photo_file(width=3000, height=2000))
    client, url = client_of(reporter), reverse("reports:news_photo", args=[news.pk])
    whole, small = client.get(url), client.get(url, {"small": ""})
    assert (whole.content, small.content) == (
        path_of(news.photo).read_bytes(),
        path_of(thumb_of(news.photo)).read_bytes(),
    )
    assert len(small.content) < len(whole.content)
    assert f'src="{url}?small"' in client.get(reverse("reports:news")).content.decode()


def test_a_lost_thumbnail_is_shown_by_the_photo(reporter):
    news = submit(reporter, photo=photo_file())
    path_of(thumb_of(news.photo)).unlink()
    answer = client_of(reporter).get(reverse("reports:news_photo", args=[news.pk]), {"small": ""})
    assert answer.content == path_of(news.photo).read_bytes()


def test_replacing_the_photo_removes_the_old_files(reporter, settings, django_capture_on_commit_callbacks):
    news = submit(reporter, photo=photo_file())
    old, url = path_of(news.photo), reverse("reports:news_edit", args=[news.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client_of(reporter).post(url, typed(version=1, photo=photo_file("b.png", shade=200)))
    news.refresh_from_db()
    assert not old.exists() and len(files(settings.MEDIA_ROOT)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        client_of(reporter).post(url, typed(version=2, drop_photo="on"))
    news.refresh_from_db()
    assert news.photo == "" and not files(settings.MEDIA_ROOT)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("大图.jpg", b"\xff\xd8\xff" + b"0" * (30 * 1024 * 1024), "照片有 30 MB，超过 20 MB，请缩小后上传。"),
        ("图.png", b"<svg onload=alert(1)>", "文件内容与扩展名 png 不符"),
        ("图.svg", b"<svg/>", "照片只能是 jpg、png 文件。"),
        ("文.pdf", b"%PDF-1.4", "照片只能是 jpg、png 文件。"),
        ("半张.jpg", picture()[:2000], "照片已损坏或过大，打不开，请换一张。"),
    ],
)
def test_a_bad_photo_is_one_sentence_and_stores_nothing(reporter, settings, name, content, sentence):
    answer = client_of(reporter).post(NEW, typed(photo=photo_file(name, content)))
    page = answer.content.decode()
    assert answer.status_code == 200 and sentence in page and "会上议定三件事" in page
    assert not NewsItem.objects.exists() and not settings.MEDIA_ROOT.exists()


def test_the_office_chooses_the_photo_and_words_its_caption(reporter, office):
    news = submit(reporter, photo=photo_file(), photo_caption="会场")
    client = client_of(office)
    page = client.get(reverse("reports:news_item", args=[news.pk])).content.decode()
    assert "随文配图" in page
    act = reverse("reports:news_decide", args=[news.pk, "adopt"])
    client.post(act, {"version": 1, "score": "1.5", "prints_photo": "on"})
    news.refresh_from_db()
    assert (news.state, news.prints_photo) == ("adopted", True)
    edit = reverse("reports:news_decide", args=[news.pk, "edit"])
    client.post(edit, {"version": 2, "title": news.title, "text": news.text, "place": "", "photo_caption": "签约现场"})
    news.refresh_from_db()
    assert news.photo_caption == "签约现场"
    client.post(act, {"version": 3, "score": "1.5"})
    news.refresh_from_db()
    assert not news.prints_photo, "the photo is left out again"


def test_an_item_without_photo_offers_no_choice_and_takes_none(reporter, office):
    news = submit(reporter)
    assert "随文配图" not in client_of(office).get(reverse("reports:news_item", args=[news.pk])).content.decode()
    saved = deciding.adopt_news(news=news, version=1, score=1, prints_photo=True, by=office, on=TODAY)
    assert not saved.prints_photo
