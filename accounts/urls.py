from django.urls import path

from accounts import views, views_accounts, views_audit, views_inbox, views_own, views_security

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("account/password/", views.change_password, name="password"),
    path("account/second-factor/", views.give_second_factor, name="second_factor"),
    path("account/security/", views_own.own_security, name="own_security"),
    path("account/security/end/", views_own.end_sitting, name="end_sitting"),
    path("account/security/recovery-codes/", views_own.renew_recovery_codes, name="recovery_codes"),
    path("inbox/", views_inbox.inbox, name="inbox"),
    path("inbox/read/", views_inbox.read_all, name="inbox_read"),
    path("inbox/mail/", views_inbox.set_mail, name="inbox_mail"),
    path("inbox/<int:pk>/", views_inbox.open_notice, name="notice"),
    path("accounts/", views_accounts.user_list, name="users"),
    path("accounts/new/", views_accounts.new_user, name="user_new"),
    path("accounts/<int:pk>/", views_accounts.edit_user, name="user"),
    path("accounts/<int:pk>/switch/", views_accounts.switch_user, name="user_switch"),
    path("accounts/<int:pk>/reset-password/", views_accounts.reset_user_password, name="user_reset_password"),
    path("organisations/", views_accounts.organisation_list, name="organisations"),
    path("organisations/<int:pk>/", views_accounts.edit_organisation, name="organisation"),
    path("organisations/<int:pk>/aliases/", views_accounts.save_alias, name="alias"),
    path("security/", views_security.security, name="security"),
    path("security/unlock/", views_security.unlock, name="unlock"),
    path("security/<int:pk>/", views_security.edit_role, name="role"),
    path("security/<int:pk>/reset-second-factor/", views_security.reset_second_factor, name="reset_second_factor"),
    path("audit/", views_audit.audit_list, name="audit"),
    path("audit/check/", views_audit.audit_check, name="audit_check"),
    path("audit/<int:sequence>/", views_audit.audit_entry, name="audit_entry"),
]
