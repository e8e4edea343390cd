"""Projects from the capital region, their stages and money, and where they come from and go to.

Three kinds of money never mix: total investment agreed (on the project), funds in place
(FundEntry), investment completed (InvestmentEntry). All in 万元.
"""

from projects.models.money import FundEntry, InvestmentEntry, MoneyEntry, MonthLine
from projects.models.places import (
    ClauseProgress,
    Memorandum,
    MemorandumClause,
    Platform,
    PlatformResident,
    SigningEvent,
)
from projects.models.project import (
    AdmissionCheck,
    CreditShare,
    FollowUp,
    Project,
    ProjectFile,
    StageChange,
)
from projects.models.service import CaseStep, FollowVisit, HealthFinding, ServiceCase, SiteProgress

__all__ = [
    "AdmissionCheck",
    "CaseStep",
    "ClauseProgress",
    "CreditShare",
    "FollowUp",
    "FollowVisit",
    "FundEntry",
    "HealthFinding",
    "InvestmentEntry",
    "Memorandum",
    "MemorandumClause",
    "MoneyEntry",
    "MonthLine",
    "Platform",
    "PlatformResident",
    "Project",
    "ProjectFile",
    "ServiceCase",
    "SigningEvent",
    "SiteProgress",
    "StageChange",
]
