"""Indicators, targets and observations; assessment by versioned schemes."""

from indicators.models.assessment import (
    Appeal,
    AssessmentResult,
    Scheme,
    SchemeGroup,
    SchemeTerm,
    SchemeVersion,
)
from indicators.models.measures import Comparator, Indicator, Observation, ObservationRevision, Target

__all__ = [
    "Appeal",
    "AssessmentResult",
    "Comparator",
    "Indicator",
    "Observation",
    "ObservationRevision",
    "Scheme",
    "SchemeGroup",
    "SchemeTerm",
    "SchemeVersion",
    "Target",
]
