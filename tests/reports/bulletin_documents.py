"""Documents for the tests of the bulletin engines; every name and number in them is invented."""

import struct
import zlib
from datetime import date

from reports.bulletins.content import Annex, Chart, Column, Document, FigureRef, Heading, Paragraph, Table

RARE = "镕堃喆㛃昇燚垚犇祎玥"
BODY = (
    "各有关单位对照年度工作要点逐项梳理、逐项推进,主动对接京津冀地区重点企业和科研院所,承接产业转移取得阶段性成效。"
    "对进展偏慢的事项,由牵头单位说明原因、提出措施、明确时限,按月报送进展情况,确保年底前全面完成各项目标任务。"
)
COUNTIES = (
    "德城区",
    "陵城区",
    "禹城市",
    "乐陵市",
    "宁津县",
    "齐河县",
    "临邑县",
    "平原县",
    "武城县",
    "夏津县",
    "庆云县",
)


def make_png(width: int = 590, height: int = 280) -> bytes:
    """A PNG of bars on white, without any library."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff\xff\xff" * width)
        for bar in range(8):
            if y > height - 20 - (bar + 2) * (height - 60) // 10 and y < height - 20:
                left = 30 + bar * (width - 60) // 8
                row[left * 3 : (left + 40) * 3] = b"\x2c\x5f\xa8" * 40
        rows.append(b"\x00" + bytes(row))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def make_charts() -> dict[str, bytes]:
    return {"progress": make_png(), "counties": make_png(590, 420), "aspects": make_png(590, 300)}


def make_table(rows: int, caption: str = "市直部门重点任务推进情况") -> Table:
    columns = [Column("序号", "center", 0.6), Column("单位", "left", 2), Column("任务数(项)", "right", 1.2),
               Column("已完成(项)", "right", 1.2), Column("完成率(%)", "right", 1.2)]  # fmt: skip
    cells = [[str(n), f"市第{n}单位", str(n + 10), FigureRef(str(n), f"unit.{n}"), "38.6"] for n in range(1, rows + 1)]
    return Table(caption, columns, cells, notes="注:数据截至2023年11月30日。")


def make_task_annex(rows: int = 150, landscape: bool = False) -> Annex:
    columns = [Column("序号", "center", 0.5), Column("重点任务", "left", 4), Column("牵头单位", "left", 1.6),
               Column("完成时限", "center", 1.3), Column("进展情况", "left", 4),
               Column("状态", "center", 0.9)]  # fmt: skip
    states = ("已完成", "推进中", "未启动")
    cells = [
        [str(n), f"第{n}项任务:推动重点领域协同事项落地见效", "市发展改革委、市交通运输局"[: 6 + n % 8],
         f"2023年{n % 12 + 1}月底", "已与合作方完成对接,形成初步方案。" * (1 + n % 2), states[n % 3]]
        for n in range(1, rows + 1)
    ]  # fmt: skip
    return Annex("京津冀协同发展重点任务进展情况明细表", [Table("", columns, cells)], landscape)


def make_document(**changes) -> Document:
    """A whole monthly bulletin; `changes` replace fields."""
    blocks = [
        Heading(1, "一、总体进展"),
        Paragraph(["截至11月30日,全市列入台账的重点任务共", FigureRef("150", "tasks.total"), "项,其中已完成",
                   FigureRef("58", "tasks.closed"), "项,占38.7%。", BODY]),
        Paragraph([BODY]),
        Chart("progress", "重点任务按月完成情况", "柱形图:1月至11月完成数逐月上升"),
        Heading(1, "二、重点任务"),
        Heading(2, "(一)承接产业转移"),
        Paragraph([BODY]),
        Heading(3, "1.项目落地。"),
        Paragraph([BODY], lead=""),
        Heading(4, "(1)责任分工。"),
        Paragraph([BODY]),
        Paragraph([BODY], lead="2.平台建设。"),
        make_table(10),
        Paragraph([BODY]),
        Chart("counties", "县(市、区)完成率", "条形图:各县市区完成率"),
        Heading(1, "三、项目招引"),
        Heading(2, "(一)签约与开工"),
        Paragraph([BODY]),
        Paragraph([BODY]),
        Chart("aspects", "各方面任务状态", "堆积柱形图:各方面任务状态"),
        Heading(1, "四、存在问题"),
        Paragraph([BODY]),
        Heading(1, "五、下步要求"),
        Paragraph([BODY]),
        Paragraph(["请各有关单位于12月5日前报送整改情况。"]),
    ]  # fmt: skip
    values = {
        "title": "关于2023年11月份全市深化融入京津冀协同发展重点任务推进情况的通报",
        "doc_no": "德京津冀办通〔2023〕44号",
        "issue": 44,
        "addressees": "各县(市、区)人民政府,天衢新区管委会,市政府各有关部门、单位:",
        "blocks": blocks,
        "signature": "德州市深化融入京津冀协同发展领导小组办公室",
        "signed_on": date(2023, 12, 13),
        "copies": "市委各部门,市人大常委会办公室,市政协办公室,市监委,市法院,市检察院,德州军分区,各民主党派市委。",
        "issuer": "德州市深化融入京津冀协同发展领导小组办公室",
        "issued_on": date(2023, 12, 14),
        "annexes": [make_task_annex(), Annex("县(市、区)进展情况", [make_table(11, "")], landscape=True)],
        "metadata": {"author": "领导小组办公室", "subject": "情况通报", "keywords": "京津冀 通报"},
        "demo_mark": "含示例数据",
    }  # fmt: skip
    return Document(**{**values, **changes})
