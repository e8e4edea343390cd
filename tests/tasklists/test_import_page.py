"""Reading in a plan: preview, confirmation once, collectives expanded, and the command of the same name."""

import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from docx import Document

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.models import AuditEntry
from tasklists.models import TaskItem, TaskList
from tasklists.plan_import import unit_directory
from tests import make

pytestmark = pytest.mark.django_db

PLAN = """德州市融入京津冀2023年重点任务方案
一、加强产业对接
(一)建设基地
1.建设2个产业转化基地,到2023年6月底完成选址,2023年年底前建成投用。(牵头单位:市发展改革委;责任单位:市工业和信息化局;配合单位:市财政局)
2.开展招商活动不少于10场。(责任单位:市投资促进局,各县(市、区)人民政府(管委会))
二、推动交通互联
3.加快高速公路前期工作。(责任单位:市交通运输局)完善城市公交衔接。(责任单位:市火星事务局)
"""


@pytest.fixture(autouse=True)
def site(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()
    load_organisations()


@pytest.fixture
def office():
    return make.client_of(make.make_user("coordinator"))


def preview(client, **data):
    answer = client.post(reverse("tasklists:import"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer.url)


def confirm(client, page, **changes):
    data = {name: page.context["form"][name].value() for name in ("draft", "title", "short", "year")}
    return client.post(reverse("tasklists:import_confirm"), data | {"confirmed": "on"} | changes, follow=True)


def test_preview_shows_the_tree_and_marks_what_is_not_understood(office):
    page = preview(office, text=PLAN)
    content = page.content.decode()
    assert "加强产业对接" in content and "建设基地" in content
    assert '<mark class="unknown">市火星事务局</mark>' in content
    assert "第 4 行" in content
    assert not TaskList.objects.exists()


def test_confirmed_plan_becomes_a_draft_list(office):
    confirm(office, preview(office, text=PLAN))
    task_list = TaskList.objects.get()
    assert (task_list.state, task_list.year) == ("draft", 2023)
    items = list(task_list.items.order_by("order"))
    assert [item.code for item in items] == ["1", "2", "3-1", "3-2"]
    first = items[0]
    assert (first.due_on, first.aspect.title, first.assigned_on) == (date(2023, 12, 31), "加强产业对接", None)
    roles = set(first.assignments.values_list("organisation__short", "role", "decides"))
    assert roles == {
        ("市发展改革委", "lead", True),
        ("市工业和信息化局", "responsible", False),
        ("市财政局", "supporting", False),
    }
    target = items[1].targets.get()
    assert (target.comparator, target.value, target.unit) == (">=", 10, "场")


def test_collective_is_expanded_to_its_members(office):
    confirm(office, preview(office, text=PLAN))
    item = TaskItem.objects.get(code="2")
    expanded = item.assignments.filter(via__kind="collective")
    kinds = set(expanded.values_list("organisation__kind", flat=True))
    assert kinds == {"county", "zone"}
    assert expanded.filter(organisation__kind="county").count() == 11
    assert not expanded.exclude(organisation__valid_to="").exists()
    assert set(item.assignments.values_list("decides", flat=True)) == {True}


def test_unknown_unit_is_not_assigned_and_is_named(office):
    answer = confirm(office, preview(office, text=PLAN))
    assert "以下单位没有分派：市火星事务局" in answer.content.decode()
    assert not TaskItem.objects.get(code="3-2").assignments.exists()


def test_doubtful_plan_must_be_confirmed_by_a_tick(office):
    page = preview(office, text=PLAN)
    answer = confirm(office, page, confirmed="")
    assert answer.status_code == 400
    assert "请核对标出的问题" in answer.content.decode()
    assert not TaskList.objects.exists()


def test_confirming_again_makes_one_list(office):
    page = preview(office, text=PLAN)
    for _ in range(3):
        confirm(office, page)
    confirm(office, preview(office, text=PLAN), title="换个名称")
    upload = SimpleUploadedFile("方案.txt", PLAN.replace("\n", "\r\n").encode("gb18030"))
    answer = confirm(office, preview(office, file=upload))
    assert "以前已导入" in answer.content.decode()
    assert TaskList.objects.count() == 1
    assert AuditEntry.objects.filter(action="导入任务清单").count() == 1


def test_word_document_is_read_like_the_text(office):
    document = Document()
    for line in PLAN.strip().split("\n"):
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    page = preview(office, file=SimpleUploadedFile("方案.docx", content.getvalue()))
    confirm(office, page)
    assert TaskItem.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", make.PDF), ("a.docx", b"PK\x03\x04bad"), ("a.txt", b""), ("a.txt", b"\x00\x01\x02\xff\xfe\x00")],
)
def test_unreadable_file_is_refused_in_place(office, name, content):
    answer = office.post(reverse("tasklists:import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 400
    assert answer.context["form"].errors


def test_text_and_file_together_or_neither_are_refused_and_text_stays(office):
    answer = office.post(reverse("tasklists:import"), {"text": "一、任务", "file": SimpleUploadedFile("a.txt", b"x")})
    assert answer.status_code == 400 and "一、任务" in answer.content.decode()
    assert office.post(reverse("tasklists:import"), {}).status_code == 400


def test_plan_without_tasks_makes_no_list(office):
    page = preview(office, text="只有一段话，没有任务。")
    assert "没有读出任务" in page.content.decode()
    answer = confirm(office, page, title="空", short="空", year=2023)
    assert "没有找到任务" in answer.content.decode()
    assert not TaskList.objects.exists()


def test_preview_of_another_user_or_a_forged_one_is_gone(office):
    page = preview(office, text=PLAN)
    colleague = make.client_of(make.make_user("coordinator"))
    assert "预览已过期" in confirm(colleague, page).content.decode()
    assert "预览已过期" in confirm(office, page, draft="forged").content.decode()
    assert not TaskList.objects.exists()


def test_draft_is_assigned_from_its_page_and_reporters_see_their_tasks(office):
    reporter = make.make_user("dept_reporter", Organisation.objects.get(short="市交通运输局"))
    confirm(office, preview(office, text=PLAN))
    task_list = TaskList.objects.get()
    page = office.get(reverse("tasklists:list_detail", args=[task_list.slug])).content.decode()
    assert "交办这份清单" in page and "1 项任务没有责任单位" in page
    assert "加快高速公路" not in make.client_of(reporter).get(reverse("tasklists:mine")).content.decode()
    assign = reverse("tasklists:assign", args=[task_list.slug])
    refused = office.post(assign, {"version": task_list.version}, follow=True).content.decode()
    ownerless = task_list.items.get(assignments__isnull=True)
    assert f"任务 {ownerless.code}：任务没有责任单位，请先补上。" in refused
    assert not task_list.items.filter(assigned_on__isnull=False).exists()
    make.make_assignment(ownerless, reporter.organisation)
    office.post(assign, {"version": task_list.version})
    assert "加快高速公路" in make.client_of(reporter).get(reverse("tasklists:mine")).content.decode()
    assert set(task_list.items.values_list("assigned_on", flat=True)) == {make.TODAY}


def test_list_with_a_deadline_before_today_is_not_assigned(office):
    task_list = make.make_list(state="draft")
    item = make.make_item(task_list, lead=make.make_organisation(), due_on=date(2023, 6, 30), assigned_on=None)
    answer = office.post(
        reverse("tasklists:assign", args=[task_list.slug]), {"version": task_list.version}, follow=True
    )
    assert f"任务 {item.code}：完成时限 2023-06-30 早于交办日期" in answer.content.decode()
    item.refresh_from_db()
    assert item.assigned_on is None


def test_directory_from_the_database_knows_former_and_other_names():
    directory = unit_directory()
    for written, short in {
        "市发改委": "市发展改革委",
        "齐河县人民政府": "齐河县",
        "天衢新区管委会": "天衢新区",
        "德州经济技术开发区管委会": "天衢新区",
        "市教育局": "市教育体育局",
    }.items():
        assert directory.find(written).name == short, written
    assert directory.find("各县市区政府").collective
    assert not directory.find("市火星事务局").known


# --- the command -------------------------------------------------------------------------------------


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_plan", *arguments, stdout=out, stderr=err)
        status = 0
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def test_command_prints_one_document_and_writes_nothing(plan_file):
    status, out, _ = run(plan_file, "--json")
    plan = json.loads(out)
    assert status == 0 and not TaskList.objects.exists()
    assert [chapter["no"] for chapter in plan["chapters"]] == ["一", "二"]
    assert plan["items"][1]["clauses"][0]["collectives"] == ["各县(市、区)人民政府(管委会)"]
    assert plan["unmatched_units"] == ["市火星事务局"]


def test_command_commits_once(plan_file):
    for _ in range(2):
        status, out, _ = run(plan_file, "--commit", "--json", "--title", "自定名称")
        assert status == 0 and json.loads(out)["title"] == "自定名称"
    assert TaskList.objects.get().title == "自定名称"


@pytest.mark.parametrize("content", [make.PDF, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"  "])
def test_command_refuses_bad_input_in_one_sentence(tmp_path, content):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    status, out, err = run(str(path), "--commit", "--json")
    assert status == 2 and out == "" and len(err.strip().splitlines()) == 1
    assert not TaskList.objects.exists()


def test_command_names_a_missing_file():
    status, _, err = run("/nowhere/plan.txt", "--json")
    assert status == 2 and "没有这个文件" in err


def test_command_without_organisations_reads_with_the_shipped_names(plan_file):
    Organisation.objects.update(successor=None)
    Organisation.objects.all().delete()
    status, out, _ = run(plan_file, "--json")
    assert status == 0 and json.loads(out)["unmatched_units"] == ["市火星事务局"]


def test_command_answers_bad_arguments_in_one_sentence(plan_file, capsys):
    for arguments in ((), (plan_file, "--nonsense")):
        assert run(*arguments)[0] == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
