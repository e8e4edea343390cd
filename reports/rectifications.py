"""The printed rectification slip (整改单): what the health check found, what is asked, what was answered."""

from django.conf import settings

from common.amounts import grouped
from projects.models import HealthFinding
from reports.bulletins.composing import OFFICE
from reports.bulletins.content import Column, Document, Heading, Paragraph, Table
from reports.bulletins.docx import build_docx
from reports.bulletins.pdf import build_pdf
from reports.bulletins.wording import day


def compose_rectification(finding: HealthFinding) -> Document:
    """Return the slip as a document; with its answer once there is one."""
    project = finding.project
    rows = [
        ["项目", f"{project.name}（编号{project.code}）"],
        ["投资方", project.investor or "–"],
        ["签约总投资", f"{grouped(project.total_investment)}万元" if project.total_investment is not None else "–"],
        ["体检情形", finding.get_rule_display()],
    ]
    blocks = [
        Heading(1, "一、整改项目"),
        Table("", [Column("项目", weight=1), Column("内容", weight=4)], rows),
        Heading(1, "二、发现的问题"),
        Paragraph([f"{day(finding.found_on)}体检：{finding.basis}"]),
        Heading(1, "三、整改要求"),
        Paragraph(
            [
                f"请你单位查明原因，明确措施和责任人，于{day(finding.due_on)}前完成整改，"
                "在督导平台填写整改情况并上传佐证，由协调办复核办结。"
            ]
        ),
    ]
    if finding.answer:
        blocks += [
            Heading(1, "四、整改情况"),
            Paragraph([f"{finding.owner.short}{day(finding.answered_on)}答复："]),
            *(Paragraph([line]) for line in finding.answer.splitlines() if line.strip()),
        ]
        if finding.file:
            blocks.append(Paragraph([f"佐证：{finding.file.name}。"]))
        if finding.closed_on:
            blocks.append(Paragraph([f"{day(finding.closed_on)}复核办结。"]))
        elif finding.return_reason:
            blocks.append(Paragraph([f"协调办退回重新整改：{finding.return_reason}"]))
    number = finding.full_number
    return Document(
        title=f"关于“{project.name}”的整改单",
        banner="整改单",
        doc_no=number,
        addressees=f"{finding.owner.name}：",
        blocks=blocks,
        signature=OFFICE,
        signed_on=finding.found_on,
        issuer=OFFICE,
        issued_on=finding.found_on,
        metadata={"author": OFFICE, "subject": f"整改单{number}"},
        demo_mark="示例数据，仅供演示" if finding.is_demo or project.is_demo else "",
    )


def rectification_file(finding: HealthFinding, ending: str) -> bytes:
    """Return the printed slip as ``pdf`` or ``docx``. Same slip, same bytes."""
    document = compose_rectification(finding)
    if ending == "docx":
        return build_docx(document, {})
    return build_pdf(document, {}, font_dirs=settings.FONT_DIRS)
