"""What may be uploaded as a file: checked by magic and extension before anything in it is parsed.

OWASP ASVS 5.0 V5 (file handling): size, kind, archives' unpacked size, no active content.
"""

import io
import re
import zipfile
from pathlib import PurePosixPath

from common.errors import UserError

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_MEMBERS = 2000
KINDS = ("docx", "xlsx", "pdf", "png", "jpg")
ACCEPT = ".docx,.xlsx,.pdf,.png,.jpg,.jpeg"

_MAGIC = {
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE_PART = re.compile(r"vbaproject|vbadata|activex|oleobject|/embeddings/|macrosheets/", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<[^<>]*Relationship\s[^<>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_HYPERLINK = re.compile(rb"/relationships/hyperlink[\"']", re.IGNORECASE)


def check_upload(name: str, content: bytes) -> str:
    """Return the file's kind (one of KINDS). Raises UserError with one sentence for anything not allowed."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if suffix not in KINDS:
        raise UserError("只能上传 docx、xlsx、pdf、png、jpg 文件。", field="file")
    if not content:
        raise UserError("文件是空的。", field="file")
    if len(content) > MAX_BYTES:
        raise UserError("文件超过 20 MB，请压缩或拆分后上传。", field="file")
    if content.startswith(_OLE):
        raise UserError("文件是旧版 Office 格式或已加密，请另存为未加密的 docx、xlsx 后上传。", field="file")
    if not content.startswith(_MAGIC[suffix]):
        raise UserError(f"文件内容与扩展名 {suffix} 不符。", field="file")
    if suffix in _MAIN_PART:
        _check_package(content, _MAIN_PART[suffix])
    if suffix == "pdf" and b"/Encrypt" in content:
        raise UserError("PDF 文件已加密，请去掉密码后上传。", field="file")
    return suffix


def clean_name(name: str) -> str:
    """Return a file name fit to show and to send in a header: no folders, no control characters, ≤ 120."""
    name = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if len(name) > 120 else name


def _check_package(content: bytes, main_part: str) -> None:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UserError("文件已损坏，无法打开。", field="file") from error
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content):
        raise UserError("文件解压后过大，不能上传。", field="file")
    names = {member.filename for member in members}
    if main_part not in names:
        raise UserError("文件内容与扩展名不符。", field="file")
    for member in members:
        if member.flag_bits & 0x1:
            raise UserError("文件已加密，请去掉密码后上传。", field="file")
        if _ACTIVE_PART.search(member.filename):
            raise UserError("文件含有宏或嵌入对象，请另存为普通 docx、xlsx 后上传。", field="file")
    if b"macroEnabled" in _read(package, "[Content_Types].xml", names):
        raise UserError("文件含有宏或嵌入对象，请另存为普通 docx、xlsx 后上传。", field="file")
    for name in names:
        if name.lower().endswith(".rels"):
            for relationship in _RELATIONSHIP.findall(_read(package, name, names)):
                if _EXTERNAL.search(relationship) and not _HYPERLINK.search(relationship):
                    raise UserError("文件引用了外部内容，不能上传。", field="file")


def _read(package, name, names) -> bytes:
    """A member's bytes, never more than it declares; nothing where it is absent."""
    if name not in names:
        return b""
    try:
        with package.open(name) as stream:
            return stream.read(package.getinfo(name).file_size)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise UserError("文件已损坏，无法打开。", field="file") from error
