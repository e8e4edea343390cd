"""The declared table of routes: who may use which, and whose objects it shows.

A new URL needs one row here, under its full name, or tests/test_permissions.py fails and says so:

    "tasklists:detail": Route({"view"}, of=task_item, scoped=True),

* first, the actions of which one is needed, as the view's ``@requires`` declares them
  (``SIGNED_IN`` for ``@requires_login``, ``PUBLIC`` for ``@public``);
* ``of``: a function that makes an object belonging to an organisation, for a user of a role, and returns the
  URL's arguments; ``scoped`` when such an object answers 404 to other organisations;
  ``kind`` when only organisations of one kind can own such objects ("county"; departments then get 404);
* ``rows``: for a list, a function that makes a row belonging to an organisation and returns a text that
  stands in it: the walk looks for it in the page, the search and the sheet of its own and of other
  organisations; ``sheet=False`` where the list has no export;
* ``methods``: "GET" unless said otherwise, "GET POST" for a page with a form, "POST" for an act alone; what is
  not named is answered 405, or writes nothing;
* ``records``: True when a GET leaves an audit entry (a download); no other GET may write anything.

Makers may use everything in tests/make.py. Rows for a role that sees every organisation are made for a
department.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Notice, Organisation, OrganisationAlias
from common import audit
from common.ledgers.batches import add_batch
from common.ledgers.kinds import Wish
from common.models import Job
from common.pictures.scaling import Scaled
from indicators.models import Indicator, Observation
from projects.files import store_file
from projects.models import (
    FundEntry,
    HealthFinding,
    InvestmentEntry,
    Memorandum,
    Platform,
    PlatformResident,
    Project,
    ProjectFile,
    ServiceCase,
    SigningEvent,
    StageChange,
)
from projects.service.links import digest_of
from reports.bulletins.photographs import keep_photo, photo_digest
from reports.models import Bulletin, BulletinBatch, BulletinDownload, NewsItem, Restatement
from reports.news.photos import store_photo
from tasklists.models import Extension
from tests.indicators.make_assessment import make_appeal, make_result, make_scheme
from tests.make import (
    TODAY,
    make_evidence,
    make_instruction,
    make_item,
    make_list,
    make_organisation,
    make_report,
    make_slip,
    make_user,
)

PUBLIC = frozenset()
SIGNED_IN = frozenset({"login"})
_numbers = count(1)


@dataclass(frozen=True)
class Route:
    actions: set
    of: Callable | None = None
    scoped: bool = False
    kind: str = ""
    rows: Callable | None = None
    sheet: bool = True
    methods: str = "GET"
    records: bool = False


def account(organisation, role):
    return {
        "pk": make_user("dept_reporter" if organisation.kind == "department" else "county_reporter", organisation).pk
    }


def organisation_itself(organisation, role):
    OrganisationAlias.objects.create(organisation=organisation, name=f"别称{next(_numbers)}")
    return {"pk": organisation.pk}


def organisation_by_code(organisation, role):
    return {"code": organisation.code}


def audit_entry(organisation, role):
    return {"sequence": audit.record(by=None, action="试写", label=f"第 {next(_numbers)} 笔").sequence}


def somebodys_notice(organisation, role):
    """A message to somebody else; nobody opens another's, whatever the organisation."""
    reader = make_user("coordinator")
    return {"pk": Notice.objects.create(recipient=reader, key="test", title="消息", on=TODAY).pk}


def arrangement_key(organisation, role):
    return {"key": "monthly-city"}


def bulletin_batch(organisation, role):
    batch = BulletinBatch.objects.create(template_kind="monthly", period="2023-11", organisations=[""], jobs=[None])
    return {"pk": batch.pk}


CONTENT = {"title": "通报", "blocks": [{"type": "paragraph", "runs": ["正文。"], "lead": ""}]}


def bulletin_draft(organisation, role):
    n = next(_numbers)
    made = Bulletin.objects.create(
        kind="special", period="2023-11", year=2023, title=f"草稿{n}", content=CONTENT, as_of=TODAY
    )
    return {"pk": made.pk}


def bulletin_draft_version(organisation, role):
    return bulletin_draft(organisation, role) | {"number": 1}


def bulletin_with_text(organisation, role):
    found = Bulletin.objects.get(pk=bulletin(organisation, role)["pk"])
    Bulletin.objects.filter(pk=found.pk).update(content=CONTENT, as_of=TODAY)
    return {"pk": found.pk}


