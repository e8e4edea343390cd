"""An organisation's reporters submit news and may change it until the office takes it in hand."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import Organisation
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, DEPARTMENT_REPORTER
from common import audit
from common.errors import UserError
from common.versions import save_over
from projects.models import Project
from reports.models import NewsItem
from reports.news import photos, texts
from tasklists.models import TaskItem

REPORTERS = (DEPARTMENT_REPORTER, COUNTY_REPORTER)


def address_of(item: NewsItem) -> str:
    return reverse("reports:news_item", args=[item.pk])


@transaction.atomic
def submit_news(
    *,
    title: str,
    text: str,
    occurred_on: date,
    by,
    on: date,
    place: str = "",
    aspect: str = "",
    item: TaskItem | None = None,
    project: Project | None = None,
    photo=None,
    photo_caption: str = "",
) -> NewsItem:
    """Submit news of the reporter's own organisation and return it; the same news posted again is the same item.

    Raises UserError at the field it belongs to; nothing is stored then.
    """
    if by.role not in REPORTERS or by.organisation_id is None:
        raise UserError("工作动态由部门、县市区填报员报送。")
    values = _checked(title, text, occurred_on, on, place, aspect, photo_caption)
    _check_links(item, project, by)
    picture = photos.scaled_photo(photo) if photo else None
    Organisation.objects.select_for_update().get(pk=by.organisation_id)  # two posts of one form wait for each other
    same = NewsItem.objects.filter(
        organisation=by.organisation_id,
        submitted_by=by,
        submitted_title=values["title"],
        submitted_text=values["text"],
        occurred_on=occurred_on,
    ).first()
    if same:
        return same
    stored = photos.store_photo(picture) if picture else {}
    try:
        news = NewsItem.objects.create(
            **values,
            **stored,
            item=item,
            project=project,
            organisation_id=by.organisation_id,
            submitted_title=values["title"],
            submitted_text=values["text"],
            submitted_by=by,
            submitted_on=on,
        )
        audit.record(by=by, action="报送工作动态", target=news, after=_shown(news))
    except BaseException:
        if stored:
            photos.unlink_photo(stored["photo"])
        raise
    notices.notify(
        recipients=notices.people_in(COORDINATOR),
        key=f"news:{news.pk}:submitted",
        title=f"{by.organisation.short}报送工作动态：{news.title}",
        text=news.text[:120],
        url=address_of(news),
        on=on,
    )
    return news


def may_revise(user, news: NewsItem) -> bool:
    """An organisation's own reporters change what waits and what the office has not edited."""
    own = user.role in REPORTERS and user.organisation_id == news.organisation_id
    return own and news.state == NewsItem.State.SUBMITTED and not is_edited(news)


def is_edited(news: NewsItem) -> bool:
    """Tell whether the office's text differs from the submitted one."""
    return bool(news.submitted_title) and (news.title, news.text) != (news.submitted_title, news.submitted_text)


@transaction.atomic
def revise_news(
    *,
    news: NewsItem,
    version: int,
    title: str,
    text: str,
    occurred_on: date,
    by,
    on: date,
    place: str = "",
    aspect: str = "",
    item: TaskItem | None = None,
    project: Project | None = None,
    photo=None,
    photo_caption: str = "",
    drop_photo: bool = False,
) -> NewsItem:
    """Change what was submitted while it waits. Raises UserError, StaleVersion."""
    if not may_revise(by, news):
        raise UserError("协调办已在办理这条动态，不能再改；确需更正的，请与协调办联系。")
    values = _checked(title, text, occurred_on, on, place, aspect, photo_caption)
    _check_links(item, project, by)
    picture = photos.scaled_photo(photo) if photo else None
    before, replaced = _shown(news), news.photo if picture or drop_photo else ""
    stored = photos.store_photo(picture) if picture else {}
    if drop_photo and not picture:
        stored = {"photo": "", "photo_sha256": "", "prints_photo": False}
    try:
        saved = save_over(
            news,
            version=version,
            **values,
            **stored,
            item=item,
            project=project,
            submitted_title=values["title"],
            submitted_text=values["text"],
        )
        audit.record(by=by, action="修改工作动态", target=saved, before=before, after=_shown(saved))
    except BaseException:
        if stored.get("photo"):
            photos.unlink_photo(stored["photo"])
        raise
    photos.drop_photo(replaced)
    return saved


def _checked(title, text, occurred_on, on, place, aspect, photo_caption) -> dict:
    values = {
        "title": texts.line(title),
        "text": texts.cleaned(text),
        "place": texts.line(place),
        "aspect": texts.line(aspect),
        "photo_caption": texts.line(photo_caption),
        "occurred_on": occurred_on,
    }
    texts.check_title(values["title"])
    texts.check_text(values["text"])
    texts.check_rest(place=values["place"], aspect=values["aspect"], photo_caption=values["photo_caption"])
    if occurred_on > on:
        raise UserError(f"日期不能晚于今天（{on}）。", field="occurred_on")
    return values


def _check_links(item, project, by):
    if item and not TaskItem.objects.visible_to(by).filter(pk=item.pk).exists():
        raise UserError("相关任务只能选本单位的任务。", field="item")
    if project and not Project.objects.visible_to(by).filter(pk=project.pk).exists():
        raise UserError("相关项目只能选本单位的项目。", field="project")


def _shown(news):
    return {
        "title": news.title,
        "text": news.text,
        "occurred_on": news.occurred_on,
        "place": news.place,
        "aspect": news.aspect,
        "item": news.item_id,
        "project": news.project_id,
        "photo": news.photo_sha256,
    }
