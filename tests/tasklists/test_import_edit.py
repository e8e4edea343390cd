"""Correcting a read plan before it is confirmed: every part, nothing retyped, nothing lost between two windows."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.loading import load_organisations
from accounts.models import OrganisationAlias
from tasklists.models import TaskItem, TaskList
from tasklists.plan_import import read_source
from tasklists.plans.stored import dump_plan, load_plan
from tests import make
from tests.tasklists.test_import_page import PLAN, confirm, preview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()
    load_organisations()


@pytest.fixture
def office():
    return make.client_of(make.make_user("coordinator"))


@pytest.fixture
def page(office):
    return preview(office, text=PLAN)


def form_of(office, page, index):
    """The fields of one clause's form as a browser would send them back unchanged."""
    draft = page.context["draft"]
    opened = office.get(reverse("tasklists:import"), {"draft": draft, "edit": index})
    typed = opened.context["opened"].typed
    return {
        "draft": draft,
        "version": opened.context["version"],
        "clause": index,
        "title": typed.title,
        "text": typed.text,
        "due": typed.due,
        "owner_name": [name for name, _ in typed.owners],
        "owner_role": [role for _, role in typed.owners],
        **{f"target_{name}": [row[name] for row in typed.targets]
           for name in ("name", "comparator", "value", "unit", "at")},
        **({"long_term": "1"} if typed.long_term else {}),
    }  # fmt: skip


def send(office, data, act, **changes):
    return office.post(reverse("tasklists:import_edit"), data | {"act": act} | changes, follow=True)


def clauses(page):
    return page.context["plan"].clauses()


def test_plan_survives_being_stored():
    plan = read_source("方案.txt", PLAN.encode()).plan
    assert load_plan(dump_plan(plan)) == plan


def test_unchanged_form_changes_nothing_but_the_doubts(office, page):
    for index in range(4):
        answer = send(office, form_of(office, page, index), "save")
        assert answer.status_code == 200
    before, after = clauses(page), clauses(answer)
    for old, new in zip(before, after, strict=True):
        assert (new.text, new.owners, new.deadlines, new.targets) == (
            old.text,
            old.owners,
            old.deadlines,
            old.targets,
        )


def test_source_stands_beside_the_result(page):
    content = page.content.decode()
    assert '<li id="line-4" value="4">1.建设2个产业转化基地' in content
    assert 'href="#line-4"' in content


def test_every_part_is_corrected_and_confirmed(office, page):
    data = form_of(office, page, 0)
    data |= {"title": "产业转化基地", "text": "建设3个产业转化基地。", "due": "2024-06-30"}
    data["owner_name"] += ["市科技局", "市发改委"]
    data["owner_role"] = ["responsible", "", "supporting", "lead", "supporting"]
    data |= {"target_name": ["基地"], "target_comparator": [">="], "target_value": ["3"], "target_unit": ["个"],
             "target_at": [""]}  # fmt: skip
    confirm(office, send(office, data, "save"))
    item = TaskItem.objects.get(code="1")
    assert (item.title, item.text, item.due_on) == ("产业转化基地", "建设3个产业转化基地。", date(2024, 6, 30))
    assert set(item.assignments.values_list("organisation__short", "role")) == {
        ("市科技局", "lead"),
        ("市发展改革委", "responsible"),  # the second name is another spelling of the first one
        ("市财政局", "supporting"),
    }
    target = item.targets.get()
    assert (target.name, target.value, target.unit) == ("基地", Decimal(3), "个")


def test_unknown_unit_becomes_an_alias_of_a_known_one(office, page):
    data = {"draft": page.context["draft"], "version": 0, "written": "市火星事务局", "name": "市城管局"}
    answer = send(office, data, "unit", remember="1")
    assert answer.context["preview"]["unmatched"] == []
    assert OrganisationAlias.objects.get(name="市火星事务局").organisation.short == "市城管局"
    confirm(office, answer)
    assert TaskItem.objects.get(code="3-2").assignments.get().organisation.short == "市城管局"


def test_unit_may_be_meant_for_this_plan_only(office, page):
    data = {"draft": page.context["draft"], "version": 0, "written": "市火星事务局", "name": "市城管局"}
    send(office, data, "unit")
    assert not OrganisationAlias.objects.filter(name="市火星事务局").exists()


def test_unit_that_is_no_organisation_is_refused(office, page):
    data = {"draft": page.context["draft"], "version": 0, "written": "市火星事务局", "name": "市木星局"}
    answer = send(office, data, "unit", remember="1")
    assert answer.status_code == 400
    assert "“市木星局”不是已有的单位" in answer.content.decode()
    assert not OrganisationAlias.objects.filter(name="市火星事务局").exists()


