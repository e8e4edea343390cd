"""Entering a project and changing its facts. A doubtful entry is asked back once, a double post makes one row."""

import hashlib
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from accounts.models import User
from accounts.permissions import may
from common import audit
from common.amounts import in_yi
from common.errors import UserError
from common.typed_amounts import say_amount
from common.versions import save_over
from projects.models import Project, StageChange
from projects.pipeline.doubles import find_doubles
from projects.pipeline.keeping import contradiction, kept_of
from projects.pipeline.rights import check_entry
from projects.stages import BEFORE_SIGNING, NEEDS, Stage

JUMP = 100  # a total that many times the old one, or a fraction of it, is asked back
LARGEST_USUAL, SMALLEST_USUAL = Decimal(1_000_000), Decimal(100)  # 万元: beyond them the unit is doubtful
PROMISED = ("promised_registered_on", "promised_started_on", "promised_producing_on")


class Doubtful(Exception):
    """What was typed may be a mistake; ``questions`` say why, ``mark`` confirms exactly these."""

    def __init__(self, questions):
        super().__init__("请核对")
        self.questions = questions
        self.mark = hashlib.sha256("\n".join(questions).encode()).hexdigest()[:16]


@transaction.atomic
def add_project(*, values: dict, stage: str, on: date, confirmed: str, by, today: date) -> Project:
    """Enter a project with its first stage (线索 or 在谈) and return it; the same post again returns the same row.

    ``values``: fields of Project; a county reporter's county is their own, whatever was sent. Raises UserError
    at a field, Doubtful until ``confirmed`` is the mark of its questions.
    """
    User.objects.select_for_update().get(pk=by.pk)  # one user's posts come one after the other
    values = dict(values)
    if not may(by, "supervise"):
        values["county"] = by.organisation
    check_entry(by, Project(county=values.get("county")))
    same = {name: values.get(name) for name in ("name", "investor", "county", "total_investment")}
    if already := Project.objects.filter(created_by=by, created_on=today, **same).first():
        return already
    if stage not in BEFORE_SIGNING:
        raise UserError("新录入的项目从线索或在谈开始，签约等以后的阶段在项目页登记。", field="stage")
    if on > today:
        raise UserError(f"日期 {on} 在今天之后，请填写已发生的日期。", field="stage_on")
    check_facts(values, None, today)
    _ask_back(values, None, by, confirmed)
    project = _numbered(values | {"created_by": by, "created_on": today}, today.year)
    StageChange.objects.create(project=project, stage=stage, on=on, recorded_by=by)
    audit.record(by=by, action="录入项目", target=project, after=_plain(values) | {"阶段": Stage(stage).label})
    return project


@transaction.atomic
def change_project(*, project: Project, values: dict, version: int, confirmed: str, by, today: date) -> Project:
    """Save the changed fields over ``version`` and return the row. Raises StaleVersion, UserError, Doubtful."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    check_entry(by, project)
    values = dict(values)
    if not may(by, "supervise"):
        values.pop("county", None)
    changed = {name: value for name, value in values.items() if getattr(project, name) != value}
    if not changed:
        return project
    check_facts(values, project, today)
    if version == project.version:
        _ask_back(values, project, by, confirmed)
    before = {name: getattr(project, name) for name in changed}
    saved = save_over(project, version=version, **changed)
    audit.record(by=by, action="修改项目", target=saved, before=_plain(before), after=_plain(changed))
    return saved


def check_facts(values: dict, project: Project | None, today: date) -> None:
    """Raise UserError at the first field that cannot be right."""
    if not values.get("name"):
        raise UserError("请填写项目名称。", field="name")
    contract = values.get("contract_on")
    if contract and contract > today:
        raise UserError(f"合同日期 {contract} 在今天之后，签订后再填。", field="contract_on")
    promised = [(name, values.get(name)) for name in PROMISED if values.get(name)]
    for (earlier, first), (later, second) in zip(promised, promised[1:], strict=False):
        if second < first:
            words = {name: Project._meta.get_field(name).verbose_name for name in (earlier, later)}
            raise UserError(f"{words[later]} {second} 早于{words[earlier]} {first}，请核对。", field=later)
    platform = values.get("platform")
    if platform and platform.county_id and values.get("county") and platform.county_id != values["county"].pk:
        raise UserError(f"承接平台“{platform}”不在{values['county']}，请核对。", field="platform")
    if project is not None:
        _check_kept(values, project)


def _check_kept(values, project):
    """What a stage asked for stays filled, and nothing contradicts the money and the credit that stand."""
    if project.stages.filter(stage=Stage.SIGNED).exists():
        for name, words in NEEDS[Stage.SIGNED].project:
            if name in values and values[name] in (None, ""):
                raise UserError(f"项目已签约，{words}不能为空。", field=name)
    if found := contradiction(project, values, kept_of([project.pk])[project.pk]):
        field, sentence = found
        raise UserError(sentence, field=field)


def _ask_back(values, project, by, confirmed):
    questions = []
    name, investor = values["name"], values.get("investor", "")
    if project is None or (project.name, project.investor) != (name, investor):
        own = project.pk if project else None
        for double in find_doubles(name=name, investor=investor, user=by, apart_from=own):
            if double.project:
                place = double.project.county or "落地未定"
                questions.append(f"{double.why}：{double.project.code} {double.project.name}（{place}）")
            else:
                questions.append("另一县市区已录入类似项目，请与协调办核对是否同一项目")
    questions += _amount_doubts(values.get("total_investment"), project)
    if questions:
        doubt = Doubtful(list(dict.fromkeys(questions)))
        if confirmed != doubt.mark:
            raise doubt


def _amount_doubts(total, project) -> list[str]:
    before = project.total_investment if project else None
    if not total or total == before:
        return []
    if before and (total >= before * JUMP or total * JUMP <= before):
        return [f"签约总投资由 {in_yi(before, 6)} 亿元改为 {in_yi(total, 6)} 亿元，相差百倍以上，请核对单位"]
    if total > LARGEST_USUAL or total < SMALLEST_USUAL:
        return [f"签约总投资读作 {say_amount(total)}，请核对单位"]
    return []


def _numbered(values, year) -> Project:
    """Create the row under the year's next number; a number that another writer took meanwhile is passed over."""
    for _ in range(20):
        numbered = Project.objects.filter(code__startswith=f"{year}-", code__regex=r"^[0-9]{4}-[0-9]{4,}$")
        last = numbered.order_by(Length("code").desc(), "-code").first()
        code = f"{year}-{int(last.code[5:]) + 1 if last else 1:04d}"
        try:
            with transaction.atomic():
                return Project.objects.create(code=code, **values)
        except IntegrityError:
            if not Project.objects.filter(code=code).exists():
                raise
    raise UserError("此刻录入的人较多，请再提交一次。")


def _plain(values) -> dict:
    """Values under the names that people know them by, for the audit trail."""
    known = {}
    for name, value in values.items():
        field = Project._meta.get_field(name)
        known[str(field.verbose_name)] = str(value) if field.is_relation and value else value
    return known
