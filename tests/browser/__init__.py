"""The console in Chromium, on a running system."""
