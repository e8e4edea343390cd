"""The demonstration's last issues can be read, downloaded and checked like any issue published here."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from reports.demo.issued import set_last_issues
from reports.models import Bulletin, NewsItem
from tests.make import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]


@pytest.fixture
def issue(tmp_path, settings):
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    assert set_last_issues() == 2
    return Bulletin.objects.get(issue=42)


def test_the_last_monthly_issues_have_text_and_files_of_their_own_day(issue):
    client = client_of(make_user("leader"))
    page = client.get(reverse("reports:detail", args=[issue.pk])).content.decode()
    assert "2023年10月31日" in page and "含示例数据" in page
    assert (issue.as_of, issue.published_on) == (date(2023, 10, 31), date(2023, 11, 6))
    assert issue.proof["findings"] == [] and issue.proof["checked"] > 100
    for ending, opening in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = client.get(reverse("reports:download", args=[issue.pk, ending]))
        assert b"".join(answer.streaming_content).startswith(opening)


def test_they_carry_the_news_of_their_month_and_no_other_issue_does(issue):
    items = NewsItem.objects.filter(bulletin=issue)
    assert items and all(f".{item.title}" in issue.plain_text for item in items)
    assert all(item.occurred_on <= issue.as_of for item in items)
    assert NewsItem.objects.adopted(date(2023, 12, 13)).count() == 419


def test_setting_them_again_changes_nothing_and_the_integrity_check_is_content(issue):
    digest = issue.pdf_sha256
    assert set_last_issues() == 0
    issue.refresh_from_db()
    assert issue.pdf_sha256 == digest
    output = StringIO()
    call_command("check_integrity", stdout=output)
    assert "已印发的通报 43" in output.getvalue() and "发现问题 0 处" in output.getvalue()
