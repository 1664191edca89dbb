"""Users, login with tokens, and the mails and endpoints of accounts."""
