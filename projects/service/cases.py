"""A case from its receipt to its result. Every act is written as a step and into the audit trail."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Length
from django.urls import reverse

from accounts import notices
from accounts.models import Organisation
from accounts.permissions import COUNTY_REPORTER, DEPARTMENT_REPORTER, REVIEWER
from common import audit
from common.errors import UserError
from common.models import SiteSettings
from common.phones import read_phone
from common.versions import save_over
from projects.files import store_file
from projects.models import CaseStep, Project, ProjectFile, ServiceCase
from projects.service import permits
from projects.service.deadlines import due_date

State, Channel = ServiceCase.State, ServiceCase.Channel
PREFIXES = {Channel.REQUEST: "QS", Channel.HOTLINE: "RX"}
ORGANISATION_ROLES = (DEPARTMENT_REPORTER, COUNTY_REPORTER, REVIEWER)
HANDLER_KINDS = ("department", "county", "zone")
LOCATION_KINDS = ("county", "zone")
TEXT, STEP, NOTE = 1000, 400, 200


def handlers():
    """Return the organisations that may handle a case: departments, counties and zones of today."""
    return Organisation.objects.current().filter(kind__in=HANDLER_KINDS)


@transaction.atomic
def open_case(
    *,
    channel: str,
    company: str,
    category: str,
    text: str,
    county: Organisation,
    received_on: date,
    by,
    on: date,
    handler: Organisation | None = None,
    project: Project | None = None,
    contact: str = "",
    phone: str = "",
    file=None,
) -> ServiceCase:
    """Register a case under the year's next number and return it; the same entry posted again is the same case.

    ``file`` is an upload with what the company brought; its link does not show it.
    """
    if not permits.may_open(by):
        raise UserError("企业诉求由县市区填报员或协调办登记。")
    if by.role == COUNTY_REPORTER and county.pk != by.organisation_id:
        raise UserError("只能登记本县（市、区）企业的诉求。", field="county")
    if county.kind not in LOCATION_KINDS:
        raise UserError("请选择企业所在的县（市、区）或功能区。", field="county")
    if project and project.county_id != county.pk:
        raise UserError(f"项目 {project.code} 不在{county.short}，请改项目或所在县市区。", field="project")
    company = checked(company, "company", "请填写企业名称。", 120)
    text = checked(text, "text", "请写明诉求内容。", TEXT)
    phone = read_phone(phone, field="phone")
    if received_on > on:
        raise UserError(f"收到日期不能晚于今天（{on}）。", field="received_on")
    lock_numbers()
    same = ServiceCase.objects.filter(
        channel=channel, company=company, text=text, county=county, received_on=received_on, created_by=by
    ).first()
    if same:
        return same
    case = ServiceCase.objects.create(
        channel=channel,
        number=next_number(channel, received_on.year),
        project=project,
        company=company,
        contact=contact.strip(),
        phone=phone,
        category=category,
        text=text,
        county=county,
        handler=handler,
        received_on=received_on,
        due_on=due_date(category, received_on),
        created_by=by,
    )
    add_line(case, by=by, on=on, text="诉求已登记。", public=True)
    if file is not None:
        add_line(case, by=by, on=on, text="收到诉求材料。", public=False, file=stored(file, by))
    audit.record(
        by=by,
        action="登记企业诉求" if channel == Channel.REQUEST else "登记热线件",
        target=case,
        after={"number": case.number, "company": company, "county": county.short, "due_on": case.due_on},
    )
    tell(case, handler or county, "received", f"{case.number} {company}的诉求待受理", on=on)
    return case


def lock_numbers() -> None:
    """Hold the site's row until the transaction ends: numbers are given one after another."""
    SiteSettings.objects.get_or_create(pk=1)
    SiteSettings.objects.select_for_update().get(pk=1)


def next_number(channel: str, year: int) -> str:
    """Return the number after the year's highest of this channel: QS-2023-0001. Ask under ``lock_numbers``."""
    prefix = f"{PREFIXES[channel]}-{year}-"
    rows = ServiceCase.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    last = rows.values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


