"""Schemes and their versions: drafts are edited, one version is in force, and what was in force stays as it was."""

import re
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from accounts.models import Organisation
from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import StaleVersion, save_over
from indicators.assessment.documents import digest_of
from indicators.assessment.evaluation import groups_of, terms_of
from indicators.assessment.indicator_measures import measures_of
from indicators.assessment.measures import INDICATOR, RATE
from indicators.assessment.scoring import DEDUCTION, PER_COUNT, SHARE, TARGET_SHARE, Term
from indicators.assessment.words import number
from indicators.models import Scheme, SchemeGroup, SchemeTerm, SchemeVersion

State = SchemeVersion.State
FULL = Decimal(100)
MOST_TERMS, MOST_GROUPS = 40, 20
CODE = re.compile(r"^[a-z][a-z0-9-]{1,38}\Z")


def organisations_of(subject: str):
    """Return the organisations that a scheme of this kind can rank, in order."""
    if subject == Scheme.Subject.COUNTIES:
        return Organisation.objects.counties_and_zones().order_by("order", "code")
    return Organisation.objects.departments().current().order_by("order", "code")


def problems(*, terms: list[Term], groups: list[tuple[str, list[Organisation]]], decimals: int, subject: str):
    """Return what stands against a version as (place, sentence); empty when it can be put in force.

    Places are ``decimals``, ``terms``, ``weights``, ``groups``, and ``terms-2-cap`` or ``groups-0-name`` for one row.
    """
    found = []
    if not 0 <= decimals <= 4:
        found.append(("decimals", "得分小数位数应为 0—4。"))
    if not terms:
        found.append(("terms", "至少要有一个考核项。"))
    measures = measures_of([term.measure for term in terms])
    names = set()
    for place, term in enumerate(terms):
        row = _term_problems(term, measures.get(term.measure), subject)
        if term.name in names:
            row.append(("name", f"“{term.name}”重复了，考核项名称不能相同。"))
        names.add(term.name)
        found += [(f"terms-{place}-{field}", sentence) for field, sentence in row]
    total = sum((term.weight for term in terms), Decimal(0))
    if terms and total != FULL:
        more = f"还差 {number(FULL - total)}" if total < FULL else f"多了 {number(total - FULL)}"
        found.append(("weights", f"分值合计应为 100，现为 {number(total)}，{more}。"))
    return found + _group_problems(groups)


def _term_problems(term: Term, measure, subject):
    found = []
    if not term.name:
        found.append(("name", "请填写考核项名称。"))
    if term.weight <= 0:
        found.append(("weight", "分值应大于 0。"))
    if measure is None:
        return [*found, ("measure", "没有这个取数，请重新选择。")]
    if subject not in measure.subjects:
        found.append(("measure", f"“{measure.label}”不适用于这类单位。"))
    if term.formula == TARGET_SHARE:
        if not measure.target:
            found.append(("formula", f"“{measure.label}”没有目标值，不能用目标完成率。"))
        if term.cap is not None and term.cap <= 0:
            found.append(("cap", "完成率上限应大于 0。"))
        if term.floor is not None and not 0 <= term.floor <= (1 if term.cap is None else term.cap):
            found.append(("floor", "完成率下限应不小于 0、不大于上限。"))
    elif term.formula in (PER_COUNT, DEDUCTION):
        if measure.kind == RATE:
            found.append(("formula", f"“{measure.label}”是比率，不能按次计分或扣分。"))
        if term.points_each is None or term.points_each <= 0:
            found.append(("points_each", "请填写每次分值，应大于 0。"))
        if term.ceiling is not None and not 0 < term.ceiling <= term.weight:
            found.append(("ceiling", "最多计（扣）分应大于 0、不大于分值。"))
    elif term.formula == SHARE and measure.kind != RATE:
        found.append(("formula", f"“{measure.label}”不是比率，不能用比率计分。"))
    return found


def _group_problems(groups):
    if not groups:
        return [("groups", "至少要有一个组别。")]
    found, names, owner = [], set(), {}
    for place, (name, members) in enumerate(groups):
        if not name:
            found.append((f"groups-{place}-name", "请填写组别名称。"))
        elif name in names:
            found.append((f"groups-{place}-name", f"“{name}”重复了，组别名称不能相同。"))
        names.add(name)
        if not members:
            found.append((f"groups-{place}-organisations", f"“{name}”还没有单位，请勾选。"))
        for organisation in members:
            if organisation.pk in owner:
                sentence = f"{organisation.short}已在“{owner[organisation.pk]}”，一个单位只能在一个组。"
                found.append((f"groups-{place}-organisations", sentence))
            owner.setdefault(organisation.pk, name)
    return found


@transaction.atomic
def make_scheme(*, code: str, name: str, subject: str, by, on: date) -> Scheme:
    """Create a scheme with an empty draft; repeating the same is harmless."""
    _require_office(by)
    code, name = code.strip(), " ".join(name.split())
    if not CODE.match(code):
        raise UserError("代码用小写字母、数字和短横，以字母开头，2—39 位。", field="code")
    if code in ("new", "appeals", "results", "scorecards"):
        raise UserError(f"“{code}”是页面地址，请换一个代码。", field="code")
    if not name or len(name) > 80:
        raise UserError("请填写名称，最多 80 字。", field="name")
    if subject not in Scheme.Subject.values:
        raise UserError("请选择考核对象。", field="subject")
    standing = Scheme.objects.filter(code=code).first()
    if standing:
        if (standing.name, standing.subject) == (name, subject):
            return standing
        raise UserError(f"代码“{code}”已用于“{standing.name}”，请换一个。", field="code")
    scheme = Scheme.objects.create(code=code, name=name, subject=subject)
    SchemeVersion.objects.create(scheme=scheme, number=1, made_by=by, made_on=on)
    audit.record(by=by, action="新建考核方案", target=scheme, after={"代码": code, "名称": name, "对象": subject})
    return scheme


