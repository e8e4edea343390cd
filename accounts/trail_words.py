"""How the audit trail is shown: stored names of fields and states in words, long digests by their beginning."""

import re
from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

DIGEST = re.compile(r"\b[0-9a-f]{40,}\b")
DIGEST_SHOWN = 12
# What the trail notes beside the fields of what was changed.
WORDS = {
    "accepted_on": "受理日期",
    "area": "范围",
    "as_of": "截至日期",
    "asked_by": "申请人",
    "assigned_on": "交办日期",
    "by_mail": "邮件通知",
    "cleared": "已消除",
    "closed_on": "办结日期",
    "count": "数量",
    "county": "县市区",
    "days": "天数",
    "digest": "摘要",
    "done_on": "完成日期",
    "due_on": "期限",
    "escalated": "升级",
    "file": "文件",
    "groups": "组",
    "handler": "承办单位",
    "holding": "仍存在",
    "items": "任务数",
    "name": "名称",
    "note": "说明",
    "notes": "筛选",
    "notices": "提醒",
    "number": "编号",
    "on": "日期",
    "opened": "新发现",
    "organisation": "单位",
    "overwritten": "改写的数字",
    "percent": "完成比例",
    "period": "期间",
    "photo": "照片",
    "project": "项目",
    "proposed": "拟发督办单",
    "query": "筛选条件",
    "reason": "原因",
    "reminded": "提醒",
    "report": "填报",
    "restated": "数字更正",
    "rows": "行数",
    "seal": "固化摘要",
    "sections": "栏目",
    "sha256": "摘要",
    "state": "状态",
    "text": "内容",
    "title": "标题",
    "to": "致",
    "unassigned": "未认出单位",
    "until": "有效期至",
    "value": "数值",
    "version": "版本",
    "withdrawn": "撤回",
}


@cache
def _field(kind: str, name: str):
    try:
        return apps.get_model(kind)._meta.get_field(name)
    except (FieldDoesNotExist, LookupError, ValueError):
        return None


def field_in_words(kind: str, name: str) -> str:
    """Return the name of a field of the model ``kind`` ("projects.Project") in words; an unknown one as written."""
    field = _field(kind, name)
    called = str(getattr(field, "verbose_name", "")) if field else ""
    return called if called and not called.isascii() else WORDS.get(name, name)


def value_in_words(kind: str, name: str, value: str) -> str:
    """Return a stored choice such as "published" in words; anything else as it is."""
    choices = getattr(_field(kind, name), "flatchoices", None) or ()
    return str(dict(choices).get(value, value))


def shortened(text: str) -> str:
    """Return the text with digests cut to their beginning."""
    return DIGEST.sub(lambda found: f"{found[0][:DIGEST_SHOWN]}…", text)
