"""A file's bytes → the text to proofread; what cannot be read is refused in one sentence."""

from common.errors import UserError
from common.uploads import check_upload
from tasklists.plans.lines import UnreadableSource
from tasklists.plans.word import read_word

MAX_CHARACTERS = 300_000
MAX_TEXT_BYTES = 2 * 1024 * 1024
_OTHER_KINDS = {
    b"%PDF": "PDF 文件", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"{\\rtf": "RTF 文件", b"Rar!": "压缩包",
    b"\xd0\xcf\x11\xe0": "旧版 Office 文件或已加密的文件",
}  # fmt: skip


def read_source(name: str, content: bytes) -> str:
    """The text of a .docx or .txt; `name` "-" is standard input. Raises UserError for anything else."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if name != "-" and suffix not in ("docx", "txt"):
        raise UserError("只能校核 .docx、.txt 文件。", field="file")
    if not content:
        raise UserError("文件是空的。", field="file")
    if suffix == "docx" or (name == "-" and content.startswith(b"PK\x03\x04")):
        return check_length(_word_text(content))
    for magic, kind in _OTHER_KINDS.items():
        if content.startswith(magic):
            raise UserError(f"文件是{kind}，只能校核 .docx、.txt 文件。", field="file")
    if content.startswith(b"PK\x03\x04"):
        raise UserError("文件内容与扩展名 txt 不符。", field="file")
    if len(content) > MAX_TEXT_BYTES:
        raise UserError("文本文件超过 2 MB，请拆分后校核。", field="file")
    return check_length(_decoded(content))


def check_length(text: str) -> str:
    """The text with plain line ends; refuses one without words or longer than any bulletin."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    if not text.strip():
        raise UserError("没有可以校核的文字。", field="text")
    if len(text) > MAX_CHARACTERS:
        raise UserError("文字超过 30 万字，请拆分后校核。", field="text")
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise UserError("文件不是纯文本，含有控制字符，无法校核。", field="text")
    return text


def _word_text(content):
    check_upload("a.docx", content)
    try:
        lines = read_word(content)
    except UnreadableSource as refusal:
        raise UserError(str(refusal), field="file") from refusal
    return "\n".join(_row_text(line.row) if line.row else line.text for line in lines)


def _row_text(row):
    """A table row's cells by tabs; what a merged cell only repeats stays empty."""
    cells = zip(row.cells, row.continued, row.spanned, strict=True)
    return "\t".join(
        "" if again or wide else text.replace("\n", " ").replace("\t", " ") for text, again, wide in cells
    )


def _decoded(content):
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("无法识别文本编码，请另存为 UTF-8 后再校核。", field="file")