@transaction.atomic
def start_draft(*, scheme: Scheme, by, on: date) -> SchemeVersion:
    """Return the scheme's draft: the standing one, or a new one copied from the version in force."""
    _require_office(by)
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    standing = scheme.versions.filter(state=State.DRAFT).first()
    if standing:
        return standing
    source = scheme.versions.filter(state=State.IN_FORCE).first() or scheme.versions.order_by("-number").first()
    number = (scheme.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = SchemeVersion.objects.create(
        scheme=scheme,
        number=number,
        decimals=source.decimals if source else 2,
        note=source.note if source else "",
        made_by=by,
        made_on=on,
    )
    if source:
        _write(draft, list(terms_of(source)), groups_of(source))
    audit.record(
        by=by, action="起草考核方案版本", target=draft, after={"版本": number, "抄自": source and source.number}
    )
    return draft


@transaction.atomic
def save_draft(*, draft: SchemeVersion, version: int, terms, groups, decimals: int, note: str, by) -> SchemeVersion:
    """Write the draft's terms and groups anew. Raises UserError at its place; StaleVersion when it moved on."""
    _require_office(by)
    if draft.state != State.DRAFT:
        raise UserError("施行过的版本不能修改；请新起一个草稿。")
    found = problems(terms=terms, groups=groups, decimals=decimals, subject=draft.scheme.subject)
    if found:
        raise UserError(found[0][1], field=found[0][0])
    if len(note) > 300:
        raise UserError("依据最多 300 字。", field="note")
    draft = SchemeVersion.objects.select_for_update().get(pk=draft.pk)
    if draft.version != version:  # a repeated save of the same is none; another's, or an older page's, is
        same = (draft.decimals, draft.note, list(terms_of(draft))) == (decimals, note, list(terms))
        if draft.version == version + 1 and same and _same_groups(draft, groups):
            return draft
        raise StaleVersion(draft)
    before = content_of(draft)
    draft = save_over(draft, version=version, decimals=decimals, note=note)
    draft.groups.all().delete()
    draft.terms.all().delete()
    _write(draft, terms, groups)
    audit.record(by=by, action="修改考核方案草稿", target=draft, before=before, after=content_of(draft))
    return draft


def _same_groups(draft, groups):
    standing = [(name, {o.pk for o in members}) for name, members in groups_of(draft)]
    return standing == [(name, {o.pk for o in members}) for name, members in groups]


def _write(version, terms, groups):
    for order, (name, members) in enumerate(groups, start=1):
        group = SchemeGroup.objects.create(scheme_version=version, order=order, name=name)
        group.organisations.set(members)
    fields = ("name", "measure", "formula", "weight", "cap", "floor", "lower_is_better", "points_each", "ceiling")
    SchemeTerm.objects.bulk_create(
        SchemeTerm(
            scheme_version=version, order=order, note=term.note, **{field: getattr(term, field) for field in fields}
        )
        for order, term in enumerate(terms, start=1)
    )


@transaction.atomic
def put_in_force(*, draft: SchemeVersion, version: int, by, on: date) -> SchemeVersion:
    """Put the draft in force and retire the version before it; repeating it changes nothing."""
    _require_office(by)
    Scheme.objects.select_for_update().get(pk=draft.scheme_id)
    draft = SchemeVersion.objects.select_related("scheme").get(pk=draft.pk)
    if draft.state == State.IN_FORCE:
        return draft
    if draft.state != State.DRAFT:
        raise UserError("停用的版本不能再施行；请新起一个草稿。")
    found = problems(
        terms=list(terms_of(draft)), groups=groups_of(draft), decimals=draft.decimals, subject=draft.scheme.subject
    )
    if found:
        raise UserError(f"还不能施行：{found[0][1]}")
    former = draft.scheme.versions.filter(state=State.IN_FORCE).first()
    if former:
        save_over(former, version=former.version, state=State.RETIRED)
    draft = save_over(draft, version=version, state=State.IN_FORCE)
    content = content_of(draft)
    audit.record(
        by=by,
        action="施行考核方案",
        target=draft,
        before={"原版本": former and former.number},
        after={"版本": draft.number, "日期": on, "摘要": digest_of(content)},
    )
    return draft


def content_of(version: SchemeVersion) -> dict:
    """Return a version's terms and groups as plain values, for the audit trail."""
    return {
        "小数位数": version.decimals,
        "依据": version.note,
        "考核项": [
            [t.name, t.measure, t.formula, *(str(v) for v in (t.weight, t.cap, t.floor, t.points_each, t.ceiling)),
             t.lower_is_better]
            for t in terms_of(version)
        ],
        "组别": [[name, [o.code for o in members]] for name, members in groups_of(version)],
    }  # fmt: skip


def terms_using(indicator) -> list[SchemeTerm]:
    """Return the terms that read the indicator, of whatever version: an indicator in use cannot be deleted."""
    rows = SchemeTerm.objects.filter(measure=f"{INDICATOR}{indicator.code}")
    return list(rows.select_related("scheme_version__scheme").order_by("scheme_version__scheme__code", "order"))


def _require_office(by):
    if not may(by, "supervise"):
        raise UserError("考核方案由协调办编制。")
