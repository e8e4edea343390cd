"""From a ledger file's bytes to its sheets; refusals are one Chinese sentence (UserError)."""

import csv
import io
import subprocess
import sys
from datetime import date
from pathlib import Path, PurePosixPath

import orjson

from common.errors import UserError
from common.ledgers.sheets import Sheet
from common.uploads import MAX_BYTES, check_upload

MAX_ROWS = 20_000
SPARE_ROWS = 200  # titles, headers, totals and notes around the rows that count
SECONDS = 60
CHILD = Path(__file__).with_name("child.py")
TOO_MANY = f"表中超过 {MAX_ROWS:,} 行，请拆成几个文件后导入。"
UNREADABLE = "文件已损坏或内容过大，无法读取。"
_SAVE_AS = {"xls": ".xls", "et": ".et（WPS 表格）", "xlsm": "含宏的 .xlsm", "xlsb": ".xlsb", "ods": ".ods"}
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")


def check_ledger_file(name: str, content: bytes) -> str:
    """Return "xlsx" or "csv" when the file may be read; nothing in it is parsed yet. Raises UserError."""
    suffix = PurePosixPath(name.lower()).suffix.lstrip(".")
    if suffix in _SAVE_AS:
        raise UserError(f"不能读取{_SAVE_AS[suffix]} 文件，请另存为 .xlsx 后导入。", field="file")
    if suffix not in ("xlsx", "csv"):
        raise UserError("台账只能是 .xlsx 或 .csv 文件。", field="file")
    if suffix == "xlsx":
        check_upload(name, content)
    elif not content.strip():
        raise UserError("文件是空的。", field="file")
    elif len(content) > MAX_BYTES:
        raise UserError("文件超过 20 MB，请压缩或拆分后上传。", field="file")
    elif content.startswith(_NO_TEXT):
        raise UserError("文件内容与扩展名 csv 不符。", field="file")
    return suffix


def read_sheets(name: str, content: bytes) -> list[Sheet]:
    """Return the file's sheets in order; raises UserError for what cannot or may not be read."""
    if check_ledger_file(name, content) == "csv":
        return [_read_csv(name, content)]
    return [_sheet(raw) for raw in _in_child(content)["sheets"]]


def _in_child(content: bytes) -> dict:
    """Parse the workbook in a process of its own, which may be killed without harm."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), str(MAX_ROWS + SPARE_ROWS)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(UNREADABLE, field="file") from error
    if done.returncode:
        raise UserError(UNREADABLE, field="file")
    return orjson.loads(done.stdout)


def _sheet(raw: dict) -> Sheet:
    if raw.get("too_many"):
        raise UserError(f"工作表“{raw['name']}”{TOO_MANY[1:]}", field="file")
    if raw.get("too_wide"):
        raise UserError(f"工作表“{raw['name']}”的列太多，无法读取。", field="file")
    rows = raw["rows"]
    for row in rows:  # in place: a large sheet is not held twice
        for column, value in enumerate(row):
            if value == "":
                row[column] = None
            elif isinstance(value, dict):
                row[column] = date.fromisoformat(value["date"])
    return Sheet(
        name=raw["name"],
        rows=rows,
        merged=[tuple(box) for box in raw["merged"]],
        broken={(row, column): text for row, column, text in raw["broken"] if row >= 0},
        percents={tuple(place) for place in raw["percents"]},
        struck={tuple(place) for place in raw["struck"]},
        hidden=set(raw["hidden"]),
        visible=raw["visible"],
    )


def _read_csv(name: str, content: bytes) -> Sheet:
    text = _decode(content)
    head = text[:4000].split("\n", 20)
    delimiter = max(",\t;", key=lambda mark: sum(line.count(mark) for line in head))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell if cell.strip() else None for cell in row])
            if len(rows) > MAX_ROWS + SPARE_ROWS:
                raise UserError(TOO_MANY, field="file")
    except csv.Error as error:
        raise UserError(f"第 {len(rows) + 1} 行起不是规范的 .csv 内容，无法读取。", field="file") from error
    return Sheet(name=PurePosixPath(name).stem, rows=rows)


def _decode(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else GB18030, which holds GBK and GB2312."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UserError("无法识别文件的编码，请存为 UTF-8 或 GBK 编码的 .csv。", field="file")
