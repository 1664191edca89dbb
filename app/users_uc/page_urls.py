"""The URLs of accounts that are not below /api/."""

from django.urls import path

from users_uc.views.account import AccountPage
from users_uc.views.key_set import KeySetView

urlpatterns = [
    path("account/", AccountPage.as_view(), name="account"),
    path(".well-known/jwks.json", KeySetView.as_view(), name="key-set"),
]
