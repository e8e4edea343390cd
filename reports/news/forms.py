"""What is typed about news; what may be saved is decided by the services."""

from django import forms

from accounts.permissions import SEES_OWN_ORGANISATION
from projects.models import Project
from reports.models import NewsItem
from reports.news import photos, scoring
from tasklists.models import PlanNode, TaskItem

CONTROL = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}


def _limit(name):
    return NewsItem._meta.get_field(name).max_length


class TypedText(forms.CharField):
    """Text as typed or pasted; a NUL that came along with it is left out, as the services do with its like."""

    def to_python(self, value):
        return super().to_python(value).replace("\0", "")


def line_field(label, required=False, help_text=""):
    return TypedText(label=label, required=False, widget=forms.TextInput(CONTROL), help_text=help_text)


def text_field(rows=8):
    return TypedText(
        label="正文",
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": rows}),
        help_text=f"写清何时、何地、做了什么、结果如何，最多 {_limit('text')} 字。",
    )


class NewsForm(forms.Form):
    """An organisation's news; tasks and projects are offered from what the user sees."""

    title = line_field("标题", help_text=f"最多 {_limit('title')} 字。")
    text = text_field()
    occurred_on = forms.DateField(
        label="日期",
        widget=forms.DateInput(CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写日期。", "invalid": "日期应写作 2023-12-13。"},
    )
    place = line_field("地点")
    aspect = forms.ChoiceField(label="方面", required=False, widget=forms.Select(SELECT))
    item = forms.ModelChoiceField(
        label="相关任务",
        queryset=TaskItem.objects.none(),
        required=False,
        empty_label="不关联",
        widget=forms.Select(SELECT),
        error_messages={"invalid_choice": "相关任务只能选本单位的任务。"},
    )
    project = forms.ModelChoiceField(
        label="相关项目",
        queryset=Project.objects.none(),
        required=False,
        empty_label="不关联",
        widget=forms.Select(SELECT),
        error_messages={"invalid_choice": "相关项目只能选本单位的项目。"},
    )
    photo = forms.FileField(
        label="照片",
        required=False,
        widget=forms.FileInput({"class": "form-control", "accept": photos.ACCEPT}),
        help_text="一张 jpg 或 png，不超过 20 MB；存时自动缩小，去掉拍摄地点等信息。",
    )
    photo_caption = line_field("图片说明", help_text="随文刊出时印在照片下面；不填用标题。")
    drop_photo = forms.BooleanField(label="去掉现有照片", required=False)

    def __init__(self, *args, user, aspect="", **kwargs):
        super().__init__(*args, **kwargs)
        titles = PlanNode.objects.filter(level="chapter", task_list__state="in_force").values_list("title", flat=True)
        known = dict.fromkeys(title for title in titles if len(title) <= _limit("aspect"))
        if aspect:
            known.setdefault(aspect)
        self.fields["aspect"].choices = [("", "不选"), *((title, title) for title in known)]
        tasks, projects = self.fields["item"], self.fields["project"]
        own = user.role in SEES_OWN_ORGANISATION
        tasks.queryset = TaskItem.objects.visible_to(user).select_related("task_list") if own else tasks.queryset
        tasks.label_from_instance = lambda item: f"{item.task_list.short} {item.code} {item.title[:40]}"
        projects.queryset = Project.objects.visible_to(user) if own else projects.queryset
        projects.label_from_instance = lambda project: f"{project.code} {project.name[:40]}"


class EditForm(forms.Form):
    """The office's own wording."""

    title = line_field("标题")
    text = text_field()
    place = line_field("地点")
    photo_caption = line_field("图片说明")

    def __init__(self, *args, has_photo=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_photo:
            del self.fields["photo_caption"]


class AdoptForm(forms.Form):
    score = forms.DecimalField(
        label="计分",
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput(CONTROL | {"step": "0.5", "min": "0", "max": str(scoring.MOST)}),
        help_text="，".join(f"{name} {points.normalize():f} 分" for name, points, _ in scoring.POINTS)
        + "；可按质量调整，0 到 10，每档 0.5。",
        error_messages={
            "required": "请填写计分。",
            "invalid": "计分应是数字，如 1.5。",
            "max_decimal_places": "计分应在 0 到 10 之间，每档 0.5 分。",
            "max_digits": "计分应在 0 到 10 之间，每档 0.5 分。",
            "max_whole_digits": "计分应在 0 到 10 之间，每档 0.5 分。",
        },
    )
    prints_photo = forms.BooleanField(label="随文配图", required=False)

    def __init__(self, *args, has_photo=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_photo:
            del self.fields["prints_photo"]


class DeclineForm(forms.Form):
    reason = TypedText(
        label="不采用的原因",
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
        help_text="报送单位会看到。",
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label="并入",
        queryset=NewsItem.objects.none(),
        required=False,
        empty_label="请选择",
        widget=forms.Select(SELECT),
        error_messages={"invalid_choice": "请从列表中选择要并入的动态。"},
    )

    def __init__(self, *args, news, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = merge_targets(news)
        field.label_from_instance = lambda other: (
            f"{other.occurred_on:%m-%d} {other.organisation.short}：{other.title[:40]}（{other.get_state_display()}）"
        )


def merge_targets(news):
    """Return what an item may be merged into: others that wait, or were adopted and not carried yet."""
    free = NewsItem.objects.filter(bulletin=None, state__in=(NewsItem.State.SUBMITTED, NewsItem.State.ADOPTED))
    return free.exclude(pk=news.pk).select_related("organisation").order_by("-occurred_on", "pk")
