"""What may be read at all: kinds of files, encodings, and packages that are refused before parsing."""

import io
import random
import resource
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tasklists.plans import packages
from tasklists.plans.sources import UnreadableSource, read_lines

TEXT = "一、任务\n1.建平台。(责任单位:市科技局)"


def make_docx(text="一、任务"):
    document = docx.Document()
    document.add_paragraph(text)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def with_member(name, content, base=None, **kinds):
    """The .docx `base` with one more (or replaced) member."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or make_docx())) as old, zipfile.ZipFile(packed, "w", **kinds) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return packed.getvalue()


def with_relationship(kind, target):
    """A .docx whose document points outside by a relationship of this kind."""
    base = make_docx()
    name = "word/_rels/document.xml.rels"
    with zipfile.ZipFile(io.BytesIO(base)) as package:
        relations = package.read(name).decode()
    extra = (
        '<Relationship Id="rId99" TargetMode="External" Target="' + target + '" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/' + kind + '"/>'
    )
    return with_member(name, relations.replace("</Relationships>", extra + "</Relationships>"), base)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_usual_encodings(encoding):
    lines = read_lines("plan.txt", TEXT.encode(encoding))
    assert [(line.number, line.text) for line in lines] == [(1, "一、任务"), (2, "1.建平台。(责任单位:市科技局)")]


def test_windows_line_ends_count_once():
    assert [line.number for line in read_lines("-", b"a\r\nb\rc\nd")] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("plan.pdf", b"%PDF-1.7 ...", "PDF"),
        ("plan.txt", b"%PDF-1.7 ...", "PDF"),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        ("plan.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加密"),
        ("plan.docx", TEXT.encode(), "不是有效的 .docx"),
        ("plan.docx", b"PK\x03\x04broken", "已损坏"),
        ("plan.xlsx", make_docx(), "扩展名不符"),
        ("plan.csv", TEXT.encode(), "只能读取"),
        ("plan.txt", b"\x00\x01\x02binary", "不是纯文本"),
        ("plan.txt", b"   \n ", "没有文字"),
        ("plan.txt", b"\xff\xff\x81\x20\xff", "编码"),
        ("plan.txt", b"a" * 20_001, "过长"),
        ("plan.txt", b"a\n" * 1_000_001, "过长"),
        ("plan.txt", b"a" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)
def test_wrong_kinds_are_refused_in_one_sentence(name, data, words):
    with pytest.raises(UnreadableSource) as refusal:
        read_lines(name, data)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith("。")
    assert str(refusal.value).count("。") == 1


@pytest.mark.parametrize("member", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/a.xml"])
def test_active_content_is_refused(member):
    with pytest.raises(UnreadableSource, match="宏或嵌入对象"):
        read_lines("plan.docx", with_member(member, b"x"))


def test_macro_content_type_is_refused():
    kind = b'<Types><Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    with pytest.raises(UnreadableSource, match="宏"):
        read_lines("plan.docx", with_member("[Content_Types].xml", kind))


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame"])
def test_external_relationships_are_refused(kind):
    with pytest.raises(UnreadableSource, match="外部内容"):
        read_lines("plan.docx", with_relationship(kind, "http://other.example/x"))


def test_a_plain_hyperlink_is_no_reason_to_refuse():
    assert read_lines("plan.docx", with_relationship("hyperlink", "http://other.example/x"))[0].text == "一、任务"


def test_zip_bomb_is_refused_before_parsing():
    bomb = with_member("word/media.xml", b"0" * (30 * 1024 * 1024), compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(UnreadableSource, match="解压后过大"):
        read_lines("plan.docx", bomb)


def test_unpacked_size_has_a_limit(monkeypatch):
    monkeypatch.setattr(packages, "MAX_UNPACKED", 1000)
    with pytest.raises(UnreadableSource, match="解压后过大"):
        read_lines("plan.docx", make_docx())


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(packages, "MAX_MEMBERS", 5)
    with pytest.raises(UnreadableSource, match="内部文件过多"):
        read_lines("plan.docx", make_docx())


def test_encrypted_member_is_refused():
    data = bytearray(make_docx())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    with pytest.raises(UnreadableSource, match="已加密"):
        read_lines("plan.docx", bytes(data))


def test_entities_are_not_expanded():
    evil = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "x">]><d>&a;</d>'
    with pytest.raises(UnreadableSource):
        read_lines("plan.docx", with_member("word/document.xml", evil))


def add_numbered(document, text, number, level):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    block = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", level), ("w:numId", number)):
        part = OxmlElement(tag)
        part.set(qn("w:val"), str(value))
        block.append(part)
    properties.append(block)


def define_numbers(document):
    """A list 一、 / (一) / 1. as Word's automatic numbering; returns its id."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for level, (form, pattern) in enumerate(
        (("chineseCounting", "%1、"), ("chineseCounting", "(%2)"), ("decimal", "%3."))
    ):
        element = OxmlElement("w:lvl")
        element.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", pattern)):
            part = OxmlElement(tag)
            part.set(qn("w:val"), value)
            element.append(part)
        abstract.append(element)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    pointer = OxmlElement("w:abstractNumId")
    pointer.set(qn("w:val"), "77")
    number.append(pointer)
    numbering.append(number)
    return 77


def test_automatic_numbers_of_word_are_counted():
    document = docx.Document()
    number = define_numbers(document)
    for text, level in (
        ("交通", 0),
        ("轨道", 1),
        ("建高铁", 2),
        ("修支线", 2),
        ("公路", 1),
        ("改国道", 2),
        ("民生", 0),
    ):
        add_numbered(document, text, number, level)
    packed = io.BytesIO()
    document.save(packed)
    assert [line.text for line in read_lines("plan.docx", packed.getvalue())] == [
        "一、交通", "(一)轨道", "1.建高铁", "2.修支线", "(二)公路", "1.改国道", "二、民生",
    ]  # fmt: skip


def test_deleted_text_is_not_read():
    document = docx.Document()
    paragraph = document.add_paragraph("建平台")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    gone = OxmlElement("w:delText")
    gone.text = "旧字"
    run.append(gone)
    deleted.append(run)
    paragraph._p.append(deleted)
    packed = io.BytesIO()
    document.save(packed)
    assert [line.text for line in read_lines("plan.docx", packed.getvalue())] == ["建平台"]


def test_headings_and_merged_cells_are_known():
    document = docx.Document()
    document.add_heading("标题", 2)
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "并"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "宽"
    packed = io.BytesIO()
    document.save(packed)
    heading, first, second = read_lines("plan.docx", packed.getvalue())
    assert heading.heading == 2
    assert (second.row.cells, second.row.continued, second.row.spanned) == (
        ("并", "宽", "宽"), (True, False, False), (False, False, True),
    )  # fmt: skip
    assert first.row.table == second.row.table


def of_tags(blocks):
    """A .docx of so many times 60 empty paragraphs, with what keeps it from being packed too well."""
    noise = random.Random(1)
    body = b"".join(b"<w:p/>" * 60 + b"<!--%x-->" % noise.getrandbits(64) for _ in range(blocks))
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return with_member("word/document.xml", head + body + b"</w:body></w:document>", compression=zipfile.ZIP_DEFLATED)


def test_a_document_of_countless_tags_is_parsed_apart_and_refused():
    packed = of_tags(5_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableSource, match="内容过大，无法读取"):
        read_lines("plan.docx", packed)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KB
