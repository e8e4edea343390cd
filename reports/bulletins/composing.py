"""An edition's content: its sections and annexes as arranged, written from figures as of its day."""

from datetime import date

from reports.bulletins.arrangements import Entry, arrangement_of
from reports.bulletins.catalogue import ANNEXES, CONDITIONS, SECTIONS
from reports.bulletins.content import Document, Heading, Paragraph
from reports.bulletins.editions import Edition, Subject
from reports.bulletins.material import Material

OFFICE = "德州市深化融入京津冀协同发展领导小组办公室"
ADDRESSEES = "各县（市、区）人民政府，天衢新区管委会，市直有关部门、单位："
NUMERALS = "一二三四五六七八九十"


def compose(edition: Edition, *, as_of: date, dated: date, issue: int) -> tuple[Document, dict]:
    """Return the bulletin's content and its charts' descriptions by key.

    ``as_of`` is the day the figures stand at, ``dated`` the date under the text.
    """
    material = Material(edition, as_of)
    entries = [entry for entry in arrangement_of(edition) if CONDITIONS[entry.when].holds(material)]
    blocks = []
    for number, (title, content) in enumerate(_sections(material, entries), start=1):
        blocks.append(Heading(1, f"{numeral(number)}、{title}"))
        blocks += content
    document = Document(
        title=edition.title,
        doc_no=document_number(edition, dated.year, issue),
        issue=issue,
        addressees=_addressees(edition),
        blocks=blocks,
        signature=OFFICE,
        signed_on=dated,
        copies="市委、市政府领导同志，市委办公室，市政府办公室。",
        issuer=OFFICE,
        issued_on=dated,
        annexes=[a for entry in entries if entry.is_annex for a in ANNEXES[entry.key].compose(material)],
        metadata={"author": OFFICE, "subject": f"{edition.label}第{issue}期"},
        demo_mark="含示例数据，仅供演示" if material.is_demo else "",
    )
    return document, material.charts


def _sections(material, entries: list[Entry]):
    """Yield title and blocks of each section that has something to say."""
    for entry in entries:
        if entry.is_annex:
            continue
        if entry.is_own:
            content = [Paragraph([line.strip()]) for line in entry.text.splitlines() if line.strip()]
        else:
            content = SECTIONS[entry.key].compose(material)
        if content:
            yield entry.shown_title, content


def document_number(edition: Edition, year: int, issue: int) -> str:
    """Return the number of the city's running series; an organisation's edition is told by its issue alone."""
    return "" if edition.organisation else f"德京津冀办通〔{year}〕{issue}号"


def numeral(number: int) -> str:
    """Return 1 to 99 in Chinese: 十一, 二十."""
    tens, ones = divmod(number, 10)
    return f"{NUMERALS[tens - 1] if tens > 1 else ''}{'十' if tens else ''}{NUMERALS[ones - 1] if ones else ''}"


def _addressees(edition):
    if edition.subject == Subject.COUNTY:
        zone = edition.organisation.kind == "zone"
        return f"{edition.organisation.name if zone else edition.organisation.short + '人民政府'}："
    return f"{edition.organisation.name}：" if edition.organisation else ADDRESSEES
