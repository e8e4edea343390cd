"""Boundaries that the maps are drawn with: the city's counties, and the places in 京津冀 that projects come from."""

import json
from functools import lru_cache

from django.conf import settings


@lru_cache(maxsize=1)
def county_boundaries() -> dict:
    return _shipped("dezhou_counties_small.geojson")


@lru_cache(maxsize=1)
def origin_boundaries() -> dict:
    """Return the districts of 北京 and 天津 and the prefectures of 河北."""
    return _shipped("jjj_units.geojson")


@lru_cache(maxsize=1)
def origin_codes() -> dict[tuple[str, str], str]:
    """Return the code of each such place by (province, name)."""
    places = (feature["properties"] for feature in origin_boundaries()["features"])
    return {(place["province"], place["name"]): place["adcode"] for place in places}


def _shipped(name):
    return json.loads((settings.SHIPPED_DATA / "geo" / name).read_text(encoding="utf-8"))
