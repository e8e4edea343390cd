"""Leaders' instructions (批示): given on a task, a slip or a bulletin, answered by an organisation, settled."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import Organisation
from accounts.permissions import COORDINATOR, LEADER, may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.models import Instruction, SupervisionSlip, TaskEvent, TaskItem
from tasklists.slips import ORGANISATION_ROLES

State = Instruction.State
TEXT_LENGTH, ANSWER_LENGTH = 500, 1000
HOLDERS = ("department", "county", "zone")


def organisations_that_answer():
    """Return the organisations to which an instruction may be addressed: departments, counties, zones of today."""
    return Organisation.objects.current().filter(kind__in=HOLDERS)


@transaction.atomic
def give_instruction(
    *,
    text: str,
    organisation: Organisation,
    due_on: date,
    by,
    on: date,
    item: TaskItem | None = None,
    slip: SupervisionSlip | None = None,
    bulletin: tuple[int, str] | None = None,
) -> Instruction:
    """Record a leader's instruction on one thing and tell the organisation and the office.

    ``bulletin`` is (primary key, title): bulletins stand to the right of this app.
    """
    if by.role != LEADER or not by.is_active:
        raise UserError("批示由领导作出。")
    text = _checked(text, "text", "请写批示内容。", TEXT_LENGTH)
    if due_on < on:
        raise UserError(f"反馈时限不能早于今天（{on}）。", field="due_on")
    if slip is not None:
        item, about = slip.item, f"督办单 {slip.short_number}：{slip.item.title}"
    elif item is not None:
        about = f"任务 {item.task_list.short} {item.code}：{item.title}"
    else:
        about = f"通报：{bulletin[1]}"
    made = Instruction.objects.create(
        item=item,
        slip=slip,
        bulletin_id=bulletin[0] if bulletin else None,
        about=about[:200],
        text=text,
        by=by,
        on=on,
        organisation=organisation,
        due_on=due_on,
    )
    _step(made, by=by, on=on, text=f"{text}（承办：{organisation.short}，{due_on} 前反馈）")
    audit.record(by=by, action="批示", target=made, label=about, after={"to": organisation.short, "due_on": due_on})
    notices.notify(
        recipients=notices.people_of([organisation.pk], ORGANISATION_ROLES) + notices.people_in(COORDINATOR),
        key=f"instruction:{made.pk}:given",
        title=f"领导批示，请{organisation.short}于 {due_on} 前反馈",
        text=text,
        url=address_of(made),
        on=on,
    )
    return made


@transaction.atomic
def answer_instruction(*, instruction: Instruction, version: int, answer: str, by, on: date) -> Instruction:
    """Answer an instruction (反馈) in the name of its organisation; leader and office are told."""
    if not may(by, "report") or by.organisation_id != instruction.organisation_id:
        raise UserError("批示只能由承办单位的填报员反馈。")
    answer = _checked(answer.replace("\r\n", "\n"), "answer", "请写办理结果。", ANSWER_LENGTH)
    instruction = _locked(instruction)
    if instruction.state == State.ANSWERED and instruction.answer == answer:
        return instruction
    if instruction.state != State.OPEN:
        raise UserError(f"这条批示现为“{instruction.get_state_display()}”，不能再反馈。")
    values = {"state": State.ANSWERED, "answer": answer, "answered_on": on, "answered_by": by}
    instruction = save_over(instruction, version=version, **values)
    _step(instruction, by=by, on=on, text=f"{instruction.organisation.short}反馈：{answer}")
    audit.record(by=by, action="反馈批示", target=instruction, after={"answered_on": on})
    notices.notify(
        recipients=[instruction.by, *notices.people_in(COORDINATOR)],
        key=f"instruction:{instruction.pk}:answered",
        title=f"{instruction.organisation.short}反馈了批示",
        text=answer,
        url=address_of(instruction),
        on=on,
    )
    return instruction


@transaction.atomic
def settle_instruction(*, instruction: Instruction, version: int, by, on: date) -> Instruction:
    """Settle an answered instruction (办结): a leader or the office."""
    if by.role not in (LEADER, COORDINATOR) or not by.is_active:
        raise UserError("批示由领导或协调办办结。")
    instruction = _locked(instruction)
    if instruction.state == State.SETTLED:
        return instruction
    if instruction.state != State.ANSWERED:
        raise UserError(f"这条批示现为“{instruction.get_state_display()}”，反馈后才能办结。")
    instruction = save_over(instruction, version=version, state=State.SETTLED, settled_on=on)
    _step(instruction, by=by, on=on, text="反馈已核，批示办结。")
    audit.record(by=by, action="办结批示", target=instruction, after={"settled_on": on})
    notices.notify(
        recipients=notices.people_of([instruction.organisation_id], ORGANISATION_ROLES),
        key=f"instruction:{instruction.pk}:settled",
        title="批示已办结",
        text=instruction.text,
        url=address_of(instruction),
        on=on,
    )
    return instruction


def address_of(instruction) -> str:
    return reverse("tasklists:instruction", args=[instruction.pk])


def _step(instruction, *, by, on, text) -> None:
    """Write the step on the task's timeline. All parts of a task see what a leader said of it; what was said
    of a slip stays with the slip's organisation."""
    if instruction.item_id is None:
        return
    TaskEvent.objects.create(
        item=instruction.item,
        kind=TaskEvent.Kind.INSTRUCTED,
        on=on,
        by=by,
        organisation=instruction.slip.organisation if instruction.slip_id else None,
        text=text[:400],
    )


def _locked(instruction) -> Instruction:
    rows = Instruction.objects.select_related("organisation", "by")
    return rows.select_for_update(of=("self",)).get(pk=instruction.pk)


def _checked(text, field, sentence, limit) -> str:
    text = text.strip()
    if not text:
        raise UserError(sentence, field=field)
    if len(text) > limit:
        raise UserError(f"最多 {limit} 字，现有 {len(text)} 字。", field=field)
    return text
