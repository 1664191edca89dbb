"""The console: pages in the browser for those who import users.

It knows `tasks` and `users_uc` through the functions that the API's views call. No rule is here.
"""
