"""The form of a draft: typed rows of terms and groups, as they stand on the page and as values."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from common.errors import UserError
from indicators.assessment.evaluation import groups_of, terms_of
from indicators.assessment.schemes import MOST_GROUPS, MOST_TERMS, problems
from indicators.assessment.scoring import Term
from indicators.assessment.words import number, stated
from indicators.models import SchemeTerm, SchemeVersion

TERM_FIELDS = ("order", "name", "measure", "formula", "weight", "cap", "floor", "points_each", "ceiling", "note")
NUMBERS = {"weight": 1, "cap": 100, "floor": 100, "points_each": 1, "ceiling": 1}  # typed per stored unit
LARGEST = Decimal(9999)


@dataclass
class DraftForm:
    """What was typed, and by place what is wrong with it."""

    terms: list[dict]
    groups: list[dict]
    decimals: str
    note: str
    errors: dict[str, str] = field(default_factory=dict)

    def values(self, organisations) -> dict:
        """Return terms, groups, decimals and note as values; faults go to ``errors``. Rows marked off are left out."""
        terms = []
        for place, row in enumerate(self.terms):
            if row["delete"] or not any(row[name] for name in ("name", "weight", "measure")):
                continue
            terms.append((self._order(row, place), place, self._term(row, place)))
        terms.sort(key=lambda found: found[:2])
        known = {organisation.pk: organisation for organisation in organisations}
        groups = [
            (place, (row["name"], [known[pk] for pk in row["organisations"] if pk in known]))
            for place, row in enumerate(self.groups)
            if row["name"] or row["organisations"]
        ]
        try:
            decimals = int(self.decimals)
        except ValueError:
            decimals = -1
        self._order_of_terms = [place for _, place, _ in terms]
        self._order_of_groups = [place for place, _ in groups]
        return {
            "terms": [term for *_, term in terms],
            "groups": [group for _, group in groups],
            "decimals": decimals,
            "note": self.note,
        }

    def check(self, values: dict, subject: str) -> None:
        """Add what the scheme's rules have against the values, each at the row where it was typed."""
        checked = {name: values[name] for name in ("terms", "groups", "decimals")}
        for place, sentence in problems(**checked, subject=subject):
            self.errors.setdefault(self.place_of(place), sentence)

    def place_of(self, place: str) -> str:
        """Return a value's place as the place on the page."""
        kind, _, rest = place.partition("-")
        position, _, name = rest.partition("-")
        typed = {"terms": self._order_of_terms, "groups": self._order_of_groups}.get(kind)
        return f"{kind}-{typed[int(position)]}-{name}" if typed and position.isdecimal() else place

    def stated(self, place: int) -> str:
        """Return the row's formula as it will be applied; empty while its numbers cannot be read."""
        row, trial = self.terms[place], DraftForm([], [], "", "")
        if row["delete"] or not row["weight"] or not row["formula"]:
            return ""
        term = trial._term(row, place)
        counted = term.formula in (SchemeTerm.Formula.PER_COUNT, SchemeTerm.Formula.DEDUCTION)
        return "" if trial.errors or (counted and term.points_each is None) else stated(term)

    def _order(self, row, place):
        try:
            return int(row["order"] or place + 1)
        except ValueError:
            self.errors[f"terms-{place}-order"] = "序号应为整数。"
            return place + 1

    def _term(self, row, place) -> Term:
        numbers = {name: self._number(row[name], name, scale, place) for name, scale in NUMBERS.items()}
        formula = row["formula"] if row["formula"] in SchemeTerm.Formula.values else "share"
        counted = formula in ("per_count", "deduction")
        of_target = formula == "target_share"
        if len(row["name"]) > 60:
            self.errors[f"terms-{place}-name"] = "考核项名称最多 60 字。"
        if len(row["note"]) > 200:
            self.errors[f"terms-{place}-note"] = "说明最多 200 字。"
        return Term(
            name=row["name"],
            measure=row["measure"],
            formula=formula,
            weight=numbers["weight"] or Decimal(0),
            cap=numbers["cap"] if of_target else None,
            floor=numbers["floor"] if of_target else None,
            lower_is_better=row["lower"] and not counted,
            points_each=numbers["points_each"] if counted else None,
            ceiling=numbers["ceiling"] if counted else None,
            note=row["note"],
        )

    def _number(self, typed, name, scale, place):
        if not typed:
            return None
        try:
            value = Decimal(typed)
            if not value.is_finite() or not 0 <= value <= LARGEST:
                raise InvalidOperation
        except InvalidOperation:
            self.errors[f"terms-{place}-{name}"] = f"“{typed[:12]}”应为 0—{LARGEST} 的数。"
            return None
        if -value.normalize().as_tuple().exponent > 2:
            self.errors[f"terms-{place}-{name}"] = "最多两位小数。"
        return value / scale


def form_of(version: SchemeVersion) -> DraftForm:
    """Return the form as the draft stands."""
    terms = []
    for place, term in enumerate(terms_of(version), start=1):
        row = {name: getattr(term, name) for name in ("name", "measure", "formula", "note")}
        row |= {
            name: "" if getattr(term, name) is None else number(getattr(term, name) * scale)
            for name, scale in NUMBERS.items()
        }
        terms.append(row | {"order": str(place), "lower": term.lower_is_better, "delete": False})
    groups = [{"name": name, "organisations": [o.pk for o in members]} for name, members in groups_of(version)]
    form = DraftForm(terms, groups, str(version.decimals), version.note)
    if not terms:
        add_term(form)
    if not groups:
        add_group(form)
    return form


def typed_form(data) -> DraftForm:
    """Return the form as it was posted."""
    terms = []
    for place in range(_count(data, "terms-count", MOST_TERMS)):
        row = {name: data.get(f"terms-{place}-{name}", "").strip()[:300] for name in TERM_FIELDS}
        row |= {name: bool(data.get(f"terms-{place}-{name}")) for name in ("lower", "delete")}
        terms.append(row)
    groups = [
        {
            "name": " ".join(data.get(f"groups-{place}-name", "").split())[:40],
            "organisations": [
                int(pk) for pk in data.getlist(f"groups-{place}-organisations") if pk.isdecimal() and len(pk) < 10
            ],
        }
        for place in range(_count(data, "groups-count", MOST_GROUPS))
    ]
    return DraftForm(terms, groups, data.get("decimals", "").strip()[:4], data.get("note", "").strip()[:600])


def _count(data, name, most):
    typed = data.get(name, "")
    return min(int(typed), most) if typed.isdecimal() and len(typed) < 5 else 0


def add_term(form: DraftForm) -> None:
    """Add an empty row of a term."""
    if len(form.terms) >= MOST_TERMS:
        raise UserError(f"一个方案最多 {MOST_TERMS} 个考核项。")
    empty = dict.fromkeys(TERM_FIELDS, "")
    form.terms.append(empty | {"order": str(len(form.terms) + 1), "lower": False, "delete": False})


def add_group(form: DraftForm) -> None:
    if len(form.groups) >= MOST_GROUPS:
        raise UserError(f"一个方案最多 {MOST_GROUPS} 个组别。")
    form.groups.append({"name": "", "organisations": []})
