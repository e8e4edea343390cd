"""Made work plans in the forms of the genre, and helpers that read them."""

import io
import json
from functools import cache
from pathlib import Path

import docx

from tasklists.plans.reading import read_plan
from tasklists.plans.sources import read_lines
from tasklists.plans.units import UnitDirectory

DATA = Path(__file__).resolve().parents[2] / "data"


@cache
def shipped_directory():
    departments = json.loads((DATA / "departments.json").read_text(encoding="utf-8"))
    regions = json.loads((DATA / "regions.json").read_text(encoding="utf-8"))
    return UnitDirectory.from_files(departments, regions)


def read_text(text, title=None):
    return read_plan(read_lines("-", text.encode()), shipped_directory(), title)


def read_docx(document, title=None):
    packed = io.BytesIO()
    document.save(packed)
    return read_plan(read_lines("plan.docx", packed.getvalue()), shipped_directory(), title)


def make_clause(words, mark="责任单位:市科技局"):
    """The only clause of a one-item plan of 2023 with these words and this mark."""
    plan = read_text(f"德州市试验方案\n2023年2月1日\n一、试验\n1.{words}({mark})\n")
    (item,) = plan.items
    (clause,) = item.clauses
    return clause


def make_table(rows, title="德州市2023年任务分解表"):
    """A document with one table; returns (document, table)."""
    document = docx.Document()
    document.add_paragraph(title)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, words in enumerate(rows):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    return document, table


def merge(table, first, last, text):
    cell = table.cell(*first).merge(table.cell(*last))
    cell.text = text


# A notice from a web page with its damage: solid dates, an open bracket, lost dashes, page furniture.
WEB_NOTICE = """德州市人民政府办公室关于印发《德州市落实〈某省推进省会都市圈共建的意见〉实施方案》的通知

作者: 时间:2020-11-05 点击数:

来源: 市政府办公室 发布时间:2020-11-03

各县(市、区)人民政府(管委会),市政府各部门、单位:

《德州市落实〈某省推进省会都市圈共建的意见〉实施方案》已经研究同意,请抓好落实。

德州市人民政府办公室

2020112

(此件公开发布)

德州市落实《某省推进省会

都市圈共建的意见》实施方案

为落实《某省推进省会都市圈共建的意见》(某政发〔20207号),制定本方案。

一、交通先行

(一)织密轨道和公路网

1. 配合做好城际铁路选线,组织本市轨道线网研究。(责任单位:市交通运输局)

2. 抓紧推进绕城高速北段,确保北段今年动工。加快跨省高速拓宽,2021年年底通车。(责任单位:市交通运输局)撤除20\
5省道旧收费站。(责任单位:市公路事业发展中心)

(二)补齐航空和数字短板

3. 建好通用机场。2020年办完用地手续,争取2020年年底前动工,2022年投用。(责任单位:市交通运输局,庆云县人民政府)

4. 铺开5G网络。到2020年年底,争取开通基站900座,覆盖主城;到2021年年底,累计开通基站2500座;到2023年年底,持续\
优化覆盖。〔责任单位:市工业和信息化局,各县(市、区)人民政府(管委会)〕

二、产业共兴

(三)做优现代农业

5. 办好精品农业。2020年新(改)建蔬菜园区8个,养殖场达1200处以上,肉蛋奶产量稳定在90万吨左右。产品抽检合格率\
稳定在97%以上。(责任单位:市农业农村局)

6. 联手招商。2020年,全市引进市外项目不少于120个,到位资金不低于80亿元。〔责任单位:市投资促进局、“6+6”产\
业专班牵头部门,各县(市、区)人民政府(管委会)〕抓好“数聚”2020专项行动。(责任单位:市大数据局)

(四)共治生态

7. 治理大气。2020年完成6万户清洁取暖改造。落实《某省大气治理行动计划(20182020年)》。〔责任单位:市生态环\
境局、市城管局,各县(市、区)人民政府〕

8. 力争到“十三五”末,可再生能源装机突破200万千瓦,年发电量突破30亿千瓦时。(责任单位:市发展改革委)

三、组织推动

(五)金融支持

9. 深化银企合作,办好“2020年在德外商座谈会”等活动,每年评选一批诚信企业。(责任单位:市地方金融监管局、人\
民银行德州市中心支行)

抄送:市委有关部门,市人大常委会办公室。

                      德州市人民政府办公室          2020113日印发

Copyright© 2019 某学院
"""

# Text pasted from a web page that cut its lines, with full-width figures and a page number in the middle.
CUT_LINES = """德州市文旅融合推进计划
（2023年7月3日）
为推进文化和旅游融合，依据上级部署，结合我市实际，制
定本计划。
一、擦亮运河品牌
１．提升运河展示水平。到２０２４年６月底，建成运河展
示馆３处，接待游客突破500万人次，旅游收入增长15%以
上。（责任单位：市文旅局、市交通运输局、德城区政府、
武城县政府）
- 2 -
２．讲好董子故事。加强与北京等地合作，举办推介会不少
于4场。（责任单位：市文旅局，各县（市、区）人民政府
（管委会）
二、完善服务体系
３．优化旅游交通。开通京津旅游专线5条，方便游客。（责
任单位：市交通运输局）新增停车位2000—3000个，分两期
实施。（责任单位：市城管局；完成时限：2023年12月底）
"""
