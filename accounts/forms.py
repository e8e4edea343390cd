"""Forms of accounts. At sign-in, whatever the reason for refusing, the answer is the same sentence."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.validators import RegexValidator

from accounts.models import Organisation, OrganisationAlias, User
from accounts.permissions import ROLE_NAMES

REFUSED = "用户名或密码不正确，或账号暂时不能登录。连续输错 5 次需等 15 分钟再试。"
TEXT = {"class": "form-control"}
SELECT = {"class": "form-select"}
HOLDERS = (Organisation.Kind.CITY, Organisation.Kind.DEPARTMENT, Organisation.Kind.COUNTY, Organisation.Kind.ZONE)


class SignInForm(AuthenticationForm):
    username = forms.CharField(label="用户名", max_length=40, widget=forms.TextInput(attrs={"autofocus": True}))
    password = forms.CharField(label="密码", max_length=128, strip=False, widget=forms.PasswordInput)
    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}


class NewPasswordForm(PasswordChangeForm):
    """The signed-in user's own change of password."""

    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = {"old_password": "现用密码", "new_password1": "新密码", "new_password2": "再输一次新密码"}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs["class"] = "form-control"
        self.error_messages = {
            **self.error_messages,
            "password_incorrect": "现用密码不正确，密码未修改。",
            "password_mismatch": "两次输入的新密码不一致，密码未修改。",
        }


class CodeForm(forms.Form):
    """The six digits of the code generator, or a recovery code; spaces are allowed."""

    code = forms.CharField(
        label="动态口令",
        max_length=24,
        widget=forms.TextInput(attrs=TEXT | {"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def clean_code(self):
        return "".join(self.cleaned_data["code"].split())


def _holders():
    return Organisation.objects.current().filter(kind__in=HOLDERS)


class AccountForm(forms.Form):
    """Name and organisation of an account that exists."""

    display_name = forms.CharField(label="姓名", max_length=40, widget=forms.TextInput(attrs=TEXT))
    organisation = forms.ModelChoiceField(
        label="单位",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="（不属于单位）",
        widget=forms.Select(attrs=SELECT),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = _holders()


class NewAccountForm(AccountForm):
    """A new account with the role proposed for it."""

    field_order = ["username", "display_name", "role", "organisation"]

    username = forms.CharField(
        label="用户名",
        max_length=40,
        validators=[RegexValidator(r"^[A-Za-z0-9_.-]{3,40}\Z", "用户名用 3 至 40 个字母、数字、点、横线或下划线。")],
        widget=forms.TextInput(attrs=TEXT | {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="拟任角色", choices=list(ROLE_NAMES.items()), widget=forms.Select(attrs=SELECT))

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(f"用户名“{username}”已有账号使用。")
        return username


class RoleForm(forms.Form):
    """The role of an account; exactly one, so that no account holds two officers' roles."""

    role = forms.ChoiceField(label="角色", choices=list(ROLE_NAMES.items()), widget=forms.Select(attrs=SELECT))
    version = forms.IntegerField(widget=forms.HiddenInput)


class MailForm(forms.Form):
    """A person's own address for the daily mail."""

    email = forms.EmailField(
        label="邮箱",
        required=False,
        max_length=254,
        help_text="每天早上把未读消息的标题发到这里；留空则不发。",
        error_messages={"invalid": "邮箱地址应写作 zhangsan@example.cn。"},
        widget=forms.EmailInput(attrs=TEXT | {"autocomplete": "email"}),
    )


class OrganisationForm(forms.Form):
    """What may change of an organisation; its code, kind and short name stay."""

    name = forms.CharField(label="全称", max_length=80, widget=forms.TextInput(attrs=TEXT))
    category = forms.CharField(label="分组", max_length=40, required=False, widget=forms.TextInput(attrs=TEXT))
    order = forms.IntegerField(label="排序", min_value=0, max_value=32767, widget=forms.NumberInput(attrs=TEXT))
    valid_to = forms.RegexField(
        r"^\d{4}(-\d{2}(-\d{2})?)?\Z",
        label="停用",
        required=False,
        help_text="写作 2019、2019-03 或 2019-03-15；仍在用的留空。",
        error_messages={"invalid": "停用时间应写作 2019、2019-03 或 2019-03-15。"},
        widget=forms.TextInput(attrs=TEXT),
    )
    successor = forms.ModelChoiceField(
        label="承继单位",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="（没有）",
        widget=forms.Select(attrs=SELECT),
    )
    note = forms.CharField(label="说明", max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Organisation.objects.current()


class AliasForm(forms.Form):
    name = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(attrs=TEXT))
    kind = forms.ChoiceField(label="类别", choices=OrganisationAlias.Kind.choices, widget=forms.Select(attrs=SELECT))
    alias = forms.IntegerField(required=False, widget=forms.HiddenInput)