def restatement(organisation, role):
    issued = Bulletin.objects.get(pk=bulletin(organisation, role)["pk"])
    made = Restatement.objects.create(
        bulletin=issued, reference="news.adopted", label="数", frozen_value="1", new_value="2", found_on=TODAY
    )
    return {"pk": made.pk}


def own_job(organisation, role):
    """A job of somebody else; nobody sees another's, whatever the organisation."""
    made = Job.objects.create(kind="test", key=str(next(_numbers)), created_by=make_user("coordinator"))
    return {"pk": made.pk}


def task_item(organisation, role):
    return {"pk": make_item(responsible=[organisation]).pk}


def task_row(organisation, role):
    return make_item(responsible=[organisation], title=f"独有任务{next(_numbers)}").title


def assigned_list(organisation, role):
    return {"slug": make_list().slug}


def draft_list(organisation, role):
    return {"slug": make_list(state="draft").slug}


def waiting_report(organisation, role):
    """A report that waits for this role: the unit's reviewer first, then the office."""
    item = make_item(responsible=[organisation])
    state = "org_approved" if role == "coordinator" else "submitted"
    return {"pk": make_report(item.assignments.get(), "2023-12", state=state).pk}


def ledger(organisation, role):
    """A checked ledger of progress of the organisation, its file kept."""
    item = make_item(responsible=[organisation], code=f"L{next(_numbers)}")
    content = f"编号,任务,完成百分比,本期进展\n{item.code},{item.title},50,进展\n".encode()
    by = make_user("county_reporter" if organisation.kind == "county" else "dept_reporter", organisation)
    return {"pk": add_batch(kind="progress", name="台账.csv", content=content, by=by, wish=Wish(), on=TODAY).pk}


def evidence(organisation, role):
    item = make_item(responsible=[organisation])
    return {"pk": make_evidence(make_report(item.assignments.get(), "2023-12", state="draft")).pk}


def a_project(organisation, **fields):
    number = next(_numbers)
    made = Project.objects.create(
        **{"code": f"P{number}", "name": f"独有项目{number}", "county": organisation, "total_investment": 100} | fields
    )
    StageChange.objects.create(project=made, stage="signed", on=date(2023, 3, 1))
    return made


def asked_extension(organisation, role):
    item = make_item(responsible=[organisation])
    asked = Extension.objects.create(
        item=item,
        assignment=item.assignments.get(),
        old_due_on=item.due_on,
        new_due_on=date(2024, 6, 30),
        reason="原因",
        asked_by=make_user("dept_reporter", organisation),
        asked_on=TODAY,
    )
    return {"pk": asked.pk}


def project(organisation, role):
    return {"pk": a_project(organisation).pk}


def project_file(organisation, role):
    """A voucher of the organisation's project, its file not stored."""
    number = next(_numbers)
    row = ProjectFile(project=a_project(organisation), purpose="voucher", name="凭证.pdf", path=f"projects/{number}")
    row.size, row.sha256 = 10, f"{number:064d}"
    row.save()
    return {"pk": row.pk}


def money_entry(organisation, role):
    """Claimed funds of the organisation's project."""
    number = f"V{next(_numbers)}"
    row = FundEntry(project=a_project(organisation), month="2023-11", amount=5, claimed_on=TODAY)
    row.voucher_kind, row.voucher_number = "验资报告", number
    row.save()
    return {"kind": "funds", "pk": row.pk}


def a_finding(organisation):
    return HealthFinding.objects.create(
        project=a_project(organisation),
        rule="not_started",
        basis="签约超过一年",
        found_on=date(2023, 12, 1),
        owner=organisation,
        due_on=date(2023, 12, 20),
        year=2023,
        number=next(_numbers),
    )


def finding(organisation, role):
    return {"pk": a_finding(organisation).pk}


def rectification(organisation, role):
    return {**finding(organisation, role), "ending": "docx"}


def finding_row(organisation, role):
    return a_finding(organisation).project.name


def money_kind(organisation, role):
    return {"kind": "funds"}


def voucher_picture(organisation, role):
    """A voucher of the organisation's project as a picture, stored."""
    content = b"\x89PNG\r\n\x1a\n" + str(next(_numbers)).encode()
    upload = SimpleUploadedFile("凭证.png", content)
    by = make_user("coordinator")
    return {"pk": store_file(project=a_project(organisation), purpose="voucher", upload=upload, by=by).pk}


