"""The filters of the lists of slips and of instructions."""

from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from accounts.models import Organisation
from tasklists.models import Instruction, SupervisionSlip


def addressed(model, path):
    """Return a function of the request: the organisations that stand in the rows it may see."""

    def choices(request):
        rows = model.objects.visible_to(request.user)
        return Organisation.objects.filter(pk__in=rows.order_by().values(path))

    return choices


class SlipFilter(FilterSet):
    q = CharFilter(label="搜索", method="search")
    state = ChoiceFilter(label="状态", choices=SupervisionSlip.State.choices)
    colour = ChoiceFilter(label="等级", choices=SupervisionSlip.Colour.choices)
    org = ModelChoiceFilter(
        label="单位",
        queryset=addressed(SupervisionSlip, "organisation"),
        field_name="organisation",
        to_field_name="code",
    )
    issued_from = DateFilter(label="发出不早于", field_name="issued_on", lookup_expr="gte")
    issued_to = DateFilter(label="发出不晚于", field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = SupervisionSlip
        fields = []

    def search(self, rows, name, value):
        return rows.filter(
            Q(item__title__icontains=value) | Q(organisation__short__icontains=value) | Q(reason__icontains=value)
        )


class InstructionFilter(FilterSet):
    q = CharFilter(label="搜索", method="search")
    state = ChoiceFilter(label="状态", choices=Instruction.State.choices)
    org = ModelChoiceFilter(
        label="承办单位",
        queryset=addressed(Instruction, "organisation"),
        field_name="organisation",
        to_field_name="code",
    )

    class Meta:
        model = Instruction
        fields = []

    def search(self, rows, name, value):
        return rows.filter(Q(text__icontains=value) | Q(about__icontains=value))