@transaction.atomic
def accept_case(*, case: ServiceCase, handler: Organisation | None, version: int, by, on: date) -> ServiceCase:
    """Take a case in hand (受理), naming who handles it where nobody is named yet."""
    case = locked(case)
    _must(permits.may_work(by, case), "这件诉求由所在县市区、承办单位或协调办受理。")
    handler = handler or case.handler
    if case.state == State.ACCEPTED and case.handler_id == (handler.pk if handler else None):
        return case
    if case.state != State.RECEIVED:
        raise UserError(f"这件诉求现为“{case.get_state_display()}”，不能再受理。")
    if handler is None:
        raise UserError("请先选定承办单位。", field="handler")
    case = save_over(case, version=version, state=State.ACCEPTED, handler=handler, accepted_on=on)
    add_line(case, by=by, on=on, text=f"已受理，由{handler.short}承办。", public=True)
    audit.record(by=by, action="受理诉求", target=case, after={"handler": handler.short, "accepted_on": on})
    if handler.pk != by.organisation_id:
        tell(case, handler, "accepted", f"{case.number} 由本单位承办，{case.due_on} 前办结", on=on)
    return case


@transaction.atomic
def hand_over(*, case: ServiceCase, handler: Organisation, reason: str, version: int, by, on: date) -> ServiceCase:
    """Give an open case to another organisation (转办); the deadline stays."""
    case = locked(case)
    _must(permits.may_work(by, case), "这件诉求由所在县市区、承办单位或协调办转办。")
    reason = checked(reason, "reason", "请写明转办原因。", NOTE)
    if case.handler_id == handler.pk:
        return case
    _must_be_open(case)
    before = case.handler.short if case.handler else ""
    case = save_over(case, version=version, handler=handler)
    add_line(case, by=by, on=on, text=f"转由{handler.short}承办：{reason}", public=False)
    audit.record(
        by=by,
        action="转办诉求",
        target=case,
        before={"handler": before},
        after={"handler": handler.short, "reason": reason},
    )
    title = f"{case.number} 转由本单位承办，{case.due_on} 前办结"
    tell(case, handler, f"handed:{case.version}", title, on=on)
    return case


@transaction.atomic
def add_step(*, case: ServiceCase, text: str, is_public: bool, by, on: date, file=None) -> CaseStep:
    """Write what was done; a public step is what the company reads by its link, with its ``file`` (an upload)."""
    case = locked(case)
    _must(permits.may_work(by, case), "办理情况由所在县市区、承办单位或协调办填写。")
    text = checked(text, "text", "请写办理情况。", STEP)
    row = stored(file, by)
    last = case.steps.order_by("-pk").first()
    if last and (last.text, last.is_public, last.by_id, last.on, last.file) == (text, is_public, by.pk, on, row):
        return last
    _must_be_open(case)
    step = add_line(case, by=by, on=on, text=text, public=is_public, file=row)
    after = {"text": text, "public": is_public} | ({"file": row.sha256} if row else {})
    audit.record(by=by, action="填写办理情况", target=case, after=after)
    return step


@transaction.atomic
def finish_case(*, case: ServiceCase, result: str, version: int, by, on: date, file=None) -> ServiceCase:
    """Close an accepted case with its result (办结); ``file`` (an upload) goes to the company with it."""
    case = locked(case)
    _must(permits.may_finish(by, case), "办理结果由承办单位或协调办填写。")
    result = checked(result, "result", "请写办理结果。", TEXT)
    if case.state == State.DONE and case.result == result:
        return case
    if case.state == State.RECEIVED:
        raise UserError("这件诉求还没有受理，受理后才能办结。")
    _must_be_open(case)
    case = save_over(case, version=version, state=State.DONE, result=result, done_on=on)
    row = stored(file, by)
    add_line(case, by=by, on=on, text="已办结。", public=True, file=row)
    audit.record(by=by, action="办结诉求", target=case, after={"done_on": on, "result": result})
    if case.county_id != by.organisation_id:
        tell(case, case.county, "done", f"{case.number} 已办结，请回访企业", on=on)
    return case


