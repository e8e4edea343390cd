"""The form of a project; what may be saved is decided by the services."""

from django import forms

from accounts.models import Organisation
from common.amounts import trim
from common.errors import UserError
from common.phones import read_phone
from common.typed_amounts import read_typed_amount
from projects.industries import CHAINS, DIVISIONS, SECTIONS
from projects.models import Platform, Project, SigningEvent
from projects.origins import DISTRICTS
from projects.stages import BEFORE_SIGNING, Stage

CONTROL = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
ELSEWHERE = "elsewhere"
FIELDS = (
    "name", "investor", "investor_kind", "origin_province", "origin_district", "county", "platform", "industry",
    "industry_code", "chain", "total_investment", "event", "summary", "contract_number", "contract_on",
    "promised_registered_on", "promised_started_on", "promised_producing_on", "officer", "officer_post", "helper",
    "helper_phone",
)  # fmt: skip


def _text(label, most, **attrs):
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        error_messages={"max_length": f"{label}最多 {most} 个字。"},
        widget=forms.TextInput(CONTROL | attrs),
    )


def _day(label):
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写作 2023-12-31。"},
    )


def _choice(label, choices):
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.Select(SELECT))


def _row(label, queryset, empty):
    return forms.ModelChoiceField(
        label=label, required=False, queryset=queryset, empty_label=empty, widget=forms.Select(SELECT)
    )


def _origin_choices():
    groups = [
        (province, [(province, f"{province}（区市未定）"), *((f"{province}/{name}", name) for name in names)])
        for province, names in DISTRICTS.items()
    ]
    return [("", "未定"), *groups, (ELSEWHERE, "其他省份（在右侧填写）")]


def _industry_choices():
    groups = [(section, [(code, f"{code} {name}") for code, name in rows]) for section, rows in SECTIONS]
    return [("", "未定"), *groups]


def _chain_choices():
    return [("", "未定"), *((chain, chain) for chain in CHAINS)]


