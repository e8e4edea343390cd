"""What waits for a person on the overview: slips and instructions among it."""

import pytest

from reports.todo import waiting_for
from tests.make import TODAY, make_business_date, make_instruction, make_item, make_organisation, make_slip, make_user

pytestmark = pytest.mark.django_db


def counts(user):
    return {line["text"]: line["count"] for line in waiting_for(user, TODAY)}


def test_slips_and_instructions_wait_for_those_who_must_act():
    make_business_date()
    unit, other = make_organisation(), make_organisation()
    item = make_item(lead=unit)
    make_slip(item, unit, state="proposed")
    make_slip(item, unit)
    make_slip(item, unit, state="signed", escalated_on=TODAY)
    make_slip(item, unit, state="answered")
    make_instruction(unit, item=item)
    make_instruction(unit, item=item, state="answered", answer="已办。", answered_on=TODAY)
    reporter = counts(make_user("dept_reporter", unit))
    assert (reporter["待答复的督办单"], reporter["待反馈的领导批示"]) == (2, 1)
    office = counts(make_user("coordinator"))
    assert (office["待确认的督办单"], office["待办结的督办单"]) == (1, 1)
    leader = counts(make_user("leader"))
    assert (leader["逾期未答复的督办单"], leader["待办结的批示"]) == (1, 1)
    assert "待答复的督办单" not in counts(make_user("dept_reporter", other))
