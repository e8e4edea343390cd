"""Writes to organisations. Names stand in documents and old figures: a new name never replaces the old one,
the old one stays as a former name by which documents are still understood."""

from django.db import IntegrityError, transaction

from accounts.models import Organisation, OrganisationAlias
from common import audit
from common.errors import UserError


def facts(organisation: Organisation) -> dict:
    """Return what the audit trail keeps of an organisation."""
    return {
        "简称": organisation.short,
        "全称": organisation.name,
        "分组": organisation.category,
        "排序": organisation.order,
        "停用": organisation.valid_to,
        "承继单位": organisation.successor.short if organisation.successor else "",
        "说明": organisation.note,
    }


@transaction.atomic
def edit_organisation(*, by, organisation: Organisation, **values) -> Organisation:
    """Save name, category, order, note, end and successor; a replaced name becomes a former name.

    The short name, which figures and documents are keyed by, is not editable. Raises UserError.
    """
    current = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before, old_name = facts(current), current.name
    successor = values.get("successor")
    if successor and _leads_back(successor, current):
        raise UserError("承继单位不能是本单位，也不能又由本单位承继。", field="successor")
    for name in ("name", "category", "order", "note", "valid_to", "successor"):
        setattr(current, name, values[name])
    current.save()
    if current.name != old_name and old_name != current.short:
        taken = OrganisationAlias.objects.filter(name=old_name).first()
        if taken is None:
            OrganisationAlias.objects.create(organisation=current, name=old_name, kind=OrganisationAlias.Kind.FORMER)
    audit.record(by=by, action="修改单位", target=current, before=before, after=facts(current))
    return current


def _leads_back(successor, organisation) -> bool:
    seen = set()
    while successor and successor.pk not in seen:
        if successor.pk == organisation.pk:
            return True
        seen.add(successor.pk)
        successor = successor.successor
    return False


@transaction.atomic
def save_alias(*, by, organisation: Organisation, name: str, kind: str, alias: OrganisationAlias | None = None):
    """Add a name, or correct ``alias``, by which documents call this organisation, and return it.

    Raises UserError when the name already means an organisation.
    """
    same_name = Organisation.objects.filter(short=name).exclude(pk=organisation.pk).first()
    if same_name:
        raise UserError(f"“{name}”是另一单位的简称。", field="name")
    before = {"名称": alias.name, "类别": alias.get_kind_display()} if alias else None
    alias = alias or OrganisationAlias(organisation=organisation)
    alias.name, alias.kind = name, kind
    try:
        with transaction.atomic():
            alias.save()
    except IntegrityError as error:
        owner = OrganisationAlias.objects.get(name=name).organisation
        raise UserError(f"“{name}”已是“{owner.short}”的别称。", field="name") from error
    audit.record(
        by=by,
        action="修改单位别称" if before else "新增单位别称",
        target=organisation,
        before=before,
        after={"名称": alias.name, "类别": alias.get_kind_display()},
    )
    return alias
