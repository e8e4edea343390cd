"""The printed slip: its number, what it says, the same bytes for the same slip; for its organisation alone."""

import io
from datetime import date

import docx
import pymupdf
import pytest
from django.urls import reverse

from common.models import AuditEntry
from reports.slips import compose_slip, slip_file
from tests.make import client_of, make_business_date, make_item, make_list, make_organisation, make_slip, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    make_business_date()
    return make_organisation("市商务局")


@pytest.fixture
def slip(unit):
    task_list = make_list(title="2023年度重点任务", short="年度任务")
    item = make_item(
        task_list, lead=unit, title="京津冀农产品直供基地冷链仓储二期", code="37-2", due_on=date(2023, 11, 15)
    )
    reason = "应于2023年11月15日完成，已逾期23天，目前完成82%，序时100%。"
    return make_slip(item, number=14, reason=reason, answer_due_on=date(2023, 12, 15))


def pages_of(content):
    with pymupdf.open(stream=content) as pdf:
        return ["".join(page.get_text().split()) for page in pdf]


def lines_of(content):
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def test_pdf_says_number_addressee_reason_and_day_of_the_answer(slip):
    page = "".join(pages_of(slip_file(slip, "pdf")))
    for text in (
        "督办单",
        "德京津冀督〔2023〕红字14号",
        "市商务局：",
        "已逾期23天",
        "2023年12月15日前",
        "2023年12月8日",
    ):
        assert text in page, text
    assert "答复情况" not in page


def test_docx_says_the_same_in_real_styles(slip):
    content = slip_file(slip, "docx")
    assert "德京津冀督〔2023〕红字14号" in lines_of(content)
    styles = {p.text: p.style.name for p in docx.Document(io.BytesIO(content)).paragraphs}
    assert styles["一、督办事项"] == "Heading 1"
    cells = [cell.text for row in docx.Document(io.BytesIO(content)).tables[0].rows for cell in row.cells]
    assert "京津冀农产品直供基地冷链仓储二期" in cells and "2023年11月15日" in cells


def test_the_same_slip_gives_the_same_bytes(slip):
    for ending in ("pdf", "docx"):
        assert slip_file(slip, ending) == slip_file(slip, ending)


def test_an_answered_slip_prints_its_answer(unit):
    slip = make_slip(make_item(lead=unit), state="settled", answer="第一，抢工期。\n第二，月底完工。")
    text = "".join(pages_of(slip_file(slip, "pdf")))
    assert "四、答复情况" in text and "第二，月底完工。" in text


def test_a_demonstration_slip_says_so(slip):
    assert compose_slip(slip).demo_mark == ""
    slip.is_demo = True
    assert "示例数据" in pages_of(slip_file(slip, "pdf"))[0]


def test_markup_in_a_title_stays_text_and_long_ones_fit(unit):
    title = "#include <b>甲</b> $x$ *乙* " + "推进京津冀协同发展重点事项" * 10
    slip = make_slip(make_item(lead=unit, title=title[:160]))
    text = "".join(pages_of(slip_file(slip, "pdf")))
    assert "#include<b>甲</b>$x$*乙*" in text


def test_organisation_downloads_its_own_and_the_download_is_audited(slip, unit):
    reporter, outsider = make_user("dept_reporter", unit), make_user("dept_reporter")
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        address = reverse("reports:slip_file", args=[slip.pk, ending])
        answer = client_of(reporter).get(address)
        assert answer.content.startswith(start) and "attachment" in answer["Content-Disposition"]
        assert client_of(outsider).get(address).status_code == 404
    assert AuditEntry.objects.filter(action="下载督办单").count() == 2


def test_a_proposal_is_not_printed(unit):
    slip = make_slip(make_item(lead=unit), state="proposed")
    office = client_of(make_user("coordinator"))
    assert office.get(reverse("reports:slip_file", args=[slip.pk, "pdf"])).status_code == 404
    issued = make_slip(make_item(lead=unit))
    assert office.get(reverse("reports:slip_file", args=[issued.pk, "exe"])).status_code == 404
