"""Addresses of accounts, below /api/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from users_uc.views import access, mailed, own, users

router = SimpleRouter()
router.register("users", users.UserViewSet, basename="user")

urlpatterns = [
    path("register/", access.RegisterView.as_view(), name="register"),
    path("auth/login/", access.LoginView.as_view(), name="login"),
    path("auth/refresh/", access.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", access.LogoutView.as_view(), name="logout"),
    path("users/me/", own.MeView.as_view(), name="me"),
    path("users/me/deactivate/", own.MyDeactivationView.as_view(), name="my-deactivation"),
    path("users/me/password/", own.MyPasswordView.as_view(), name="my-password"),
    path("users/me/export/", own.MyExportView.as_view(), name="my-export"),
    # djoser's names.
    path("users/set_password/", own.MyPasswordView.as_view(), name="set-password"),
    path("users/set_email/", mailed.SetEmailView.as_view(), name="set-email"),
    path(
        "users/set_email_confirm/", mailed.SetEmailConfirmView.as_view(), name="set-email-confirm"
    ),
    path("users/activation/", mailed.ActivationView.as_view(), name="activation"),
    path(
        "users/resend_activation/", mailed.ResendActivationView.as_view(), name="resend-activation"
    ),
    path("users/reset_password/", mailed.PasswordResetView.as_view(), name="reset-password"),
    path(
        "users/reset_password_confirm/",
        mailed.PasswordResetConfirmView.as_view(),
        name="reset-password-confirm",
    ),
    *router.urls,
]
