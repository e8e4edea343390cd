"""What waits for a person: counts with the page where each is done."""

from datetime import date

from django.urls import reverse

from accounts.permissions import COORDINATOR, LEADER, REVIEWER, may
from common import periods
from projects import verification
from projects.entries import KINDS
from projects.month import missing
from projects.month.rows import waiting_months
from projects.sections import may_enter_month
from reports.models import Bulletin, NewsItem
from tasklists.models import Assignment, Instruction, ProgressReport, SupervisionSlip

UNISSUED = {COORDINATOR: Bulletin.State.DRAFT, LEADER: Bulletin.State.IN_REVIEW}  # whose turn it is


def bulletins_waiting(user) -> int:
    """Return how many bulletins wait for this user: the office sends drafts for signing, a leader signs them."""
    state = UNISSUED.get(user.role)
    return Bulletin.objects.filter(state=state).count() if state else 0


def waiting_for(user, today: date) -> list[dict]:
    """Return lines {text, count, url, link, icon} of what this user is expected to do; empty when nothing waits."""
    lines = []

    def add(count, text, url, link, icon):
        if count:
            lines.append({"count": count, "text": text, "url": url, "link": link, "icon": icon})

    reports = ProgressReport.objects.visible_to(user)
    slips = SupervisionSlip.objects.visible_to(user)
    instructions = Instruction.objects.visible_to(user)
    slips_page, instructions_page = reverse("tasklists:slips"), reverse("tasklists:instructions")
    if may(user, "report"):
        owed = Assignment.objects.visible_to(user).to_report(periods.period_of(today), today)
        add(owed.count(), "本期待填报任务", reverse("tasklists:mine"), "去填报", "edit")
        add(
            reports.filter(state="returned").count(),
            "被退回的填报",
            reverse("tasklists:mine"),
            "去修改",
            "arrow-back-up",
        )
        if may_enter_month(user):
            for one in waiting_months(user.organisation_id, today):
                url = f"{reverse('projects:month', args=[one['kind']])}?period={one['period']}"
                add(one["left"], f"未报{one['month']}{one['label']}的项目", url, "去填报", "coin-yuan")
        waiting = slips.unanswered().count()
        add(waiting, "待答复的督办单", f"{slips_page}?tab=open", "去答复", "bell-exclamation")
        waiting = instructions.unanswered().count()
        add(waiting, "待反馈的领导批示", f"{instructions_page}?tab=open", "去反馈", "flag")
    if user.role == REVIEWER:
        add(
            reports.filter(state="submitted").count(),
            "待单位审核的填报",
            reverse("tasklists:review"),
            "去审核",
            "checkbox",
        )
        _add_money(add, user, "待县级核实")
    if user.role == COORDINATOR:
        waiting = reports.filter(state="org_approved")
        queue = reverse("tasklists:review")
        add(waiting.exclude(status="claimed").count(), "待审核的部门、县市区填报", queue, "去审核", "checkbox")
        add(waiting.filter(status="claimed").count(), "待核验的办结申请", queue, "去核验", "rosette-discount-check")
        proposed = slips.filter(state="proposed").count()
        add(proposed, "待确认的督办单", f"{slips_page}?tab=proposed", "去确认", "bell-exclamation")
        answered = slips.filter(state="answered").count()
        add(answered, "待办结的督办单", f"{slips_page}?tab=answered", "去办结", "bell-exclamation")
        drafts = bulletins_waiting(user)
        add(drafts, "待送签的通报草稿", reverse("reports:list") + "?state=draft", "去处理", "file-text")
        news = NewsItem.objects.filter(state="submitted").count()
        add(news, "待办理的工作动态", reverse("reports:news") + "?state=submitted", "去办理", "news")
        _add_money(add, user, "待市级核实")
        owing = len(missing.counties_missing(today))
        number = f"{int(missing.month_due(today)[5:])}月"
        page = reverse("projects:money_months") + "#missing"
        add(owing, f"未报齐{number}资金月报的县市区", page, "去提醒", "coin-yuan")
    if user.role == LEADER:
        late = slips.unanswered().filter(escalated_on__isnull=False).count()
        add(late, "逾期未答复的督办单", f"{slips_page}?tab=late", "去查看", "bell-exclamation")
        answered = instructions.filter(state="answered").count()
        add(answered, "待办结的批示", f"{instructions_page}?tab=answered", "去办结", "flag")
        signing = bulletins_waiting(user)
        add(signing, "待签发的通报", reverse("reports:list") + "?state=in_review", "去签发", "file-text")
    return lines


def _add_money(add, user, words):
    """The queues of money that this user verifies."""
    for kind, model in KINDS.items():
        text = f"{words}的{model._meta.verbose_name}"
        add(
            verification.waiting_for(model, user).count(),
            text,
            f"{reverse('projects:verify')}?kind={kind}",
            "去核实",
            "coin-yuan",
        )
