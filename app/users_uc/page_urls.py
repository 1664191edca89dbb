"""The URLs of the pages of accounts, which are not below /api/."""

from django.urls import path

from users_uc.views.account import AccountPage

urlpatterns = [path("account/", AccountPage.as_view(), name="account")]
