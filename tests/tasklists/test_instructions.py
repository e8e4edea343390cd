"""Leaders' instructions: given on a task, a slip or a bulletin, answered by the organisation, settled."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Notice
from common.errors import UserError
from reports.models import Bulletin
from tasklists import instructions
from tasklists.models import Instruction, TaskEvent
from tests.make import (
    TODAY,
    client_of,
    make_business_date,
    make_instruction,
    make_item,
    make_organisation,
    make_slip,
    make_user,
)

pytestmark = pytest.mark.django_db
DUE = date(2023, 12, 18)


@pytest.fixture
def cast():
    make_business_date()
    unit, owner = make_organisation("市住房城乡建设局"), make_organisation("市商务局")
    return {
        "unit": unit,
        "owner": make_user("dept_reporter", owner),
        "leader": make_user("leader"),
        "office": make_user("coordinator"),
        "reporter": make_user("dept_reporter", unit),
        "outsider": make_user("county_reporter", make_organisation(kind="county")),
        "item": make_item(lead=owner, title="冷链仓储二期"),
    }


def give(cast, **fields):
    asked = {"text": "请本周内协调。", "organisation": cast["unit"], "due_on": DUE, "by": cast["leader"], "on": TODAY}
    return instructions.give_instruction(**{**asked, "item": cast["item"], **fields})


def typed(cast, **fields):
    return {"text": "请本周内协调。", "organisation": cast["unit"].code, "due_on": "2023-12-18"} | fields


def test_leader_gives_one_on_a_task_and_all_its_parts_see_it(cast):
    page = client_of(cast["leader"]).post(
        reverse("tasklists:instruct", args=[cast["item"].pk]), typed(cast), follow=True
    )
    assert "批示已记录" in page.content.decode()
    made = Instruction.objects.get()
    assert (made.item, made.organisation, made.due_on) == (cast["item"], cast["unit"], DUE)
    owner_page = client_of(cast["owner"]).get(reverse("tasklists:detail", args=[cast["item"].pk])).content.decode()
    assert "领导批示" in owner_page and "请本周内协调。" in owner_page
    told = set(Notice.objects.filter(key=f"instruction:{made.pk}:given").values_list("recipient", flat=True))
    assert told == {cast["reporter"].pk, cast["office"].pk}


def test_what_is_said_of_a_slip_stays_with_its_organisation(cast):
    slip = make_slip(cast["item"])
    page = client_of(cast["leader"]).post(reverse("tasklists:slip_instruct", args=[slip.pk]), typed(cast))
    made = Instruction.objects.get()
    assert page["Location"].startswith(reverse("tasklists:instruction", args=[made.pk]))
    assert (made.slip, made.item) == (slip, cast["item"])
    assert TaskEvent.objects.get(kind="instructed").organisation == slip.organisation


def test_leader_gives_one_on_a_bulletin(cast):
    bulletin = Bulletin.objects.create(
        kind="special", period="2023-11", year=2023, issue=44, title="十一月通报", state="published",
        as_of=date(2023, 11, 30), published_on=date(2023, 12, 1),
    )  # fmt: skip
    leader = client_of(cast["leader"])
    assert "写批示" in leader.get(reverse("reports:detail", args=[bulletin.pk])).content.decode()
    leader.post(reverse("reports:instruct", args=[bulletin.pk]), typed(cast))
    made = Instruction.objects.get()
    assert (made.bulletin_id, made.about, made.item) == (bulletin.pk, "通报：十一月通报", None)
    assert "请本周内协调。" in leader.get(reverse("reports:detail", args=[bulletin.pk])).content.decode()


def test_an_unissued_bulletin_takes_no_instruction(cast):
    bulletin = Bulletin.objects.create(kind="special", period="2023-11", year=2023, issue=44, title="草稿")
    leader = client_of(cast["leader"])
    assert "写批示" not in leader.get(reverse("reports:detail", args=[bulletin.pk])).content.decode()
    answer = leader.post(reverse("reports:instruct", args=[bulletin.pk]), typed(cast), follow=True)
    assert "通报还没有印发" in answer.content.decode()
    assert not Instruction.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": " "}, "请写批示内容。"),
        ({"text": "长" * 501}, "最多 500 字"),
        ({"due_on": "2023-12-01"}, "反馈时限不能早于今天"),
        ({"due_on": "下周"}, "请填写反馈时限"),
        ({"organisation": "没有"}, "请选择承办单位。"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(cast, change, sentence):
    address = reverse("tasklists:instruct", args=[cast["item"].pk])
    page = client_of(cast["leader"]).post(address, typed(cast, **change), follow=True)
    assert sentence in page.content.decode()
    assert not Instruction.objects.exists()


def test_only_a_leader_gives_one(cast):
    for name in ("office", "reporter"):
        with pytest.raises(UserError, match="领导"):
            give(cast, by=cast[name])


def test_organisation_answers_and_leader_settles(cast):
    made = give(cast)
    reporter, leader = client_of(cast["reporter"]), client_of(cast["leader"])
    address = reverse("tasklists:instruction_answer", args=[made.pk])
    assert "请写办理结果。" in reporter.post(address, {"version": 1, "answer": ""}).content.decode()
    reporter.post(address, {"version": 1, "answer": "12月15日已验收。"})
    made.refresh_from_db()
    assert (made.state, made.answered_by) == ("answered", cast["reporter"])
    assert Notice.objects.filter(recipient=cast["leader"], key=f"instruction:{made.pk}:answered").exists()
    leader.post(reverse("tasklists:instruction_settle", args=[made.pk]), {"version": made.version})
    made.refresh_from_db()
    assert (made.state, made.settled_on) == ("settled", TODAY)
    assert TaskEvent.objects.filter(item=cast["item"], kind="instructed").count() == 3


def test_others_do_not_see_or_answer_it(cast):
    made = give(cast)
    for name in ("owner", "outsider"):
        assert client_of(cast[name]).get(reverse("tasklists:instruction", args=[made.pk])).status_code == 404
        with pytest.raises(UserError):
            instructions.answer_instruction(instruction=made, version=1, answer="办了", by=cast[name], on=TODAY)
    with pytest.raises(UserError, match="反馈后才能办结"):
        instructions.settle_instruction(instruction=made, version=1, by=cast["office"], on=TODAY)


def test_one_that_is_late_says_so_in_list_and_page(cast):
    made = make_instruction(cast["unit"], item=cast["item"], on=date(2023, 12, 1), due_on=date(2023, 12, 8))
    office = client_of(cast["office"])
    for address in (reverse("tasklists:instructions"), reverse("tasklists:instruction", args=[made.pk])):
        assert "逾期未反馈" in office.get(address).content.decode()
