"""The URLs of the console, below `/console/`."""

from django.urls import path, re_path

from console.page import NoPage
from console.views.access import HomeView, LoginView, LogoutView, PasswordView
from console.views.history import HistoryView
from console.views.imports import ImportView
from console.views.users import UsersView, UserView

urlpatterns = [
    path("", HomeView.as_view(), name="console"),
    path("login/", LoginView.as_view(), name="console-login"),
    path("logout/", LogoutView.as_view(), name="console-logout"),
    path("password/", PasswordView.as_view(), name="console-password"),
    path("import/", ImportView.as_view(), name="console-import"),
    path("history/", HistoryView.as_view(), name="console-history"),
    path("users/", UsersView.as_view(), name="console-users"),
    re_path("^users/(?P<pk>[0-9]{1,18})/$", UserView.as_view(), name="console-user"),
    path("imports/<uuid:task_id>/", NoPage.as_view(), name="console-job"),
    re_path("", NoPage.as_view()),
]
