"""The small marks of the pages, and what the vendored files promise."""

import hashlib
import re
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateDoesNotExist
from django.template.loader import get_template
from django.test import RequestFactory

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
TEMPLATES = ROOT / "templates"
OWN_TEMPLATES = sorted([*TEMPLATES.glob("*.html"), *TEMPLATES.glob("common/*.html")])


def render(source, **context):
    return Template("{% load face %}" + source).render(Context(context))


def test_light_always_has_shape_and_word():
    html = render('{% light "red" "逾期 28 天" "box" %}')
    assert "#l-red" in html
    assert "逾期 28 天" in html
    assert 'aria-label="逾期"' in render('{% light "red" "逾期" "only" %}')


def test_words_in_marks_are_escaped():
    assert "&lt;b&gt;" in render("{% light 'green' word %}", word="<b>")
    assert "&quot;" in render("{% icon 'x' '' label %}", label='"')


@pytest.mark.parametrize(("percent", "width"), [(0, "0"), (38.6, "38.6"), (130, "100"), (-5, "0")])
def test_bar_stays_between_nothing_and_whole(percent, width):
    html = render("{% bar percent 'green' 50 %}", percent=percent)
    assert f'<rect class="s-green" width="{width}%"' in html
    assert f"完成 {percent}%" in html


def test_bar_of_a_missing_value_is_no_bar():
    assert render("{% bar percent %}", percent=None) == ""


def test_trend_line_skips_missing_values_and_stands_for_flat_ones():
    assert render("{{ values|spark_path }}", values=[1, None, 3]) == "M0.0 25.0 L100.0 3.0"
    assert render("{{ values|spark_path }}", values=[5, 5]) == "M0.0 25.0 L100.0 25.0"
    assert render("{{ values|spark_path }}", values=[5]) == ""


def test_address_keeps_its_other_parameters():
    request = RequestFactory().get("/tasks/", {"page": "3", "light": ["red", "yellow"]})
    html = render('{% url_with "page" 4 %}|{% url_with "light" %}', request=request)
    assert html == "?light=red&amp;light=yellow&amp;page=4|?page=3"


def test_every_icon_named_in_the_templates_is_in_the_sprite():
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text(encoding="utf-8")))
    used = {}
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r'{%\s*icon "([^"]+)"', path.read_text(encoding="utf-8")):
            used.setdefault(name, path.name)
    assert used
    assert {name: page for name, page in used.items() if name not in symbols} == {}


def test_no_template_carries_inline_style_or_script():
    found = []
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\sstyle=|\son[a-z]+=\"|hx-on|<style|javascript:", text):
            found.append(path.name)
        for attributes in re.findall(r"<script([^>]*)>", text):
            if "src=" not in attributes and 'type="application/json"' not in attributes:
                found.append(path.name)
    assert found == []


def test_vendored_files_are_those_of_the_readme_and_name_no_other_host():
    sums = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDOR / "README.md").read_text(encoding="utf-8"), re.M)
    assert {name for _, name in sums} == {p.name for p in VENDOR.iterdir() if p.suffix in (".js", ".css", ".svg")}
    for expected, name in sums:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name
    for name in ("tabler.min.css", "plotly.css"):
        text = (VENDOR / name).read_text(encoding="utf-8")
        assert not re.search(r"url\(['\"]?(https?:)?//", text)
        assert "sourceMappingURL" not in text


@pytest.mark.parametrize("path", OWN_TEMPLATES, ids=lambda path: path.name)
def test_template_compiles(path):
    try:
        assert get_template(str(path.relative_to(TEMPLATES)))
    except TemplateDoesNotExist as missing:
        pytest.fail(f"{path.name} includes {missing}")
