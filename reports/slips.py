"""The printed slip (督办单): its content tree, which the engines of bulletins set by GB/T 9704-2012."""

from django.conf import settings

from reports.bulletins.composing import OFFICE
from reports.bulletins.content import Column, Document, Heading, Paragraph, Table
from reports.bulletins.docx import build_docx
from reports.bulletins.pdf import build_pdf
from reports.bulletins.wording import day
from tasklists.models import SupervisionSlip
from tasklists.slips import ANSWER_WORKING_DAYS

CAUSES = {
    SupervisionSlip.Colour.BLUE: "临近完成时限",
    SupervisionSlip.Colour.YELLOW: "推进滞后",
    SupervisionSlip.Colour.RED: "逾期未完成",
}


def compose_slip(slip: SupervisionSlip) -> Document:
    """Return the issued slip as a document; with its answer once there is one."""
    item = slip.item
    due = "长期坚持" if item.long_term else day(item.due_on) if item.due_on else "未定"
    rows = [
        ["任务", item.title],
        ["来源", f"{item.task_list.title}（编号{item.code}）"],
        ["完成时限", due],
        ["督办等级", f"{slip.get_colour_display()}（{CAUSES[slip.colour]}）"],
    ]
    blocks = [
        Heading(1, "一、督办事项"),
        Table("", [Column("项目", weight=1), Column("内容", weight=4)], rows),
        Heading(1, "二、督办事由"),
        Paragraph([slip.reason]),
        Heading(1, "三、办理要求"),
        Paragraph(
            [
                f"请你单位收到后即行签收，查明原因，明确措施和完成时间，于{day(slip.answer_due_on)}前"
                f"（{ANSWER_WORKING_DAYS}个工作日内）在督导平台书面答复。逾期未答复的，报领导小组领导。"
            ]
        ),
    ]
    if slip.answer:
        signed = f"{day(slip.signed_on)}签收，" if slip.signed_on else ""
        blocks += [
            Heading(1, "四、答复情况"),
            Paragraph([f"{slip.organisation.short}{signed}{day(slip.answered_on)}答复："]),
            *(Paragraph([line]) for line in slip.answer.splitlines() if line.strip()),
        ]
        if slip.settled_on:
            blocks.append(Paragraph([f"{day(slip.settled_on)}办结。"]))
    title = f"关于“{item.title}”的督办单"
    return Document(
        title=title,
        banner="督办单",
        doc_no=slip.full_number,
        addressees=f"{slip.organisation.name}：",
        blocks=blocks,
        signature=OFFICE,
        signed_on=slip.issued_on,
        issuer=OFFICE,
        issued_on=slip.issued_on,
        metadata={"author": OFFICE, "subject": f"督办单{slip.full_number}"},
        demo_mark="示例数据，仅供演示" if slip.is_demo or item.is_demo else "",
    )


def slip_file(slip: SupervisionSlip, ending: str) -> bytes:
    """Return the printed slip as ``pdf`` or ``docx``. Same slip, same bytes."""
    document = compose_slip(slip)
    if ending == "docx":
        return build_docx(document, {})
    return build_pdf(document, {}, font_dirs=settings.FONT_DIRS)