def project_row(organisation, role):
    return a_project(organisation).name


VERIFIED = {
    "state": "city_verified",
    "claimed_on": date(2023, 11, 20),
    "county_verified_on": date(2023, 11, 25),
    "city_verified_on": date(2023, 11, 30),
}


def month_of_money(organisation, role):
    return {"kind": "funds"}


def project_voucher(organisation, role):
    return {"kind": "funds"} | project(organisation, role)


def fund_row(organisation, role):
    made = a_project(organisation)
    FundEntry.objects.create(
        project=made,
        month="2023-11",
        amount=5,
        **VERIFIED,
        voucher_kind="验资报告",
        voucher_number=f"V{next(_numbers)}",
    )
    return made.name


def investment_row(organisation, role):
    made = a_project(organisation)
    InvestmentEntry.objects.create(project=made, month="2023-11", amount=5, **VERIFIED)
    return made.name


def event(organisation, role):
    return {"key": SigningEvent.objects.create(key=f"event-{next(_numbers)}", name="签约活动").key}


def indicator(organisation, role):
    made = Indicator.objects.create(code=f"I{next(_numbers)}", name="指标", unit="项", scope="口径")
    return {"code": made.code}


def observation_row(organisation, role):
    """An entered value of the organisation, told by its note."""
    number = next(_numbers)
    made = Indicator.objects.create(code=f"I{number}", name=f"指标{number}", unit="项", scope="口径")
    note = f"独有说明{number}"
    Observation.objects.create(indicator=made, organisation=organisation, period="2023-11", value=1, note=note)
    return note


def project_chart(organisation, role):
    return {"key": "county-bars"}


def locked_value(organisation, role):
    made = Indicator.objects.create(code=f"I{next(_numbers)}", name="指标", unit="项", scope="口径")
    row = Observation.objects.create(
        indicator=made, organisation=organisation, period="2023-11", value=1, state="locked", locked_on=TODAY
    )
    return {"pk": row.pk}


def indicator_chart(organisation, role):
    if not Organisation.objects.filter(kind="city").exists():
        make_organisation("某市", kind="city")
    number = next(_numbers)
    made = Indicator.objects.create(
        code=f"I{number}", name="指标", unit="项", scope="口径", frequency="month", reported_by="counties"
    )
    return {"code": made.code, "key": "course"}


def chart(organisation, role):
    return {"key": "county"}


def figure(organisation, role):
    return {"key": "projects.signed.count"}


def a_bulletin(organisation, **fields):
    number = next(_numbers)
    return Bulletin.objects.create(
        **{
            "kind": "monthly",
            "period": f"{1990 + number // 12}-{number % 12 + 1:02d}",
            "organisation": organisation,
            "year": 2023,
            "issue": number,
            "title": f"独有通报{number}",
            "state": "published",
            "as_of": date(2023, 11, 30),
            "published_on": date(2023, 12, 1),
        }
        | fields
    )


def bulletin(organisation, role):
    return {"pk": a_bulletin(organisation).pk}


def bulletin_file(organisation, role):
    return {"pk": a_bulletin(organisation).pk, "ending": "pdf"}


def bulletin_picture(organisation, role):
    key = keep_photo(b"\xff\xd8\xff")
    made = a_bulletin(organisation)
    Bulletin.objects.filter(pk=made.pk).update(figures={"pictures": {key: photo_digest(key)}})
    return {"pk": made.pk, "key": key}


def bulletin_row(organisation, role):
    return a_bulletin(organisation).title


def news_row(organisation, role):
    title = f"独有动态{next(_numbers)}"
    return NewsItem.objects.create(title=title, organisation=organisation, occurred_on=TODAY).title


def a_news_item(organisation):
    """An item that waits, of a reporter of the organisation, with a photo on disk."""
    title = f"动态{next(_numbers)}"
    photo = store_photo(Scaled(b"\xff\xd8\xff", b"\xff\xd8\xff"))
    made = NewsItem.objects.create(title=title, text="正文", organisation=organisation, occurred_on=TODAY, **photo)
    return made.pk


def news_item(organisation, role):
    return {"pk": a_news_item(organisation)}


def news_act(organisation, role):
    return {"pk": a_news_item(organisation), "act": "decline"}


