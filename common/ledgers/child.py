"""The process in which a stranger's workbook is parsed: bounded memory and time, JSON out.

Started as a script by ``common.ledgers.reading``; it imports nothing of the site. Beside the values,
which calamine reads, it tells what calamine leaves out: formulas without a stored value, error cells,
hidden rows, cells formatted as percent, struck-out cells.
"""

import io
import posixpath
import re
import resource
import sys
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import orjson

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
MAX_SHEETS = 40
MAX_CELLS = 3_000_000

_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\b[^>]*?(?:/>|>([^<]*)<))?"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)>.{0,400}?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_ATTRIBUTE = re.compile(rb"\b(r|s|t|hidden)\s*=\s*[\"']([^\"']*)[\"']")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_PERCENT_FORMATS = {9, 10}


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    most_rows = int(sys.argv[1])
    sys.stdout.buffer.write(orjson.dumps(read_workbook(sys.stdin.buffer.read(), most_rows)))
    return 0


def read_workbook(content: bytes, most_rows: int) -> dict:
    """Return {"sheets": […]}; a sheet of more than ``most_rows`` rows comes without them, with "too_many"."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    package = zipfile.ZipFile(io.BytesIO(content))
    parts = _sheet_parts(package)
    percent, struck = _marked_styles(package)
    sheets = []
    for meta in book.sheets_metadata[:MAX_SHEETS]:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        shown = {"name": meta.name, "visible": meta.visible == SheetVisibleEnum.Visible}
        if sheet.total_height > most_rows:
            sheets.append(shown | {"rows": [], "too_many": True})
            continue
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            sheets.append(shown | {"rows": [], "too_wide": True})
            continue
        rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or []]
        raw = package.read(parts[meta.name]) if meta.name in parts else b""
        sheets.append(shown | {"rows": rows, "merged": merged} | _marks(raw, percent, struck))
    return {"sheets": sheets}


def _plain(value):
    if isinstance(value, datetime):
        if value.hour or value.minute or value.second:
            return {"date": value.date().isoformat(), "time": True}
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str | bool | int | float):
        return value
    return str(value)


def _tree(package, name):
    """A part's XML, which may declare no entities; None where there is no such part."""
    if name not in package.namelist():
        return None
    data = package.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("document type declarations are refused")
    return ElementTree.fromstring(data)


def _local(element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _sheet_parts(package) -> dict[str, str]:
    """Return the package member of each sheet, by the sheet's name."""
    book, links = _tree(package, "xl/workbook.xml"), _tree(package, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {}
    for link in links:
        target = link.get("Target", "")
        targets[link.get("Id")] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    parts = {}
    for element in book.iter():
        if _local(element) == "sheet":
            key = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
            if targets.get(key) in package.namelist():
                parts[element.get("name")] = targets[key]
    return parts


def _marked_styles(package) -> tuple[set, set]:
    """Return the style numbers whose cells show percents, and those whose text is struck out."""
    styles = _tree(package, "xl/styles.xml")
    if styles is None:
        return set(), set()
    formats, fonts, cells = set(_PERCENT_FORMATS), [], []
    for group in styles:
        if _local(group) == "numFmts":
            formats |= {int(f.get("numFmtId")) for f in group if "%" in f.get("formatCode", "")}
        elif _local(group) == "fonts":
            fonts = [
                any(_local(part) == "strike" and part.get("val", "1") not in ("0", "false") for part in font)
                for font in group
            ]
        elif _local(group) == "cellXfs":
            cells = list(group)
    percent = {str(i) for i, xf in enumerate(cells) if int(xf.get("numFmtId") or 0) in formats}
    struck = set()
    for i, xf in enumerate(cells):
        font = int(xf.get("fontId") or 0)
        if font < len(fonts) and fonts[font]:
            struck.add(str(i))
    return percent, struck


def _marks(raw: bytes, percent: set, struck: set) -> dict:
    """Return what the sheet's XML says beside its values; cells as [row, column], counted from 0."""
    broken, percents, crossed, hidden = [], [], [], []
    if b"hidden=" in raw:
        for match in _ROW.finditer(raw):
            named = _named(match[1])
            if named.get("hidden") in ("1", "true") and named.get("r", "").isdigit():
                hidden.append(int(named["r"]) - 1)
    if b"<f" in raw or b":f" in raw:
        for match in _FORMULA.finditer(raw):
            named = _named(match[1])
            if not (match[2] or b"").strip() and named.get("t") != "str":
                broken.append([*_place(named.get("r")), ""])
    if b't="e"' in raw or b"t='e'" in raw:
        broken += [[*_place(_named(m[1]).get("r")), m[2].decode("utf-8", "replace")] for m in _ERROR.finditer(raw)]
    if percent or struck:
        for match in _CELL.finditer(raw):
            named = _named(match[1])
            if named.get("s") in percent:
                percents.append(_place(named.get("r")))
            if named.get("s") in struck:
                crossed.append(_place(named.get("r")))
    return {"broken": broken, "percents": percents, "struck": crossed, "hidden": hidden}


def _named(attributes: bytes) -> dict[str, str]:
    return {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(attributes)}


def _place(reference) -> list[int]:
    """F17 → [16, 5]; a cell without a reference → [-1, -1]."""
    match = _REFERENCE.fullmatch(reference or "")
    if not match:
        return [-1, -1]
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return [int(match[2]) - 1, column - 1]


if __name__ == "__main__":
    sys.exit(main())
