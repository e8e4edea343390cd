"""The officers' pages: who makes an account, who confirms it, who reads the trail."""

import re

import pytest

from accounts.models import Organisation, User
from accounts.permissions import AUDITOR, COORDINATOR, DEPARTMENT_REPORTER, SECURITY_ADMIN, SYSTEM_ADMIN
from common.audit import record
from common.models import AuditEntry
from tests.make import client_of, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sysadmin():
    return officer(SYSTEM_ADMIN)


@pytest.fixture
def secadmin():
    return officer(SECURITY_ADMIN)


def officer(role):
    """The officer's browser, with the account as ``.officer``."""
    user = make_user(role)
    browser = client_of(user)
    browser.officer = user
    return browser


def new_account(client, **values):
    values = {"username": "wang.wu", "display_name": "王五", "role": DEPARTMENT_REPORTER} | values
    return client.post("/accounts/new/", values)


def test_new_account_waits_for_the_security_administrator(sysadmin, secadmin):
    bureau = make_organisation()
    answer = new_account(sysadmin, organisation=bureau.pk)
    password = re.search(r'id="new-password">([^<]+)<', answer.content.decode())[1]
    user = User.objects.get(username="wang.wu")
    assert user.check_password(password) and user.must_change_password
    assert not user.is_active and not user.is_confirmed
    assert sysadmin.post(f"/accounts/{user.pk}/switch/", {"on": "1"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active

    assert secadmin.post(f"/security/{user.pk}/", {"role": user.role, "version": user.version}).status_code == 302
    user.refresh_from_db()
    assert user.is_active and user.is_confirmed
    actions = list(AuditEntry.objects.filter(target_id=user.pk).order_by("sequence").values_list("action", flat=True))
    assert actions == ["新建账号", "确认角色"]
    assert password not in str(list(AuditEntry.objects.values()))


def test_role_must_fit_the_organisation(sysadmin):
    county = make_organisation(kind=Organisation.Kind.COUNTY)
    assert "不能设部门填报员" in new_account(sysadmin, organisation=county.pk).content.decode()
    assert "部门填报员须选定单位" in new_account(sysadmin).content.decode()
    assert not User.objects.filter(username="wang.wu").exists()


def test_posted_fields_of_another_form_change_nothing(sysadmin):
    bureau = make_organisation()
    new_account(sysadmin, organisation=bureau.pk, is_active="on", is_confirmed="on", is_demo="on", is_superuser="on")
    user = User.objects.get(username="wang.wu")
    assert not (user.is_active or user.is_confirmed or user.is_demo)
    data = {"display_name": "王五", "organisation": bureau.pk, "version": user.version, "role": SECURITY_ADMIN}
    sysadmin.post(f"/accounts/{user.pk}/", data | {"is_active": "on"})
    user.refresh_from_db()
    assert (user.role, user.is_active) == (DEPARTMENT_REPORTER, False)


def test_another_organisation_needs_the_security_administrator_again(sysadmin):
    user, bureau = make_user(DEPARTMENT_REPORTER), make_organisation()
    data = {"display_name": "李四", "organisation": bureau.pk, "version": user.version}
    sysadmin.post(f"/accounts/{user.pk}/", data)
    user.refresh_from_db()
    assert (user.display_name, user.organisation, user.is_confirmed, user.is_active) == ("李四", bureau, False, False)


def test_second_editor_sees_both_and_loses_no_typing(sysadmin):
    user = make_user(COORDINATOR)
    sysadmin.post(f"/accounts/{user.pk}/", {"display_name": "甲", "version": user.version})
    answer = sysadmin.post(f"/accounts/{user.pk}/", {"display_name": "乙", "version": user.version})
    assert answer.status_code == 409
    assert "姓名：甲" in answer.content.decode() and 'value="乙"' in answer.content.decode()
    user.refresh_from_db()
    assert user.display_name == "甲"


def test_nobody_switches_off_themselves_or_the_last_officer(sysadmin, secadmin):
    sysadmin.post(f"/accounts/{sysadmin.officer.pk}/switch/", {"on": "0"})
    sysadmin.post(f"/accounts/{secadmin.officer.pk}/switch/", {"on": "0"})
    answer = secadmin.post(f"/security/{sysadmin.officer.pk}/", {"role": AUDITOR, "version": 1})
    assert "最后一个启用的系统管理员" in answer.content.decode()
    assert not User.objects.filter(is_active=False).exists()


def test_security_administrator_cannot_change_their_own_role(secadmin):
    make_user(SECURITY_ADMIN)
    answer = secadmin.post(f"/security/{secadmin.officer.pk}/", {"role": SYSTEM_ADMIN, "version": 1})
    assert "不能改自己的角色" in answer.content.decode()
    secadmin.officer.refresh_from_db()
    assert secadmin.officer.role == SECURITY_ADMIN


def test_reset_password_is_shown_once_and_must_be_changed(sysadmin):
    user = make_user(COORDINATOR, password="Old-Secret-1")
    answer = sysadmin.post(f"/accounts/{user.pk}/reset-password/")
    password = re.search(r'id="new-password">([^<]+)<', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    user.refresh_from_db()
    assert user.check_password(password) and user.must_change_password
    assert user.password_history.count() == 1
    assert password not in sysadmin.get(f"/accounts/{user.pk}/").content.decode()


def test_replaced_name_of_an_organisation_stays_as_former_name(sysadmin):
    bureau = make_organisation("市体改委", name="市经济体制改革委员会")
    data = {"name": "市体制改革委员会", "order": 3, "category": "", "valid_to": "", "note": "", "short": "改名"}
    sysadmin.post(f"/organisations/{bureau.pk}/", data)
    bureau.refresh_from_db()
    assert (bureau.name, bureau.short) == ("市体制改革委员会", "市体改委")
    assert bureau.aliases.get().name == "市经济体制改革委员会"


def test_alias_means_one_organisation_only(sysadmin):
    one, other = make_organisation("市甲局"), make_organisation("市乙局")
    sysadmin.post(f"/organisations/{one.pk}/aliases/", {"name": "甲字号", "kind": "alias"})
    taken = sysadmin.post(f"/organisations/{other.pk}/aliases/", {"name": "甲字号", "kind": "alias"})
    assert "已是“市甲局”的别称" in taken.content.decode()
    short = sysadmin.post(f"/organisations/{other.pk}/aliases/", {"name": "市甲局", "kind": "alias"})
    assert "是另一单位的简称" in short.content.decode()
    alias = one.aliases.get()
    foreign = {"name": "改", "kind": "alias", "alias": alias.pk}
    assert sysadmin.post(f"/organisations/{other.pk}/aliases/", foreign).status_code == 404
    sysadmin.post(f"/organisations/{one.pk}/aliases/", {"name": "甲字", "kind": "former", "alias": alias.pk})
    assert list(one.aliases.values_list("name", "kind")) == [("甲字", "former")]


def test_lists_search_and_filter(sysadmin):
    bureau = make_organisation("市海洋局")
    make_user(DEPARTMENT_REPORTER, bureau, username="ocean-one")
    make_user(COORDINATOR, username="office-one", is_active=False)
    assert "ocean-one" in sysadmin.get("/accounts/?q=海洋").content.decode()
    off = sysadmin.get("/accounts/?state=off").content.decode()
    assert "office-one" in off and "ocean-one" not in off
    assert "市海洋局" in sysadmin.get("/organisations/?kind=department&state=current").content.decode()
    assert sysadmin.get("/accounts/?_export=xlsx").content[:2] == b"PK"
    assert AuditEntry.objects.filter(action="导出", target_label="账号").count() == 1


def test_the_trail_is_told_in_words():
    organisation, digest = make_organisation("市海洋局"), "ab" * 32
    changed = {"kind": "county", "sha256": digest}
    record(by=None, action="改类别", target=organisation, before={"kind": "department"}, after=changed)
    auditor = officer(AUDITOR)
    shown = auditor.get("/audit/?action=改类别").content.decode()
    assert "类别：市直部门单位 → 县（市、区）；摘要：abababababab…" in shown and digest not in shown
    page = auditor.get(f"/audit/{AuditEntry.objects.get(action='改类别').sequence}/").content.decode()
    assert "市直部门单位" in page and digest in page


def test_auditor_reads_entries_with_before_and_after(sysadmin):
    user = make_user(COORDINATOR, display_name="原名")
    sysadmin.post(f"/accounts/{user.pk}/", {"display_name": "赵六", "version": user.version})
    auditor = officer(AUDITOR)
    shown = auditor.get("/audit/?action=修改账号").content.decode()
    assert "姓名：原名 → 赵六" in shown
    entry = AuditEntry.objects.get(action="修改账号")
    page = auditor.get(f"/audit/{entry.sequence}/").content.decode()
    assert "原名" in page and "赵六" in page and entry.digest in page
    assert auditor.get("/audit/999999/").status_code == 404
    assert "首尾相接" in auditor.get("/audit/check/").content.decode()
    assert auditor.get("/audit/?_export=xlsx").content[:2] == b"PK"