@transaction.atomic
def refuse_case(*, case: ServiceCase, reason: str, version: int, by, on: date) -> ServiceCase:
    """Refuse a case (不予受理); the reason is its result and is told to the company."""
    case = locked(case)
    _must(permits.may_refuse(by, case), "不予受理由所在县市区或协调办决定。")
    reason = checked(reason, "reason", "请写明不予受理的原因。", TEXT)
    if case.state == State.REFUSED and case.result == reason:
        return case
    _must_be_open(case)
    case = save_over(case, version=version, state=State.REFUSED, result=reason, done_on=on)
    add_line(case, by=by, on=on, text="不予受理。", public=True)
    audit.record(by=by, action="不予受理诉求", target=case, after={"done_on": on, "reason": reason})
    return case


@transaction.atomic
def rate_case(*, case: ServiceCase, satisfaction: str, note: str, version: int, by, on: date) -> ServiceCase:
    """Write down what the company said when it was called back (回访), once."""
    case = locked(case)
    _must(permits.may_rate(by, case), "回访由所在县市区或协调办记录，承办单位不评自己办的件。")
    return write_rating(case, satisfaction=satisfaction, note=note, version=version, by=by, on=on)


def write_rating(case, *, satisfaction, note, version, by, on) -> ServiceCase:
    """Write the rating of a locked case; ``by`` is None when the company itself rates."""
    note = note.strip()
    if satisfaction not in ServiceCase.Satisfaction.values:
        raise UserError("请选择满意度。", field="satisfaction")
    if len(note) > NOTE:
        raise UserError(f"评价意见最多 {NOTE} 字，现有 {len(note)} 字。", field="note")
    if case.satisfaction:
        if (case.satisfaction, case.satisfaction_note) == (satisfaction, note):
            return case
        raise UserError(f"已在 {case.rated_on} 评价为“{case.get_satisfaction_display()}”，只评价一次。")
    if case.state != State.DONE:
        raise UserError("办结后才能评价。")
    values = {"satisfaction": satisfaction, "satisfaction_note": note, "rated_on": on}
    case = save_over(case, version=version, **values)
    who = "企业通过查询链接评价" if by is None else "回访评价"
    add_line(case, by=by, on=on, text=f"{who}：{case.get_satisfaction_display()}。", public=False)
    audit.record(by=by, action="评价诉求办理", target=case, label=f"{case.number} {who}", after=values)
    return case


def add_line(case, *, by, on, text, public, file=None) -> CaseStep:
    return CaseStep.objects.create(case=case, on=on, by=by, text=text[:STEP], is_public=public, file=file)


def stored(upload, by) -> ProjectFile | None:
    """Keep an upload of a case, apart from its project: who sees the case alone may open it."""
    if upload is None:
        return None
    return store_file(project=None, purpose=ProjectFile.Purpose.SERVICE, upload=upload, by=by)


def tell(case, organisation, occasion, title, *, on) -> None:
    """Tell the people of an organisation about the case, once per occasion."""
    notices.notify(
        recipients=notices.people_of([organisation.pk], ORGANISATION_ROLES),
        key=f"case:{case.pk}:{occasion}",
        title=title,
        text=case.text[:120],
        url=address_of(case),
        on=on,
    )


def address_of(case) -> str:
    return reverse("projects:case", args=[case.pk])


def locked(case) -> ServiceCase:
    rows = ServiceCase.objects.select_related("county", "handler")
    return rows.select_for_update(of=("self",)).get(pk=case.pk)


def checked(text, field, sentence, limit) -> str:
    """Return the text without its margins. UserError when it is empty or too long."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise UserError(sentence, field=field)
    if len(text) > limit:
        raise UserError(f"最多 {limit} 字，现有 {len(text)} 字。", field=field)
    return text


def _must(allowed, sentence):
    if not allowed:
        raise UserError(sentence)


def _must_be_open(case):
    if case.state not in permits.OPEN:
        raise UserError(f"这件诉求现为“{case.get_state_display()}”，不能再办理。")
