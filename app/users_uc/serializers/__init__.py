"""The serializers of accounts."""
