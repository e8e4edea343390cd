"""The cases of a project on its own page."""

import pytest
from django.urls import reverse

from tests.make import client_of
from tests.projects.make import make_project

pytestmark = pytest.mark.django_db


def test_a_project_shows_its_cases_as_of_the_date(cast):
    project = make_project(cast.county)
    case = cast.done(project=project, text="专线容量不足")
    cast.open(company="别家", text="别的诉求")
    url = reverse("projects:detail", args=[project.pk])
    page = client_of(cast.county_reporter).get(url).content.decode()
    assert "专线容量不足" in page and case.number in page and "已办结" in page and "别的诉求" not in page
    assert f"{reverse('projects:case_new')}?project={project.code}" in page
    past = client_of(cast.office).get(url, {"as_of": "2023-12-12"}).content.decode()
    assert "待受理" in past and "办理中" not in past and "已办结" not in past
    assert case.number not in client_of(cast.office).get(url, {"as_of": "2023-11-30"}).content.decode()
    assert f"?project={project.code}" not in client_of(cast.leader).get(url).content.decode()
