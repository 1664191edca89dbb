"""Settings of mails and of their links: a part of core.settings."""

from core import env


def _backend() -> str:
    """Return the backend of the mail server, else that of the folder, else the dummy backend."""
    if EMAIL_HOST:
        return "users_uc.mail.smtp.EmailBackend"
    return f"django.core.mail.backends.{'filebased' if EMAIL_FILE_PATH else 'dummy'}.EmailBackend"


def _console_beside(account_page: str) -> str:
    """Return the URL of the console on the host of the account page, if that is the service's."""
    base, page, rest = account_page.rpartition("/account/")
    return f"{base}/console/" if page and not rest else ""


EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.optional_secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", default=False)
EMAIL_FILE_PATH = env.text("EMAIL_FILE_PATH", "")
EMAIL_BACKEND = env.text("EMAIL_BACKEND", _backend())
# Seconds to wait for a reply. The wait for the acceptance of a mail is longer: mail/smtp.py.
EMAIL_TIMEOUT = 9
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "accounts@localhost")
# Links never use the Host header of a request, which the client chooses.
ACCOUNT_PAGE_URL = env.http_url("ACCOUNT_PAGE_URL", "http://localhost:8000/account/")
CONSOLE_URL = env.http_url("CONSOLE_URL", _console_beside(ACCOUNT_PAGE_URL))
# Where a user goes on after the account page.
ACCOUNT_DONE_URL = env.http_url("ACCOUNT_DONE_URL")
# The name of the service in mails and on the account page.
SITE_NAME = env.line("SITE_NAME", "Accounts API")
INVITATIONS_PER_MINUTE = env.integer("INVITATIONS_PER_MINUTE", 600, minimum=1)
