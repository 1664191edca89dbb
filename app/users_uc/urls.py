"""Addresses of accounts, below /api/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from users_uc.views import access, own, users

router = SimpleRouter()
router.register("users", users.UserViewSet, basename="user")

urlpatterns = [
    path("register/", access.RegisterView.as_view(), name="register"),
    path("auth/login/", access.LoginView.as_view(), name="login"),
    path("auth/refresh/", access.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", access.LogoutView.as_view(), name="logout"),
    path("users/me/", own.MeView.as_view(), name="me"),
    path("users/me/password/", own.MyPasswordView.as_view(), name="my-password"),
    path("users/me/export/", own.MyExportView.as_view(), name="my-export"),
    *router.urls,
]