def download_row(organisation, role):
    """The log is read by those who see every organisation; the reader's name is what stands in it."""
    issued = a_bulletin(organisation)
    by = make_user("dept_reporter", organisation, display_name=f"下载人{next(_numbers)}")
    BulletinDownload.objects.create(bulletin=issued, by=by, ending="pdf", sha256="0" * 64)
    return by.display_name


def slip(organisation, role):
    return {"pk": make_slip(make_item(responsible=[organisation]), organisation).pk}


def proposed_slip(organisation, role):
    return {"pk": make_slip(make_item(responsible=[organisation]), organisation, state="proposed").pk}


def fact_sheet(organisation, role):
    return {**project(organisation, role), "ending": "docx"}


def slip_file(organisation, role):
    return {**slip(organisation, role), "ending": "docx"}


def slip_row(organisation, role):
    item = make_item(responsible=[organisation], title=f"独有督办{next(_numbers)}")
    make_slip(item, organisation)
    return item.title


def instruction(organisation, role):
    return {"pk": make_instruction(organisation).pk}


def instruction_row(organisation, role):
    return make_instruction(organisation, text=f"独有批示{next(_numbers)}").text


def a_case(organisation, **fields):
    """A case that a county's company brought or that a department handles."""
    number = next(_numbers)
    is_county = organisation.kind == "county"
    place = organisation if is_county else make_organisation(kind="county")
    known = {
        "channel": "request",
        "number": f"QS-2023-{number:04d}",
        "company": f"独有企业{number}",
        "category": "land",
        "text": "诉求",
        "county": place,
        "handler": None if is_county else organisation,
        "received_on": date(2023, 11, 1),
        "due_on": date(2023, 11, 20),
        "is_demo": True,
    }
    return ServiceCase.objects.create(**known | fields)


def service_case(organisation, role):
    return {"pk": a_case(organisation).pk}


def case_row(organisation, role):
    return a_case(organisation).company


def followed_case(organisation, role):
    """The token of a link in force."""
    token = f"token-{next(_numbers)}"
    a_case(organisation, link_digest=digest_of(token), link_until=date(2024, 3, 1))
    return {"token": token}


def followed_file(organisation, role):
    token = f"token-{next(_numbers)}"
    case = a_case(organisation, link_digest=digest_of(token), link_until=date(2024, 3, 1))
    upload = SimpleUploadedFile("答复.pdf", b"%PDF-1.4 answer")
    file = store_file(project=None, purpose="service", upload=upload, by=make_user("coordinator"))
    case.steps.create(on=TODAY, text="已办结。", is_public=True, file=file)
    return {"token": token, "pk": file.pk}


def scheme(organisation, role):
    return {"code": make_scheme([organisation]).scheme.code}


def scheme_draft(organisation, role):
    return {"code": make_scheme([organisation], state="draft").scheme.code}


def scheme_version(organisation, role):
    return {**scheme(organisation, role), "number": 1}


def assessed(organisation, role):
    return {**scheme(organisation, role), "organisation": organisation.code}


def assessment_result(organisation, role):
    return {"pk": make_result(organisation).pk}


def an_appeal(organisation, role):
    return {"pk": make_appeal(organisation).pk}


def scorecard(organisation, role):
    return {"subject": "counties"}


def platform(organisation, role):
    """A platform of the organisation's county; everyone may read it."""
    number = next(_numbers)
    made = Platform.objects.create(key=f"platform-{number}", name=f"平台{number}", county=organisation)
    PlatformResident.objects.create(platform=made, name=f"入驻单位{number}", entered_on=TODAY)
    return {"key": made.key}


def resident(organisation, role):
    return {"pk": PlatformResident.objects.get(platform__key=platform(organisation, role)["key"]).pk}


def a_clause(organisation):
    number = next(_numbers)
    made = Memorandum.objects.create(key=f"memorandum-{number}", title=f"协议{number}", partner="合作方")
    return made.clauses.create(order=1, text="事项", owner=organisation)


def memorandum(organisation, role):
    """A memorandum whose clause the organisation owns; everyone may read it."""
    return {"key": a_clause(organisation).memorandum.key}


def clause(organisation, role):
    return {"pk": a_clause(organisation).pk}


