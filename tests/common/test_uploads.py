"""Uploads: the kinds that are allowed, and every trick that is not."""

import io
import zipfile

import pytest

from common.errors import UserError
from common.uploads import MAX_BYTES, check_upload, clean_name

PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def package(main="word/document.xml", *, types=TYPES, rels=b"<Relationships/>", **more):
    """An Office package with the given extra members (names with __ for slashes)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, b"<document/>")
        archive.writestr("word/_rels/document.xml.rels", rels)
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return content.getvalue()


def relationship(kind, target):
    return (
        f'<Relationships><Relationship Id="r1" Type="http://x/relationships/{kind}" Target="{target}" '
        f'TargetMode="External"/></Relationships>'
    ).encode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, "pdf"),
        ("a.PNG", PNG, "png"),
        ("a.jpeg", JPG, "jpg"),
        ("a.jpg", JPG, "jpg"),
        ("方案.docx", package(), "docx"),
        ("台账.xlsx", package("xl/workbook.xml"), "xlsx"),
        ("链接.docx", package(rels=relationship("hyperlink", "https://example.com")), "docx"),
        ("打印.xlsx", package("xl/workbook.xml", xl__printerSettings__p="x"), "xlsx"),
    ],
)
def test_allowed_kinds_pass(name, content, kind):
    assert check_upload(name, content) == kind


BOMB = package(word__big=b"0" * 30_000_000)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.html", b"<script>", "只能上传"),
        ("a.svg", b"<svg/>", "只能上传"),
        ("a", PDF, "只能上传"),
        ("a.docm", package(), "只能上传"),
        ("a.pdf", b"", "空的"),
        ("a.pdf", b"<html>", "不符"),
        ("a.png", PDF, "不符"),
        ("a.xlsx", package(), "不符"),
        ("a.docx", b"PK\x03\x04garbage", "损坏"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"),
        ("a.docx", package(word__vbaProject_bin="x"), "宏"),
        ("a.docx", package(types=b'<Override ContentType="application/vnd.ms-word.macroEnabled"/>'), "宏"),
        ("a.xlsx", package("xl/workbook.xml", xl__embeddings__oleObject1="x"), "嵌入"),
        ("a.docx", package(rels=relationship("attachedTemplate", "http://evil/t.dotm")), "外部"),
        ("a.docx", package(rels=relationship("image", "file://server/share")), "外部"),
        ("a.docx", BOMB, "过大"),
        ("a.docx", package(**{f"m{n}": b"" for n in range(2000)}), "过大"),
        ("a.pdf", PDF + b"/Encrypt 5 0 R", "加密"),
        ("a.pdf", PDF + b"0" * MAX_BYTES, "20 MB"),
    ],
    ids=range(19),
)
def test_everything_else_is_refused_in_one_sentence(name, content, words):
    with pytest.raises(UserError, match=words) as refusal:
        check_upload(name, content)
    assert refusal.value.field == "file"


def test_encrypted_member_is_refused():
    content = bytearray(package())
    at = content.rfind(b"PK\x01\x02")  # the last entry of the directory: its flags stand at offset 8
    content[at + 8] |= 1
    with pytest.raises(UserError, match="加密"):
        check_upload("a.docx", bytes(content))


def test_names_lose_folders_controls_and_length():
    assert clean_name("..\\..\\秘密/证明.pdf") == "证明.pdf"
    assert clean_name("a\x00\u202egnp.exe.pdf") == "agnp.exe.pdf"
    long = clean_name("长" * 300 + ".pdf")
    assert len(long) <= 120 and long.endswith(".pdf")
