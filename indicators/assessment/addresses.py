"""Addresses of the assessment's pages."""

from django.urls import reverse
from django.utils.http import urlencode


def ranking_url(code: str, period: str = "", as_of=None) -> str:
    query = {"period": period} if period else {}
    if as_of:
        query["as_of"] = as_of.isoformat()
    address = reverse("indicators:assessment_ranking", args=[code])
    return f"{address}?{urlencode(query)}" if query else address


def sheet_url(code: str, organisation_code: str, period: str, as_of) -> str:
    address = reverse("indicators:assessment_sheet", args=[code, organisation_code])
    return f"{address}?{urlencode({'period': period, 'as_of': as_of.isoformat()})}"


def result_url(pk: int, organisation_code: str = "") -> str:
    address = reverse("indicators:assessment_result", args=[pk])
    return f"{address}?{urlencode({'org': organisation_code})}" if organisation_code else address


def appeals_url() -> str:
    return reverse("indicators:assessment_appeals")
