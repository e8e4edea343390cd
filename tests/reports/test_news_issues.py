"""Adopted news on its way through a whole issue: drafted, published, withdrawn and drafted again."""

import pytest
from django.urls import reverse

from accounts.models import User
from reports.bulletins.content import Document
from reports.bulletins.editions import Edition
from reports.bulletins.material import Material
from reports.bulletins.proofing import proof_of
from reports.bulletins.sections import work
from reports.models import NewsItem
from tests.make import client_of
from tests.reports.test_editing import TODAY, _without_browser, built, issue, leader, office  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]


def adopt(news):
    url = reverse("reports:news_decide", args=[news.pk, "adopt"])
    assert client_of(office()).post(url, {"version": news.version, "score": "1.5"}).status_code == 302
    news.refresh_from_db()
    return news


def test_an_issue_carries_adopted_news_once_and_tells_its_subscribers():
    waiting = NewsItem.objects.filter(state="submitted").order_by("pk")
    adopted = [adopt(news) for news in waiting]
    assert len(adopted) == 6 and all(news.text and news.submitted_on for news in adopted)
    reader = client_of(User.objects.get(username="qihe"))
    reader.post(reverse("reports:subscribe"), {"on": "inbox"})
    bulletin = built("2023-12")
    assert all(f"{news.title}。" in bulletin.plain_text for news in adopted)
    findings = proof_of(Document.from_json(bulletin.content), bulletin.as_of)["findings"]
    assert not [finding for finding in findings if "条" in finding["quote"]]
    issued = issue(bulletin)
    assert issued.news_items.count() == 6
    again = work.news(Material(Edition("monthly", "2023-12"), TODAY))
    assert not any(news.title in paragraph.text for news in adopted for paragraph in again)
    page = reader.get(reverse("accounts:inbox")).content.decode()
    assert f"新一期通报：第{issued.issue}期" in page

    url = reverse("reports:withdraw", args=[issued.pk])
    client_of(leader()).post(url, {"version": issued.version, "reason": "附件有误"})
    assert issued.news_items.count() == 0
    assert adopted[0].title in built("2023-12").plain_text


def test_the_november_issue_says_how_much_was_adopted_without_telling_it_again():
    text = built("2023-11").plain_text
    assert "采用工作动态" in text and "累计" in text
    told = NewsItem.objects.filter(bulletin__isnull=False).values_list("title", flat=True)
    assert not any(f".{title}。" in text for title in told)
