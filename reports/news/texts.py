"""What may stand in an item of news: cleaned of control characters, within its length."""

import re

from common.errors import UserError
from reports.models import NewsItem

# C0 and C1 without line feed, and the marks that turn the direction of reading.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def cleaned(text: str) -> str:
    """Return the text without control characters and margins; line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", text).strip()


def line(text: str) -> str:
    """Return the text as one cleaned line."""
    return " ".join(cleaned(text).split("\n"))


def check_title(title: str) -> None:
    _check("title", title, "标题", required=True)


def check_text(text: str) -> None:
    _check("text", text, "正文", required=True)


def check_rest(*, place: str, aspect: str, photo_caption: str) -> None:
    _check("place", place, "地点")
    _check("aspect", aspect, "方面")
    _check("photo_caption", photo_caption, "图片说明")


def _check(field, value, name, required=False):
    limit = NewsItem._meta.get_field(field).max_length
    if required and not value:
        raise UserError(f"请填写{name}。", field=field)
    if len(value) > limit:
        raise UserError(f"{name}有{len(value)}个字，最多{limit}个，请精简。", field=field)
