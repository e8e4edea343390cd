"""The command and the page of the proofreader, and its check against this site's rows."""

import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from docx import Document as Word

from accounts.models import Organisation
from common import clock
from reports.bulletins.content import Column, Document, Heading, Paragraph, Table
from reports.figures import find_figure
from reports.proofreading.proofread import document_text, proofread_document, proofread_text
from tests.make import client_of, make_business_date, make_organisation, make_user

TODAY = date(2023, 12, 13)
FAULTY = "年度重点任务共150项，已完成96项，完成率65%。"


def run(path, capsys, *options, status=0):
    if status:
        with pytest.raises(SystemExit) as stop:
            call_command("proofread", str(path), *options)
        assert stop.value.code == status
    else:
        call_command("proofread", str(path), *options)
    return capsys.readouterr()


@pytest.mark.django_db
def test_the_command_prints_one_json_document(tmp_path, capsys):
    path = tmp_path / "通报.txt"
    path.write_text(FAULTY, encoding="utf-8")
    answer = json.loads(run(path, capsys, "--json").out)
    assert answer == {
        "findings": [
            {"kind": "rate", "quote": "完成率65%", "written": "65", "expected": "64", "because": "96 ÷ 150"},
        ],
        "checked": 1,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_command_reads_a_word_file_with_its_tables(tmp_path, capsys):
    word = Word()
    word.add_paragraph("各县（市、区）进展如下。")
    rows = [
        ("单位", "任务数（项）", "已完成（项）"),
        ("齐河县", "30", "24"),
        ("禹城市", "22", "20"),
        ("合计", "53", "44"),
    ]
    table = word.add_table(rows=len(rows), cols=3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    path = tmp_path / "通报.docx"
    word.save(path)
    answer = json.loads(run(path, capsys, "--json").out)
    assert [(f["kind"], f["written"], f["expected"]) for f in answer["findings"]] == [("sum", "53", "52")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.txt", b"", "文件是空的"),
        ("图.txt", b"\x89PNG\r\n\x1a\n", "图片"),
        ("表.xlsx", b"PK\x03\x04", "只能校核"),
        ("坏.docx", b"PK\x03\x04 broken", "已损坏"),
        ("乱.txt", "任务\x00共".encode(), "控制字符"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(tmp_path, capsys, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    answer = run(path, capsys, "--json", status=2)
    assert answer.out == "" and says in answer.err and answer.err.count("\n") == 1


@pytest.mark.django_db
def test_a_bad_date_and_a_missing_file_are_refused(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text(FAULTY, encoding="utf-8")
    assert "2023-13-01" in run(path, capsys, "--as-of", "2023-13-01", status=2).err
    assert "没有这个文件" in run(tmp_path / "无.txt", capsys, status=2).err


@pytest.mark.django_db
def test_standard_input_is_read(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FAULTY.encode()), encoding="utf-8"))
    assert json.loads(run("-", capsys, "--json").out)["findings"][0]["expected"] == "64"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["coordinator", "leader", "reviewer"])
def test_those_who_check_bulletins_may_proofread_a_text(role):
    make_business_date()
    client = client_of(make_user(role))
    page = client.post(reverse("reports:proofread"), {"text": FAULTY}).content.decode()
    assert "改为 64" in page and 'id="place-1"' in page and "核对了 1 处关系" in page
    assert page.count(FAULTY) == 1  # in the form; in the marked text the place divides it


@pytest.mark.django_db
def test_the_page_shows_what_was_not_checked_and_the_day_of_this_sites_figures():
    make_business_date()
    client = client_of(make_user("coordinator"))
    page = client.post(reverse("reports:proofread"), {"text": f"{FAULTY}走访企业20家。"}).content.decode()
    assert '<span class="unproved">20家</span>' in page and "其中 1 个没有可对照的依据" in page
    assert f"按截至 {clock.today():%Y-%m-%d} 的数" in page


@pytest.mark.django_db
def test_a_sum_of_which_any_part_may_be_wrong_is_shown_whole_and_not_corrected():
    make_business_date()
    text = "全市对接事项共186项，其中已办结112项、正在办理71项、尚未启动13项，办结率为60.2%。"
    page = client_of(make_user("coordinator")).post(reverse("reports:proofread"), {"text": text}).content.decode()
    assert "分项之和" in page and "112 + 71 + 13 = 196" in page and "改为" not in page


@pytest.mark.django_db
def test_a_reporter_may_not_proofread():
    client = client_of(make_user("dept_reporter", make_organisation()))
    assert client.get(reverse("reports:proofread")).status_code == 403


@pytest.mark.django_db
def test_an_upload_is_proofread_and_a_refusal_loses_nothing():
    make_business_date()
    client = client_of(make_user("coordinator"))
    upload = SimpleUploadedFile("通报.txt", FAULTY.encode())
    assert "改为 64" in client.post(reverse("reports:proofread"), {"file": upload}).content.decode()
    bad = SimpleUploadedFile("通报.pdf", b"%PDF-1.4")
    page = client.post(reverse("reports:proofread"), {"text": "原来的文字", "file": bad}).content.decode()
    assert "只能校核 .docx、.txt 文件" in page and "原来的文字" in page
    assert "没有可以校核的文字" in client.post(reverse("reports:proofread"), {"text": " "}).content.decode()


@pytest.mark.django_db
def test_markup_in_a_text_stays_text():
    client = client_of(make_user("coordinator"))
    page = client.post(
        reverse("reports:proofread"), {"text": "</textarea><script>1</script>共3项，其中甲1项、乙1项、丙2项"}
    )
    assert "<script>1" not in page.content.decode()


@pytest.mark.django_db
def test_a_documents_findings_name_their_block():
    table = Table(
        "进展情况",
        [Column("单位"), Column("任务数（项）"), Column("已完成（项）")],
        [["齐河县", "30", "24"], ["禹城市", "22", "20"], ["合计", "52", "45"]],
    )
    document = Document("通报", blocks=[Heading(1, "一、总体进展"), Paragraph([FAULTY]), table])
    report = proofread_document(document, None)
    assert [(f.kind, f.block, f.cell) for f in report.findings] == [("rate", 1, None), ("sum", 2, (2, 2))]
    finding = report.findings[0]
    assert document.blocks[1].text[finding.offset :].startswith("65%")
    text, places = document_text(document)
    assert all(text[start:end] for start, end, _, _ in places)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo_site")
class TestAgainstTheSite:
    @pytest.mark.parametrize(
        ("text", "written", "expected"),
        [
            ("围绕5个方面，谋划确定42项工作要点，58个市直部门单位分解150项重点任务。", "42", "40"),
            ("谋划确定40项工作要点，56个市直部门单位分解150项重点任务。", "56", "58"),
            ("58个市直部门单位分解155项重点任务，逐项明确时限。", "155", "150"),
            ("累计编发《京津冀协同发展情况通报》45期，通报工作动态419条。", "45", "43"),
            ("累计编发《京津冀协同发展情况通报》43期，通报工作动态信息429条。", "429", "419"),
            ("国家和省支持政策细化为71条措施，分解为126项具体任务。", "126", "127"),
            ("国家和省支持政策分解为127项具体任务，目前已完成46项。", "46", "49"),
            ("今年以来，新开工京津冀地区过亿元项目160个。", "160", "150"),
            ("今年以来，全市京津冀项目到位资金119.1亿元，提前完成目标。", "119.1", "109.1"),
            ("举办“融入京津冀国企德州行”活动，签约项目43个。", "43", "42"),
            ("举办“融入京津冀国企德州行”活动，签约项目42个，总投资423.3亿元。", "423.3", "432.3"),
            ("今年以来，新增京津冀深度合作企业40家。", "40", "44"),
            ("转化京津冀科技成果22项，企业获益较多。", "22", "21"),
            ("围绕6个方面，谋划确定40项工作要点。", "6", "5"),
            ("截至12月13日，年度任务150项中已办结108项，未办结42项；支持政策类任务127项已完成47项。", "47", "49"),
            ("今年以来，全市签约项目42个，签约总投资432.3亿元，其中已注册31个，已开工19个。", "19", "18"),
        ],
    )
    def test_a_figure_that_differs_from_the_rows_is_found(self, text, written, expected):
        found = proofread_text(text, today=TODAY).findings
        assert [(f.kind, f.written, f.expected) for f in found] == [("data", written, expected)]
        assert "本站" in found[0].because

    @pytest.mark.parametrize(
        ("text", "named", "off"),
        [
            (
                "截至12月13日，{place}到位资金{funds}亿元，新开工项目{started}个，完成投资{invested}亿元。",
                "齐河县",
                "started",
            ),
            ("{place}承担任务{total}项，已完成{done}项，完成率{rate}%。", "市商务局", "total"),
        ],
    )
    def test_the_figures_of_one_organisation(self, text, named, off):
        code = Organisation.objects.get(short=named).code
        own = {key: find_figure(f"organisations.{code}.{key}", TODAY).value for key in ("total", "done", "rate")}
        keys = {"funds": "funds.in_place", "started": "projects.started.count", "invested": "investments.completed"}
        figures = {name: find_figure(key, TODAY, county=code) for name, key in keys.items()}
        own |= {name: figure.value for name, figure in figures.items() if figure}
        right = proofread_text(text.format(place=named, **own), today=TODAY)
        assert right.findings == [] and right.by_kind["data"] == 3
        wrong = proofread_text(text.format(place=named, **own | {off: own[off] + 1}), today=TODAY).findings
        assert ("data", str(own[off])) in [(finding.kind, finding.expected) for finding in wrong]

    def test_right_figures_are_counted_as_checked(self):
        text = (
            "累计编发情况通报43期，通报工作动态419条。今年以来，新开工京津冀地区过亿元项目150个、到位资金109.1亿元。"
        )
        report = proofread_text(text, today=TODAY)
        assert report.findings == [] and report.by_kind["data"] == 4

    @pytest.mark.parametrize(
        "text",
        [
            "齐河县到位资金3.3亿元，新开工项目2个。",  # demonstration rows alone do not accuse a text
            "2022年，新开工京津冀地区过亿元项目96个。",
            "力争新开工京津冀地区过亿元项目180个，到位资金130亿元。",
            "11月份，全市到位资金12.6亿元。",
            "截至2024年6月30日，新开工京津冀地区过亿元项目60个。",
            "唐山市新开工过亿元项目374个。",
            "市商务局召开会议，编发简报12期。",
            "本年采用工作动态159条，编发情况通报12期。",
            "支持政策任务127项，未办结78项。",
        ],
    )
    def test_figures_of_other_places_times_and_goals_are_left_alone(self, text):
        assert proofread_text(text, today=TODAY).findings == []

    def test_figures_as_of_another_day_than_the_one_asked_for_are_left_alone(self):
        text = "截至11月底，全市到位资金104.2亿元。"
        assert proofread_text(text, TODAY, today=TODAY).by_kind == {}

    def test_the_date_is_the_one_asked_for_or_stated(self):
        text = "国家和省支持政策任务清单共127项，已完成45项，正在推进82项，完成率35.4%。"
        assert proofread_text(text, date(2023, 11, 30), today=TODAY).findings == []
        assert proofread_text(f"截至2023年11月30日，{text}", today=TODAY).findings == []
        later = proofread_text(text, date(2023, 12, 13), today=TODAY).findings
        assert {(f.kind, f.written, f.expected) for f in later} >= {("data", "45", "49"), ("data", "82", "78")}