class ProjectForm(forms.Form):
    """All that is known of a project. ``version`` is what its editor has seen, 0 for a new one."""

    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    name = _text("项目名称", 120)
    investor = _text("投资方", 120)
    investor_kind = _choice("投资方类型", [("", "未定"), *Project.InvestorKind.choices])
    origin = _choice("招引来源地", _origin_choices)
    origin_elsewhere = _text("其他来源地", 30, placeholder="如：上海市 浦东新区")
    county = _row("落地县市区", Organisation.objects.none(), "未定")
    platform = _row("承接平台", Platform.objects.none(), "不在承接平台")
    industry_code = _choice("国标行业大类", _industry_choices)
    chain = _choice("市产业链", _chain_choices)
    total = _text("签约总投资", 40, placeholder="如：1.2亿、12,000万元", inputmode="text")
    event = _row("签约活动", SigningEvent.objects.none(), "不在签约活动上签约")
    summary = forms.CharField(
        label="项目说明",
        required=False,
        max_length=300,
        error_messages={"max_length": "项目说明最多 300 个字。"},
        widget=forms.Textarea(CONTROL | {"rows": 2}),
    )
    contract_number = _text("合同编号", 60)
    contract_on = _day("合同日期")
    promised_registered_on = _day("约定注册日期")
    promised_started_on = _day("约定开工日期")
    promised_producing_on = _day("约定投产日期")
    officer = _text("包保领导", 40)
    officer_post = _text("包保领导职务", 60)
    helper = _text("帮办联系人", 40)
    helper_phone = _text("帮办电话", 30, inputmode="tel")
    stage = forms.ChoiceField(
        label="现在的阶段",
        required=False,
        choices=[(stage, Stage(stage).label) for stage in BEFORE_SIGNING],
        widget=forms.Select(SELECT),
    )
    stage_on = _day("进入该阶段的日期")

    def __init__(self, *args, own_county: Organisation | None, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.own_county, self.is_new = own_county, is_new
        if own_county is not None:
            del self.fields["county"]
        else:
            self.fields["county"].queryset = Organisation.objects.counties_and_zones().order_by("order")
            self.fields["county"].label_from_instance = lambda county: county.short
        if not is_new:
            del self.fields["stage"], self.fields["stage_on"]
        self.fields["platform"].queryset = Platform.objects.order_by("name")
        self.fields["event"].queryset = SigningEvent.objects.order_by("-held_on", "name")

    def clean(self):
        """Fill in what is stored beside what is typed: the amount in 万元, the two parts of the origin."""
        values = super().clean()
        if "name" in values and not values["name"].strip():
            self.add_error("name", "请填写项目名称。")
        values["total_investment"], self.said = None, ""
        if values.get("total"):
            try:
                values["total_investment"], self.said = read_typed_amount(values["total"], field="total")
            except UserError as refusal:
                self.add_error("total", refusal.message)
        province, _, district = values.get("origin", "").partition("/")
        if province == ELSEWHERE:
            province, _, district = " ".join(values.get("origin_elsewhere", "").split()).partition(" ")
            if not province:
                self.add_error("origin_elsewhere", "请填写其他来源地，如：上海市 浦东新区。")
            elif len(province) > 12 or len(district) > 24:
                self.add_error("origin_elsewhere", "省份最多 12 个字、区市最多 24 个字，中间用空格隔开。")
            elif province in DISTRICTS:
                self.add_error("origin_elsewhere", f"{province}的区市请在左侧选择。")
        values["origin_province"], values["origin_district"] = province, district
        if self.is_new and "stage_on" not in self.errors and not values.get("stage_on"):
            self.add_error("stage_on", "请填写进入该阶段的日期。")
        return values

    def clean_helper_phone(self):
        try:
            return read_phone(self.cleaned_data["helper_phone"])
        except UserError as refusal:
            raise forms.ValidationError(refusal.message) from None

    def facts(self, project: Project | None = None) -> dict:
        """Return the fields of Project that the form holds; what a county reporter may not change is left out."""
        values = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        for name in ("name", "investor", "summary", "officer", "officer_post", "helper", "helper_phone"):
            values[name] = " ".join(values[name].split())
        chain, code = values["chain"], values["industry_code"]
        if project is None or (project.chain, project.industry_code) != (chain, code):
            values["industry"] = (chain or DIVISIONS.get(code, ""))[:40]
        return values


def initial_of(project: Project) -> dict:
    """Return what the form shows of a project."""
    values = {name: getattr(project, name) for name in FIELDS} | {"version": project.version}
    province, district = project.origin_province, project.origin_district
    if province in DISTRICTS and (not district or district in DISTRICTS[province]):
        values["origin"] = f"{province}/{district}" if district else province
    elif province:
        values["origin"], values["origin_elsewhere"] = ELSEWHERE, f"{province} {district}".strip()
    if project.total_investment is not None:
        values["total"] = f"{trim(project.total_investment)}万元"
    return values


def differences(form: ProjectForm, current: Project) -> list[dict]:
    """Return field by field what was typed and what is saved now, where they differ."""
    mine, theirs = ProjectForm.facts(form, current), initial_of(current)
    rows = []
    for name in mine:
        saved = getattr(current, name)
        if mine[name] != saved and name in ProjectForm.base_fields:
            rows.append({"label": form.fields[name].label, "mine": _say(form, name, mine[name]),
                         "theirs": _say(form, name, saved)})  # fmt: skip
    if mine["total_investment"] != current.total_investment:
        rows.append({"label": "签约总投资", "mine": form.cleaned_data["total"], "theirs": theirs.get("total", "")})
    if (mine["origin_province"], mine["origin_district"]) != (current.origin_province, current.origin_district):
        rows.append(
            {
                "label": "招引来源地",
                "mine": f"{mine['origin_province']} {mine['origin_district']}",
                "theirs": f"{current.origin_province} {current.origin_district}",
            }
        )
    return rows


def _say(form, name, value) -> str:
    choices = dict(getattr(Project._meta.get_field(name), "choices", None) or ())
    if name == "industry_code":
        choices = DIVISIONS
    return str(choices.get(value, value) or "")
