"""The cast and cases of the tests about service."""

from datetime import date

from projects.models import ServiceCase
from projects.service import cases
from tests.make import TODAY, make_business_date, make_organisation, make_user
from tests.projects.make import make_county


class Cast:
    def __init__(self):
        make_business_date()
        self.county, self.other_county = make_county("甲县"), make_county("乙县")
        self.bureau, self.other_bureau = make_organisation("市自然资源局"), make_organisation("市水利局")
        self.office = make_user("coordinator")
        self.leader = make_user("leader")
        self.county_reporter = make_user("county_reporter", self.county)
        self.other_county_reporter = make_user("county_reporter", self.other_county)
        self.handler = make_user("dept_reporter", self.bureau)
        self.handler_reviewer = make_user("reviewer", self.bureau)
        self.outsider = make_user("dept_reporter", self.other_bureau)

    def open(self, **fields) -> ServiceCase:
        known = {
            "channel": "request",
            "company": "京禾科技",
            "category": "land",
            "text": "用地手续久拖未办",
            "county": self.county,
            "received_on": date(2023, 12, 1),
            "by": self.county_reporter,
            "on": TODAY,
        }
        return cases.open_case(**known | fields)

    def accepted(self, **fields) -> ServiceCase:
        case = self.open(**fields)
        return cases.accept_case(case=case, handler=self.bureau, version=case.version, by=self.office, on=TODAY)

    def done(self, **fields) -> ServiceCase:
        case = self.accepted(**fields)
        return cases.finish_case(case=case, result="已办妥", version=case.version, by=self.handler, on=TODAY)
