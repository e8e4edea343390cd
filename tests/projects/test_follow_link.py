"""The company's link: what it shows and hides, how long it lives, how often it may be tried."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry
from projects.models import FollowVisit, ServiceCase
from projects.service import cases, links
from tests.make import TODAY, client_of, make_business_date

pytestmark = pytest.mark.django_db


def address(token):
    return reverse("projects:follow", args=[token])


def linked(cast, case=None):
    case = case or cast.accepted()
    return links.make_link(case=case, version=case.version, by=cast.office, on=TODAY)


def test_the_link_is_shown_once_and_only_its_digest_is_kept(cast):
    case = cast.accepted()
    client = client_of(cast.handler)
    page = client.post(reverse("projects:case_link", args=[case.pk]), {"version": case.version})
    link = page.context["link"]
    token = link.rstrip("/").rpartition("/")[2]
    assert link in page.content.decode() and len(token) >= 43 and page["Cache-Control"] == "no-store"
    case.refresh_from_db()
    assert case.link_digest == links.digest_of(token) and case.link_until == TODAY + timedelta(days=90)
    assert token not in client.get(reverse("projects:case", args=[case.pk])).content.decode()
    kept = str(list(ServiceCase.objects.values())) + str(list(AuditEntry.objects.values()))
    assert token not in kept
    assert Client().get(address(token)).status_code == 200


def test_a_company_sees_its_own_case_and_nothing_else(cast):
    other = cast.open(company="别家公司", text="别家的诉求")
    case, token = linked(cast)
    cases.add_step(case=case, text="已到现场办公", is_public=True, by=cast.handler, on=TODAY)
    cases.add_step(case=case, text="内部意见分歧", is_public=False, by=cast.handler, on=TODAY)
    page = Client().get(address(token)).content.decode()
    for shown in (case.number, "用地规划", "2023-12-01", "2023-12-22", "办理中", "已到现场办公"):
        assert shown in page
    hidden = ["内部意见分歧", other.number, "别家", "/login/", "/tasks/", "/projects/service/", 'href="/"', "<nav"]
    hidden += [cast.handler.display_name, cast.handler.username, cast.office.display_name]
    for secret in hidden:
        assert secret not in page, secret


def test_somebody_signed_in_sees_the_same_bare_page(cast):
    _, token = linked(cast)
    page = client_of(cast.office).get(address(token)).content.decode()
    assert "<nav" not in page and cast.office.display_name not in page


def test_answers_are_kept_nowhere(cast):
    _, token = linked(cast)
    for answer in (Client().get(address(token)), Client().get(address("x" * 43))):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"] and "noindex" in answer.content.decode()


def test_the_access_log_does_not_hold_the_token(cast, caplog):
    _, token = linked(cast)
    with caplog.at_level("INFO", logger="dezhou.access"):
        Client().get(address(token))
    assert caplog.records and token not in str(
        [vars(record) for record in caplog.records if record.name == "dezhou.access"]
    )


def test_unknown_revoked_renewed_and_expired_links_answer_alike(cast):
    case, first = linked(cast)
    case, second = linked(cast, case)
    unknown = Client().get(address("A" * 43))
    renewed = Client().get(address(first))
    assert Client().get(address(second)).status_code == 200
    make_business_date(TODAY + timedelta(days=90))
    assert Client().get(address(second)).status_code == 200
    make_business_date(TODAY + timedelta(days=91))
    expired = Client().get(address(second))
    make_business_date()
    client_of(cast.handler).post(reverse("projects:case_link_revoke", args=[case.pk]), {"version": case.version})
    revoked = Client().get(address(second))
    bodies = {without_numbers(answer) for answer in (unknown, renewed, expired, revoked)}
    assert {answer.status_code for answer in (unknown, renewed, expired, revoked)} == {404}
    assert len(bodies) == 1
    posted = Client().post(address(second), {"satisfaction": "very"})
    assert posted.status_code == 404


def without_numbers(answer):
    """The page without the token that the frame's scripts send along, which differs by visit."""
    text = answer.content.decode()
    start = text.index("hx-headers")
    return text[:start] + text[text.index(">", start) :]


def test_the_company_rates_once_after_the_result(cast):
    case, token = linked(cast)
    assert "提交评价" not in Client().get(address(token)).content.decode()
    early = Client().post(address(token), {"satisfaction": "very"})
    assert early.status_code == 200
    case.refresh_from_db()
    assert case.satisfaction == ""
    case = cases.finish_case(case=case, result="手续办妥", version=case.version, by=cast.handler, on=TODAY)
    page = Client().get(address(token)).content.decode()
    assert "手续办妥" in page and "提交评价" in page
    empty = Client().post(address(token), {"note": "写了意见"})
    assert "请选择满意度。" in empty.content.decode() and "写了意见" in empty.content.decode()
    assert Client().post(address(token), {"satisfaction": "partly", "note": "慢"}).status_code == 302
    case.refresh_from_db()
    assert (case.satisfaction, case.satisfaction_note, case.rated_on) == ("partly", "慢", TODAY)
    again = Client().post(address(token), {"satisfaction": "very"})
    case.refresh_from_db()
    assert case.satisfaction == "partly" and again.status_code == 200
    assert "提交评价" not in again.content.decode()
    entry = AuditEntry.objects.get(action="评价诉求办理")
    assert entry.actor is None and "企业" in entry.target_label


def test_typed_fields_of_the_case_are_not_taken(cast):
    case, token = linked(cast, cast.done())
    Client().post(
        address(token),
        {"satisfaction": "very", "state": "refused", "result": "改写", "number": "X", "link_until": "2030-01-01"},
    )
    case.refresh_from_db()
    assert (case.state, case.result, case.link_until) == ("done", "已办妥", TODAY + timedelta(days=90))
    assert case.satisfaction == "very"


def test_the_21st_try_within_ten_minutes_is_refused(cast):
    _, token = linked(cast)
    client = Client()
    for number in range(20):
        assert client.get(address(f"{number:043d}")).status_code == 404
    refused = client.get(address(token))
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "10 分钟内最多打开 20 次" in page and "京禾" not in page and "QS-" not in page
    assert client.post(address(token), {"satisfaction": "very"}).status_code == 429
    assert Client(REMOTE_ADDR="10.1.2.3").get(address(token)).status_code == 200


def test_tries_are_forgotten_after_ten_minutes():
    start = timezone.make_aware(datetime(2023, 12, 13, 9, 0))
    assert [links.may_try("10.0.0.1", start + timedelta(seconds=n)) for n in range(22)] == [True] * 20 + [False] * 2
    assert not links.may_try("10.0.0.1", start + timedelta(minutes=9, seconds=59))
    assert links.may_try("10.0.0.2", start)
    assert links.may_try("10.0.0.1", start + timedelta(minutes=10, seconds=1))
    assert links.forget_visits(start + timedelta(days=2)) == 22 and not FollowVisit.objects.exists()


def test_who_may_not_work_on_a_case_makes_no_link(cast):
    case = cast.accepted()
    url = reverse("projects:case_link", args=[case.pk])
    assert client_of(cast.leader).post(url, {"version": case.version}).status_code == 403
    assert client_of(cast.outsider).post(url, {"version": case.version}).status_code == 404
    case.refresh_from_db()
    assert case.link_digest is None


def test_a_link_is_valid_through_its_last_day(cast):
    _, token = linked(cast)
    assert links.case_of(token, date(2024, 3, 12)) is not None
    assert links.case_of(token, date(2024, 3, 13)) is None
