"""How many rows of each kind the site holds, for the message after loading."""

from accounts.models import Organisation, User
from indicators.models import Observation
from projects.models import FundEntry, Project
from reports.models import Bulletin, NewsItem
from tasklists.models import ProgressReport, TaskItem

COUNTED = {
    "单位": Organisation,
    "账号": User,
    "任务": TaskItem,
    "填报": ProgressReport,
    "项目": Project,
    "到位资金": FundEntry,
    "指标值": Observation,
    "通报": Bulletin,
    "工作动态": NewsItem,
}


def loaded_counts() -> dict[str, int]:
    return {name: model.objects.count() for name, model in COUNTED.items()}
