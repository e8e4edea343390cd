"""What an editor puts into a draft: tables typed or pasted, photos, charts of the catalogue, figures found."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import UserError
from common.models import AuditEntry
from reports.bulletins import building, edit_reading, editing, publishing
from reports.bulletins.comparing import text_changes
from reports.bulletins.content import Chart, Document, FigureRef, Heading, Paragraph, Photo, Table
from reports.bulletins.editions import Edition
from reports.bulletins.figure_search import find_figures
from reports.bulletins.kept import document_path
from reports.integrity.findings import Findings
from reports.integrity.issues import check_bulletins
from reports.models import Bulletin
from tests.make import client_of
from tests.photos import photo_file
from tests.reports.test_bulletins import PNG
from tests.reports.test_editing import issue, leader, office, post, run_jobs, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]
TODAY, DAY = date(2023, 12, 13), date(2023, 11, 30)
TABLE = {
    "type": "table",
    "caption": "两县项目情况",
    "header": ["县", "项目（个）", "到位资金（亿元）"],
    "rows": [["齐河县", "12", "3.5"], ["禹城市", "8", "2.25"], ["合计", "20", "5.75"], ["", "", ""]],
    "notes": "",
}


@pytest.fixture(autouse=True)
def _without_browser(monkeypatch, settings, tmp_path):
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    monkeypatch.setattr(building, "chart_png", lambda figure, width, height: PNG)


@pytest.fixture
def draft():
    return building.store_built(building.build(Edition("monthly", "2023-11"), today=TODAY), by=office())


@pytest.fixture
def brief():
    """A draft of a few words, for what needs no data and no files."""
    document = Document("标题", blocks=[Heading(1, "一、总体进展"), Paragraph(["今年以来，进展顺利。"])])
    return Bulletin.objects.create(
        kind="monthly", period="2023-11", year=2023, title="标题", content=document.to_json(), as_of=DAY,
        drafted_by=office(),
    )  # fmt: skip


def uploaded(draft, **options):
    url = reverse("reports:edit_photo", args=[draft.pk])
    return client_of(office()).post(url, {"photo": photo_file(**options)})


def saved(draft, *blocks):
    """Put blocks before the first paragraph, save, set the files, and return the draft."""
    body = sent(draft)
    body["blocks"][1:1] = list(blocks)
    answer = post(client_of(office()), "reports:edit_save", draft, body)
    assert answer.status_code == 200, answer.json()
    run_jobs()
    draft.refresh_from_db()
    return draft


def pdf_text(bulletin):
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(document_path(bulletin.pdf_sha256, "pdf")) as pages:
        return "".join(page.get_text() for page in pages)


def docx_xml(bulletin):
    with zipfile.ZipFile(io.BytesIO(document_path(bulletin.docx_sha256, "docx").read_bytes())) as package:
        return package.read("word/document.xml").decode(), package.namelist()


def test_a_table_is_kept_without_its_empty_rows_and_stands_in_page_docx_and_pdf(draft):
    saved(draft, TABLE)
    table = Document.from_json(draft.content).blocks[1]
    assert isinstance(table, Table) and table.own and len(table.rows) == 3
    assert [column.align for column in table.columns] == ["center", "center", "center"]
    page = client_of(office()).get(reverse("reports:detail", args=[draft.pk])).content.decode()
    xml, _ = docx_xml(draft)
    for text in ("两县项目情况", "到位资金（亿元）", "禹城市"):
        assert text in page and text in xml and text in draft.plain_text
    assert "<w:tblHeader/>" in xml[xml.index("两县项目情况") :][:4000], "its header repeats on every page"
    assert "两县项目情况" in pdf_text(draft)
    body = sent(draft)
    assert edit_reading.read_edit(draft, body) == Document.from_json(draft.content)


def test_the_proofreader_reads_a_table_typed_in_the_editor(brief):
    wrong = TABLE | {"rows": [["齐河县", "12", "3.5"], ["禹城市", "8", "2.25"], ["合计", "21", "5.75"]]}
    body = sent(brief)
    body["blocks"].insert(1, wrong)
    told = post(client_of(office()), "reports:edit_proof", brief, body).json()["proof"]
    assert 'data-written="21"' in told and 'data-row="2"' in told and 'data-column="1"' in told and "改为 20" in told


def test_a_cell_holds_a_bound_figure_and_a_number_over_it_needs_a_reason(brief):
    cell = {"key": "funds.in_place", "text": "109.1亿元"}
    rows = {"rows": [["全市", "150", cell]]}
    table = edit_reading.read_edit(brief, sent(brief, blocks=[TABLE | rows])).blocks[0]
    assert table.rows[0][2] == FigureRef("109.1亿元", "funds.in_place")
    cell["text"] = "110亿元"
    with pytest.raises(UserError, match="第1段的表第1行把“109.1亿元”改写成“110亿元”，请写明理由"):
        edit_reading.read_edit(brief, sent(brief, blocks=[TABLE | rows]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"caption": ""}, "第1段的表没有标题"),
        ({"rows": [["", "", ""]]}, "第1段的表还没有内容"),
        ({"rows": [["一格"]]}, "第1段的表第1行有1格，表头有3格"),
        ({"rows": [["甲", "1", "2"]] * 201}, "第1段的表有201行，最多200行"),
        ({"header": [str(n) for n in range(13)]}, "第1段的表有13列，一页最多排12列"),
        ({"header": []}, "第1段的表没有列"),
        ({"rows": [["字" * 201, "1", "2"]]}, "第1段的表第1行的一格有201个字"),
        ({"rows": [[1, 2, 3]]}, "页面内容不完整"),
        ({"rows": "x"}, "页面内容不完整"),
    ],
)
def test_a_table_that_cannot_be_set_is_refused_at_its_place(brief, change, said):
    answer = post(client_of(office()), "reports:edit_save", brief, sent(brief, blocks=[TABLE | change]))
    assert answer.status_code == 422 and said in answer.json()["error"]


def test_control_characters_and_markup_in_cells_stay_harmless_text(draft):
    rows = [["<b>甲</b>\x07\u202e", "#1\t2", "$3$"]]
    saved(draft, TABLE | {"rows": rows})
    page = client_of(office()).get(reverse("reports:edit", args=[draft.pk])).content.decode()
    assert "&lt;b&gt;甲&lt;/b&gt;" in page and "<b>甲</b>" not in page
    assert "<b>甲</b>" in pdf_text(draft)


def test_a_photo_is_scaled_kept_and_printed_with_its_words(draft):
    told = uploaded(draft, width=3000, height=2000).json()
    assert told["key"].startswith("photo-") and told == uploaded(draft, width=3000, height=2000).json()
    assert AuditEntry.objects.filter(action="上传通报照片").exists()
    saved(draft, {"type": "photo", "key": told["key"], "caption": "12月1日，签约现场", "alt": "两人握手"})
    assert Document.from_json(draft.content).blocks[1] == Photo(told["key"], "12月1日，签约现场", "两人握手")
    page = client_of(office()).get(reverse("reports:detail", args=[draft.pk])).content.decode()
    assert f'src="{told["url"]}" alt="两人握手"' in page and "12月1日，签约现场" in page
    picture = client_of(office()).get(told["url"])
    assert picture["Content-Type"] == "image/jpeg" and picture.content[:3] == b"\xff\xd8\xff"
    xml, names = docx_xml(draft)
    assert 'descr="两人握手"' in xml and any(name.endswith((".jpg", ".jpeg")) for name in names)
    assert "12月1日，签约现场" in pdf_text(draft)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "a.jpg", "content": b"\xff\xd8\xff" + bytes(30 * 1024 * 1024)}, "照片有 30 MB，超过 20 MB"),
        ({"name": "a.png", "content": b"<svg/>"}, "照片未上传：文件内容与扩展名 png 不符。"),
    ],
)
def test_a_bad_photo_is_refused_in_a_sentence(brief, options, said):
    answer = uploaded(brief, **options)
    assert answer.status_code == 422 and said in answer.json()["error"]


def test_a_photo_needs_a_caption_and_must_be_here(brief):
    key = uploaded(brief).json()["key"]
    with pytest.raises(UserError, match="第1段的照片没有说明"):
        edit_reading.read_edit(brief, sent(brief, blocks=[{"type": "photo", "key": key, "caption": " "}]))
    for absent in ("photo-" + "0" * 64, "../../etc/passwd", 7):
        with pytest.raises(UserError, match="已不在本站"):
            edit_reading.read_edit(brief, sent(brief, blocks=[{"type": "photo", "key": absent, "caption": "图"}]))


def test_readers_get_the_pictures_of_their_issue_only(draft):
    key = uploaded(draft).json()["key"]
    url = reverse("reports:picture", args=[draft.pk, key])
    reader = client_of(User.objects.get(username="shangwu"))
    assert reader.get(url).status_code == 404, "a draft is the office's"
    issued = issue(saved(draft, {"type": "photo", "key": key, "caption": "现场"}))
    assert reader.get(url).status_code == 200
    other = uploaded(draft, shade=9).json()["key"]
    assert reader.get(reverse("reports:picture", args=[issued.pk, other])).status_code == 404
    assert reader.get(reverse("reports:picture", args=[issued.pk, "closing"])).status_code == 200


def test_an_issued_photo_is_frozen_and_a_changed_file_is_found(draft):
    key = uploaded(draft).json()["key"]
    issue(saved(draft, {"type": "photo", "key": key, "caption": "现场"}))
    findings = Findings()
    check_bulletins(findings)
    assert not [fault for fault in findings.faults if key in str(fault)]
    document_path(key.removeprefix("photo-"), "jpg").write_bytes(b"changed")
    findings = Findings()
    check_bulletins(findings)
    assert [fault for fault in findings.faults if key in str(fault)]


def test_a_chart_of_the_catalogue_is_drawn_when_the_files_are_set(draft):
    assert "department" not in draft.figures["pictures"]
    saved(draft, {"type": "chart", "key": "department"})
    chart = Document.from_json(draft.content).blocks[1]
    assert isinstance(chart, Chart) and chart.caption == "部门进度（%）" and "截至2023年11月30日" in chart.alt
    assert "department" in draft.figures["pictures"] and not draft.build_notes
    page = client_of(office()).get(reverse("reports:detail", args=[draft.pk])).content.decode()
    assert reverse("reports:picture", args=[draft.pk, "department"]) in page
    with pytest.raises(UserError, match="第1段的图不在目录中"):
        edit_reading.read_edit(draft, sent(draft, blocks=[{"type": "chart", "key": "nothing"}]))


def test_tables_and_charts_of_the_data_keep_their_place_over_several_savings(draft):
    kept = [block for block in Document.from_json(draft.content).blocks if isinstance(block, Table | Chart)]
    opened = sent(draft)
    for words in ("第一次加的话。", "第二次加的话。"):
        opened["blocks"].insert(1, {"type": "paragraph", "lead": "", "runs": [words]})
        assert post(client_of(office()), "reports:edit_save", draft, opened).status_code == 200
        draft.refresh_from_db()
        opened["version"] = draft.version
    now = [block for block in Document.from_json(draft.content).blocks if isinstance(block, Table | Chart)]
    assert now == kept, "the page opened once and saved twice names them by what they hold"


def test_a_table_taken_out_saved_and_taken_back_is_there_again(draft):
    opened = sent(draft)
    without = opened | {"blocks": [block for block in opened["blocks"] if block["type"] != "keep"]}
    post(client_of(office()), "reports:edit_save", draft, without)
    draft.refresh_from_db()
    answer = post(client_of(office()), "reports:edit_save", draft, opened | {"version": draft.version})
    assert answer.status_code == 200, answer.json()


def test_versions_show_what_was_put_in_and_bring_it_back(draft):
    key = uploaded(draft).json()["key"]
    before = Document.from_json(draft.content)
    saved(draft, TABLE, {"type": "photo", "key": key, "caption": "现场"})
    changes = [change for change in text_changes(before, Document.from_json(draft.content)) if not change.is_same]
    new = ["".join(piece.text for piece in change.after) for change in changes]
    assert "〔表〕两县项目情况" in new and any(line.startswith("〔照片〕现场") for line in new)
    editing.restore_version(bulletin=draft, number=1, version=draft.version, by=office())
    draft.refresh_from_db()
    assert Document.from_json(draft.content) == before
    editing.restore_version(bulletin=draft, number=2, version=draft.version, by=office())
    run_jobs()
    draft.refresh_from_db()
    assert "两县项目情况" in pdf_text(draft) and key in draft.figures["pictures"]


def test_the_same_draft_set_twice_has_the_same_bytes(draft):
    key = uploaded(draft).json()["key"]
    saved(draft, TABLE, {"type": "photo", "key": key, "caption": "现场"})
    document = Document.from_json(draft.content)
    pictures = building.pictures_of(draft)
    assert building.typeset(document, pictures, lambda *_: None) == building.typeset(
        document, pictures, lambda *_: None
    )


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        ("到位资金", "funds.in_place"),
        ("funds.in_place", "funds.in_place"),
        ("齐河 到位资金", "funds.in_place?county=371425"),
        ("funds.in_place?county=371425", "funds.in_place?county=371425"),
        ("齐河县 完成率", "organisations.371425.rate"),
        ("满意率", "service.good_rate"),
        ("北京 占比", "projects.started.share?origin=%E5%8C%97%E4%BA%AC%E5%B8%82"),
        ("", "tasks.annual.total"),
    ],
)
def test_a_figure_is_found_by_words_key_and_place(words, reference):
    found = {figure.reference: figure for figure in find_figures(words, DAY)}
    assert reference in found and found[reference].as_of == DAY
    assert len(found) <= 40


def test_the_dialog_lists_figures_and_says_when_there_are_none(brief):
    url = reverse("reports:edit_figures", args=[brief.pk])
    client = client_of(office())
    assert 'data-pick="funds.in_place?county=371425"' in client.get(url, {"q": "齐河 到位"}).content.decode()
    assert "没有找到" in client.get(url, {"q": "没有这样的数字"}).content.decode()


def test_the_page_learns_when_the_files_stand_and_why_they_do_not(draft, monkeypatch):
    client, url = client_of(office()), reverse("reports:edit_state", args=[draft.pk])
    assert client.get(url).json() == {"version": draft.version, "ready": True, "pages": draft.pages, "failed": ""}
    monkeypatch.setattr(editing, "typeset", lambda *_: (_ for _ in ()).throw(UserError("缺字体，排不了版。")))
    body = sent(draft, title="改了标题")
    post(client, "reports:edit_save", draft, body)
    assert client.get(url).json()["ready"] is False
    run_jobs()
    assert "缺字体，排不了版。" in json.dumps(client.get(url).json(), ensure_ascii=False)


def test_what_was_sent_for_signing_can_be_issued_with_all_of_it(draft):
    saved(draft, TABLE)
    ready = publishing.send_for_signing(bulletin=draft, version=draft.version, by=office(), answer="已核")
    assert ready.state == "in_review" and leader().role == "leader"


def test_changes_are_shown_with_their_neighbours_and_nothing_else():
    before = Document("标题", blocks=[Paragraph([f"第{n}段。"]) for n in range(9)])
    after = Document("标题", blocks=[Paragraph(["改了。" if n == 2 else f"第{n}段。"]) for n in range(9)])
    shown = ["".join(piece.text for piece in change.after) for change in text_changes(before, after)]
    assert shown == ["第1段。", "改了。", "第3段。"]