ROUTES = {
    "livez": Route(PUBLIC),
    "readyz": Route(PUBLIC),
    "job": Route(SIGNED_IN, of=own_job),
    "home": Route(SIGNED_IN),
    "chart_sheet": Route({"view"}, of=chart, records=True),
    # accounts
    "accounts:login": Route(PUBLIC, methods="GET POST"),
    "accounts:logout": Route(PUBLIC, methods="POST"),
    "accounts:password": Route(SIGNED_IN, methods="GET POST"),
    "accounts:second_factor": Route(SIGNED_IN, methods="GET POST"),
    "accounts:own_security": Route(SIGNED_IN),
    "accounts:end_sitting": Route(SIGNED_IN, methods="POST"),
    "accounts:recovery_codes": Route(SIGNED_IN, methods="POST"),
    "accounts:inbox": Route(SIGNED_IN),
    "accounts:inbox_read": Route(SIGNED_IN, methods="POST"),
    "accounts:inbox_mail": Route(SIGNED_IN, methods="POST"),
    "accounts:notice": Route(SIGNED_IN, of=somebodys_notice, methods="POST"),
    "accounts:users": Route({"administer"}),
    "accounts:user_new": Route({"administer"}, methods="GET POST"),
    "accounts:user": Route({"administer"}, of=account, methods="GET POST"),
    "accounts:user_switch": Route({"administer"}, of=account, methods="POST"),
    "accounts:user_reset_password": Route({"administer"}, of=account, methods="POST"),
    "accounts:organisations": Route({"administer"}),
    "accounts:organisation": Route({"administer"}, of=organisation_itself, methods="GET POST"),
    "accounts:alias": Route({"administer"}, of=organisation_itself, methods="POST"),
    "accounts:security": Route({"secure"}),
    "accounts:unlock": Route({"secure"}, methods="POST"),
    "accounts:role": Route({"secure"}, of=account, methods="GET POST"),
    "accounts:reset_second_factor": Route({"secure"}, of=account, methods="POST"),
    "accounts:audit": Route({"audit"}),
    "accounts:audit_check": Route({"audit"}),
    "accounts:audit_entry": Route({"audit"}, of=audit_entry),
    # tasklists
    "tasklists:list": Route({"view"}, rows=task_row),
    "tasklists:board": Route({"view"}),
    "tasklists:views": Route({"view"}, methods="GET POST"),
    "tasklists:timeline": Route({"view"}),
    "tasklists:matrix": Route({"view"}),
    "tasklists:organisation": Route({"view"}, of=organisation_by_code),
    "tasklists:mine": Route({"report", "review"}),
    "tasklists:grid": Route({"report"}, methods="GET POST"),
    "tasklists:grid_submit": Route({"report"}, methods="POST"),
    "tasklists:grid_evidence": Route({"report"}, of=task_item, scoped=True, methods="POST"),
    "tasklists:review": Route({"review"}),
    "tasklists:decide": Route({"review"}, of=waiting_report, scoped=True, methods="POST"),
    "tasklists:import": Route({"supervise"}, methods="GET POST"),
    "tasklists:import_confirm": Route({"supervise"}, methods="POST"),
    "tasklists:import_edit": Route({"supervise"}, methods="POST"),
    "tasklists:list_detail": Route({"view"}, of=assigned_list),
    "tasklists:assign": Route({"supervise"}, of=draft_list, methods="POST"),
    "tasklists:evidence": Route({"view"}, of=evidence, scoped=True, records=True),
    "tasklists:evidence_remove": Route({"report"}, of=evidence, scoped=True, methods="POST"),
    "tasklists:slips": Route({"view"}, rows=slip_row),
    "tasklists:slips_issue": Route({"supervise"}, methods="POST"),
    "tasklists:slip": Route({"view"}, of=slip, scoped=True),
    "tasklists:slip_drop": Route({"supervise"}, of=proposed_slip, methods="POST"),
    "tasklists:slip_sign": Route({"report"}, of=slip, scoped=True, methods="POST"),
    "tasklists:slip_answer": Route({"report"}, of=slip, scoped=True, methods="POST"),
    "tasklists:slip_settle": Route({"supervise"}, of=slip, methods="POST"),
    "tasklists:slip_instruct": Route({"publish"}, of=slip, methods="POST"),
    "tasklists:instruct": Route({"publish"}, of=task_item, methods="POST"),
    "tasklists:instructions": Route({"view"}, rows=instruction_row),
    "tasklists:instruction": Route({"view"}, of=instruction, scoped=True),
    "tasklists:instruction_answer": Route({"report"}, of=instruction, scoped=True, methods="POST"),
    "tasklists:instruction_settle": Route({"publish", "supervise"}, of=instruction, methods="POST"),
    "tasklists:calendar": Route({"view"}),
    "tasklists:calendar_set": Route({"supervise"}, methods="POST"),
    "tasklists:detail": Route({"view"}, of=task_item, scoped=True),
    "tasklists:acknowledge": Route({"report"}, of=task_item, scoped=True, methods="POST"),
    "tasklists:report": Route({"report"}, of=task_item, scoped=True, methods="GET POST"),
    "tasklists:extend": Route({"report"}, of=task_item, scoped=True, methods="POST"),
    "tasklists:extension": Route({"supervise"}, of=asked_extension, scoped=True, methods="POST"),
    "tasklists:life": Route({"supervise"}, of=task_item, scoped=True, methods="POST"),
    "tasklists:edit": Route({"supervise"}, of=task_item, scoped=True, methods="GET POST"),
    "tasklists:thresholds": Route({"supervise"}, of=draft_list, methods="POST"),
    "tasklists:bulk": Route({"supervise"}, methods="GET POST"),
    "tasklists:periods": Route({"supervise"}, methods="GET POST"),
    "tasklists:correct": Route({"supervise"}, of=waiting_report, scoped=True, methods="GET POST"),
    "tasklists:milestones": Route({"supervise"}, of=task_item, scoped=True, methods="POST"),
    "tasklists:ledgers": Route({"report", "supervise"}, methods="GET POST"),
    "tasklists:ledger_template": Route({"report", "supervise"}, records=True),
    "tasklists:ledger": Route({"report", "supervise"}, of=ledger, scoped=True),
    "tasklists:ledger_mapping": Route({"report", "supervise"}, of=ledger, scoped=True, methods="POST"),
    "tasklists:ledger_commit": Route({"report", "supervise"}, of=ledger, scoped=True, methods="POST"),
    "tasklists:ledger_undo": Route({"report", "supervise"}, of=ledger, scoped=True, methods="POST"),
    "tasklists:ledger_marked": Route({"report", "supervise"}, of=ledger, scoped=True, records=True),
    # projects
    "projects:list": Route({"view"}, rows=project_row, kind="county"),
    "projects:overview": Route({"view"}),
    "projects:overview_sheet": Route({"view"}, of=project_chart, records=True),
    "projects:county": Route({"view"}, of=organisation_by_code, kind="county"),
    "projects:detail": Route({"view"}, of=project, scoped=True, kind="county"),
    "projects:funds": Route({"view"}, rows=fund_row, kind="county"),
    "projects:investments": Route({"view"}, rows=investment_row, kind="county"),
    "projects:events": Route({"view"}),
    "projects:event": Route({"view"}, of=event),
    "projects:event_new": Route({"supervise"}, methods="GET POST"),
    "projects:event_edit": Route({"supervise"}, of=event, methods="GET POST"),
    "projects:platforms": Route({"view"}),
    "projects:platform": Route({"view"}, of=platform),
    "projects:platform_new": Route({"supervise"}, methods="GET POST"),
    "projects:platform_edit": Route({"supervise"}, of=platform, methods="GET POST"),
    "projects:resident_new": Route({"report", "supervise"}, of=platform, methods="GET POST"),
    "projects:resident": Route({"report", "supervise"}, of=resident, methods="GET POST"),
    "projects:memoranda": Route({"view"}),
    "projects:memorandum": Route({"view"}, of=memorandum),
    "projects:memorandum_new": Route({"supervise"}, methods="GET POST"),
    "projects:memorandum_edit": Route({"supervise"}, of=memorandum, methods="GET POST"),
    "projects:clause_plan": Route({"supervise"}, of=clause, methods="POST"),
    "projects:clause_report": Route({"report", "supervise"}, of=clause, methods="POST"),
    "tasklists:clause_task": Route({"supervise"}, of=clause, methods="GET POST"),
    "projects:fund_new": Route({"report"}, of=project, scoped=True, kind="county", methods="GET POST"),
    "projects:investment_new": Route({"report"}, of=project, scoped=True, kind="county", methods="GET POST"),
    "projects:entry_correct": Route({"report"}, of=money_entry, scoped=True, kind="county", methods="GET POST"),
    "projects:entry_reverse": Route({"report"}, of=money_entry, scoped=True, kind="county", methods="GET POST"),
    "projects:month": Route({"report", "review"}, of=month_of_money, methods="GET POST"),
    "projects:month_submit": Route({"report"}, of=month_of_money, methods="POST"),
    "projects:month_voucher": Route({"report"}, of=project_voucher, scoped=True, kind="county", methods="POST"),
    "projects:money_months": Route({"supervise"}, methods="GET POST"),
    "projects:month_remind": Route({"supervise"}, methods="POST"),
    "projects:verify": Route({"review", "verify"}),
    "projects:verify_many": Route({"review", "verify"}, of=money_kind, methods="POST"),
    "projects:verify_entry": Route({"review", "verify"}, of=money_entry, scoped=True, kind="county", methods="POST"),
    "projects:site_progress": Route({"report"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:health": Route({"view"}, rows=finding_row, kind="county"),
    "projects:health_check": Route({"supervise"}, methods="POST"),
    "projects:finding": Route({"view"}, of=finding, scoped=True, kind="county"),
    "projects:finding_answer": Route({"report"}, of=finding, scoped=True, kind="county", methods="POST"),
    "projects:finding_decide": Route({"close"}, of=finding, scoped=True, kind="county", methods="POST"),
    "projects:voucher_image": Route({"view"}, of=voucher_picture, scoped=True, kind="county"),
    "projects:cases": Route({"view"}, rows=case_row),
    "projects:case_statistics": Route({"view"}),
    "projects:case_new": Route({"report", "supervise"}, methods="GET POST"),
    "projects:case": Route({"view"}, of=service_case, scoped=True),
    "projects:case_accept": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_hand_over": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_step": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_finish": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_refuse": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_rate": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_link": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:case_link_revoke": Route({"report", "supervise"}, of=service_case, scoped=True, methods="POST"),
    "projects:follow": Route(PUBLIC, of=followed_case, methods="GET POST"),
    "projects:follow_file": Route(PUBLIC, of=followed_file, records=True),
    "projects:board": Route({"view"}),
    "projects:funnel": Route({"view"}),
    "projects:new": Route({"report", "supervise"}, scoped=True, kind="county", methods="GET POST"),
    "projects:similar": Route({"report", "supervise"}, scoped=True, kind="county"),
    "projects:edit": Route({"report", "supervise"}, of=project, scoped=True, kind="county", methods="GET POST"),
    "projects:stage": Route({"report", "supervise"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:stage_withdraw": Route({"review"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:admission": Route({"review"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:credit": Route({"supervise"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:follow_up": Route({"report", "supervise"}, of=project, scoped=True, kind="county", methods="POST"),
    "projects:file": Route({"view"}, of=project_file, scoped=True, kind="county", records=True),
    # indicators
    "indicators:list": Route({"view"}),
    "indicators:detail": Route({"view"}, of=indicator),
    "indicators:grid": Route({"report", "supervise"}, methods="GET POST"),
    "indicators:grid_submit": Route({"report", "supervise"}, methods="POST"),
    "indicators:template": Route({"report", "supervise"}),
    "indicators:review": Route({"review"}, methods="GET POST"),
    "indicators:periods": Route({"supervise"}, methods="GET POST"),
    "indicators:values": Route({"view"}, rows=observation_row),
    "indicators:published": Route({"view"}),
    "indicators:publish": Route({"supervise"}, methods="GET POST"),
    "indicators:wall": Route({"view"}),
    "indicators:compare": Route({"view"}),
    "indicators:peers": Route({"view"}),
    "indicators:new": Route({"supervise"}, methods="GET POST"),
    "indicators:edit": Route({"supervise"}, of=indicator, methods="GET POST"),
    "indicators:retire": Route({"supervise"}, of=indicator, methods="POST"),
    "indicators:targets": Route({"supervise"}, of=indicator, methods="GET POST"),
    "indicators:restate": Route({"supervise"}, of=locked_value, scoped=True, methods="GET POST"),
    "indicators:republish": Route({"supervise"}, of=locked_value, scoped=True, methods="GET POST"),
    "indicators:withdraw": Route({"supervise"}, of=locked_value, scoped=True, methods="GET POST"),
    "indicators:chart": Route({"view"}, of=indicator_chart, records=True),
    "indicators:assessment": Route({"view"}),
    "indicators:assessment_new": Route({"supervise"}, methods="GET POST"),
    "indicators:assessment_ranking": Route({"view"}, of=scheme),
    "indicators:assessment_what_if": Route({"view"}, of=scheme),
    "indicators:assessment_sheet": Route({"view"}, of=assessed, scoped=True),
    "indicators:assessment_confirm": Route({"supervise"}, of=scheme, methods="POST"),
    "indicators:assessment_result": Route({"view"}, of=assessment_result),
    "indicators:assessment_appeal": Route({"report", "review"}, of=assessment_result, methods="POST"),
    "indicators:assessment_appeals": Route({"view"}),
    "indicators:assessment_answer": Route({"supervise"}, of=an_appeal, scoped=True, methods="POST"),
    "indicators:assessment_version": Route({"view"}, of=scheme_version),
    "indicators:assessment_draft": Route({"supervise"}, of=scheme, methods="POST"),
    "indicators:assessment_edit": Route({"supervise"}, of=scheme_draft, methods="GET POST"),
    "indicators:assessment_enforce": Route({"supervise"}, of=scheme_draft, methods="POST"),
    "indicators:scorecard": Route({"view"}, of=scorecard),
    # reports
    "reports:passport": Route({"view"}, of=figure),
    "reports:list": Route({"view"}, rows=bulletin_row),
    "reports:news": Route({"view"}, rows=news_row),
    "reports:news_new": Route({"report"}, methods="GET POST"),
    "reports:news_counts": Route({"view"}),
    "reports:news_item": Route({"view"}, of=news_item, scoped=True),
    "reports:news_edit": Route({"report"}, of=news_item, scoped=True, methods="GET POST"),
    "reports:news_photo": Route({"view"}, of=news_item, scoped=True),
    "reports:news_decide": Route({"supervise"}, of=news_act, scoped=True, methods="POST"),
    "reports:downloads": Route({"supervise", "publish"}, rows=download_row),
    "reports:subscribe": Route({"view"}, methods="POST"),
    "reports:detail": Route({"view"}, of=bulletin, scoped=True),
    "reports:download": Route({"view"}, of=bulletin_file, scoped=True, records=True),
    "reports:fact_sheet": Route({"view"}, of=fact_sheet, scoped=True, kind="county", records=True),
    "reports:rectification_file": Route({"view"}, of=rectification, scoped=True, kind="county", records=True),
    "reports:slip_file": Route({"view"}, of=slip_file, scoped=True, records=True),
    "reports:instruct": Route({"publish"}, of=bulletin, methods="POST"),
    "reports:proofread": Route({"supervise", "publish", "review"}, methods="GET POST"),
    "reports:build": Route({"supervise"}, methods="POST"),
    "reports:new": Route({"supervise"}),
    "reports:edit": Route({"supervise"}, of=bulletin_draft),
    "reports:edit_save": Route({"supervise"}, of=bulletin_draft, methods="POST"),
    "reports:edit_proof": Route({"supervise"}, of=bulletin_draft, methods="POST"),
    "reports:edit_figures": Route({"supervise"}, of=bulletin_draft),
    "reports:edit_photo": Route({"supervise"}, of=bulletin_draft, methods="POST"),
    "reports:edit_state": Route({"supervise"}, of=bulletin_draft),
    "reports:picture": Route({"view"}, of=bulletin_picture, scoped=True),
    "reports:versions": Route({"supervise"}, of=bulletin_draft),
    "reports:version_restore": Route({"supervise"}, of=bulletin_draft_version, methods="POST"),
    "reports:compare": Route({"view"}, of=bulletin_with_text, scoped=True),
    "reports:withdraw": Route({"publish"}, of=bulletin, methods="POST"),
    "reports:restatements": Route({"supervise", "publish"}),
    "reports:restatements_check": Route({"supervise"}, methods="POST"),
    "reports:restatement": Route({"supervise"}, of=restatement),
    "reports:restatement_act": Route({"supervise"}, of=restatement, methods="POST"),
    "reports:arrangements": Route({"supervise"}),
    "reports:arrangement": Route({"supervise"}, of=arrangement_key, methods="GET POST"),
    "reports:batches": Route({"supervise"}, methods="GET POST"),
    "reports:batch": Route({"supervise"}, of=bulletin_batch),
    "reports:batch_retry": Route({"supervise"}, of=bulletin_batch, methods="POST"),
    "reports:batch_zip": Route({"supervise"}, of=bulletin_batch, records=True),
    "reports:building": Route({"view"}, of=own_job),
    "reports:send": Route({"supervise"}, of=bulletin, methods="POST"),
    "reports:send_back": Route({"publish"}, of=bulletin, methods="POST"),
    "reports:publish": Route({"publish"}, of=bulletin, methods="POST"),
}
