"""What the demonstration's projects are told apart by: their chain, their division of GB/T 4754, shared credit."""

import random
from decimal import Decimal

from projects.models import CreditShare, Project

# The division that each chain of the demonstration stands for most.
DIVISIONS = {
    "高端装备": "35",
    "新材料": "26",
    "新能源": "38",
    "医养健康": "27",
    "体育装备": "24",
    "食品": "14",
    "现代农业": "13",
    "冷链物流": "59",
    "电子信息": "39",
    "绿色建材": "30",
    "文旅康养": "90",
}
SPLITS = ((60, 40), (70, 30), (50, 50))  # per cent of the county it is in, and of the one of the first talks
SEED = 20231
SHARED = 8  # projects whose first talks another county held


def load_classes():
    """Fill chain and division of every made-up project, and split the credit of some signed but not started ones.

    Only projects without verified money are split: the published sums of the counties stay whole numbers.
    """
    rng = random.Random(SEED)
    made = list(Project.objects.filter(is_demo=True).select_related("county").order_by("code"))
    for project in made:
        project.chain, project.industry_code = project.industry, DIVISIONS.get(project.industry, "")
    Project.objects.bulk_update(made, ["chain", "industry_code"], batch_size=200)
    signed_only = [p for p in made if p.event_id and not p.stages.filter(stage="started").exists()]
    counties = sorted({p.county for p in made if p.county_id}, key=lambda county: county.order)
    shares = []
    for n, project in enumerate(rng.sample(signed_only, min(SHARED, len(signed_only)))):
        location, first_talks = SPLITS[n % len(SPLITS)]
        other = rng.choice([county for county in counties if county != project.county])
        shares.append(_share(project, other, "first_talks", first_talks))
        shares.append(_share(project, project.county, "location", location))
    CreditShare.objects.bulk_create(shares)


def _share(project, organisation, part, percent):
    return CreditShare(project=project, organisation=organisation, part=part, percent=Decimal(percent), is_demo=True)
