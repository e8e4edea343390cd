"""The office edits, adopts, declines and merges news; the organisation is told of each decision."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import notices
from accounts.permissions import COORDINATOR, REVIEWER
from common import audit
from common.amounts import trim
from common.errors import UserError
from common.versions import save_over
from reports.models import NewsItem
from reports.news import scoring, texts
from reports.news.submitting import REPORTERS, address_of

State = NewsItem.State
REASON = NewsItem._meta.get_field("decline_reason").max_length


@transaction.atomic
def edit_news(
    *, news: NewsItem, version: int, title: str, text: str, place: str, by, photo_caption: str | None = None
) -> NewsItem:
    """Edit the text that an issue will carry; what was submitted stays. Raises UserError, StaleVersion."""
    _office(by)
    news = _locked(news)
    _must_be_free(news)
    values = {"title": texts.line(title), "text": texts.cleaned(text), "place": texts.line(place)}
    values["photo_caption"] = news.photo_caption if photo_caption is None else texts.line(photo_caption)
    texts.check_title(values["title"])
    if values["text"] or news.submitted_text:
        texts.check_text(values["text"])
    texts.check_rest(place=values["place"], aspect=news.aspect, photo_caption=values["photo_caption"])
    before = {name: getattr(news, name) for name in values}
    if before == values:
        return news
    if not news.submitted_title:  # rows from before the site kept what was submitted
        values |= {"submitted_title": news.title, "submitted_text": news.text}
    saved = save_over(news, version=version, **values)
    audit.record(by=by, action="编辑工作动态", target=saved, before=before, after=values)
    return saved


@transaction.atomic
def adopt_news(*, news: NewsItem, version: int, score: Decimal, by, on: date, prints_photo: bool = False) -> NewsItem:
    """Adopt an item with its score; a declined or merged one may be adopted after all. Repeating it changes nothing.

    ``prints_photo`` has the issue print the item's photo under its text.

    Raises UserError, StaleVersion.
    """
    _office(by)
    news = _locked(news)
    scoring.check_score(score)
    prints_photo = prints_photo and bool(news.photo)
    if (news.state, news.score, news.prints_photo) == (State.ADOPTED, score, prints_photo):
        return news
    _must_be_free(news)
    before = _decision(news)
    saved = save_over(
        news,
        version=version,
        state=State.ADOPTED,
        adopted_on=news.adopted_on or on,
        score=score,
        prints_photo=prints_photo,
        decided_by=by,
        decline_reason="",
        merged_into=None,
    )
    audit.record(by=by, action="采用工作动态", target=saved, before=before, after=_decision(saved))
    if (before["state"], before["score"]) != (saved.state, saved.score):
        _tell(saved, f"动态已采用，计{trim(score)}分：{saved.title}", on=on)
    return saved


@transaction.atomic
def decline_news(*, news: NewsItem, version: int, reason: str, by, on: date) -> NewsItem:
    """Decline an item with the reason; an adopted one as long as no issue has carried it.

    Raises UserError, StaleVersion. Repeating it changes nothing.
    """
    _office(by)
    news = _locked(news)
    reason = texts.line(reason)
    if not reason:
        raise UserError("不采用要写明原因。", field="reason")
    if len(reason) > REASON:
        raise UserError(f"原因有{len(reason)}个字，最多{REASON}个，请缩短。", field="reason")
    if news.state == State.DECLINED and news.decline_reason == reason:
        return news
    _must_be_free(news)
    if news.merged.exists():
        raise UserError("已有其他动态并入本条，不采用会使它们一并不刊。请先把并入的那些另行采用或不采用。")
    before = _decision(news)
    saved = save_over(
        news,
        version=version,
        state=State.DECLINED,
        decline_reason=reason,
        decided_by=by,
        adopted_on=None,
        score=None,
        merged_into=None,
    )
    audit.record(by=by, action="不采用工作动态", target=saved, before=before, after=_decision(saved))
    _tell(saved, f"动态未采用：{saved.title}", text=f"原因：{reason}", on=on)
    return saved


@transaction.atomic
def merge_news(*, news: NewsItem, into: NewsItem | None, version: int, by, on: date) -> NewsItem:
    """Merge a duplicate into the item that stays; both organisations are told. Repeating it changes nothing.

    Raises UserError, StaleVersion.
    """
    _office(by)
    if into is None:
        raise UserError("请选择并入哪一条。", field="into")
    rows = {row.pk: row for row in _rows().filter(pk__in=(news.pk, into.pk)).order_by("pk")}
    news, into = rows[news.pk], rows[into.pk]
    if news.pk == into.pk:
        raise UserError("不能并入自己，请选另一条。", field="into")
    if news.state == State.MERGED and news.merged_into_id == into.pk:
        return news
    _must_be_free(news)
    if into.state not in (State.SUBMITTED, State.ADOPTED):
        raise UserError(f"要并入的那一条{into.get_state_display()}，请另选一条。", field="into")
    if news.merged.exists():
        raise UserError("已有其他动态并入本条，请反过来把那一条并入本条。", field="into")
    before = _decision(news)
    saved = save_over(
        news,
        version=version,
        state=State.MERGED,
        merged_into=into,
        decided_by=by,
        decline_reason="",
        adopted_on=None,
        score=None,
    )
    audit.record(by=by, action="并入工作动态", target=saved, before=before, after=_decision(saved))
    _tell(saved, f"动态已与{into.organisation.short}的同类动态合并：{saved.title}", on=on)
    _tell(into, f"{saved.organisation.short}的同类动态已并入：{into.title}", on=on, occasion=f"with:{saved.pk}")
    return saved


def _office(by):
    if by.role != COORDINATOR:
        raise UserError("工作动态由协调办办理。")


def _rows():
    return NewsItem.objects.select_related("organisation", "bulletin").select_for_update(of=("self",))


def _locked(news) -> NewsItem:
    return _rows().get(pk=news.pk)


def _must_be_free(news):
    """What an issue has carried stands as it was carried."""
    if news.bulletin_id:
        raise UserError(f"{news.bulletin.number_words}已刊载这条动态，不能再改。")


def _decision(news):
    return {
        "state": news.state,
        "adopted_on": news.adopted_on,
        "score": news.score,
        "prints_photo": news.prints_photo,
        "reason": news.decline_reason,
        "merged_into": news.merged_into_id,
    }


def _tell(news, title, *, on, text="", occasion=None):
    """Tell the organisation's reporters and reviewers, once for each decision."""
    notices.notify(
        recipients=notices.people_of([news.organisation_id], (*REPORTERS, REVIEWER)),
        key=f"news:{news.pk}:{occasion or news.version}",
        title=title,
        text=text,
        url=address_of(news),
        on=on,
    )
