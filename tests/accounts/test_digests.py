"""The daily mail: unread titles once, one mail a day, nothing where no server is configured."""

from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import digests, notices
from accounts.models import Notice
from accounts.tasks import mail_digests
from dezhou_jjj.celery import app
from tests.make import TODAY, client_of, make_user

pytestmark = pytest.mark.django_db
MORNING = timezone.make_aware(datetime(2023, 12, 13, 7, 30))


@pytest.fixture(autouse=True)
def configured(settings):
    settings.EMAIL_URL = "smtp://mail.example.cn"


@pytest.fixture
def user():
    return make_user("leader", email="lingdao@example.cn", display_name="刘建国")


def tell(user, *titles):
    for title in titles:
        notices.notify(recipients=[user], key=title, title=title, url="/", on=TODAY)


def test_one_mail_holds_all_unread_titles_and_marks_them(user):
    tell(user, "收到督办单", "领导批示", "已看过")
    notices.mark_read(user=user, pk=Notice.objects.get(title="已看过").pk)
    assert digests.send_digests(now=MORNING) == 1
    (message,) = mail.outbox
    assert message.to == ["lingdao@example.cn"] and "2 条未读消息" in message.subject
    assert "收到督办单" in message.body and "已看过" not in message.body
    assert Notice.objects.filter(mailed_at=MORNING).count() == 2


def test_the_same_message_is_mailed_once_and_one_mail_a_day(user):
    tell(user, "第一条")
    digests.send_digests(now=MORNING)
    tell(user, "第二条")
    assert digests.send_digests(now=MORNING + timedelta(hours=2)) == 0
    assert digests.send_digests(now=MORNING + timedelta(days=1)) == 1
    assert "第二条" in mail.outbox[1].body and "第一条" not in mail.outbox[1].body
    assert digests.send_digests(now=MORNING + timedelta(days=2)) == 0


def test_no_address_no_account_no_server_no_mail(user, settings):
    tell(make_user("leader"), "没有邮箱")
    tell(make_user("leader", email="gone@example.cn", is_active=False), "已停用")
    assert digests.send_digests(now=MORNING) == 0
    tell(user, "没有服务器")
    settings.EMAIL_URL = ""
    assert digests.send_digests(now=MORNING) == 0 and not mail.outbox
    assert not Notice.objects.exclude(mailed_at=None).exists()


def test_what_the_server_refuses_goes_the_next_day(user, monkeypatch):
    tell(user, "第一条")

    def refuse(self, *args, **options):
        raise SMTPServerDisconnected("closed")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert digests.send_digests(now=MORNING) == 0
    assert digests.send_digests(now=MORNING + timedelta(days=1)) == 1


def test_long_digests_are_cut(user):
    tell(user, *(f"消息{number}" for number in range(40)))
    digests.send_digests(now=MORNING)
    assert "其余 10 条请登录查看。" in mail.outbox[0].body


def test_a_person_sets_the_address_on_the_inbox_page(user, settings):
    client = client_of(user)
    assert "每日邮件" in client.get(reverse("accounts:inbox")).content.decode()
    bad = client.post(reverse("accounts:inbox_mail"), {"email": "不是邮箱"}).content.decode()
    assert "邮箱地址应写作" in bad and "不是邮箱" in bad
    client.post(reverse("accounts:inbox_mail"), {"email": "new@example.cn"})
    user.refresh_from_db()
    assert user.email == "new@example.cn"
    settings.EMAIL_URL = ""
    assert "每日邮件" not in client.get(reverse("accounts:inbox")).content.decode()
    assert client.post(reverse("accounts:inbox_mail"), {"email": ""}).status_code == 404


def test_the_digest_is_scheduled(user):
    assert app.conf.beat_schedule["mail-digests"]["task"] == mail_digests.name
    tell(user, "第一条")
    mail_digests.apply(throw=True)
    mail_digests.apply(throw=True)
    assert len(mail.outbox) == 1
