"""What was computed from the data stands through sign-ins, downloads and drafts, and falls with the next write."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.loading import load_organisations
from common import audit, remember
from common.models import AuditEntry, ImportBatch
from projects import verification
from reports.bulletins import publishing
from reports.models import Bulletin
from tasklists import reporting
from tests import make
from tests.make import TODAY, client_of, make_business_date, make_item, make_organisation, make_user
from tests.projects.make import make_county
from tests.projects.money import claim, make_cast
from tests.tasklists.ledger_files import tasks

pytestmark = pytest.mark.django_db

PASSWORD = "Jing-Jin-Ji-2023"


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_business_date()


class Reader:
    """A person with the overview before them."""

    def __init__(self, role="leader"):
        self.browser = client_of(make_user(role))
        self.open()

    def open(self):
        answer = self.browser.get("/")
        assert answer.status_code == 200
        self.tag = answer["ETag"]
        return answer.content.decode()

    def still_stands(self) -> bool:
        return self.browser.get("/", headers={"If-None-Match": self.tag}).status_code == 304


def bulletin(state="draft", **fields):
    return Bulletin.objects.create(
        kind="monthly", period="2023-11", year=2023, title="情况通报", as_of=TODAY, state=state, **fields
    )


def test_signing_in_and_out_a_wrong_password_a_denial_and_an_export_leave_the_overview_standing(monkeypatch):
    make_user("coordinator", username="xieban", password=PASSWORD)
    reader = Reader()
    computed = []
    plain = remember._cached
    monkeypatch.setattr(
        remember, "_cached", lambda key, compute: plain(key, lambda: computed.append(key) or compute())
    )
    stamp, login = audit.data_stamp(), reverse("accounts:login")
    other = make.Client()
    other.post(login, {"username": "xieban", "password": "wrong"})
    other.post(login, {"username": "xieban", "password": PASSWORD})
    assert other.get(reverse("chart_sheet", args=["county"])).status_code == 200
    assert other.get(reverse("accounts:audit")).status_code == 403
    other.post(reverse("accounts:logout"))
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert told == {"登录未成功", "登录", "导出", "越权访问", "退出"}
    assert audit.data_stamp() == stamp and reader.still_stands()
    computed.clear()
    reader.open()
    assert not [key for key in computed if key.startswith(("overview:", "task-summary:", "project-summary:"))]


def test_a_download_leaves_the_overview_standing():
    item = make_item(lead=make_organisation())
    report = make.make_report(item.assignments.get())
    evidence = make.make_evidence(report)
    path = Path(settings.MEDIA_ROOT) / evidence.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make.PDF)
    reader = Reader()
    answer = client_of(make_user("coordinator")).get(reverse("tasklists:evidence", args=[evidence.pk]))
    assert answer.status_code == 200 and AuditEntry.objects.get().action == "下载佐证材料"
    assert reader.still_stands()


def test_a_draft_sent_and_sent_back_is_news_to_those_whose_turn_it_is_alone():
    drafter, office, leader = make_user("coordinator"), make_user("coordinator"), make_user("leader")
    made = bulletin(pdf_file="a.pdf", drafted_by=drafter, content={"blocks": []}, proof={"checked": 1, "findings": []})
    reporter, clerk, head = Reader("dept_reporter"), Reader("coordinator"), Reader("leader")
    stamp = audit.data_stamp()
    sent = publishing.send_for_signing(bulletin=made, version=made.version, by=office)
    assert reporter.still_stands() and not clerk.still_stands() and not head.still_stands()
    assert "待送签的通报草稿" not in clerk.open() and "待签发的通报" in head.open()
    publishing.send_back(bulletin=sent, version=sent.version, by=leader)
    assert reporter.still_stands() and not clerk.still_stands() and not head.still_stands()
    assert "待送签的通报草稿" in clerk.open() and "待签发的通报" not in head.open()
    assert audit.data_stamp() == stamp


def test_a_withdrawn_issue_leaves_the_overview_at_once():
    office, leader = make_user("coordinator"), make_user("leader")
    issued = bulletin("published", issue=7, published_on=TODAY, published_by=leader, drafted_by=office)
    reader = Reader()
    assert "第7期" in reader.open()
    publishing.withdraw(bulletin=issued, version=issued.version, reason="数字有误", by=leader, on=TODAY)
    assert not reader.still_stands() and "第7期" not in reader.open()


def test_a_report_is_counted_at_once():
    unit = make_organisation()
    item, reader = make_item(lead=unit), Reader()
    values = {"status": "under_way", "percent": 60, "text": "主体完工", "difficulty": "", "outlook": "on_time"}
    person = make_user("dept_reporter", unit)
    reporting.save_report(
        assignment=item.assignments.get(), period="2023-12", values=values, version=0, by=person, on=TODAY
    )
    assert not reader.still_stands()


def test_verified_money_is_counted_at_once():
    cast = make_cast()
    make_county("另一县")
    entry = verification.verify_entry(entry=claim(cast, 12300), version=1, by=cast.reviewer, on=TODAY)
    reader = Reader()
    assert "1.23" not in reader.open()
    verification.verify_entry(entry=entry, version=entry.version, by=cast.city, on=TODAY)
    assert not reader.still_stands() and "1.23" in reader.open()


def test_an_import_and_its_undoing_are_counted_at_once():
    load_organisations()
    office, reader = client_of(make_user("coordinator")), Reader()
    content = tasks(["1", "产业", "甲", "市商务局", "市财政局", "2023年底"])
    upload = {"kind": "tasks", "file": SimpleUploadedFile("台账.xlsx", content)}
    office.post(reverse("tasklists:ledgers"), upload)
    batch = ImportBatch.objects.get()
    for act in ("commit", "undo"):
        reader.open()
        office.post(reverse(f"tasklists:ledger_{act}", args=[batch.pk]))
        assert not reader.still_stands()
    assert AuditEntry.objects.filter(action__in=("导入台账", "撤销台账导入")).count() == 2


def test_every_action_that_is_said_to_change_nothing_is_one_of_the_sites():
    """A renamed action would count again without anybody noticing."""
    written = set()
    for app in ("accounts", "common", "projects", "tasklists", "indicators", "reports"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if path.name == "audit.py":
                continue
            text = path.read_text(encoding="utf-8")
            if "action=" in text:
                written |= {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    assert written >= audit.UNCOUNTED
    assert not audit.UNCOUNTED & {"印发通报", "撤回通报", "采用工作动态", "恢复备份", "载入演示数据", "保存填报"}
