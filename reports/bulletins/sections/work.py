"""The sections 工作动态, 存在问题 and 下步要求, for the city, one organisation or one list."""

from collections import Counter

from common import periods
from reports.bulletins import photographs, wording
from reports.bulletins.content import Paragraph, Photo
from reports.bulletins.editions import Kind
from reports.models import NewsItem
from reports.news import carrying, photos
from tasklists import rules
from tasklists.summary import ALL

NAMED = 5
LISTED = 20
PROBLEMS_NAMED = 20


def news(material):
    """Return how much news was adopted in the period and what of it is new to the reader.

    The city's monthly issue tells the adopted items that no issue has carried yet; an organisation's names its own
    by their titles and where they stood; an annual one counts. Empty when there was none.
    """
    first = periods.span(material.edition.period)[0]
    rows = NewsItem.objects.adopted(material.as_of).filter(adopted_on__gte=first)
    if material.organisation:
        return _own_news(material, list(rows.filter(organisation=material.organisation).select_related("bulletin")))
    items = list(rows.select_related("organisation"))
    fresh = list(carrying.waiting_items(material.as_of)[:LISTED]) if material.edition.kind == Kind.MONTHLY else []
    blocks = []
    if items:
        counted = [f"{material.this}采用工作动态{len(items)}条，累计", material.cite("news.adopted")]
        blocks.append(Paragraph([*counted, *_most_active(items), "。"]))
    if fresh:
        blocks.append(Paragraph([f"本期刊载{len(fresh)}条："]))
    for number, item in enumerate(fresh, start=1):
        blocks += [_news_item(number, item), *_news_photo(item)]
    return blocks


def _own_news(material, items):
    if not items:
        return []
    items.sort(key=lambda item: (-(item.score or 0), item.adopted_on, item.pk))
    opening = f"{material.this}报送的工作动态被采用{len(items)}条{'，主要有' if len(items) > NAMED else ''}："
    return [Paragraph([opening]), *(_own_item(number, item) for number, item in enumerate(items[:NAMED], start=1))]


def _own_item(number, item):
    where = f"，载于第{item.bulletin.issue}期" if item.bulletin_id and item.bulletin.issue else ""
    return Paragraph([f"（{wording.short_day(item.occurred_on)}{where}）"], lead=f"{number}.{carrying.lead_of(item)}")


def _most_active(items):
    """Return which organisations had the most items adopted; nothing unless some stand out."""
    counts = Counter(item.organisation.short for item in items)
    first = counts.most_common(4)
    if len(counts) <= 3 or first[2][1] == first[3][1]:
        return []
    return [f"，其中{wording.names([f'{name}{n}条' for name, n in first[:3]])}"]


def _news_item(number, item):
    """One item: what happened (the first few in full), then who, when and where in brackets."""
    said = [item.organisation.short, wording.short_day(item.occurred_on), *([item.place] if item.place else [])]
    text = " ".join(item.text.split()) if number <= NAMED else ""
    return Paragraph([f"{text}（{'，'.join(said)}）"], lead=f"{number}.{carrying.lead_of(item)}")


def _news_photo(item):
    """The item's photo where the office chose to print it; a lost file leaves its caption with a note."""
    if not (item.photo and item.prints_photo):
        return []
    content = photos.printable(item.photo)
    key = photographs.keep_photo(content) if content else f"photo-{item.photo_sha256}"
    caption = item.photo_caption or item.title
    return [Photo(key, caption, f"照片：{caption}")]


def problems(material):
    """Return overdue tasks with their owners, and how many lag behind; empty when there is nothing to name."""
    rows = material.items().overdue(material.as_of).prefetch_related("assignments__organisation")
    items = list(rows.order_by("deadline", "pk")) if material.reasons[rules.OVERDUE] else []
    behind = material.reasons[rules.BEHIND]
    blocks = []
    if items:
        more = f"，其中逾期最久的{PROBLEMS_NAMED}项" if len(items) > PROBLEMS_NAMED else ""
        opening = [f"截至{wording.short_day(material.as_of)}，", _overdue_count(material, items), f"任务逾期{more}："]
        blocks.append(Paragraph(opening))
        blocks += [_overdue(number, item) for number, item in enumerate(items[:PROBLEMS_NAMED], start=1)]
    if behind:
        blocks.append(Paragraph([f"{'另有' if items else '有'}{behind}项任务进度落后序时10个百分点以上。"]))
    return blocks


def _overdue_count(material, items):
    if material.organisation:
        return f"{len(items)}项"
    return material.cite(f"tasks.{material.task_list.slug if material.task_list else ALL}.overdue")


def _overdue(number, item):
    owners = [a.organisation.short for a in item.assignments.all() if a.decides]
    runs = [
        f"{wording.names(owners[:3])}{'等' if len(owners) > 3 else ''}承担，时限{wording.day(item.deadline)}，"
        f"已逾期{-item.days_left}天，填报进度{item.percent}%。"
    ]
    return Paragraph(runs, lead=f"{number}.{item.title}。")


def next_steps(material):
    """Return what is asked of the organisations, by what the figures show."""
    requests = []
    if material.reasons[rules.OVERDUE]:
        requests.append(
            (
                "逾期任务限期销号。",
                "有关责任单位逐项说明原因，明确补救措施和完成日期，5个工作日内报领导小组办公室。",
            )
        )
    if coming := _due_next_month(material):
        requests.append(coming)
    requests.append(
        ("按月如实填报。", f"各单位于每月{rules.REPORT_DUE_DAY}日前完成填报，进度、困难、佐证要与实际一致。")
    )
    return [Paragraph([text], lead=f"{number}.{lead}") for number, (lead, text) in enumerate(requests, start=1)]


def _due_next_month(material):
    if material.edition.kind == Kind.ANNUAL:
        return None
    following = periods.shift(material.edition.period, 1)
    open_items = material.items().as_of(material.as_of).filter(state="open", deadline__gt=material.as_of)
    due = open_items.filter(deadline__lte=periods.last_day(following)).count()
    month = int(following[5:])
    lead, text = f"{month}月到期任务抓紧收尾。", f"{month}月底前到期的{due}项任务，要提前备齐佐证材料，按期申请办结。"
    return (lead, text) if due else None
