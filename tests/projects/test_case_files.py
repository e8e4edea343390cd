"""Files of a case: for who sees the case; by the company's link only what was answered to it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.models import AuditEntry
from projects.models import CaseStep, ProjectFile, ServiceCase
from projects.service import links
from tests.make import PDF, TODAY, client_of
from tests.projects.service import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def pdf(name="材料.pdf", more=b""):
    return SimpleUploadedFile(name, PDF + more, content_type="application/pdf")


def act(user, name, case, **fields):
    address = reverse(f"projects:case_{name}", args=[case.pk])
    return client_of(user).post(address, {"version": case.version} | fields)


def typed(cast, **fields):
    return {
        "channel": "request",
        "category": "land",
        "company": "京禾科技",
        "county": cast.county.code,
        "text": "用地手续久拖未办",
        "received_on": "2023-12-01",
    } | fields


def opens(user, file):
    return client_of(user).get(reverse("projects:file", args=[file.pk])).status_code


def link_of(case):
    return links.make_link(case=case, version=case.version, by=case.created_by, on=TODAY)[1]


def test_what_the_company_brought_is_for_who_sees_the_case(cast):
    address = reverse("projects:case_new")
    client_of(cast.county_reporter).post(address, typed(cast, file=pdf("诉求.pdf"), phone="0534-2687000"))
    case, file = ServiceCase.objects.get(), ProjectFile.objects.get()
    page = client_of(cast.county_reporter).get(reverse("projects:case", args=[case.pk])).content.decode()
    assert "诉求.pdf" in page and file.project is None
    assert opens(cast.county_reporter, file) == opens(cast.leader, file) == 200
    assert opens(cast.other_county_reporter, file) == opens(cast.outsider, file) == 404
    shown = client_of(cast.outsider).get(reverse("projects:follow", args=[link_of(case)])).content.decode()
    assert "诉求.pdf" not in shown


def test_link_shows_and_sends_files_of_answers_alone(cast, client):
    case = cast.accepted()
    act(cast.handler, "step", case, text="内部核查", file=pdf("内部.pdf"))
    act(cast.handler, "step", case, text="已现场勘测", is_public="on", file=pdf("勘测.pdf", b"1"))
    act(cast.handler, "finish", case, result="已办妥", file=pdf("批复.pdf", b"2"))
    case.refresh_from_db()
    token = link_of(case)
    page = client.get(reverse("projects:follow", args=[token])).content.decode()
    assert "勘测.pdf" in page and "批复.pdf" in page and "内部.pdf" not in page
    files = {file.name: file for file in ProjectFile.objects.all()}
    address = lambda name: reverse("projects:follow_file", args=[token, files[name].pk])  # noqa: E731
    answer = client.get(address("批复.pdf"))
    assert answer.status_code == 200 and answer.content == PDF + b"2"
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="企业下载答复文件", actor=None).count() == 1
    assert client.get(address("内部.pdf")).status_code == 404
    other = cast.done(company="另一家")
    stranger = reverse("projects:follow_file", args=[link_of(other), files["批复.pdf"].pk])
    assert client.get(stranger).status_code == 404


def test_a_bad_file_is_refused_at_its_field_and_the_words_stay(cast):
    case = cast.accepted()
    bad = SimpleUploadedFile("脚本.pdf", b"MZ not a pdf", content_type="application/pdf")
    page = act(cast.handler, "step", case, text="已现场勘测", file=bad).content.decode()
    assert "文件内容与扩展名 pdf 不符" in page and "已现场勘测</textarea>" in page
    page = act(cast.handler, "finish", case, result="已办妥", file=SimpleUploadedFile("空.pdf", b"")).content.decode()
    assert "文件是空的" in page and "已办妥</textarea>" in page
    case.refresh_from_db()
    assert case.state == "accepted" and not CaseStep.objects.filter(file__isnull=False).exists()
    assert not ProjectFile.objects.exists()


def test_the_same_step_sent_twice_is_one(cast):
    case = cast.accepted()
    for _ in range(2):
        act(cast.handler, "step", case, text="已现场勘测", file=pdf())
    assert case.steps.filter(text="已现场勘测").count() == ProjectFile.objects.count() == 1


def test_a_telephone_number_is_checked_and_kept_in_one_form(cast):
    address = reverse("projects:case_new")
    page = client_of(cast.county_reporter).post(address, typed(cast, phone="26870")).content.decode()
    assert "电话应为 11 位手机号，或带区号的固定电话" in page and 'value="26870"' in page
    client_of(cast.county_reporter).post(address, typed(cast, phone="（0534）268 7000"))
    assert ServiceCase.objects.get().phone == "0534-2687000"
