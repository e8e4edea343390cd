"""What PDF/A-2b asks of a file, checked without a validator, and what is told where a file had to fall back."""

import io

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from common.errors import UserError
from reports.bulletins import building, pdf
from reports.bulletins.content import Paragraph
from reports.bulletins.fonts import FontsMissing
from reports.bulletins.pdf import build_pdf
from tests.reports.bulletin_documents import RARE, make_charts, make_document

BEYOND = "\U00020001\U0002a6d6"  # Extension B, in no name


@pytest.fixture(scope="module")
def reader():
    document = make_document(blocks=[*make_document().blocks, Paragraph([RARE])])
    return PdfReader(io.BytesIO(build_pdf(document, make_charts())))


@pytest.fixture(scope="module")
def objects(reader):
    found = [reader.get_object(IndirectObject(n, 0, reader)) for n in range(1, reader.trailer["/Size"])]
    return [value for value in found if hasattr(value, "get")]


def test_the_file_names_its_colours_language_and_standard(reader):
    root = reader.trailer["/Root"]
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1" and "/DestOutputProfile" in intent
    assert "/Encrypt" not in reader.trailer and "/ID" in reader.trailer
    assert root["/Lang"] == "zh-CN" and root["/MarkInfo"]["/Marked"]
    packet = root["/Metadata"].get_object()
    assert "/Filter" not in packet, "the properties are readable without unpacking"
    assert b"<pdfaid:part>2</pdfaid:part>" in packet.get_data()
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in packet.get_data()


def test_every_font_is_a_subset_inside_the_file_and_knows_its_characters(objects):
    fonts = [value for value in objects if value.get("/Subtype") == "/Type0"]
    assert len(fonts) >= 5
    assert not [value for value in objects if value.get("/Subtype") in ("/Type1", "/TrueType", "/Type3")]
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert font["/BaseFont"][7] == "+", "a subset bears six letters and a plus"


def test_nothing_in_the_file_acts_or_comes_from_outside(objects):
    for value in objects:
        assert value.get("/S") not in ("/JavaScript", "/Launch", "/Movie", "/Sound", "/ImportData", "/GoToR")
        assert "/JS" not in value and "/AA" not in value and "/EF" not in value
        assert value.get("/Filter") not in ("/LZWDecode", "/Crypt")
        assert "/TR" not in value and value.get("/Interpolate") is not True


def test_each_chart_has_its_words_for_those_who_cannot_see_it(objects):
    words = [value["/Alt"] for value in objects if value.get("/S") == "/Figure"]
    assert len(words) == 3 and all(words)


def test_characters_beyond_every_font_are_named_in_the_notes():
    assert building.unshown_notes(make_document(annexes=[])) == []
    (note,) = building.unshown_notes(make_document(blocks=[Paragraph([f"甲{BEYOND}乙{BEYOND}"])]))
    assert f"“{'、'.join(BEYOND)}”" in note and "\u3013" in note


def test_missing_fonts_are_a_refusal_in_one_sentence(monkeypatch):
    def missing(*_):
        raise FontsMissing("缺少公文字体（仿宋）。")

    monkeypatch.setattr(pdf.fonts, "families", missing)
    with pytest.raises(UserError, match="缺少公文字体"):
        building.typeset(make_document(annexes=[]), {}, lambda *_: None)
