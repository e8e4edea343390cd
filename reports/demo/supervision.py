"""Demonstration slips and instructions of 2023, then the check of the business date as the site itself does it."""

from dataclasses import dataclass

from accounts import notices
from accounts.permissions import COORDINATOR, LEADER
from common import periods, workdays
from common.loading import day, shipped
from reports.demo.calendar import TODAY
from reports.models import Bulletin
from tasklists import instructions, rules, slips, supervision
from tasklists.models import Instruction, SupervisionSlip, TaskEvent, TaskItem

State, Kind = SupervisionSlip.State, TaskEvent.Kind
# How far each slip has come; red ones in the order in which their tasks fell due, the last one is left to the check.
RED = (State.SIGNED, State.ANSWERED, State.SETTLED, State.SIGNED, State.ISSUED, State.ANSWERED)
OTHERS = {rules.BEHIND: (State.SETTLED, State.ANSWERED, State.SIGNED), rules.NEAR: (State.ISSUED, State.ISSUED)}
ACCOUNTS_OWN = "市商务局"  # one slip waits for the demonstration account of this organisation
LATEST_FOR_ACCOUNT = 3  # working days ago: its slip is still within its time
SENT_AHEAD = 4


@dataclass
class Writer:
    """Numbers the slips per colour as they are added; ``people`` maps organisations to (reporter, reviewer)."""

    people: dict
    office: object
    answers: list[str]

    def __post_init__(self):
        self.numbers, self.events, self.made = {}, [], []

    def add(self, item, state, issued_on):
        unit = item.acting[0].organisation
        reporter, _ = self.people.get(unit.short, (None, None))
        colour = supervision.COLOURS[item.light_reason]
        self.numbers[colour] = self.numbers.get(colour, 0) + 1
        slip = SupervisionSlip(
            item=item,
            organisation=unit,
            colour=colour,
            cause=supervision.cause_of(item, issued_on),
            reason=supervision.reason_of(item, issued_on),
            state=state,
            year=issued_on.year,
            number=self.numbers[colour],
            proposed_on=issued_on,
            issued_on=issued_on,
            issued_by=self.office,
            answer_due_on=periods.working_days_after(issued_on, slips.ANSWER_WORKING_DAYS),
            is_demo=True,
        )
        self.step(slip, Kind.SLIP_ISSUED, issued_on, self.office, slip.reason)
        if state != State.ISSUED:
            slip.signed_on, slip.signed_by = periods.working_days_after(issued_on, 1), reporter
        if state in (State.ANSWERED, State.SETTLED):
            slip.answer = self.answers[len(self.made) % len(self.answers)]
            slip.answered_on, slip.answered_by = min(TODAY, periods.working_days_after(issued_on, 2)), reporter
            self.step(slip, Kind.SLIP_ANSWERED, slip.answered_on, reporter, slip.answer)
        if state == State.SETTLED:
            slip.settled_on = min(TODAY, periods.working_days_after(issued_on, 4))
        slip.save()
        self.made.append(slip)

    def step(self, slip, kind, on, by, text):
        text = f"{slip.get_colour_display()}督办单 {slip.short_number}：{text}"
        self.events.append(
            TaskEvent(item=slip.item, kind=kind, on=on, by=by, organisation=slip.organisation, text=text, is_demo=True)
        )


def load_supervision(organisations, people, users):
    """Create slips and instructions, tell the demonstration accounts of them, and do the day's check."""
    words = shipped("demo/supervision.json")
    writer = Writer(people, users["xietiaoban"], words["answers"])
    _add_red(writer)
    _add_others(writer)
    TaskEvent.objects.bulk_create(writer.events)
    _tell(writer.made, people)
    _add_instructions(words["instructions"], organisations, users["lingdao"], people)
    supervision.run_checks(on=TODAY)
    TaskEvent.objects.filter(kind__in=(Kind.SLIP_ISSUED, Kind.SLIP_ANSWERED, Kind.INSTRUCTED)).update(is_demo=True)
    workdays.load_shipped_days()


