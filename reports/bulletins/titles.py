"""Breaking a title into centred lines by sense, as GB/T 9704-2012 asks: trapezoid or diamond."""

# A 2号 line (22 pt on 156 mm) holds 20 characters; one is left so that the edges stay free.
TITLE_LINE_CHARACTERS = 19

# Words of this field's titles that must not be torn; a general word list would be too big for this.
WHOLE_WORDS = (
    "京津冀", "协同发展", "京津冀协同发展", "深化融入", "全面融入", "情况", "通报", "通知", "报告",
    "进展", "推进", "重点", "任务", "工作", "项目", "招引", "全市", "德州市", "天衢新区", "领导小组",
    "办公室", "完成", "落实", "督导", "专题", "月份", "年度", "季度", "上半年", "下半年", "关于", "产业",
    "承接", "转移", "要点", "清单", "考核", "结果", "政策", "措施", "实施", "方案", "意见", "第一",
    "第二", "第三", "第四",
)  # fmt: skip
NEVER_FIRST = set("、,。;:?!)》〉」』】〕”’…—的了和与及之·%℃,.;:?!)]}")
NEVER_LAST = set("(《〈「『【〔“‘([{和与及在对向从第")
GOOD_LAST = set("的、,;:》)”")


def break_title(title: str, limit: int = TITLE_LINE_CHARACTERS) -> list[str]:
    """Lines of at most `limit` character widths whose joined text is the title without outer blanks."""
    title = title.strip()
    if not title:
        return []
    total = width(title)
    if total <= limit:
        return [title]
    least = int(-(-total // limit))
    for count in (least, least + 1, least + 2):
        lines = _best_lines(title, count, limit)
        if lines:
            return lines
    return _hard_lines(title, limit)


def width(text: str) -> float:
    """Width in full characters; Latin letters and digits count half."""
    return sum(0.5 if ord(char) < 0x2000 else 1 for char in text)


def _best_lines(title: str, count: int, limit: int) -> list[str]:
    """The best break into `count` lines, or [] when no allowed break fits."""
    cost_of_break = _break_costs(title)
    mean = width(title) / count
    # best[(end, last line's width)] = (cost, breaks); widths matter because the shape is judged by pairs.
    states = {(0, 0.0): (0.0, ())}
    for line_no in range(1, count + 1):
        following = {}
        for (start, previous), (cost, breaks) in states.items():
            for end in range(start + 1, len(title) + 1):
                size = width(title[start:end])
                if size > limit:
                    break
                last = line_no == count
                if (end == len(title)) != last or (not last and cost_of_break[end] is None):
                    continue
                new_cost = cost + (size - mean) ** 2 / 4 + (0 if last else cost_of_break[end])
                if previous and size == previous:
                    new_cost += 3  # a rectangle is the shape to avoid
                state = (end, size)
                if state not in following or new_cost < following[state][0]:
                    following[state] = (new_cost, (*breaks, end))
        states = following
    if not states:
        return []
    _, ends = min(states.values())
    starts = (0, *ends[:-1])
    return [title[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _break_costs(title: str) -> list[float | None]:
    """For each position the price of a break before it; None where no break may stand."""
    costs: list[float | None] = [8.0] * (len(title) + 1)
    for i in range(1, len(title)):
        before, after = title[i - 1], title[i]
        tears_number = before.isdigit() and after in "年月日号期项个"
        tears_word = _is_latin(before) and _is_latin(after)
        if after in NEVER_FIRST or before in NEVER_LAST or tears_number or tears_word:
            costs[i] = None
        elif before in GOOD_LAST or before == " ":
            costs[i] = 0.0
    for word in WHOLE_WORDS:
        start = title.find(word)
        while start >= 0:
            for i in range(start + 1, start + len(word)):
                if costs[i] is not None:
                    costs[i] = 30.0
            for i in (start, start + len(word)):
                if costs[i] is not None:
                    costs[i] = min(costs[i], 3.0)
            start = title.find(word, start + 1)
    return costs


def _is_latin(char: str) -> bool:
    return char.isascii() and not char.isspace()


def _hard_lines(title: str, limit: int) -> list[str]:
    """Full lines cut by width alone: for a title without any place to break, such as one long address."""
    lines, line = [], ""
    for char in title:
        if width(line + char) > limit:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]
