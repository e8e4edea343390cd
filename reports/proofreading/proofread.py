"""What others call: the proofreading of a text and of a bulletin's document, against itself and against this site."""

from datetime import date

from reports.bulletins.content import Document, Heading, Paragraph, Table, all_blocks, run_text
from reports.proofreading.checking import check_page
from reports.proofreading.data import site_relations, stated_date
from reports.proofreading.layout import read_page
from reports.proofreading.report import Report


def proofread_text(text: str, as_of: date | None = None, *, today: date | None = None) -> Report:
    """Proofread a text. Findings carry offsets into it.

    Without `as_of` the date is what the text states (截至…), else `today`; without any, the text is checked
    against itself alone.
    """
    page = read_page(text)
    stated = stated_date(page, today)
    day = as_of or stated or today
    is_stated = as_of is None and stated is not None
    further = site_relations(page, day, today=today, is_stated=is_stated) if day else []
    report = check_page(page, further)
    report.as_of = day if not today or day is None or day <= today else None
    return report


def proofread_document(document: Document, as_of: date | None = None, *, today: date | None = None) -> Report:
    """Proofread a bulletin. Each finding names its block (index into `all_blocks`; None outside the blocks).

    `offset` counts inside the block's own text; for a table `cell` is (row, column) of its body, (-1, …) in the
    header.
    """
    text, places = document_text(document)
    report = proofread_text(text, as_of, today=today)
    blocks = all_blocks(document)
    for finding in report.findings:
        place = next((p for p in places if p[0] <= finding.start <= p[1]), None)
        if place is None:
            continue
        start, _, finding.block, row = place
        finding.offset = finding.start - start
        if finding.block is not None and isinstance(blocks[finding.block], Table) and row is not None:
            finding.cell = (row, text.count("\t", start, finding.start))
    return report


def document_text(document: Document) -> tuple[str, list[tuple[int, int, int | None, int | None]]]:
    """The document's plain text and, per line, (start, end, index of its block, row of its table or None)."""
    lines = [(document.title_text, None, None), (document.addressees, None, None)]
    index = 0
    for block in document.blocks:
        lines += _lines_of(block, index)
        index += 1
    lines.append((document.signature, None, None))
    for annex in document.annexes:
        lines.append((annex.title, None, None))
        for block in annex.blocks:
            lines += _lines_of(block, index)
            index += 1
    places, start = [], 0
    kept = [line for line in lines if line[0]]
    for line, block, row in kept:
        places.append((start, start + len(line), block, row))
        start += len(line) + 1
    return "\n".join(line for line, _, _ in kept), places


def _lines_of(block, index):
    if isinstance(block, (Heading, Paragraph)):
        return [(block.text, index, None)]
    lines = [(block.caption, index, None)]
    if isinstance(block, Table):
        lines.append(("\t".join(column.header for column in block.columns), index, -1))
        lines += [("\t".join(run_text(cell) for cell in row), index, n) for n, row in enumerate(block.rows)]
        lines.append((block.notes, index, None))
    return lines
