"""The working calendar: shipped until the office edits it, then its rows, in every process at once."""

import subprocess
import sys
from datetime import date

import pytest
from django.urls import reverse

from common import periods, workdays
from common.errors import UserError
from common.models import AuditEntry, CalendarDay
from tests.make import client_of, make_business_date, make_user

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY = date(2024, 3, 15), date(2024, 3, 16)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """A data folder of the test's own, so that its stamp is seen by no other test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def set_day(day, works, note="", last=None, by=None):
    return workdays.set_days(first=day, last=last or day, is_working=works, note=note, by=by)


def test_the_shipped_calendar_counts_while_nobody_has_edited(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not periods.is_working_day(date(2024, 5, 1))
        assert periods.is_working_day(date(2024, 5, 11))
        assert periods.is_working_day(FRIDAY)


def test_an_edit_counts_at_once_and_keeps_the_shipped_days(on_commit):
    with on_commit():
        assert set_day(FRIDAY, False, "市里放假") == 1
    assert not periods.is_working_day(FRIDAY)
    assert not periods.is_working_day(date(2024, 5, 1)) and periods.is_working_day(date(2024, 5, 11))
    with on_commit():
        set_day(SATURDAY, True)
    assert periods.is_working_day(SATURDAY)
    assert periods.working_days_after(date(2024, 3, 14), 1) == SATURDAY


def test_the_calendar_is_read_once_per_edit(on_commit, django_assert_num_queries):
    with on_commit():
        set_day(FRIDAY, False)
    periods.is_working_day(FRIDAY)
    with django_assert_num_queries(0):
        assert not periods.is_working_day(FRIDAY)


def test_only_what_differs_from_the_weekday_is_kept(on_commit):
    with on_commit():
        assert set_day(FRIDAY, False, last=SATURDAY) == 1  # Saturday is off anyway
        assert set_day(FRIDAY, False, last=SATURDAY) == 0
        assert set_day(FRIDAY, None) == 1
    assert not CalendarDay.objects.filter(day__month=3, day__year=2024).exists()
    assert periods.is_working_day(FRIDAY)
    assert AuditEntry.objects.filter(action="设置工作日历").count() == 2


def test_a_refused_edit_changes_nothing():
    for first, last in ((SATURDAY, FRIDAY), (FRIDAY, date(2024, 6, 1))):
        with pytest.raises(UserError):
            set_day(first, False, last=last)
    assert not CalendarDay.objects.exists()


def test_an_edit_that_is_rolled_back_is_not_told(data_folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        set_day(FRIDAY, False)
    assert not (data_folder / periods.CALENDAR_STAMP).exists() and periods.is_working_day(FRIDAY)


def test_a_site_with_rows_gets_its_stamp_back(data_folder):
    workdays.stamp_if_edited()
    assert not (data_folder / periods.CALENDAR_STAMP).exists()
    CalendarDay.objects.create(day=FRIDAY, is_working=False)
    workdays.stamp_if_edited()
    assert not periods.is_working_day(FRIDAY)


def test_office_edits_on_the_page_and_others_read(on_commit):
    make_business_date()
    office, reporter = client_of(make_user("coordinator")), client_of(make_user("dept_reporter"))
    typed = {"first": "2024-03-15", "last": "", "kind": "off", "note": "市里放假"}
    with on_commit():
        page = office.post(reverse("tasklists:calendar_set"), typed, follow=True)
    assert "已改 1 天" in page.content.decode()
    seen = reporter.get(reverse("tasklists:calendar"), {"year": "2024"}).content.decode()
    assert "市里放假" in seen and "5月1日" in seen and "保存" not in seen
    assert reporter.post(reverse("tasklists:calendar_set"), typed).status_code == 403


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first": "三月"}, "无法识别"),
        ({"last": "2024-03-01"}, "结束日期不能早于开始日期"),
        ({"kind": "maybe"}, "请选择放假、上班或照常"),
        ({"first": "1900-01-01"}, "年份应在 2000 至 2100 之间"),
    ],
)
def test_bad_input_is_one_sentence_and_keeps_what_was_typed(change, sentence):
    make_business_date()
    typed = {"first": "2024-03-15", "last": "", "kind": "off", "note": "独有说明"} | change
    page = client_of(make_user("coordinator")).post(reverse("tasklists:calendar_set"), typed).content.decode()
    assert sentence in page and "独有说明" in page
    assert not CalendarDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_the_edit(tmp_path):
    """Two processes on one data folder: the second reads the stamp that the first has written."""
    program = (
        "import django; django.setup()\n"
        "from datetime import date\n"
        "from django.core.management import call_command\n"
        "from common import periods, workdays\n"
        "call_command('migrate', verbosity=0)\n"
        "print(periods.is_working_day(date(2024, 3, 15)), flush=True)\n"
        "input()\n"
        "print(periods.is_working_day(date(2024, 3, 15)), flush=True)\n"
    )
    editor = (
        "import django; django.setup()\n"
        "from datetime import date\n"
        "from common import workdays\n"
        "workdays.set_days(first=date(2024, 3, 15), last=date(2024, 3, 15), is_working=False, note='', by=None)\n"
    )
    environment = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dezhou_jjj.settings", "DATABASE_URL": ""}
    run = {"env": environment, "text": True}
    reader = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **run)
    assert reader.stdout.readline().strip() == "True"
    subprocess.run([sys.executable, "-c", editor], check=True, timeout=60, **run)
    answer, _ = reader.communicate("\n", timeout=60)
    assert answer.strip() == "False"
