"""Writes to accounts; each with its audit entry in the same transaction.

Two officers make an account: the system administrator enters it with a proposed role, the security
administrator confirms the role, and only then can it sign in.
"""

from axes.utils import reset as reset_attempts
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation, PasswordHistory, User
from accounts.passwords import REMEMBERED, generate_password
from accounts.permissions import (
    COUNTY_REPORTER,
    DEPARTMENT_REPORTER,
    REVIEWER,
    ROLE_NAMES,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
)
from common import audit
from common.errors import UserError
from common.versions import save_over

DEPARTMENT, COUNTY, ZONE = Organisation.Kind.DEPARTMENT, Organisation.Kind.COUNTY, Organisation.Kind.ZONE
KINDS_OF_ROLE = {
    DEPARTMENT_REPORTER: {DEPARTMENT},
    COUNTY_REPORTER: {COUNTY, ZONE},
    REVIEWER: {DEPARTMENT, COUNTY, ZONE},
}


def facts(user: User) -> dict:
    """Return what the audit trail keeps of an account."""
    return {
        "姓名": user.display_name,
        "角色": ROLE_NAMES[user.role],
        "单位": user.organisation.short if user.organisation else "",
        "启用": user.is_active,
        "角色已确认": user.is_confirmed,
    }


def check_role_fits(*, role: str, organisation: Organisation | None) -> None:
    """Raise UserError when an account of this role cannot belong to this organisation."""
    if role not in ROLE_NAMES:
        raise UserError(f"没有“{role}”这个角色。", field="role")
    kinds = KINDS_OF_ROLE.get(role)
    if kinds is None:
        return
    if organisation is None:
        raise UserError(f"{ROLE_NAMES[role]}须选定单位。", field="organisation")
    if organisation.kind not in kinds:
        raise UserError(
            f"“{organisation.short}”是{organisation.get_kind_display()}，不能设{ROLE_NAMES[role]}。",
            field="organisation",
        )


@transaction.atomic
def create_account(*, by, username, display_name, role, organisation, password="", confirmed=False):
    """Make an account and return it with its first password (generated when none is given).

    Unless ``confirmed`` (the command line, ``by`` None) it waits for the security administrator.
    Raises UserError on a name in use or a role that does not fit; ValidationError on a weak password.
    """
    check_role_fits(role=role, organisation=organisation)
    user = User(
        username=username,
        display_name=display_name,
        role=role,
        organisation=organisation,
        is_active=confirmed,
        is_confirmed=confirmed,
    )
    if password:
        validate_password(password, user)
    password = password or generate_password()
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise UserError(f"用户名“{username}”已有账号使用。", field="username") from error
    audit.record(by=by, action="新建账号", target=user, after=facts(user))
    return user, password


@transaction.atomic
def edit_account(*, by, user: User, version: int, display_name: str, organisation: Organisation | None) -> User:
    """Save name and organisation over ``version``. Another organisation means other data: the account waits
    for the security administrator again. Raises StaleVersion, UserError."""
    check_role_fits(role=user.role, organisation=organisation)
    before = facts(user)
    values = {"display_name": display_name, "organisation": organisation}
    if organisation != user.organisation:
        _keep_an_officer(user)
        values |= {"is_confirmed": False, "is_active": False}
    user = save_over(user, version=version, **values)
    audit.record(by=by, action="修改账号", target=user, before=before, after=facts(user))
    return user


@transaction.atomic
def switch_account(*, by, user: User, on: bool) -> None:
    """Switch the account on or off; off ends its sessions at once. Raises UserError."""
    if on and not user.is_confirmed:
        raise UserError("角色还没有经安全管理员确认，暂不能启用。")
    if not on:
        if by is not None and by.pk == user.pk:
            raise UserError("不能停用自己的账号。")
        _keep_an_officer(user)
    before = facts(user)
    User.objects.filter(pk=user.pk).update(is_active=on, version=F("version") + 1)
    user.refresh_from_db()
    audit.record(by=by, action="启用账号" if on else "停用账号", target=user, before=before, after=facts(user))


def _keep_an_officer(user: User) -> None:
    """A site without any system or security administrator could not be repaired from its pages."""
    if user.role not in (SYSTEM_ADMIN, SECURITY_ADMIN) or not user.is_active:
        return
    others = User.objects.select_for_update().filter(role=user.role, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise UserError(f"这是最后一个启用的{ROLE_NAMES[user.role]}账号，须先启用另一个。")


@transaction.atomic
def reset_password(*, by, user: User) -> str:
    """Give the account a generated password and return it; its owner changes it at the next sign-in.

    Raises UserError for one's own account: that one is changed on the password page.
    """
    if by is not None and by.pk == user.pk:
        raise UserError("自己的密码请在“修改密码”页修改。")
    password = generate_password()
    _remember(user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = True
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    audit.record(by=by, action="重置密码", target=user)
    return password


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Set the user's new password (already validated) and remember the old one."""
    _remember(user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = False
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    audit.record(by=user, action="修改密码", target=user)


def _remember(user):
    PasswordHistory.objects.create(user=user, password=user.password)
    keep = user.password_history.values_list("pk", flat=True)[:REMEMBERED]
    user.password_history.exclude(pk__in=list(keep)).delete()


@transaction.atomic
def confirm_role(*, by, user: User, version: int, role: str) -> User:
    """Set the account's role over ``version``, confirm and activate it; a change ends its sessions at once.

    An account that was confirmed before and is switched off stays off: switching on is the system
    administrator's. Raises StaleVersion, UserError.
    """
    if by is not None and by.pk == user.pk:
        raise UserError("不能改自己的角色，请由另一位安全管理员办理。", field="role")
    check_role_fits(role=role, organisation=user.organisation)
    if role != user.role:
        _keep_an_officer(user)
    before = facts(user)
    action = "调整角色" if user.is_confirmed else "确认角色"
    active = user.is_active or not user.is_confirmed
    user = save_over(user, version=version, role=role, is_confirmed=True, is_active=active)
    audit.record(by=by, action=action, target=user, before=before, after=facts(user))
    return user


@transaction.atomic
def unlock(*, by, username: str) -> None:
    """Forget the failed sign-ins of this user name, whatever their source. UserError when there are none."""
    if not reset_attempts(username=username):
        raise UserError(f"账号“{username}”没有锁定记录。")
    audit.record(by=by, action="解除锁定", label=username)
