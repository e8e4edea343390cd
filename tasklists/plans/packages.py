"""Checks of a .docx package before anything in it is parsed."""

import io
import re
import zipfile

from .lines import UnreadableSource

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_MEMBERS = 2000
_DOCUMENT = "word/document.xml"
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_HYPERLINK = re.compile(rb"/relationships/hyperlink[\"']", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<[^<>]*Relationship\s[^<>]*>", re.IGNORECASE)
_ACTIVE = re.compile(r"vbaproject|vbadata|\.bin$|oleobject|activex|/embeddings/", re.IGNORECASE)


def open_package(data):
    """The checked ZipFile of a .docx.

    Raises UnreadableSource for damaged, encrypted or oversized packages, zip bombs, macros, OLE objects and
    relationships that load something from outside (a plain hyperlink loads nothing and is allowed).
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise UnreadableSource("文件已损坏，不是有效的 .docx 文档。") from error
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise UnreadableSource("文档内部文件过多，已拒绝读取。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 1):
        raise UnreadableSource("文档解压后过大，已拒绝读取。")
    for member in members:
        if member.flag_bits & 0x1:
            raise UnreadableSource("文档已加密，请去掉密码后再上传。")
        if _ACTIVE.search(member.filename):
            raise UnreadableSource("文档含有宏或嵌入对象，请另存为普通 .docx 后再上传。")
        if member.file_size > MAX_RATIO * max(member.compress_size, 1) and member.file_size > 1024 * 1024:
            raise UnreadableSource("文档解压后过大，已拒绝读取。")
    if _DOCUMENT not in package.namelist():
        raise UnreadableSource("文件不是有效的 .docx 文档。")
    _check_relationships(package)
    return package


def read_member(package, name):
    """A member's bytes, never more than it declares; None where the package has no such member."""
    if name not in package.namelist():
        return None
    try:
        with package.open(name) as stream:
            size = package.getinfo(name).file_size
            content = stream.read(size + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableSource("文件已损坏，不是有效的 .docx 文档。") from error
    if len(content) > size:
        raise UnreadableSource("文档解压后过大，已拒绝读取。")
    return content


def _check_relationships(package):
    if b"macroEnabled" in (read_member(package, "[Content_Types].xml") or b""):
        raise UnreadableSource("文档含有宏或嵌入对象，请另存为普通 .docx 后再上传。")
    for name in package.namelist():
        if not name.lower().endswith(".rels"):
            continue
        for relationship in _RELATIONSHIP.findall(read_member(package, name)):
            if _EXTERNAL.search(relationship) and not _HYPERLINK.search(relationship):
                raise UnreadableSource("文档引用了外部内容，已拒绝读取。")