def _facts(item, on):
    """Return the item with its facts on that day and the parts that must act."""
    found = TaskItem.objects.as_of(on).select_related("task_list").get(pk=item.pk)
    found.acting = [part for part in found.assignments.select_related("organisation") if part.decides]
    return found


def _add_red(writer):
    overdue = list(TaskItem.objects.supervised(TODAY).overdue(TODAY).order_by("due_on", "pk"))
    planned = []
    for item, state in zip(overdue, RED, strict=False):
        issued_on = periods.working_days_after(item.due_on, 1)
        own = item.assignments.filter(decides=True, organisation__short=ACCOUNTS_OWN).exists()
        if own and state == State.SETTLED:
            issued_on, state = periods.working_days_before(TODAY, LATEST_FOR_ACCOUNT), State.ISSUED
        planned.append((issued_on, item, state))
    for issued_on, item, state in sorted(planned, key=lambda row: row[0]):
        writer.add(_facts(item, issued_on), state, issued_on)


def _add_others(writer):
    on = periods.working_days_before(TODAY, SENT_AHEAD)
    for reason, states in OTHERS.items():
        items = TaskItem.objects.supervised(on).as_of(on).filter(light_reason=reason).order_by("due_on", "pk")
        for item, state in zip(items, states, strict=False):
            writer.add(_facts(item, on), state, on)


def _tell(made, people):
    """Put the messages of the slips into the inboxes of the demonstration accounts, on their days."""
    office, leaders = notices.people_in(COORDINATOR), notices.people_in(LEADER)
    for slip in made:
        url = slips.address_of(slip)
        notices.notify(
            recipients=people.get(slip.organisation.short, ()),
            key=f"slip:{slip.pk}:issued",
            title=f"收到{slip.get_colour_display()}督办单 {slip.short_number}",
            text=f"{slip.item.title}：{slip.reason}",
            url=url,
            on=slip.issued_on,
        )
        if slip.answered_on:
            notices.notify(
                recipients=office,
                key=f"slip:{slip.pk}:answered",
                title=f"{slip.organisation.short}答复了督办单 {slip.short_number}",
                text=slip.answer,
                url=url,
                on=slip.answered_on,
            )
    for slip in made:
        if slip.is_late(periods.working_days_before(TODAY, 10)):
            slips.escalate(slip, to=leaders, on=periods.working_days_after(slip.answer_due_on, 1))


def _add_instructions(words, organisations, leader, people):
    cold_chain = SupervisionSlip.objects.filter(organisation__short=ACCOUNTS_OWN, state=State.ANSWERED).first()
    item = cold_chain.item if cold_chain else SupervisionSlip.objects.earliest("pk").item
    monthly = Bulletin.objects.issued(day(words["bulletin"]["on"])).filter(kind=Bulletin.Kind.MONTHLY)
    bulletin = monthly.order_by("-issue").first()
    about = {
        "task": {"item": item, "about": f"任务 {item.task_list.short} {item.code}：{item.title}"},
        "bulletin": {"bulletin_id": bulletin.pk, "about": f"通报：{bulletin.title}"},
    }
    for name, row in words.items():
        made = Instruction.objects.create(
            text=row["text"],
            organisation=organisations[row["organisation"]],
            by=leader,
            on=day(row["on"]),
            due_on=day(row["due_on"]),
            is_demo=True,
            **about[name],
        )
        if made.item_id:
            TaskEvent.objects.create(
                item=item, kind=Kind.INSTRUCTED, on=made.on, by=leader, text=made.text, is_demo=True
            )
        notices.notify(
            recipients=[*people.get(row["organisation"], ()), *notices.people_in(COORDINATOR)],
            key=f"instruction:{made.pk}:given",
            title=f"领导批示，请{row['organisation']}于 {made.due_on} 前反馈",
            text=made.text,
            url=instructions.address_of(made),
            on=made.on,
        )