def test_delete_merge_and_split(office, page):
    answer = send(office, form_of(office, page, 3), "merge")
    merged = clauses(answer)[2]
    assert len(clauses(answer)) == 3
    assert merged.text == clauses(page)[2].text + clauses(page)[3].text
    assert merged.owners.responsible == ["市交通运输局", "市火星事务局"]
    data = form_of(office, answer, 2)
    answer = send(office, data, "split", text="加快高速公路前期工作。\n\n完善城市公交衔接。\n \n再查一遍。")
    assert [clause.text for clause in clauses(answer)[2:]] == [
        "加快高速公路前期工作。",
        "完善城市公交衔接。",
        "再查一遍。",
    ]
    assert {tuple(clause.owners.responsible) for clause in clauses(answer)[2:]} == {("市交通运输局", "市火星事务局")}
    answer = send(office, form_of(office, answer, 0), "delete")
    assert [item.no for item in answer.context["plan"].items] == ["2", "3"]
    confirm(office, answer)
    assert list(TaskItem.objects.order_by("order").values_list("code", flat=True)) == ["2", "3-1", "3-2", "3-3"]


def test_last_correction_is_taken_back(office, page):
    answer = send(office, form_of(office, page, 0), "delete")
    assert len(clauses(answer)) == 3
    data = {"draft": answer.context["draft"], "version": answer.context["version"]}
    answer = send(office, data, "undo")
    assert len(clauses(answer)) == 4 and answer.context["version"] == 0


def test_two_windows_do_not_overwrite_each_other(office, page):
    first, second = form_of(office, page, 0), form_of(office, page, 0)
    send(office, first, "save", text="甲写的内容。")
    answer = send(office, second, "save", text="乙写的内容。")
    content = answer.content.decode()
    assert answer.status_code == 400
    assert "刚在另一个窗口改过" in content
    assert "乙写的内容。</textarea>" in content  # what was typed is still there
    assert clauses(answer)[0].text == "甲写的内容。"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, "请写任务内容"),
        ({"title": "长" * 161}, "最多 160 个字，现为 161 个字"),
        ({"due": "年底"}, "“年底”无法识别"),
        ({"long_term": "1"}, "只能选一样"),
        ({"owner_name": ["市商务局", "市科技局"], "owner_role": ["lead", "lead"]}, "只有一个牵头单位"),
        ({"target_name": ["产值"], "target_value": ["很多"], "target_comparator": [">="], "target_unit": [""],
          "target_at": [""]}, "“很多”不是数字"),
        ({"target_name": [""], "target_value": ["5"], "target_comparator": [">="], "target_unit": [""],
          "target_at": [""]}, "请写目标“5”的名称"),
        ({"clause": "99"}, "已经不在预览里"),
        ({"act": "shout"}, "没有这个操作"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_place_and_kept(office, page, changes, words):
    data = form_of(office, page, 0) | {"title": "我起的名称"}
    answer = send(office, data, changes.get("act", "save"), **{k: v for k, v in changes.items() if k != "act"})
    content = answer.content.decode()
    assert answer.status_code == 400 and words in content
    if not {"clause", "act", "title"} & set(changes):
        assert 'value="我起的名称"' in content
    assert clauses(answer) == clauses(page)


def test_htmx_gets_the_refusal_in_an_answer_that_it_shows(office, page):
    data = form_of(office, page, 0) | {"act": "save", "text": ""}
    answer = office.post(reverse("tasklists:import_edit"), data, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "请写任务内容" in answer.content.decode()


def test_first_clause_has_nothing_before_it_and_chapters_stay_apart(office, page):
    assert "前面没有可以并入的" in send(office, form_of(office, page, 0), "merge").content.decode()
    assert "属于另一部分" in send(office, form_of(office, page, 2), "merge").content.decode()


def test_split_without_an_empty_line_is_explained(office, page):
    answer = send(office, form_of(office, page, 2), "split")
    assert "空一行" in answer.content.decode() and len(clauses(answer)) == 4


def test_correction_of_another_persons_draft_is_refused(office, page):
    colleague = make.client_of(make.make_user("coordinator"))
    answer = send(colleague, form_of(office, page, 0), "delete")
    assert "预览已过期" in answer.content.decode()
    assert len(clauses(office.get(reverse("tasklists:import"), {"draft": page.context["draft"]}))) == 4


def test_corrected_plan_is_still_known_as_the_same_document(office, page):
    confirm(office, send(office, form_of(office, page, 0), "delete"))
    again = confirm(office, preview(office, text=PLAN))
    assert "以前已导入" in again.content.decode()
    assert TaskList.objects.count() == 1
