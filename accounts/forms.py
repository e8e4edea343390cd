"""Forms of sign-in and passwords; whatever the reason for refusing, the answer is the same sentence."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

REFUSED = "用户名或密码不正确，或账号暂时不能登录。连续输错 5 次需等 15 分钟再试。"


class SignInForm(AuthenticationForm):
    username = forms.CharField(label="用户名", max_length=40, widget=forms.TextInput(attrs={"autofocus": True}))
    password = forms.CharField(label="密码", max_length=128, strip=False, widget=forms.PasswordInput)
    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}


class NewPasswordForm(PasswordChangeForm):
    """The signed-in user's own change of password."""

    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现用密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.error_messages = {
            **self.error_messages,
            "password_incorrect": "现用密码不正确，密码未修改。",
            "password_mismatch": "两次输入的新密码不一致，密码未修改。",
        }
