"""The pages of the console, by Django's client."""
