"""The inbox: nobody is told twice, unread messages first, opening one marks it as read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import notices
from accounts.models import Notice
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db


def tell(users, key="slip:1", title="收到红色督办单", url="/tasks/slips/"):
    notices.notify(recipients=users, key=key, title=title, text="请签收。", url=url, on=TODAY)


def test_the_same_thing_is_told_once():
    first, second = make_user("leader"), make_user("leader")
    tell([first])
    tell([first, second])
    assert list(Notice.objects.order_by("recipient").values_list("recipient", flat=True)) == [first.pk, second.pk]


def test_a_read_message_is_not_sent_again():
    user = make_user("leader")
    tell([user])
    notices.mark_read(user=user)
    tell([user])
    assert notices.unread_count(user) == 0


def test_people_of_finds_the_active_holders_of_the_roles():
    unit = make_organisation()
    reporter, reviewer = make_user("dept_reporter", unit), make_user("reviewer", unit)
    make_user("dept_reporter", unit, is_active=False)
    make_user("dept_reporter")
    assert notices.people_of([unit.pk], ("dept_reporter", "reviewer")) == [reporter, reviewer]


def test_unread_messages_stand_first_and_are_counted_in_the_top_bar():
    make_business_date()
    user = make_user("leader")
    for number in range(3):
        tell([user], key=f"thing:{number}", title=f"消息{number}")
    notices.mark_read(user=user, pk=Notice.objects.get(key="thing:2").pk)
    text = client_of(user).get(reverse("accounts:inbox")).content.decode()
    assert text.index("消息1") < text.index("消息0") < text.index("消息2")
    assert "消息，2 条未读" in text


def test_opening_one_marks_it_read_and_leads_there():
    user = make_user("leader")
    tell([user])
    notice = Notice.objects.get()
    client = client_of(user)
    client.get(reverse("accounts:inbox"))
    notice.refresh_from_db()
    assert notice.read_at is None
    answer = client.post(reverse("accounts:notice", args=[notice.pk]))
    notice.refresh_from_db()
    assert answer["Location"] == "/tasks/slips/" and notice.read_at is not None


def test_a_message_leads_nowhere_outside_the_site():
    user = make_user("leader")
    tell([user], url="https://example.org/")
    answer = client_of(user).post(reverse("accounts:notice", args=[Notice.objects.get().pk]))
    assert answer["Location"] == reverse("accounts:inbox")


def test_nobody_opens_or_marks_anothers_message():
    user, other = make_user("leader"), make_user("coordinator")
    tell([user])
    client = client_of(other)
    assert client.post(reverse("accounts:notice", args=[Notice.objects.get().pk])).status_code == 404
    client.post(reverse("accounts:inbox_read"))
    assert notices.unread_count(user) == 1
    assert "收到红色督办单" not in client.get(reverse("accounts:inbox")).content.decode()


def test_all_are_marked_read_at_once():
    user = make_user("leader")
    tell([user], key="a")
    tell([user], key="b")
    page = client_of(user).post(reverse("accounts:inbox_read"), follow=True)
    assert "没有未读" not in page.content.decode() and notices.unread_count(user) == 0
    assert "没有未读消息" in client_of(user).get(reverse("accounts:inbox"), {"unread": "1"}).content.decode()


def test_the_inbox_costs_the_same_queries_whatever_its_messages():
    user = make_user("leader")
    client = client_of(user)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:inbox"))
        return queries.captured_queries

    tell([user], key="first")
    asked()
    few = asked()
    for number in range(30):
        tell([user], key=f"more:{number}")
    many = asked()
    assert len(many) == len(few)
    assert sum("accounts_notice" in query["sql"] and "read_at" in query["sql"] for query in many) <= 3
