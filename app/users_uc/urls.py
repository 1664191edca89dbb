"""The URLs of accounts, below `/api/v1/`, and below `/api/` as before."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from users_uc.views import access, api_keys, attributes, export, mail_links, me, users

router = SimpleRouter()
router.register("users", users.UserViewSet, basename="user")
router.register("keys", api_keys.ApiKeyViewSet, basename="key")
router.register("attributes", attributes.AttributeViewSet, basename="attribute")

urlpatterns = [
    path("register/", access.RegisterView.as_view(), name="register"),
    path("auth/login/", access.LoginView.as_view(), name="login"),
    path("auth/refresh/", access.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", access.LogoutView.as_view(), name="logout"),
    path("users/export.csv", export.UsersFileView.as_view(), name="users-file"),
    path("users/me/", me.MeView.as_view(), name="me"),
    path("users/me/deactivate/", me.MyDeactivationView.as_view(), name="my-deactivation"),
    path("users/me/password/", me.MyPasswordView.as_view(), name="my-password"),
    path("users/me/export/", me.MyExportView.as_view(), name="my-export"),
    # These paths are those of djoser.
    path("users/set_password/", me.SetPasswordView.as_view(), name="set-password"),
    path("users/set_email/", mail_links.SetEmailView.as_view(), name="set-email"),
    path(
        "users/set_email_confirm/",
        mail_links.SetEmailConfirmView.as_view(),
        name="set-email-confirm",
    ),
    path("users/activation/", mail_links.ActivationView.as_view(), name="activation"),
    path(
        "users/resend_activation/",
        mail_links.ResendActivationView.as_view(),
        name="resend-activation",
    ),
    path("users/reset_password/", mail_links.PasswordResetView.as_view(), name="reset-password"),
    path(
        "users/reset_password_confirm/",
        mail_links.PasswordResetConfirmView.as_view(),
        name="reset-password-confirm",
    ),
    *router.urls,
]
