"""The pages about users."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.page import Page, UsesConsole
from users_uc.permissions import IsStaff


class UsersView(Page):
    permission_classes = [UsesConsole, IsStaff]
    section = "users"

    def get(self, request: Request) -> HttpResponse:
        return self.page("users.html")
