"""版记 in the .docx file: a text box fixed to the foot of the type area, with a table of three rules in it.

A floating table or a frame would do for Word; LibreOffice keeps neither at the foot of the page.
"""

import re
from math import ceil
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

CHARACTER = 280  # twips: 4号, 14 pt
ROOM = 8845  # twips: 156 mm
LINE, PADDING = 400, 60  # twips; as in the style of 版记
AIR = 60  # twips between the issuer and the date at least
EMU = 635  # per twip
BORDER = 'w:val="single" w:sz="{}" w:space="0" w:color="000000"'
THICK, THIN = BORDER.format(8), BORDER.format(6)  # 0.35 mm and 0.25 mm
MOST_SQUEEZED = -24  # twips per character
# A digit is half a character in the official fonts, more in others. LibreOffice sets a blank between digits and
# characters whatever the file says.
WIDEST_DIGIT, WIDEST_BLANK = 0.65, 0.25
BLANK = re.compile(r"(?<=[!-~])(?=[^!-~])|(?<=[^!-~])(?=[!-~])")
SHAPE_SPACES = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def imprint_xml(copies: str, issuer: str, issued: str) -> str:
    """The paragraph that holds 版记: 抄送, then issuer and date, between rules of 0.35, 0.25, 0.35 mm."""
    rows, height = [], 20
    squeeze = squeezed(issuer + issued, ROOM - 2 * CHARACTER - AIR)
    right = ceil(_characters(issued) * CHARACTER + len(issued) * squeeze) + CHARACTER + AIR
    blanks = ceil(WIDEST_BLANK * len(BLANK.findall(issued)) * CHARACTER)
    spare = ROOM - 2 * CHARACTER - AIR - ceil(_characters(issuer + issued) * CHARACTER)
    if not squeeze:  # an issuer of two lines leaves the blanks their room
        right += min(blanks, spare) if spare >= 0 else blanks
    left = ROOM - right
    if copies:
        # 抄送 and its colon are three characters, under which no further line begins.
        indent = f'<w:ind w:left="{4 * CHARACTER}" w:right="{CHARACTER}" w:hanging="{3 * CHARACTER}"/>'
        rows.append(_row([_cell("抄送\uff1a" + copies, ROOM, indent, span=2)]))
        height += _height(copies, ROOM - 5 * CHARACTER)
    if issuer or issued:
        at_left = f'<w:ind w:left="{CHARACTER}"/><w:jc w:val="left"/>'
        at_right = f'<w:ind w:right="{CHARACTER}"/><w:jc w:val="right"/>'
        cells = [_cell(issuer, left, at_left, squeeze), _cell(issued, right, at_right, squeeze)]
        rows.append(_row(cells))
        # A line to spare where the date may wrap: the table stands at the foot of its box and grows upwards.
        lines = ceil((_characters(issued) * CHARACTER + blanks) / (right - CHARACTER))
        beside = _height(issuer, (left - CHARACTER) * CHARACTER // (CHARACTER + squeeze))
        height += max(beside, lines * LINE + 2 * PADDING + 20)
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{ROOM}" w:type="dxa"/>'
        f"<w:tblBorders><w:top {THICK}/><w:bottom {THICK}/><w:insideH {THIN}/></w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{left}"/>'
        f'<w:gridCol w:w="{right}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )
    return _box(table, height)


def squeezed(text: str, room: int) -> int:
    """Twips per character (0 or less) that bring a text a little too long onto one line."""
    excess = _characters(text) * CHARACTER - room
    squeeze = -round(excess / max(1, len(text)) + 1)
    return squeeze if excess > 0 and squeeze >= MOST_SQUEEZED else 0


def _box(content: str, height: int) -> str:
    """A paragraph one point high with a text box at the foot of the type area, `height` twips high."""
    size = f'cx="{ROOM * EMU}" cy="{height * EMU}"'
    low = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return (
        f'<w:p {nsdecls("w")} {SHAPE_SPACES}><w:pPr><w:pStyle w:val="Imprint"/>{low}</w:pPr><w:r><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="0"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>'
        '<wp:docPr id="9001" name="版记" descr="版记"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{content}"
        f'<w:p><w:pPr><w:pStyle w:val="Imprint"/>{low}</w:pPr></w:p></w:txbxContent></wps:txbx>'
        '<wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )


def _characters(text: str) -> float:
    digits = sum(char.isascii() for char in text)
    return len(text) - digits + WIDEST_DIGIT * digits


def _height(text: str, room: int) -> int:
    return max(1, ceil(_characters(text) * CHARACTER / room)) * LINE + 2 * PADDING + 20


def _row(cells: list[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, size: int, settings: str, squeeze: int = 0, span: int = 1) -> str:
    properties = f'<w:rPr><w:spacing w:val="{squeeze}"/></w:rPr>' if squeeze else ""
    run = f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/><w:gridSpan w:val="{span}"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Imprint"/>{settings}</w:pPr>{run}</w:p></w:tc>'
    )
